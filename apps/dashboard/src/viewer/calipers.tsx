import { useState } from 'preact/hooks';

import { useSettings } from '../settings.js';

interface Stretch {
  readonly x: number;
  readonly y: number;
  readonly toX: number;
  readonly toY: number;
}

/** Measures time, rate and amplitude of what the pointer is dragged over. Touch scrolls instead. */
export function Calipers(props: { readonly millisecondsPerPixel: number; readonly millivoltsPerPixel: number }) {
  const { words, formats } = useSettings();
  const [stretch, setStretch] = useState<Stretch>();
  const [dragging, setDragging] = useState(false);
  const place = (event: PointerEvent): [number, number] => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect(); // the element that listens
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const width = stretch ? Math.abs(stretch.toX - stretch.x) : 0;
  const height = stretch ? Math.abs(stretch.toY - stretch.y) : 0;
  const milliseconds = width * props.millisecondsPerPixel;
  return (
    <div
      class="calipers"
      onPointerDown={(event) => {
        if (event.pointerType === 'touch' || event.button !== 0) return;
        const [x, y] = place(event);
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragging(true);
        setStretch({ x, y, toX: x, toY: y });
      }}
      onPointerMove={(event) => {
        if (!dragging || !stretch) return;
        const [toX, toY] = place(event);
        setStretch({ ...stretch, toX, toY });
      }}
      onPointerUp={() => {
        setDragging(false);
        if (width < 4 && height < 4) setStretch(undefined);
      }}
    >
      {stretch && width + height >= 4 && (
        <div
          class="measured"
          style={{
            left: `${Math.min(stretch.x, stretch.toX)}px`,
            top: `${Math.min(stretch.y, stretch.toY)}px`,
            width: `${width}px`,
            height: `${height}px`,
          }}
        >
          <span>
            {words.ecg.measured(
              formats.number(milliseconds),
              formats.number(milliseconds > 0 ? 60_000 / milliseconds : undefined),
              formats.number(height * props.millivoltsPerPixel, 2),
            )}
          </span>
        </div>
      )}
    </div>
  );
}
