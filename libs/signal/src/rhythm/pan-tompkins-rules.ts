/** A peak of the integrated signal that may be a QRS complex. */
export interface Candidate {
  /** Its sample. */
  readonly at: number;
  /** Its height: the paper's PEAKI. */
  readonly integrated: number;
  /** The largest value of the band-passed signal there: PEAKF. */
  readonly filtered: number;
  /** The steepest slope there. */
  readonly slope: number;
}

/** The running estimates of signal and noise peaks, (12) to (23), in one of the two signals. */
interface Level {
  signal: number;
  noise: number;
}

type Levels = Readonly<Record<'integrated' | 'filtered', Level>>;
const both = ['integrated', 'filtered'] as const;

/** The paper's refractory time, time in which a T wave may follow and learning phase; ours for starting anew. */
const seconds = { refractory: 0.2, tWave: 0.36, learning: 2, patience: 5 } as const;

/**
 * Tells QRS complexes from noise and T waves by the rules of Pan and Tompkins 1985, eqs. (12) to (29): a candidate must exceed a threshold in the
 * integrated and in the filtered signal, halved while the rhythm is irregular; when none did for 1.66 times the usual interval, the largest
 * candidate since the last beat above half the thresholds is taken. Within 360 ms of a beat a candidate of less than half its slope is a T wave.
 *
 * The paper leaves open how learning sets the levels: here half the largest candidate of 2 s, and a tenth of their mean for noise. When
 * all of eight intervals lie outside the limits they become the usual ones, since the limits could otherwise never follow. Both, and
 * learning anew after 5 s without a beat, are this library's choice.
 *
 * @param candidates ascending
 * @returns samples, ascending
 */
export function chooseComplexes(candidates: readonly Candidate[], sampleRateHz: number): number[] {
  const refractory = seconds.refractory * sampleRateHz;
  const beats: Candidate[] = [];
  const rhythm = new Rhythm();
  let levels = learn(candidates, seconds.learning * sampleRateHz);
  let heard = 0; // the sample of the last beat, or where all was learnt anew

  const accept = (beat: Candidate, weight: number): void => {
    for (const name of both) levels[name].signal += weight * (beat[name] - levels[name].signal);
    if (beats.length > 0) rhythm.add(beat.at - beats[beats.length - 1].at);
    beats.push(beat);
    heard = beat.at;
  };
  const exceeds = (candidate: Candidate, factor: number): boolean =>
    both.every((name) => candidate[name] > factor * threshold(levels[name]));
  const isTWave = ({ at, slope }: Candidate): boolean => {
    const last = beats.at(-1);
    return last !== undefined && at - last.at < seconds.tWave * sampleRateHz && slope < last.slope / 2;
  };
  /** The first candidate that is later than the last beat and its refractory time; `index` is a later one. */
  const firstPossible = (index: number): number => {
    let first = index;
    while (first > 0 && candidates[first - 1].at > heard + refractory) first--;
    return first;
  };
  const missed = (index: number): Candidate | undefined => {
    const possible = candidates.slice(firstPossible(index), index);
    if (possible.length === 0) return undefined;
    const best = possible.reduce((a, b) => (b.integrated > a.integrated ? b : a));
    return exceeds(best, 0.5) && !isTWave(best) ? best : undefined;
  };

  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i];
    while (beats.length > 0 && candidate.at - beats[beats.length - 1].at > rhythm.missedLimit) {
      const beat = missed(i);
      if (!beat) break;
      accept(beat, 0.25);
    }
    if (candidate.at - heard > seconds.patience * sampleRateHz) {
      const again = firstPossible(i);
      levels = learn(candidates.slice(again, i), heard + refractory + seconds.learning * sampleRateHz);
      heard = candidate.at;
      i = again - 1;
      continue;
    }
    const last = beats.at(-1);
    if (last && candidate.at - last.at < refractory) continue;
    if (exceeds(candidate, rhythm.regular ? 1 : 0.5) && !isTWave(candidate)) accept(candidate, 0.125);
    else for (const name of both) levels[name].noise += 0.125 * (candidate[name] - levels[name].noise);
  }
  return beats.map(({ at }) => at);
}

const threshold = ({ signal, noise }: Level): number => noise + 0.25 * (signal - noise);

/** Levels from the candidates before the sample `end`. */
function learn(candidates: readonly Candidate[], end: number): Levels {
  const early = candidates.filter(({ at }) => at < end);
  const level = (name: (typeof both)[number]): Level => {
    const values = early.map((candidate) => candidate[name]);
    return { signal: Math.max(0, ...values) / 2, noise: values.length > 0 ? mean(values) / 10 : 0 };
  };
  return { integrated: level('integrated'), filtered: level('filtered') };
}

/** The last eight intervals, and the last eight that were near the usual one, (24) to (29). */
class Rhythm {
  private recent: number[] = [];
  private usual: number[] = [];
  /** Whether each of the recent intervals is near the usual one. */
  regular = true;
  /** The interval after which a beat must have been missed. */
  missedLimit = Infinity;

  add(interval: number): void {
    const average = mean(this.usual);
    const near = (value: number): boolean => value >= 0.92 * average && value <= 1.16 * average;
    this.recent = [...this.recent, interval].slice(-8);
    if (this.usual.length === 0 || near(interval)) this.usual = [...this.usual, interval].slice(-8);
    this.regular = this.recent.every(near);
    if (this.regular || (this.recent.length === 8 && !this.recent.some(near))) this.usual = this.recent;
    this.missedLimit = 1.66 * mean(this.usual);
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
