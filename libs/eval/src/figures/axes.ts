import type { ScaleOptions } from '@observablehq/plot';
import type { Language } from './words.js';

/** An axis whose label stands in its middle, with faint lines across. */
export function axis(label: string | null, options: ScaleOptions = {}): ScaleOptions {
  return { label, labelAnchor: 'center', labelArrow: 'none', grid: true, ...options };
}

/** An axis from 0 to 1 with a tick each 0.2. */
export function unitAxis(label: string | null, { number }: Language, options: ScaleOptions = {}): ScaleOptions {
  return axis(label, {
    domain: [0, 1],
    ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
    tickFormat: (value: number) => number(value, 1),
    ...options,
  });
}

/** Margins that leave room to ticks and a label on the left and below. */
export const margins = { marginLeft: 52, marginRight: 16, marginTop: 8, marginBottom: 40 } as const;

/** A logarithmic axis with ticks at powers of ten. */
export function logAxis(
  label: string,
  [low, high]: readonly [number, number],
  tickFormat: (value: number) => string,
): ScaleOptions {
  const ticks: number[] = [];
  for (let power = Math.ceil(Math.log10(low)); 10 ** power <= high; power++) ticks.push(10 ** power);
  return axis(label, { type: 'log', domain: [low, high], ticks, tickFormat });
}
