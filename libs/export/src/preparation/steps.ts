import { CardioError } from '@cardio/core';
import { leadName } from '@cardio/signal';
import * as tf from '@tensorflow/tfjs-core';
import { changeRate } from './change-rate.js';
import { sectionsOf, zeroPhaseFilter } from './zero-phase-filter.js';

/** A step of a preparation that a graph can do; the words are those of the run's manifest. */
export type GraphStep =
  | { readonly step: 'select-leads'; readonly leads: readonly string[] }
  | {
      readonly step: 'resample';
      readonly sampleRateHz: number;
      readonly window?: { readonly samples: number; readonly pad: boolean };
    }
  /** Does nothing in a graph: what goes in must be complete. */
  | { readonly step: 'fill-gaps' }
  | { readonly step: 'clip'; readonly mv: number }
  | { readonly step: 'filter'; readonly bandHz?: readonly [low: number, high: number]; readonly notchHz?: 50 | 60 }
  | { readonly step: 'normalise'; readonly method: 'z-score' | 'min-max'; readonly per: 'lead' | 'record' }
  | { readonly step: 'standardise'; readonly mean: number; readonly std: number }
  | { readonly step: 'windows'; readonly samples: number; readonly stride: number };

/** Signals on their way through a graph. */
export interface Signals {
  /** `[batch, leads, samples]`. */
  readonly x: tf.Tensor3D;
  readonly leads: readonly string[];
  readonly sampleRateHz: number;
}

const doing: {
  readonly [Step in GraphStep['step']]: (signals: Signals, step: Extract<GraphStep, { step: Step }>) => Signals;
} = {
  'select-leads': (signals, { leads }) => {
    const names = signals.leads.map(leadName);
    const places = leads.map((lead) => names.indexOf(leadName(lead)));
    if (places.includes(-1)) {
      throw new CardioError(
        'usage',
        `The model takes the leads ${leads.join(', ')}; the input has ${signals.leads.join(', ')}.`,
      );
    }
    const isAsIs = places.length === names.length && places.every((place, i) => place === i);
    return { ...signals, leads, x: isAsIs ? signals.x : tf.gather(signals.x, tf.tensor1d(places, 'int32'), 1) };
  },
  resample: (signals, { sampleRateHz }) => ({
    ...signals,
    x: onEachLead(signals.x, (leads) => changeRate(leads, signals.sampleRateHz, sampleRateHz)),
    sampleRateHz,
  }),
  'fill-gaps': (signals) => signals,
  clip: (signals, { mv }) => ({ ...signals, x: tf.clipByValue(signals.x, -mv, mv) }),
  filter: (signals, step) => ({
    ...signals,
    x: onEachLead(signals.x, (leads) => zeroPhaseFilter(leads, sectionsOf(step, signals.sampleRateHz))),
  }),
  normalise: (signals, { method, per }) => ({ ...signals, x: normalised(signals.x, method, per) }),
  standardise: (signals, { mean, std }) => ({ ...signals, x: tf.div(tf.sub(signals.x, mean), std || 1) }),
  windows: (signals) => signals, // cut last
};

/**
 * Signals through the steps of a preparation, in their order, as `prepareSignal` of `@cardio/datasets` does it.
 *
 * @throws CardioError 'usage' for a step that no graph can do, such as finding beats
 */
export function throughSteps(signals: Signals, steps: readonly { readonly step: string }[]): Signals {
  return steps.reduce((result: Signals, step) => {
    const known = Object.hasOwn(doing, step.step)
      ? (doing[step.step as GraphStep['step']] as (signals: Signals, step: object) => Signals)
      : undefined;
    if (!known || ('method' in step && step.method === 'robust')) {
      throw new CardioError(
        'usage',
        `The step \`${step.step}\`${known ? ' by quartiles' : ''} of the preparation can't be part of a graph. Export without ` +
          `preprocessing, and prepare records as the bundle says; a graph can do ${Object.keys(doing).join(', ')}.`,
      );
    }
    return known(result, step);
  }, signals);
}

function onEachLead(x: tf.Tensor3D, change: (leads: tf.Tensor2D) => tf.Tensor2D): tf.Tensor3D {
  const [batch, leads, samples] = x.shape;
  const changed = change(tf.reshape(x, [batch * leads, samples]));
  return tf.reshape(changed, [batch, leads, changed.shape[1]]);
}

/** Distances are taken from the first sample, so that a constant lead has exactly no spread. */
function normalised(x: tf.Tensor3D, method: 'z-score' | 'min-max', per: 'lead' | 'record'): tf.Tensor3D {
  const axes = per === 'lead' ? [2] : [1, 2];
  const from: [number, number, number] = [0, 0, 0];
  const near = tf.sub(x, tf.slice(x, from, per === 'lead' ? [-1, -1, 1] : [-1, 1, 1]));
  const low = method === 'z-score' ? tf.mean(near, axes, true) : tf.min(near, axes, true);
  const centred = tf.sub(near, low);
  const size = method === 'z-score' ? tf.sqrt(tf.mean(tf.square(centred), axes, true)) : tf.max(centred, axes, true);
  return tf.div(centred, tf.where(tf.equal(size, 0), tf.onesLike(size), size));
}
