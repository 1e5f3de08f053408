import type { SyntheticEcg } from '../synthetic.js';

// What is read off an ECG for the tests of the synthetic one, from its samples alone, with beats where it says that they are.

/** A lead by its name. */
export const leadOf = ({ signal }: SyntheticEcg, name: string): Float32Array =>
  signal.samples[signal.leads.indexOf(name)];

/** The mean of numbers. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean beat of a lead in mV, by seconds from R; of the beats with a symbol, or all. */
export function averageBeat(ecg: SyntheticEcg, name: string, symbol?: string): (seconds: number) => number {
  const samples = leadOf(ecg, name);
  const { sampleRateHz } = ecg.signal;
  const whole = ecg.annotations.filter(
    ({ sample, symbol: own }) =>
      own !== '+' &&
      (symbol === undefined || own === symbol) &&
      sample > sampleRateHz / 2 &&
      sample < samples.length - sampleRateHz / 2,
  );
  return (seconds) => mean(whole.map(({ sample }) => samples[sample + Math.round(seconds * sampleRateHz)]));
}

/**
 * How long QRS is, in seconds: from R outwards as long as leads I, II, V1, V2 and V6 together change by more than 12.5 mV/s, or do again within
 * 20 ms (a plateau).
 */
export function qrsWidth(ecg: SyntheticEcg, symbol?: string): number {
  const beats = ['I', 'II', 'V1', 'V2', 'V6'].map((name) => averageBeat(ecg, name, symbol));
  const step = 0.002;
  const moves = (t: number): boolean =>
    beats.reduce((sum, beat) => sum + Math.abs(beat(t + step) - beat(t - step)), 0) > 12.5 * 2 * step;
  const edge = (direction: 1 | -1): number => {
    let last = 0;
    for (let t = 0; t <= last + 0.02; t += step) if (moves(direction * t)) last = t;
    return last;
  };
  return edge(-1) + edge(1);
}

/** The power of values at some times at a frequency, by definition: half the square of the amplitude of a sine. In units of the values squared. */
export function powerAt(values: ArrayLike<number>, timeOf: (i: number) => number, hz: number): number {
  let [re, im] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const phase = 2 * Math.PI * hz * timeOf(i);
    re += values[i] * Math.cos(phase);
    im += values[i] * Math.sin(phase);
  }
  return (2 * (re * re + im * im)) / values.length ** 2;
}
