/** x and y. */
export type Point = readonly [x: number, y: number];

/**
 * The points that a line needs to pass all of them within `tolerance` (Douglas & Peucker, Cartographica 10:112, 1973). A curve of 20,000
 * thresholds needs a few hundred to look the same.
 *
 * @param tolerance in the unit of the points, which has to be the same for x and y
 */
export function simplified(points: readonly Point[], tolerance: number): Point[] {
  if (points.length < 3) return [...points];
  const kept = new Uint8Array(points.length);
  kept[0] = kept[points.length - 1] = 1;
  const parts: [number, number][] = [[0, points.length - 1]];
  for (let part = parts.pop(); part; part = parts.pop()) {
    const [from, to] = part;
    let [worst, distance] = [from, tolerance];
    for (let i = from + 1; i < to; i++) {
      const d = distanceTo(points[i], points[from], points[to]);
      if (d > distance) [worst, distance] = [i, d];
    }
    if (worst === from) continue;
    kept[worst] = 1;
    parts.push([from, worst], [worst, to]);
  }
  return points.filter((_, i) => kept[i]);
}

/** From a point to the line between two others, ends included. */
function distanceTo([x, y]: Point, [x0, y0]: Point, [x1, y1]: Point): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / length));
  return Math.hypot(x - x0 - along * dx, y - y0 - along * dy);
}
