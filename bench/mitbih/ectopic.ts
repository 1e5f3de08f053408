import { createRandom, type Signal } from '@cardio/core';
import { beatSequences, beatsOf, prepareRecord, type Example, type Preparation } from '@cardio/datasets';
import { readAnnotations } from '@cardio/wfdb';

/** A record, or a part of one, or one made of its parts: a signal, its R peaks in samples and the AAMI classes of the beats. */
interface Beats {
  readonly id: string;
  readonly signal: Signal;
  readonly peaks: readonly number[];
  readonly labels: readonly string[];
}

/** Beats of a stretch. */
const stretchBeats = 120;
/** Fewest S beats of a record that others are made of. */
const fewest = 60;
/** S beats, in the mean, that follow the first one of a run. */
const meanRun = 4;
/** Where a piece of the signal ends, in seconds after the R peak of its beat. */
const pieceEnd = 0.2;

/**
 * What the whole records of DS1 don't have: most beats are supraventricular ectopic ones (S), as in 232 of DS2. Of each record the stretches of
 * 120 beats of which more than half are S, each prepared as if it were a record, and, where it has 60 S beats, a record made of its beats.
 *
 * @param path of the record, without extension
 * @returns sequences as of task `beat-sequence`; `recordId` is `209@924` for a stretch from beat 924, `209~` for a record that was made
 */
export async function ectopicExamples(
  path: string,
  { sampleRateHz, steps }: Preparation,
  classes: readonly string[],
): Promise<Example[]> {
  const ofSignal = steps.filter(({ step }) => step !== 'beat-sequences');
  const length = steps.find((step) => step.step === 'beat-sequences')?.beats ?? 1;
  const { name: id, signal } = await prepareRecord(path, { sampleRateHz, steps: ofSignal });
  const beats = beatsOf(await readAnnotations(path, 'atr')).filter(({ sample }) => sample >= 0);
  const record = { id, signal, peaks: beats.map(({ sample }) => sample), labels: beats.map(({ aami }) => aami) };
  const enough = record.labels.filter(isEctopic).length >= fewest;
  return [...stretches(record), ...(enough ? [mostlyEctopic(record)] : [])].flatMap(({ id, signal, peaks, labels }) =>
    beatSequences(signal, peaks, length).flatMap((x, i): Example[] => {
      const y = Float32Array.from(classes, (name) => (name === labels[i] ? 1 : 0));
      return y.includes(1) ? [{ id: `${id}:${peaks[i]}`, recordId: id, patientId: record.id, x, y }] : [];
    }),
  );
}

/** The stretches with most S beats that do not overlap. */
function stretches(record: Beats): Beats[] {
  const { id, signal, peaks, labels } = record;
  const counts = labels.map((_, i) => labels.slice(i, i + stretchBeats).filter(isEctopic).length);
  const found: Beats[] = [];
  for (;;) {
    const first = counts.indexOf(Math.max(...counts));
    if (2 * counts[first] <= stretchBeats) return found;
    const last = Math.min(first + stretchBeats, peaks.length) - 1;
    const from = Math.max(0, peaks[first] - signal.sampleRateHz / 2);
    found.push({
      id: `${id}@${first}`,
      signal: { ...signal, samples: [signal.samples[0].slice(from, peaks[last] + signal.sampleRateHz / 2)] },
      peaks: peaks.slice(first, last + 1).map((peak) => peak - from),
      labels: labels.slice(first, last + 1),
    });
    counts.fill(0, Math.max(0, first - stretchBeats + 1), last + 1);
  }
}

/**
 * The signal in pieces, one for each beat with the interval before it, put together anew: each S that was the first of its kind, after none to two of
 * the beats before it, goes on in a run of the record's other S beats, and the beat that followed it ends the run.
 */
function mostlyEctopic(record: Beats): Beats {
  const { labels } = record;
  const random = createRandom(1000);
  const ectopic = labels.flatMap((label, i) => (i > 2 && isEctopic(label) ? [i] : []));
  const starts = ectopic.filter((i) => !isEctopic(labels[i - 1]));
  const order = Array.from({ length: Math.max(starts.length, fewest) }, (_, round) => {
    const start = starts[round % starts.length];
    const before = [start - 2, start - 1]
      .slice(2 - Math.floor(2.5 * random.next()))
      .filter((i) => !isEctopic(labels[i]));
    const more = Math.floor(-meanRun * Math.log(1 - random.next()));
    const at = Math.floor(random.next() * ectopic.length);
    const run = Array.from({ length: more }, (_, k) => ectopic[(at + k) % ectopic.length]);
    const after = labels.findIndex((label, i) => i > start && !isEctopic(label));
    return [...before, start, ...run, ...(after < 0 ? [] : [after])];
  }).flat();
  return assemble(record, order);
}

/** Pieces of a record in another order; their ends are not smoothed. */
function assemble({ id, signal, peaks, labels }: Beats, order: readonly number[]): Beats {
  const end = Math.round(pieceEnd * signal.sampleRateHz);
  const most = 2 * signal.sampleRateHz; // an interval is not longer than 2 s
  const pieces = order.map((i) => {
    const from = Math.min(peaks[i], peaks[i - 1] + end);
    return signal.samples[0].slice(Math.max(from, peaks[i] + end - most), peaks[i] + end);
  });
  const samples = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  const moved: number[] = [];
  let length = 0;
  for (const piece of pieces) {
    samples.set(piece, length);
    length += piece.length;
    moved.push(length - end);
  }
  return { id: `${id}~`, signal: { ...signal, samples: [samples] }, peaks: moved, labels: order.map((i) => labels[i]) };
}

const isEctopic = (label: string): boolean => label === 'S';
