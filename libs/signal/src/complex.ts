/** A complex number as [real, imaginary]; used where filters are designed, never on samples. */
export type Complex = readonly [re: number, im: number];

export const real = (re: number): Complex => [re, 0];
export const conjugate = ([re, im]: Complex): Complex => [re, -im];
export const magnitude = ([re, im]: Complex): number => Math.hypot(re, im);
export const add = (a: Complex, b: Complex): Complex => [a[0] + b[0], a[1] + b[1]];
export const subtract = (a: Complex, b: Complex): Complex => [a[0] - b[0], a[1] - b[1]];
export const scale = ([re, im]: Complex, by: number): Complex => [re * by, im * by];
export const multiply = (a: Complex, b: Complex): Complex => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];

export const product = (values: readonly Complex[]): Complex => values.reduce(multiply, real(1));

/** a / b by Smith's method, which neither overflows nor loses the smaller part. */
export function divide([a, b]: Complex, [c, d]: Complex): Complex {
  if (Math.abs(c) >= Math.abs(d)) {
    const ratio = d / c;
    const below = c + d * ratio;
    return [(a + b * ratio) / below, (b - a * ratio) / below];
  }
  const ratio = c / d;
  const below = d + c * ratio;
  return [(a * ratio + b) / below, (b * ratio - a) / below];
}

/** The root with a real part of at least 0. */
export function squareRoot([re, im]: Complex): Complex {
  if (re === 0 && im === 0) return real(0);
  const larger = Math.sqrt((Math.abs(re) + Math.hypot(re, im)) / 2);
  const smaller = Math.abs(im) / (2 * larger);
  const sign = im < 0 ? -1 : 1;
  return re >= 0 ? [larger, sign * smaller] : [smaller, sign * larger];
}
