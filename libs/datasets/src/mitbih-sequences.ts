import { CardioError, type Signal } from '@cardio/core';
import type { Annotation } from '@cardio/wfdb';
import { beatsOf } from './aami.js';
import { beatSequences } from './beats-sequence.js';
import type { Example, Preparation } from './dataset.js';
import { beatsIn, exclusion } from './mitbih-beats.js';
import { patientOf } from './mitbih-records.js';
import { prepareRecord } from './prepare.js';

/** The labelled sequences of one record's beats. Beats of other classes are not classified, but are neighbours of those that are. */
export function sequenceExamples(
  recordId: string,
  annotations: readonly Annotation[],
  signal: Signal,
  { steps }: Preparation,
  rule: { readonly classes: readonly string[]; readonly dropImplausibleRr: boolean },
): Example[] {
  const beats = beatsOf(annotations).filter(({ sample }) => sample >= 0 && sample < signal.samples[0].length);
  const excluded = exclusion(beats, signal.sampleRateHz, rule);
  const peaks = beats.map(({ sample }) => sample);
  return beatSequences(signal, peaks, lengthOf(steps)).flatMap((x, i): Example[] => {
    if (excluded(beats[i], i) || x.some(Number.isNaN)) return [];
    const y = Float32Array.from(rule.classes, (name) => (name === beats[i].aami ? 1 : 0));
    return [{ id: `${recordId}:${peaks[i]}`, recordId, patientId: patientOf(recordId), x, y }];
  });
}

/**
 * Prepares the beats of one unseen WFDB record, at the positions in its `.atr` file or, without one, where `detectRPeaks` finds them. For
 * positions from elsewhere call {@link beatSequences}. Beats with missing samples are left out.
 *
 * @param recordPath path without extension
 * @param preparation as the dataset made it
 * @param note is told where the beats are from, if not from a file
 * @throws {CardioError} `data` for fewer than two beats, another sample rate, or a record without the lead
 */
export async function sequencesOfRecord(
  recordPath: string,
  preparation: Preparation,
  note?: (text: string) => void,
): Promise<Example[]> {
  const { name, signal } = await prepareRecord(recordPath, preparation);
  const peaks = (await beatsIn(recordPath, signal, { note })).map(({ sample }) => sample);
  if (peaks.length < 2) {
    throw new CardioError('data', `${recordPath} has ${peaks.length} beats; a sequence needs two at least.`);
  }
  return beatSequences(signal, peaks, lengthOf(preparation.steps)).flatMap((x, i): Example[] => {
    const example = {
      id: `${name}:${peaks[i]}`,
      recordId: name,
      patientId: patientOf(name),
      x,
      y: new Float32Array(0),
    };
    return x.some(Number.isNaN) ? [] : [example];
  });
}

function lengthOf(steps: Preparation['steps']): number {
  const sequences = steps.find((step) => step.step === 'beat-sequences');
  if (sequences) return sequences.beats;
  throw new CardioError(
    'usage',
    'The preparation has no step `beat-sequences`: it is not one of a sequence classifier.',
  );
}
