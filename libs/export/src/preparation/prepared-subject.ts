import { CardioError, type TaskKind } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { inputNames, outputNames, parts } from '../names.js';
import { logitsOf, probabilitiesOf, type Subject } from '../subject.js';
import { throughSteps, type GraphStep, type Signals } from './steps.js';

/** What goes into a graph that prepares records itself, and how it makes model input of them. */
export interface GraphPreparation {
  /** Leads of the input, in their order. */
  readonly leads: readonly string[];
  readonly sampleRateHz: number;
  /** Length of the input. */
  readonly seconds: number;
  /** Order of the axes after the batch; default `samples-leads`, as the model itself has them. */
  readonly layout?: 'samples-leads' | 'leads-samples';
  /** From millivolts without gaps to what the model takes; as in the run's manifest. */
  readonly steps: readonly { readonly step: string }[];
  /** How windows of a record become one answer; needed where there is more than one. */
  readonly aggregate?: 'max' | 'mean' | undefined;
}

/** Classes to answer with in place of the model's. */
export interface ClassMap {
  /** For each class of the answer, the model's classes that it is the largest of; none: always 0. */
  readonly from: readonly (readonly number[])[];
}

/**
 * Preparation, model, and what follows: raw records in, one answer for each record out. With a {@link ClassMap} the only output is `probabilities`. The logits of
 * several windows are those of the record's probabilities.
 *
 * @throws CardioError 'usage' for a step no graph can do, a record too short, or windows without a way to aggregate them
 */
export function preparedSubject(
  model: tfl.LayersModel,
  task: TaskKind,
  preparation: GraphPreparation,
  classMap?: ClassMap,
): Subject {
  const { leads, sampleRateHz, seconds, layout = 'samples-leads' } = preparation;
  const samples = Math.round(seconds * sampleRateHz);
  const [, length, channels] = model.inputs[0].shape as number[];
  if (model.inputs.length > 1) {
    throw new CardioError('usage', 'The model takes features of beats, which no graph computes from a record.');
  }
  const prepare = (input: tf.Tensor): tf.Tensor[] => {
    const x = (layout === 'leads-samples' ? input : tf.transpose(input, [0, 2, 1])) as tf.Tensor3D;
    const prepared = throughSteps({ x, leads, sampleRateHz }, preparation.steps);
    if (prepared.leads.length !== channels) {
      throw new CardioError(
        'usage',
        `The model takes ${channels} leads; the preparation gives ${prepared.leads.join(', ')}.`,
      );
    }
    return windowsOf(prepared, preparation.steps as readonly GraphStep[], length);
  };
  return {
    inputs: [
      {
        name: inputNames[0],
        shape: layout === 'leads-samples' ? [leads.length, samples] : [samples, leads.length],
      },
    ],
    outputs: classMap ? [outputNames.probabilities] : [outputNames.probabilities, outputNames.logits],
    forward: ([input], within) => {
      const [ecg, count] = within(parts.preparation, () => {
        const windows = prepare(input);
        if (windows.length > 1 && !preparation.aggregate) {
          throw new CardioError(
            'usage',
            `A record has ${windows.length} windows: say by \`aggregate\` how they become one answer.`,
          );
        }
        const batch = input.shape[0] * windows.length;
        const stacked = windows.length === 1 ? windows[0] : tf.reshape(tf.stack(windows, 1), [batch, channels, length]);
        return [tf.transpose(stacked, [0, 2, 1]), windows.length] as const;
      });
      const logits = logitsOf(model, [ecg]);
      return within(parts.head, () => {
        const each = probabilitiesOf(logits, task);
        const whole = count === 1 ? each : aggregated(each, count, preparation.aggregate);
        if (classMap) return [mapped(whole, classMap)];
        return [whole, count === 1 ? logits : logitsFrom(whole, task)];
      });
    },
  };
}

/** The windows that the steps ask for, `[batch, leads, length]` each; what is too short for one is filled up, where they say so, as the datasets do. */
function windowsOf({ x, sampleRateHz }: Signals, steps: readonly GraphStep[], length: number): tf.Tensor[] {
  const [, , samples] = x.shape;
  const cut = steps.find((step) => step.step === 'windows');
  const rule = steps.find((step) => step.step === 'resample')?.window;
  if (samples < length && rule?.pad) {
    const fitted = steps.find((step) => step.step === 'standardise');
    const fill = fitted ? -fitted.mean / (fitted.std || 1) : 0;
    return [
      tf.pad(
        x,
        [
          [0, 0],
          [0, 0],
          [0, length - samples],
        ],
        fill,
      ),
    ];
  }
  const stride = cut?.stride ?? length;
  const count = Math.floor((samples - length) / stride) + 1;
  if (samples < length || (count > 1 && !cut && !rule) || (!cut && !rule && samples !== length)) {
    throw new CardioError(
      'usage',
      `The model takes ${length} samples (${length / sampleRateHz} s); the input gives ${samples}. State the length of a record that it was trained on.`,
    );
  }
  if (count === 1 && samples === length) return [x];
  return Array.from({ length: count }, (_, w) => tf.slice(x, [0, 0, w * stride], [-1, -1, length]));
}

/** Rows `[batch * count, K]` as one for each record, `[batch, K]`. */
function aggregated(rows: tf.Tensor, count: number, how: 'max' | 'mean' | undefined): tf.Tensor {
  const [all, classes] = rows.shape;
  const records = tf.reshape(rows, [all / count, count, classes]);
  return how === 'mean' ? tf.mean(records, 1) : tf.max(records, 1);
}

/** Probabilities so near 0 or 1 have no logit in float32. */
const margin = 1e-7;

function logitsFrom(probabilities: tf.Tensor, task: TaskKind): tf.Tensor {
  const p = tf.clipByValue(probabilities, margin, 1 - margin);
  return task === 'multi-class' ? tf.log(p) : tf.log(tf.div(p, tf.sub(1, p)));
}

/** The largest probability of the model's classes that each class comes from; 0 where there is none. */
function mapped(probabilities: tf.Tensor, { from }: ClassMap): tf.Tensor {
  const [batch, classes] = probabilities.shape;
  const width = Math.max(1, ...from.map(({ length }) => length));
  const places = from.flatMap((own) => Array.from({ length: width }, (_, i) => own[i] ?? own[0] ?? classes));
  const withNone = tf.pad(probabilities, [
    [0, 0],
    [0, 1],
  ]);
  const gathered = tf.gather(withNone, tf.tensor1d(places, 'int32'), 1);
  return width === 1 ? gathered : tf.max(tf.reshape(gathered, [batch, from.length, width]), 2);
}
