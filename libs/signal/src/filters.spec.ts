import { describe, expect, test } from '@jest/globals';
import { type FilterDesign, designFilter } from './filter-design.js';
import { type FirDesign, firFilter, firwin } from './fir.js';
import { comb, notch } from './notch.js';
import { savitzkyGolay, type SavitzkyGolayOptions } from './savitzky-golay.js';
import { sosfilt, sosfiltfilt, sosfiltZi } from './sosfilt.js';
import { difference, few, golden as read, noise, type Seeded } from './testing/golden.js';

// Made by golden/filters.py with scipy.signal.
const golden = read<{
  iir: (Seeded & { design: FilterDesign } & Record<'sosfilt' | 'settled' | 'sosfiltfilt', number[]> & {
      sos: number[][];
    })[];
  mains: (Seeded & Record<'hz' | 'rate' | 'quality', number> & Record<'b' | 'a' | 'notch' | 'comb', number[]>)[];
  fir: (Seeded & { design: FirDesign; filtered: number[] | null } & Record<'taps' | 'causal', number[]>)[];
  polynomials: (Seeded & SavitzkyGolayOptions & Record<'filtered' | 'ends', number[]>)[];
  exact: SavitzkyGolayOptions & { weights: number[] };
}>('filters');

describe('recursive filters', () => {
  test.each(golden.iir.map((c) => [`${JSON.stringify(c.design)}`, c] as const))('%s equals scipy', (_, expected) => {
    const sections = designFilter(expected.design);
    const x = noise(expected);
    expect(difference(sections.flat(), expected.sos.flat())).toBeLessThan(1e-9);
    expect(difference(few(sosfilt(sections, x).samples), expected.sosfilt)).toBeLessThan(1e-9);
    const initial = sosfiltZi(sections).map((z) => z * x[0]);
    expect(difference(few(sosfilt(sections, x, { initial }).samples), expected.settled)).toBeLessThan(1e-9);
    expect(difference(few(sosfiltfilt(sections, x)), expected.sosfiltfilt)).toBeLessThan(1e-9);
  });
});

describe('notch and comb', () => {
  test.each(golden.mains)('at $hz of $rate Hz, quality $quality, equal scipy', (expected) => {
    const { hz, rate, quality } = expected;
    const x = noise(expected);
    const sections = notch(hz, rate, quality);
    expect(difference(sections[0], [...expected.b, ...expected.a])).toBeLessThan(1e-9);
    expect(difference(few(sosfiltfilt(sections, x)), expected.notch)).toBeLessThan(1e-9);
    expect(difference(few(comb(x, hz, rate, { quality })), expected.comb)).toBeLessThan(1e-9);
  });
});

describe('filters by window', () => {
  test.each(golden.fir)('$design.taps taps, $design.band, $design.window equal scipy', (expected) => {
    const taps = firwin(expected.design);
    expect(difference(taps, expected.taps)).toBeLessThan(1e-9);
    const x = noise(expected);
    if (expected.filtered) expect(difference(few(firFilter(taps, x)), expected.filtered)).toBeLessThan(1e-9);
    expect(difference(few(firFilter(taps, x, { causal: true })), expected.causal)).toBeLessThan(1e-9);
  });
});

describe('Savitzky-Golay', () => {
  test.each(golden.polynomials)(
    'window $window, order $order, derivative $derivative, $n samples equals scipy',
    (expected) => {
      const y = savitzkyGolay(noise(expected), expected);
      const half = (expected.window - 1) / 2;
      const ends = Float64Array.of(...y.subarray(0, half), ...y.subarray(y.length - half));
      expect(difference(few(y), expected.filtered)).toBeLessThan(1e-9);
      if (half > 0) expect(difference(few(ends), expected.ends)).toBeLessThan(1e-9);
    },
  );

  test('equals exact fractions where least squares on powers, as in scipy, loses 8 digits', () => {
    const impulse = new Float64Array(201);
    impulse[100] = 1;
    const response = savitzkyGolay(impulse, golden.exact).subarray(60, 141).reverse();
    expect(difference(response, golden.exact.weights)).toBeLessThan(1e-12);
  });

  test('a derivative above the order is 0', () =>
    expect(savitzkyGolay(Float64Array.of(1, 5, 2), { window: 3, order: 1, derivative: 2 })).toEqual(
      new Float64Array(3),
    ));

  test('leaves a cubic and gives its slope, at the ends too', () => {
    const t = Float64Array.from({ length: 50 }, (_, i) => i / 10);
    const options = { window: 11, order: 3, spacing: 0.1 };
    const cubic = t.map((s) => s ** 3 - 2 * s);
    expect(difference(savitzkyGolay(cubic, options), cubic)).toBeLessThan(1e-12);
    const slope = t.map((s) => 3 * s ** 2 - 2);
    expect(difference(savitzkyGolay(cubic, { ...options, derivative: 1 }), slope)).toBeLessThan(1e-11);
  });
});
