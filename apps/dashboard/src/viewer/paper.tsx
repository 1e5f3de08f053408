import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';

import { useSettings } from '../settings.js';
import { Calipers } from './calipers.js';
import { fitCanvas } from './canvas.js';
import { paperColours } from './colours.js';
import { draw, type View } from './draw.js';
import { secondsOf, type EcgRecord } from './ecg-record.js';
import type { Overlay } from './saliency.js';
import { sheetLayout, sheetSeconds, stackedLayout, twelveLeads, type SheetKind } from './layout.js';

/** Scale of the paper; at zoom 1 a millimetre is one of CSS, near its true size. */
interface PaperScale {
  readonly kind: SheetKind;
  readonly millimetresPerSecond: number;
  readonly millimetresPerMillivolt: number;
  readonly zoom: number;
}

/** Where a paper stands, for what moves along with it. */
export interface PaperPosition {
  readonly start: number;
  readonly seconds: number;
}

// Browsers can't lay out more than about 33 million pixels; beyond this the scroll bar is geared down.
const longest = 15_000_000;

/** Pixels of a CSS millimetre. */
const millimetre = 96 / 25.4;

/**
 * The paper: a canvas that stays where it is while an empty box as long as the record scrolls under it. Of each frame only what is seen is drawn.
 */
export function Paper(props: {
  readonly record: EcgRecord;
  readonly scale: PaperScale;
  readonly start: number;
  readonly overlay: Overlay | undefined;
  readonly onMove: (position: PaperPosition) => void;
}) {
  const { record, scale, start, overlay, onMove } = props;
  const { dark, words, formats } = useSettings();
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const unit = millimetre * scale.zoom;
  const { signal } = record;
  const total = secondsOf(record);
  const layout = useMemo(() => {
    const places = scale.kind === 'sheet' ? twelveLeads(signal.leads) : undefined;
    return places ? sheetLayout(signal.leads, places, scale.millimetresPerSecond) : stackedLayout(signal.leads);
  }, [signal, scale.kind, scale.millimetresPerSecond]);
  const sheet = layout.width !== undefined;
  const height = layout.height * unit;
  const pixelsPerSecond = scale.millimetresPerSecond * unit;
  const seconds = sheet ? sheetSeconds : width / pixelsPerSecond;
  const span = sheet ? (layout.width ?? 0) * unit : Math.min(longest, Math.max(width, total * pixelsPerSecond));
  const gear = sheet ? 0 : Math.max(0, total - seconds) / Math.max(1, span - width); // seconds per pixel of scrolling

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const position = useRef(start);
  const view = useMemo<Omit<View, 'start'>>(
    () => ({
      ...{ layout, height, overlay, colours: paperColours() },
      width: sheet ? Math.max(span, width) : width,
      pixelsPerMillimetre: unit,
      millimetresPerSecond: scale.millimetresPerSecond,
      millimetresPerMillivolt: scale.millimetresPerMillivolt,
    }),
    [layout, height, overlay, sheet, span, width, unit, scale, dark],
  );
  const paint = useMemo(
    () => (): void => {
      const element = canvas.current;
      if (!element || view.width === 0) return;
      const fitted = fitCanvas(element, view.width, view.height);
      if (fitted) draw(fitted.context, record, { ...view, start: position.current }, fitted.density);
    },
    [record, view],
  );

  // What asks for another place (overview, buttons) moves the scroll bar too; what scrolling told is here already.
  useLayoutEffect(() => {
    const moved = Math.abs(position.current - start) > 1e-9;
    position.current = start;
    const element = scroller.current;
    if (element && gear > 0 && Math.abs(element.scrollLeft * gear - start) > 2 * gear)
      element.scrollLeft = start / gear;
    if (moved) paint();
  }, [start, gear, paint]);
  useLayoutEffect(paint, [paint]);
  useEffect(() => onMove({ start: position.current, seconds }), [seconds, onMove]);

  const frame = useRef(0);
  const onScroll = (): void => {
    if (sheet || frame.current !== 0) return;
    frame.current = requestAnimationFrame(() => {
      frame.current = 0;
      position.current = (scroller.current?.scrollLeft ?? 0) * gear;
      paint();
      onMove({ start: position.current, seconds });
    });
  };
  const onKey = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ...{ Home: -total, End: total, PageUp: -0.9 * seconds, PageDown: 0.9 * seconds },
      ...(sheet ? { ArrowLeft: -0.1 * seconds, ArrowRight: 0.1 * seconds } : {}), // stacked leads scroll by themselves
    };
    const step = steps[event.key];
    if (step === undefined || total <= seconds) return;
    event.preventDefault();
    onMove({ start: Math.max(0, Math.min(total - seconds, start + step)), seconds });
  };
  const label = words.ecg.canvas(record.name, String(signal.leads.length), formats.duration(total));
  return (
    <div
      class="paper"
      ref={scroller}
      tabIndex={0}
      role="group"
      aria-label={`${label}. ${words.ecg.scrollHint}`}
      onScroll={onScroll}
      onKeyDown={onKey}
    >
      <div class="paper-length" style={{ width: `${Math.max(span, view.width)}px`, height: `${height}px` }}>
        <div class="paper-view" style={{ width: `${view.width}px`, height: `${height}px` }}>
          <canvas ref={canvas} role="img" aria-label={label} />
          <Calipers
            millisecondsPerPixel={1000 / pixelsPerSecond}
            millivoltsPerPixel={1 / (scale.millimetresPerMillivolt * unit)}
          />
        </div>
      </div>
    </div>
  );
}
