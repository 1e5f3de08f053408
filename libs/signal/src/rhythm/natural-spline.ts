/**
 * The cubic spline through points, without curvature at its ends: `scipy.interpolate.CubicSpline(x, y, bc_type='natural')`.
 *
 * @param x ascending, three or more
 * @param at ascending, between the first and the last x
 */
export function naturalSpline(x: Float64Array, y: Float64Array, at: Float64Array): Float64Array {
  const curvature = secondDerivatives(x, y);
  let i = 0;
  return at.map((value) => {
    while (i < x.length - 2 && x[i + 1] < value) i++;
    const width = x[i + 1] - x[i];
    const [a, b] = [(x[i + 1] - value) / width, (value - x[i]) / width];
    const bend = (a ** 3 - a) * curvature[i] + (b ** 3 - b) * curvature[i + 1];
    return a * y[i] + b * y[i + 1] + (bend * width ** 2) / 6;
  });
}

/** At each point: a tridiagonal system, eliminated forward and substituted back. */
function secondDerivatives(x: Float64Array, y: Float64Array): Float64Array {
  const n = x.length;
  const above = new Float64Array(n);
  const result = new Float64Array(n);
  for (let i = 1; i < n - 1; i++) {
    const [before, after] = [x[i] - x[i - 1], x[i + 1] - x[i]];
    const change = 6 * ((y[i + 1] - y[i]) / after - (y[i] - y[i - 1]) / before);
    const pivot = 2 * (before + after) - before * above[i - 1];
    above[i] = after / pivot;
    result[i] = (change - before * result[i - 1]) / pivot;
  }
  for (let i = n - 2; i > 0; i--) result[i] -= above[i] * result[i + 1];
  return result;
}
