import type { EcgRecord } from './ecg-record.js';
import type { Layout, Strip } from './layout.js';
import { drawMarks } from './draw-marks.js';
import { drawOverlay } from './draw-overlay.js';
import { extremes } from './pyramid.js';
import type { Overlay } from './saliency.js';

/** Colours of paper and ink, which follow the page's light or dark look. */
export interface Colours {
  readonly paper: string;
  readonly fine: string;
  readonly thick: string;
  readonly trace: string;
  readonly label: string;
  readonly mark: string;
  readonly abnormal: string;
  readonly rhythm: string;
  readonly positive: string;
  readonly negative: string;
}

/** What of a record is seen, and how large. */
export interface View {
  readonly layout: Layout;
  readonly colours: Colours;
  /** Second of the record at the left edge of the paper. */
  readonly start: number;
  /** CSS pixels of the canvas. */
  readonly width: number;
  readonly height: number;
  readonly pixelsPerMillimetre: number;
  readonly millimetresPerSecond: number;
  readonly millimetresPerMillivolt: number;
  readonly overlay: Overlay | undefined;
}

let columnExtremes = new Float32Array(0); // kept between frames: drawing must not make garbage

/** Draws a view; the context must be scaled so that a unit is a CSS pixel, `density` device pixels wide. */
export function draw(context: CanvasRenderingContext2D, record: EcgRecord, view: View, density: number): void {
  const { width, height, colours, layout } = view;
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, width, height);
  drawGrid(context, view);
  if (view.overlay) drawOverlay(context, record, view, view.overlay);
  context.strokeStyle = colours.trace;
  context.lineWidth = Math.max(1, 0.3 * view.pixelsPerMillimetre);
  context.lineJoin = 'round';
  for (const strip of layout.strips) drawTrace(context, record, view, strip, density);
  drawPulses(context, view);
  drawMarks(context, record, view);
  drawLabels(context, view);
}

/** Lines of 1 mm and 5 mm, which move with the time; the fine ones are left out where they would be a grey veil. */
function drawGrid(context: CanvasRenderingContext2D, view: View): void {
  const { start, width, height, pixelsPerMillimetre: unit, millimetresPerSecond, layout, colours } = view;
  const offset = layout.width === undefined ? (start * millimetresPerSecond) % 5 : 0;
  for (const [step, colour] of [
    [1, colours.fine],
    [5, colours.thick],
  ] as const) {
    if (step * unit < 2.5) continue;
    context.beginPath();
    for (let x = -(offset % step); x * unit <= width; x += step) {
      const at = Math.round(x * unit) + 0.5;
      context.moveTo(at, 0);
      context.lineTo(at, height);
    }
    for (let y = 0; y * unit <= height; y += step) {
      const at = Math.round(y * unit) + 0.5;
      context.moveTo(0, at);
      context.lineTo(width, at);
    }
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.stroke();
  }
}

/** Pixels and samples that a strip covers on the canvas. */
interface Extent {
  readonly left: number;
  readonly right: number;
  /** Sample at `left`; may be fractional, and before the record. */
  readonly from: number;
  readonly perPixel: number;
}

/** Where a strip is on the canvas. */
export function extentOf({ signal }: EcgRecord, view: View, strip: Strip): Extent {
  const perPixel = signal.sampleRateHz / (view.millimetresPerSecond * view.pixelsPerMillimetre);
  const left = strip.x * view.pixelsPerMillimetre;
  const wanted = left + strip.seconds * view.millimetresPerSecond * view.pixelsPerMillimetre;
  return {
    left,
    right: Math.min(view.width, wanted),
    from: (view.start + strip.delaySeconds) * signal.sampleRateHz,
    perPixel,
  };
}

