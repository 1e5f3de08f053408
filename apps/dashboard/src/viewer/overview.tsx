import { useEffect, useRef, useState } from 'preact/hooks';

import { useSettings } from '../settings.js';
import { fitCanvas } from './canvas.js';
import { paperColours } from './colours.js';
import { secondsOf, type EcgRecord } from './ecg-record.js';
import type { PaperPosition } from './paper.js';
import { extremes } from './pyramid.js';

const height = 56;

/** The whole record in one strip, with a slider over the part that the paper shows. */
export function Overview(props: {
  readonly record: EcgRecord;
  readonly position: PaperPosition;
  readonly onGo: (start: number) => void;
}) {
  const { record, position, onGo } = props;
  const { words, formats, dark } = useSettings();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const total = secondsOf(record);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (canvas.current && width > 0) drawOverview(canvas.current, record, width);
  }, [record, width, dark]);
  const go = (clientX: number): void => {
    const left = box.current?.getBoundingClientRect().left ?? 0;
    const middle = ((clientX - left) / Math.max(1, width)) * total;
    onGo(Math.max(0, Math.min(total - position.seconds, middle - position.seconds / 2)));
  };
  const share = (seconds: number): string => `${(100 * seconds) / total}%`;
  return (
    <div
      class="overview"
      ref={box}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        go(event.clientX);
      }}
      onPointerMove={(event) => {
        if (event.buttons === 1) go(event.clientX);
      }}
    >
      <canvas ref={canvas} aria-hidden="true" />
      <input
        class="hidden"
        type="range"
        aria-label={words.ecg.overview}
        min={0}
        max={Math.max(0, total - position.seconds)}
        step={Math.max(0.2, position.seconds / 10)}
        value={position.start}
        aria-valuetext={formats.duration(position.start)}
        onInput={(event) => onGo(Number(event.currentTarget.value))}
      />
      <div class="seen" style={{ left: share(position.start), width: share(Math.min(total, position.seconds)) }} />
    </div>
  );
}

/** The first lead over all of the time, scaled to its usual range; rhythms and unusual beats below. */
function drawOverview(canvas: HTMLCanvasElement, record: EcgRecord, width: number): void {
  const fitted = fitCanvas(canvas, width, height);
  if (!fitted) return;
  const { context, density } = fitted;
  const colours = paperColours();
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, width, height);
  const { length } = record.pyramids[0]?.samples ?? [];
  const columns = Math.round(width * density);
  const found = new Float32Array(2 * columns);
  if (length) extremes(record.pyramids[0], 0, length, columns, found);
  const heights = found.filter(Number.isFinite).sort();
  const low = heights[Math.floor(0.01 * heights.length)] ?? -1;
  const high = heights[Math.floor(0.99 * heights.length)] ?? 1;
  const y = (value: number): number => 4 + (height - 14) * (1 - (value - low) / Math.max(1e-6, high - low));
  context.fillStyle = colours.label;
  for (let column = 0; column < columns; column++) {
    const [least, most] = [found[2 * column], found[2 * column + 1]];
    if (least > most) continue;
    const top = Math.max(1, y(most));
    context.fillRect(column / density, top, 1 / density, Math.max(1, Math.min(height - 8, y(least)) - top));
  }
  context.fillStyle = colours.rhythm;
  for (const { from, to, rhythm } of record.spans) {
    if (rhythm !== 'N')
      context.fillRect((from / length) * width, height - 4, Math.max(1, ((to - from) / length) * width), 4);
  }
}
