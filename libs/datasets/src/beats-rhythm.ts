import { CardioError } from '@cardio/core';
import { medianOf, runningMedian } from '@cardio/signal';
import { places } from './beats-places.js';
import { plausibleRr } from './beats-rr.js';

/**
 * What is compared: natural logarithms of one interval over another. `pre` is the interval before the beat, `post` the one after.
 *
 * | name | of | over the |
 * |---|---|---|
 * | `pre_record`, `post_record` | pre, post | median of the record |
 * | `pre_local`, `post_local` | pre, post | median of the 21 intervals around |
 * | `pre_wide` | pre | median of the 41 intervals around |
 * | `pre_past` | pre | median of the 11 intervals before |
 * | `pre_post` | pre | post |
 * | `local_record` | median of the 21 intervals around | median of the record |
 */
const comparisons = [
  ...['pre_record', 'post_record', 'pre_local', 'post_local', 'pre_wide', 'pre_past', 'pre_post', 'local_record'],
] as const;

/**
 * The irregularity of the rhythm around a beat: the median, over the 41 beats around it, of how far an interval is from the one before,
 * |ln a - ln b|. `regular` takes the least of the distances to the interval one, two and three before, which is small in bigeminy and trigeminy
 * too and large in atrial fibrillation; `brief` looks at 17 beats, `whole` at the record.
 */
const irregularities = ['irregular', 'irregular_pattern', 'irregular_brief', 'irregular_whole'] as const;

/** Names of {@link rhythmNumbers}, in their order. */
export const rhythmNames: readonly string[] = [
  ...['plain', 'steady', 'pattern'].flatMap((scale) => comparisons.map((name) => `${name}_${scale}`)),
  ...irregularities,
];

/**
 * How early or late each beat comes, in numbers between -1 and 1: `[F]` each in the order of {@link rhythmNames}.
 *
 * Every comparison x comes in three scales: `plain` is tanh(4 x); `steady` is tanh(x / 4 (0.04 + i)) with the irregularity i of the rhythm around, and
 * `pattern` the same with the irregularity of its pattern. So 20 % early is much in a steady rhythm and nothing in atrial fibrillation. Intervals are kept within {@link plausibleRr}; the first beat's interval before is the one after it, the last one's after
 * the one before it.
 *
 * All of them look ahead, and some at the whole record.
 *
 * @param peaks samples of the R peaks, ascending
 * @param reference indices, ascending, of the beats before which there is a usual interval; default all. Medians and irregularity are of these
 * @throws {CardioError} `data` for fewer than two beats
 */
export function rhythmNumbers(
  peaks: readonly number[],
  sampleRateHz: number,
  reference: readonly number[] = peaks.map((_, i) => i),
): Float32Array[] {
  if (peaks.length < 2) throw new CardioError('data', `A rhythm needs at least two beats, found ${peaks.length}.`);
  const between = peaks.slice(1).map((peak, i) => logInterval((peak - peaks[i]) / sampleRateHz));
  const pre = Float64Array.of(between[0], ...between);
  const post = Float64Array.of(...between, between[between.length - 1]);
  const usual = Float64Array.from(reference, (beat) => pre[beat]);
  const place = places(peaks.length, reference);
  const record = medianOf(usual);
  const local = runningMedian(usual, 21);
  const wide = runningMedian(usual, 41);
  const past = runningMedian(usual, 11);

  const step = apart(usual, 1);
  const steady = runningMedian(step, 41);
  const lags = [steady, runningMedian(apart(usual, 2), 41), runningMedian(apart(usual, 3), 41)];
  const pattern = steady.map((_, i) => Math.min(...lags.map((lag) => lag[i])));
  const brief = runningMedian(step, 17);
  const whole = medianOf(step);

  return Array.from(pre, (own, i) => {
    const next = post[i];
    const at = place[i];
    const before = past[Math.max(0, at - 6)]; // of the 11 before, for the first ones of what there is
    const compared = [
      ...[own - record, next - record, own - local[at], next - local[at]],
      ...[own - wide[at], own - before, own - next, local[at] - record],
    ];
    const scaled = [steady, pattern].flatMap((scale) => compared.map((x) => x / (4 * (0.04 + scale[at]))));
    const irregular = [steady[at], pattern[at], brief[at], whole];
    return Float32Array.from([
      ...[...compared.map((x) => 4 * x), ...scaled].map(Math.tanh),
      ...irregular.map((x) => Math.min(1, x)),
    ]);
  });
}

const logInterval = (seconds: number): number =>
  Math.log(Math.min(plausibleRr.most, Math.max(plausibleRr.least, seconds)));

/** |x[i] - x[i - lag]|; for the first ones that of the first for which there is one. */
function apart(x: Float64Array, lag: number): Float64Array {
  const first = Math.min(lag, x.length - 1);
  return x.map((_, i) => {
    const at = Math.max(i, first);
    return Math.abs(x[at] - x[at - first]);
  });
}
