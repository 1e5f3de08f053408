import { describe, expect, test } from '@jest/globals';
import { ecgBandPass } from './ecg-band-pass.js';
import { designFilter, type FilterDesign } from './filter-design.js';
import { type FirDesign, firFilter, firwin } from './fir.js';
import { comb, notch } from './notch.js';
import { savitzkyGolay } from './savitzky-golay.js';
import { sosfilt, sosfiltfilt } from './sosfilt.js';

const rate = 500;
const sine = (hz: number, n = 5000): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate));
/** The largest value of the middle second. */
const height = (x: Float64Array): number => Math.max(...x.subarray(2250, 2750).map(Math.abs));
const design: FilterDesign = {
  family: 'butterworth',
  order: 3,
  band: 'bandpass',
  cutoffHz: [0.5, 40],
  sampleRateHz: rate,
};
const sections = designFilter(design);

describe('filtered sines', () => {
  test('the ECG band keeps 10 Hz in place, halves the power twice at the cut-off and stops a baseline and the mains', () => {
    const ten = sine(10);
    const filtered = ecgBandPass(ten, rate);
    expect(height(filtered.map((value, i) => value - ten[i]))).toBeLessThan(1e-3);
    expect(height(ecgBandPass(sine(40), rate))).toBeCloseTo(0.5, 2);
    expect(height(ecgBandPass(sine(0.05), rate))).toBeLessThan(1e-3);
    expect(height(ecgBandPass(sine(150), rate))).toBeLessThan(1e-3);
    expect(height(ecgBandPass(new Float64Array(5000).fill(300), rate))).toBeLessThan(1e-6);
    expect(height(ecgBandPass(sine(100), rate, 'diagnostic'))).toBeGreaterThan(0.95);
  });

  test('notch and comb take out the mains and leave 10 Hz', () => {
    expect(height(sosfiltfilt(notch(50, rate), sine(50)))).toBeLessThan(1e-3);
    const ten = sine(10);
    const notched = sosfiltfilt(notch(50, rate), ten);
    expect(height(notched.map((value, i) => value - ten[i]))).toBeLessThan(1e-3);
    expect(height(comb(sine(50), 50, rate))).toBeLessThan(1e-3);
    expect(height(comb(sine(150), 50, rate))).toBeLessThan(1e-3);
    // Its power gain at 10 Hz, a fifth of the way from one notch to the next (Orfanidis, Introduction to Signal Processing, 11.5).
    const gain = 1 / (1 + (Math.tan(Math.PI / 2 / 30) / Math.tan(Math.PI / 5)) ** 2);
    expect(height(comb(ten, 50, rate).map((value, i) => value - gain * ten[i]))).toBeLessThan(1e-4);
  });

  test('in two parts as in one, in the precision of the input', () => {
    const x = Float32Array.from(sine(3, 400));
    const whole = sosfilt(sections, x);
    const first = sosfilt(sections, x.subarray(0, 150));
    const second = sosfilt(sections, x.subarray(150), { initial: first.state });
    expect(whole.samples).toBeInstanceOf(Float32Array);
    expect([...first.samples, ...second.samples]).toEqual([...whole.samples]);
    expect(second.state).toEqual(whole.state);
  });

  test('leave their input as it was', () => {
    const [x, copy] = [sine(3, 400), sine(3, 400)];
    sosfiltfilt(sections, x);
    comb(x, 50, rate);
    expect(x).toEqual(copy);
  });
});

describe('missing samples', () => {
  const filters: [string, (x: Float64Array, missing?: 'error' | 'interpolate' | 'keep') => Float64Array][] = [
    ['sosfilt', (x, missing = 'error') => sosfilt(sections, x, { missing }).samples],
    ['sosfiltfilt', (x, missing = 'error') => sosfiltfilt(sections, x, { missing })],
    ['ecgBandPass', (x, missing = 'error') => ecgBandPass(x, rate, 'monitoring', { missing })],
    ['comb', (x, missing = 'error') => comb(x, 50, rate, { missing })],
    [
      'firFilter',
      (x, missing = 'error') =>
        firFilter(firwin({ taps: 51, band: 'lowpass', cutoffHz: 40, sampleRateHz: rate }), x, { missing }),
    ],
    ['savitzkyGolay', (x, missing = 'error') => savitzkyGolay(x, { window: 11, order: 3, missing })],
  ];

  test.each(filters)('%s refuses them, bridges them, or bridges and keeps them', (_, filter) => {
    // A straight line, so that bridging restores it, but for the first three, which are held.
    const line = Float64Array.from({ length: 400 }, (_, i) => 2 + Math.max(i, 3) / 10);
    const holed = line.map((value, i) => (i < 3 || (i >= 100 && i < 110) ? NaN : value));
    expect(() => filter(holed)).toThrow('Sample 0 of 400 must be finite. Received: NaN');
    const bridged = filter(holed, 'interpolate');
    const expected = filter(line);
    for (let i = 0; i < 400; i++) expect(bridged[i]).toBeCloseTo(expected[i], 9);
    expect(filter(holed, 'keep')).toEqual(bridged.map((value, i) => (Number.isNaN(holed[i]) ? NaN : value)));
  });

  test.each(filters)('%s holds the last known sample at the end and refuses what no bridge can mend', (_, filter) => {
    const step = sine(1, 400).fill(0.5, 380);
    const cut = step.map((value, i) => (i > 380 ? NaN : value));
    expect(filter(cut, 'interpolate')).toEqual(filter(step));
    expect(() => filter(new Float64Array(400).fill(NaN), 'interpolate')).toThrow('At least one of 400 samples must');
    expect(() => filter(new Float64Array(400).fill(Infinity), 'interpolate')).toThrow('Received: Infinity');
  });
});

