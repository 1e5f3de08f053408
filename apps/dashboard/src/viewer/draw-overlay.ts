import { extentOf, type View } from './draw.js';
import type { EcgRecord } from './ecg-record.js';
import type { Layout } from './layout.js';
import type { Overlay } from './saliency.js';

/** Colour behind the strips in boxes half a millimetre wide: red where a sample spoke for the class, blue where against; of a box the farthest counts. */
export function drawOverlay(context: CanvasRenderingContext2D, record: EcgRecord, view: View, overlay: Overlay): void {
  for (const strip of view.layout.strips) drawStrip(context, record, view, strip, overlay[strip.lead]);
  context.globalAlpha = 1;
}

function drawStrip(
  context: CanvasRenderingContext2D,
  record: EcgRecord,
  view: View,
  strip: Layout['strips'][number],
  values: Float32Array,
): void {
  const { left, right, from, perPixel } = extentOf(record, view, strip);
  const box = Math.max(1, view.pixelsPerMillimetre / 2);
  const top = (strip.y - view.layout.rowHeight / 2) * view.pixelsPerMillimetre;
  const height = view.layout.rowHeight * view.pixelsPerMillimetre;
  for (let x = left; x < right; x += box) {
    const start = Math.max(0, Math.floor(from + (x - left) * perPixel));
    const end = Math.min(values.length, Math.max(start + 1, Math.floor(from + (x - left + box) * perPixel)));
    let farthest = 0;
    for (let i = start; i < end; i++) if (Math.abs(values[i]) > Math.abs(farthest)) farthest = values[i];
    if (Math.abs(farthest) < 0.04) continue;
    context.globalAlpha = 0.7 * Math.abs(farthest);
    context.fillStyle = farthest > 0 ? view.colours.positive : view.colours.negative;
    context.fillRect(x, top, Math.min(box, right - x), height);
  }
}
