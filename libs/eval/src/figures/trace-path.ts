import type { Strip } from './strips.js';

/**
 * The SVG path of a strip of a lead in mV. Coordinates are whole tenths of a millimetre, relative to each other. Samples that the straight line
 * between their neighbours passes within `tolerance` above or below are left out, so that no peak is lost; NaN breaks the line.
 */
export function tracePath(
  samples: Float32Array,
  { from, to, x, y }: Strip,
  { perSample, perMillivolt }: { readonly perSample: number; readonly perMillivolt: number },
  tolerance: number,
): string {
  const at = (i: number): Point => ({ x: x + (i - from) * perSample, y: y - samples[i] * perMillivolt });
  let path = '';
  for (let i = from; i < to; i++) {
    if (Number.isNaN(samples[i])) continue;
    const piece: Point[] = [];
    for (; i < to && !Number.isNaN(samples[i]); i++) piece.push(at(i));
    path += drawn(thinned(piece, tolerance));
  }
  return path;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Keeps a point when the line from the last kept one to the next would pass one between them at more than `tolerance`, up or down. */
function thinned(points: readonly Point[], tolerance: number): Point[] {
  let kept = points[0];
  const result = [kept];
  let [low, high] = [-Infinity, Infinity]; // slopes of the lines from `kept` that meet all points since
  for (let i = 1; i < points.length; i++) {
    const { x, y } = points[i];
    const slope = (y - kept.y) / (x - kept.x);
    if (slope < low || slope > high) {
      result.push((kept = points[--i])); // and this point again, seen from there
      [low, high] = [-Infinity, Infinity];
      continue;
    }
    low = Math.max(low, (y - tolerance - kept.y) / (x - kept.x));
    high = Math.min(high, (y + tolerance - kept.y) / (x - kept.x));
  }
  if (points.length > 1) result.push(points[points.length - 1]);
  return result;
}

function drawn([first, ...others]: readonly Point[]): string {
  let [x, y] = [Math.round(first.x), Math.round(first.y)];
  let path = `M${x} ${y}l`;
  if (others.length === 0) return `${path}0 0`; // a dot, by the line's round cap
  for (const other of others) {
    const [dx, dy] = [Math.round(other.x) - x, Math.round(other.y) - y];
    path += `${dx < 0 || path.endsWith('l') ? '' : ' '}${dx}${dy < 0 ? '' : ' '}${dy}`;
    x += dx;
    y += dy;
  }
  return path;
}