describe('impossible input is refused with the value and the bound', () => {
  const x = sine(1, 400);
  const low: FilterDesign = { family: 'butterworth', order: 2, band: 'lowpass', cutoffHz: 40, sampleRateHz: rate };
  const fir: FirDesign = { taps: 11, band: 'highpass', cutoffHz: 40, sampleRateHz: rate };
  test.each<[code: string, message: string, value: unknown, run: () => unknown]>([
    ['usage', '`sampleRateHz` must be finite and above 0. Received: 0.', 0, () => ecgBandPass(x, 0)],
    ['usage', '`sampleRateHz` must be', NaN, () => designFilter({ ...low, sampleRateHz: NaN })],
    ['usage', 'above 0 and below 125 Hz, half the rate of 250 Hz.', 150, () => ecgBandPass(x, 250, 'diagnostic')],
    ['usage', 'A cut-off must be above 0', 250, () => designFilter({ ...low, cutoffHz: 250 })],
    ['usage', 'A cut-off must be above 0', 0, () => designFilter({ ...low, cutoffHz: 0 })],
    ['usage', 'Received: 40, 0.5.', [40, 0.5], () => designFilter({ ...design, cutoffHz: [40, 0.5] })],
    ['usage', 'from 1 to 25 (butterworth). Received: 0', 0, () => designFilter({ ...low, order: 0 })],
    ['usage', 'from 1 to 10 (bessel). Received: 11', 11, () => designFilter({ ...low, family: 'bessel', order: 11 })],
    ['usage', '`rippleDb` must', 0, () => designFilter({ ...low, family: 'chebyshev1', rippleDb: 0 })],
    ['usage', '`attenuationDb` must', -3, () => designFilter({ ...low, family: 'chebyshev2', attenuationDb: -3 })],
    [
      'usage',
      'below the attenuation of 1 dB',
      3,
      () => designFilter({ ...low, family: 'elliptic', rippleDb: 3, attenuationDb: 1 }),
    ],
    ['usage', 'a whole multiple', rate, () => comb(x, 60, rate)],
    ['usage', '`quality` must', 0, () => notch(50, rate, 0)],
    ['usage', 'A cut-off must be above 0', 60, () => notch(60, 100)],
    ['usage', '`taps` must be a whole number, at least 1', 0, () => firwin({ ...fir, taps: 0 })],
    ['usage', '`taps` must be odd for a highpass', 10, () => firwin({ ...fir, taps: 10 })],
    [
      'usage',
      '`taps` must be odd for a bandstop',
      10,
      () => firwin({ taps: 10, band: 'bandstop', cutoffHz: [45, 55], sampleRateHz: rate }),
    ],
    ['usage', 'odd for a filter without delay', 4, () => firFilter(new Float64Array(4), x)],
    ['usage', 'The number of taps must be at least 1', 0, () => firFilter(new Float64Array(0), x, { causal: true })],
    ['usage', '`window` must', 4, () => savitzkyGolay(x, { window: 4, order: 2 })],
    ['usage', '`order` must', 5, () => savitzkyGolay(x, { window: 5, order: 5 })],
    ['usage', '`spacing` must', 0, () => savitzkyGolay(x, { window: 5, order: 2, spacing: 0 })],
    ['usage', '`derivative` must', -1, () => savitzkyGolay(x, { window: 5, order: 2, derivative: -1 })],
    ['data', 'window of 5 samples. Received: 4', 4, () => savitzkyGolay(x.subarray(0, 4), { window: 5, order: 2 })],
    ['data', 'Sample 1 of 2 must be finite', NaN, () => sosfilt(sections, Float64Array.of(1, NaN))],
    ['data', 'Sample 1 of 2 must be finite', -Infinity, () => firFilter(firwin(fir), Float64Array.of(1, -Infinity))],
    ['usage', 'The length of `initial` must be 6', 2, () => sosfilt(sections, x, { initial: new Float64Array(2) })],
    ['data', 'above the 21 of the padding. Received: 21.', 21, () => sosfiltfilt(sections, x.subarray(0, 21))],
    ['data', 'above the 21 of the padding. Received: 0.', 0, () => sosfiltfilt(sections, x.subarray(0, 0))],
    ['usage', '`padLength` must', -1, () => sosfiltfilt(sections, x, { padLength: -1 })],
    ['data', 'above the 33 of the padding. Received: 30.', 30, () => comb(x.subarray(0, 30), 50, rate)],
  ])('%s: %s', (code, message, value, run) => {
    expect(run).toThrow(message);
    expect(run).toThrow(expect.objectContaining({ name: 'SignalError', code, value, bound: expect.any(String) }));
  });
});
