import { CardioError, isCardioError, type Signal } from '@cardio/core';
import { detectRPeaks } from '@cardio/signal';
import { readAnnotations, type Annotation } from '@cardio/wfdb';
import { beatsOf, type Beat } from './aami.js';
import { plausibleBeats } from './beats-rr.js';
import { cutBeats, type CutBeat } from './beats.js';
import type { Example, Preparation } from './dataset.js';
import { patientOf } from './mitbih-records.js';
import { prepareRecord } from './prepare.js';
import { standardiser } from './standardisation.js';

/** Why a beat is left out whatever its signal; `undefined` for one that is kept. */
type Exclusion = (beat: Beat, index: number) => string | undefined;

/** Why a task leaves beats out: their class, or an RR interval that is no heart cycle. */
export function exclusion(
  beats: readonly Beat[],
  sampleRateHz: number,
  { classes, dropImplausibleRr }: { readonly classes: readonly string[]; readonly dropImplausibleRr: boolean },
): Exclusion {
  const plausible = plausibleBeats(
    beats.map(({ sample }) => sample),
    sampleRateHz,
  );
  return ({ aami }, index) => {
    if (!classes.includes(aami)) return `class ${aami}`;
    return dropImplausibleRr && !plausible[index] ? 'implausible RR interval' : undefined;
  };
}

/** The labelled windows of one record's beats, not standardised. */
export function beatExamples(
  recordId: string,
  annotations: readonly Annotation[],
  signal: Signal,
  { steps }: Preparation,
  rule: { readonly classes: readonly string[]; readonly dropImplausibleRr: boolean },
): Example[] {
  const beats = beatsOf(annotations);
  const { cut } = cutBeats(signal, beats, beatWindows(steps), exclusion(beats, signal.sampleRateHz, rule));
  return cut.map((beat) => exampleOf(recordId, beat, rule.classes));
}

/**
 * Prepares the beats of one unseen WFDB record: those of its `.atr` file, or, where there is none, the R peaks that `detectRPeaks` finds in the
 * prepared leads. Labels are taken from the file where `classes` are given: one-hot, all zero for a beat of another class.
 *
 * @param recordPath path without extension
 * @param preparation as the dataset made it
 * @param classes AAMI classes; default none, so that `y` is empty
 * @param note is told where the beats are from, if not from a file
 * @throws {CardioError} `not-found` for labels without annotations; `data` without beats, for another sample rate or without the lead
 */
export async function beatsOfRecord(
  recordPath: string,
  preparation: Preparation,
  classes: readonly string[] = [],
  note?: (text: string) => void,
): Promise<Example[]> {
  const windows = beatWindows(preparation.steps);
  const { name, signal } = await prepareRecord(recordPath, preparation);
  const beats = await beatsIn(recordPath, signal, { labelled: classes.length > 0, note });
  if (beats.length === 0)
    throw new CardioError('data', `${recordPath}.atr annotates no beat, so there is nothing to classify.`);
  const { cut } = cutBeats(signal, beats, windows);
  const { features } = standardiser(preparation.steps);
  for (const beat of cut) features(beat.features);
  return cut.map((beat) => exampleOf(name, beat, classes));
}

function beatWindows(steps: Preparation['steps']) {
  const windows = steps.find((step) => step.step === 'beat-windows');
  if (windows) return windows;
  throw new CardioError('usage', 'The preparation has no step `beat-windows`: it is not one of a beat classifier.');
}

/**
 * The beats of a record: those of its `.atr` file, or, where there is none and labels are not needed, R peaks as beats of unknown kind.
 *
 * @param signal the record's, at the rate of its annotations
 */
export async function beatsIn(
  recordPath: string,
  signal: Signal,
  { labelled = false, note }: { readonly labelled?: boolean; readonly note?: ((text: string) => void) | undefined },
): Promise<Beat[]> {
  const annotations = await annotationsOf(recordPath, labelled);
  if (annotations) return beatsOf(annotations);
  const { samples, lead, agreement } = detectRPeaks(signal);
  if (samples.length === 0) {
    const leads = signal.leads.join(', ');
    throw new CardioError('data', `There is no ${recordPath}.atr, and no R peak was found in lead ${leads}.`);
  }
  note?.(
    `There is no ${recordPath}.atr: the ${samples.length} beats are R peaks found in lead ${lead}; ` +
      `two detectors agree on ${(100 * agreement).toFixed(1)} % of them.`,
  );
  return samples.map((sample) => ({ sample, symbol: 'Q', aami: 'Q' }));
}

async function annotationsOf(recordPath: string, required: boolean): Promise<Annotation[] | undefined> {
  try {
    return await readAnnotations(recordPath, 'atr');
  } catch (cause) {
    if (!isCardioError(cause) || cause.code !== 'not-found') throw cause;
    if (!required) return undefined;
    throw new CardioError(
      'not-found',
      `${recordPath}: labels need the annotations of the beats, and there is no file ${recordPath}.atr.`,
      { cause },
    );
  }
}

function exampleOf(recordId: string, { beat, x, features }: CutBeat, classes: readonly string[]): Example {
  const y = Float32Array.from(classes, (name) => (name === beat.aami ? 1 : 0));
  const example = { id: `${recordId}:${beat.sample}`, recordId, patientId: patientOf(recordId), x, y };
  return features.length > 0 ? { ...example, features } : example;
}
