import { CardioError } from '@cardio/core';
import { codingSystems, conditionOf, conditions, type EcgCondition } from '@cardio/datasets';
import { cardioaiPro, type ClassMap, type GraphPreparation } from '@cardio/export';

import type { Manifest } from './manifest.js';

/** A run as a profile wants it. */
export interface ProfileFit {
  readonly preparation: GraphPreparation;
  readonly classMap: ClassMap;
  /** Classes of the profile that the model doesn't know: their probability is always 0. */
  readonly unknown: readonly string[];
  /** Classes of the model that the profile has no place for. */
  readonly dropped: readonly string[];
  /** What differs from how the model was trained. */
  readonly notes: readonly string[];
}

/**
 * How a run answers the inference service of CardioAI Pro: its leads, rate and windows from 10 s of 12 leads at 500 Hz, its classes by what they mean.
 *
 * The service scales each lead to mean 0 and deviation 1, so no millivolts arrive: steps in mV (clipping, the training split's one scale) are left out.
 *
 * @throws CardioError 'usage' for a model of beats, or one that knows none of the profile's classes
 */
export function fitCardioaiPro({ task, window, preparation }: Manifest): ProfileFit {
  const beats = preparation.steps.find(({ step }) => step.startsWith('beat-'));
  if (beats) {
    throw new CardioError(
      'usage',
      `The profile cardioai-pro takes records of 10 s; this run's model takes beats (step \`${beats.step}\`). Export a model of records.`,
    );
  }
  const meanings = task.classes.map(conditionNamed);
  const from = cardioaiPro.classes.map((name) => meanings.flatMap((meaning, k) => (meaning === name ? [k] : [])));
  if (from.every((own) => own.length === 0)) {
    throw new CardioError(
      'usage',
      `None of the run's classes (${task.classes.join(', ')}) is one of the profile cardioai-pro: ${cardioaiPro.classes.join(', ')}.`,
    );
  }
  const { leads, sampleRateHz, seconds, layout } = cardioaiPro;
  const inMillivolts = preparation.steps.filter(({ step }) => step === 'standardise' || step === 'clip');
  const scaled = preparation.steps.some((step) => step.step === 'normalise' && step.per === 'lead');
  return {
    preparation: {
      ...{ leads, sampleRateHz, seconds, layout },
      steps: stepsOf(preparation, window),
      aggregate: task.aggregate ?? 'max',
    },
    classMap: { from },
    unknown: cardioaiPro.classes.filter((_, i) => from[i].length === 0),
    dropped: task.classes.filter((_, k) => !from.some((own) => own.includes(k))),
    notes: [
      ...inMillivolts.map(
        ({ step }) => `The step \`${step}\` is left out, because the service's z-scored leads are not in mV.`,
      ),
      ...(scaled
        ? []
        : [
            'The model was not trained on leads scaled one by one, as the service gives them; train with `normalise: lead` for the same input.',
          ]),
    ],
  };
}

/** The run's steps without those in mV, at the model's rate and in windows of its length. */
function stepsOf({ steps }: Manifest['preparation'], window: Manifest['window']): { step: string }[] {
  const { samples } = window;
  const of = (...names: string[]): { step: string }[] => steps.filter(({ step }) => names.includes(step));
  const resample = { step: 'resample', sampleRateHz: window.sampleRateHz, window: { samples, pad: true } };
  const changed = ['select-leads', 'filter', 'resample', 'windows', 'standardise', 'clip'];
  return [
    ...of('select-leads'),
    // filters run at the rate of the records: before a resampling, if there is one
    ...(of('resample').length > 0 ? [...of('filter'), resample] : [resample, ...of('filter')]),
    ...steps.filter(({ step }) => !changed.includes(step)),
    ...of('windows'),
  ];
}

/** The condition that a class of any dataset means, by the vocabulary's name for it or by one of its codes. */
export function conditionNamed(name: string): EcgCondition | undefined {
  const known = conditions.find((condition) => condition === name);
  return known ?? codingSystems.map((system) => conditionOf(name, system)).find((condition) => condition !== undefined);
}