function drawTrace(
  context: CanvasRenderingContext2D,
  record: EcgRecord,
  view: View,
  strip: Strip,
  density: number,
): void {
  const { left, right, from, perPixel } = extentOf(record, view, strip);
  const y = strip.y * view.pixelsPerMillimetre;
  const perMillivolt = view.millimetresPerMillivolt * view.pixelsPerMillimetre;
  context.beginPath();
  if (perPixel / density < 1.5) {
    lineThrough(context, record.pyramids[strip.lead].samples, { left, right, from, perPixel }, y, perMillivolt);
  } else {
    const columns = Math.ceil((right - left) * density);
    if (columnExtremes.length < 2 * columns) columnExtremes = new Float32Array(2 * columns);
    extremes(record.pyramids[strip.lead], from, from + (columns * perPixel) / density, columns, columnExtremes);
    let up = false;
    let gap = true;
    for (let column = 0; column < columns; column++) {
      const [low, high] = [columnExtremes[2 * column], columnExtremes[2 * column + 1]];
      if (low > high) {
        gap = true;
        continue;
      }
      const x = left + (column + 0.5) / density;
      const [first, second] = up ? [low, high] : [high, low]; // to and fro, so that neighbours are joined
      if (gap) context.moveTo(x, y - first * perMillivolt);
      else context.lineTo(x, y - first * perMillivolt);
      if (second !== first) context.lineTo(x, y - second * perMillivolt);
      up = !up;
      gap = false;
    }
  }
  context.stroke();
}

/** The calibration pulse before each row of a sheet: 1 mV, 0.2 s. */
function drawPulses(context: CanvasRenderingContext2D, { layout, pixelsPerMillimetre: unit, ...view }: View): void {
  context.beginPath();
  for (const { delaySeconds, x, y } of layout.strips) {
    if (x === 0 || delaySeconds > 0) continue;
    const width = 0.2 * view.millimetresPerSecond;
    const left = x - width - 4;
    const top = (y - view.millimetresPerMillivolt) * unit;
    context.moveTo(left * unit, y * unit);
    context.lineTo((left + 2) * unit, y * unit);
    context.lineTo((left + 2) * unit, top);
    context.lineTo((left + 2 + width) * unit, top);
    context.lineTo((left + 2 + width) * unit, y * unit);
    context.lineTo((left + 4 + width) * unit, y * unit);
  }
  context.stroke();
}

function lineThrough(
  context: CanvasRenderingContext2D,
  samples: Float32Array,
  { left, right, from, perPixel }: Extent,
  y: number,
  perMillivolt: number,
): void {
  const first = Math.max(0, Math.floor(from));
  const last = Math.min(samples.length - 1, Math.ceil(from + (right - left) * perPixel));
  let gap = true;
  for (let i = first; i <= last; i++) {
    const value = samples[i];
    if (Number.isNaN(value)) {
      gap = true;
      continue;
    }
    const x = left + (i - from) / perPixel;
    if (gap) context.moveTo(x, y - value * perMillivolt);
    else context.lineTo(x, y - value * perMillivolt);
    gap = false;
  }
}

function drawLabels(context: CanvasRenderingContext2D, view: View): void {
  const { layout, colours, pixelsPerMillimetre: unit, height } = view;
  context.font = `600 ${Math.max(11, Math.min(15, 3.2 * unit))}px system-ui, sans-serif`;
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  context.lineWidth = 4;
  context.strokeStyle = colours.paper;
  context.fillStyle = colours.label;
  const write = (text: string, x: number, y: number): void => {
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  };
  for (const strip of layout.strips) {
    const x = strip.x * unit;
    write(strip.name, x + 6, (strip.y - layout.rowHeight / 2) * unit + 16);
    if (strip.delaySeconds > 0) context.fillRect(Math.round(x), strip.y * unit - 5 * unit, 1, 10 * unit); // between columns
  }
  context.font = '11px system-ui, sans-serif';
  const scale = `${Math.round(1000 * view.millimetresPerSecond) / 1000} mm/s   ${view.millimetresPerMillivolt} mm/mV`;
  write(scale, 6, height - 5);
}
