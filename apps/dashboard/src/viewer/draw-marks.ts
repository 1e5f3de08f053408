import { extentOf, type View } from './draw.js';
import { firstFrom, type EcgRecord } from './ecg-record.js';

/** Beats that are nothing to look at: normal, paced, and found but not labelled. */
const usual = new Set(['N', '.', '', 'L', 'R', '/']);

/** Whether a mark says nothing to stop at. */
export const isUsual = (symbol: string): boolean => usual.has(symbol);

/**
 * Beats as ticks with their symbols, above the rhythm strip or the first row, and rhythms as bands along the top. Where beats are too dense for
 * letters only ticks are drawn, and where they are denser still only those of beats that are not usual.
 */
export function drawMarks(context: CanvasRenderingContext2D, record: EcgRecord, view: View): void {
  const { layout, colours, pixelsPerMillimetre: unit } = view;
  const strip = layout.strips.find(({ rhythm }) => rhythm) ?? layout.strips[0];
  if (!strip) return;
  const { left, right, from, perPixel } = extentOf(record, view, strip);
  const to = from + (right - left) * perPixel;
  const top = (strip.y - layout.rowHeight / 2) * unit - 8; // between this row and what is above it

  const first = firstFrom(record.marks, from);
  const last = firstFrom(record.marks, to);
  const room = (right - left) / Math.max(1, last - first);
  context.font = '600 12px system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  for (let i = first; i < last; i++) {
    const { sample, symbol } = record.marks[i];
    const normal = isUsual(symbol);
    if (room < 3 && normal) continue;
    const x = left + (sample - from) / perPixel;
    context.fillStyle = normal ? colours.mark : colours.abnormal;
    context.fillRect(Math.round(x), top + 3, normal ? 1 : 2, 7);
    if (room > 12 || (!normal && room > 4)) context.fillText(symbol, x, top);
  }

  context.textAlign = 'left';
  context.font = '11px system-ui, sans-serif';
  for (const span of record.spans) {
    if (span.to <= from || span.from >= to) continue;
    const start = Math.max(left, left + (span.from - from) / perPixel);
    const end = Math.min(right, left + (span.to - from) / perPixel);
    const band = strip.rhythm ? top - 24 : 0;
    const sinus = span.rhythm === 'N';
    context.fillStyle = sinus ? colours.mark : colours.rhythm;
    context.globalAlpha = sinus ? 0.25 : 0.9;
    context.fillRect(start, band, end - start, 3);
    context.globalAlpha = 1;
    if (!sinus && end - start > 60) context.fillText(span.text, start + 46, band + 15);
  }
}
