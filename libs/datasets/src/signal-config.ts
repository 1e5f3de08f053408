import { CardioError } from '@cardio/core';
import { ecgBandsHz } from '@cardio/signal';
import { z } from 'zod';
import type { PreparationStep } from './dataset.js';

/** The fields of a configuration that choose filter and normalisation; what they choose becomes steps of the preparation. */
export const signalFields = {
  filter: z
    .enum(['none', 'monitor', 'diagnostic'])
    .default('none')
    .describe('Pass band, zero phase, Butterworth of order 3: monitor 0.5 to 40 Hz, diagnostic 0.05 to 150 Hz'),
  filterHz: z
    .array(z.number().positive())
    .length(2)
    .optional()
    .describe('A pass band of your own, from and to so many Hz, instead of `filter`'),
  notchHz: z
    .union([z.literal(50), z.literal(60)])
    .optional()
    .describe('Takes out the mains of 50 or 60 Hz by a notch, zero phase'),
  normalise: z
    .enum(['dataset', 'lead', 'record', 'none'])
    .default('dataset')
    .describe(
      'Scale by the training split (one mean and deviation), by each record (each lead, or all as one), or not',
    ),
  normaliseMethod: z
    .enum(['z-score', 'min-max', 'robust'])
    .default('z-score')
    .describe('By lead or record: mean and deviation, minimum and range, or median and distance of the quartiles'),
};

/** {@link signalFields} with their defaults filled in. */
export interface SignalConfig {
  readonly filter: 'none' | 'monitor' | 'diagnostic';
  readonly filterHz?: readonly number[] | undefined;
  readonly notchHz?: 50 | 60 | undefined;
  readonly normalise: 'dataset' | 'lead' | 'record' | 'none';
  readonly normaliseMethod: 'z-score' | 'min-max' | 'robust';
}

/** What {@link SignalConfig} asks for. */
export interface SignalSteps {
  /** To be done at the rate of the file, after gaps are filled. */
  readonly filter: readonly PreparationStep[];
  /** To be done last. */
  readonly normalise: readonly PreparationStep[];
  /** For the settings' options: no scale is fitted on the training split unless `normalise` is `dataset`. */
  readonly options: { readonly standardise?: 'none' };
}

const bands = { monitor: ecgBandsHz.monitoring, diagnostic: ecgBandsHz.diagnostic } as const;

/**
 * The steps that a configuration chooses; none by default.
 *
 * @param fileRateHz rate of the files, where all have one
 * @throws {CardioError} `config` for fields that contradict each other, or a filter that the rate does not allow
 */
export function signalSteps(config: SignalConfig, fileRateHz?: number): SignalSteps {
  const { filter, filterHz, notchHz, normalise, normaliseMethod: method } = config;
  if (filterHz && filter !== 'none') {
    throw new CardioError(
      'config',
      `\`filter\` is ${filter} and \`filterHz\` ${filterHz.join(' to ')} Hz; choose one.`,
    );
  }
  if (filterHz && !(filterHz[0] < filterHz[1])) {
    throw new CardioError('config', `\`filterHz\` must ascend. Received: ${filterHz.join(' to ')} Hz.`);
  }
  if (method !== 'z-score' && normalise !== 'lead' && normalise !== 'record') {
    throw new CardioError(
      'config',
      `\`normaliseMethod\` ${method} needs \`normalise\` lead or record. Received: ${normalise}, which ` +
        (normalise === 'none' ? 'does not scale.' : 'knows mean and deviation only.'),
    );
  }
  const bandHz = filterHz ?? (filter === 'none' ? undefined : bands[filter]);
  const highest = Math.max(0, ...(bandHz ?? []), notchHz ?? 0);
  if (fileRateHz !== undefined && highest >= fileRateHz / 2) {
    throw new CardioError(
      'config',
      `A filter at ${highest} Hz needs records of more than ${2 * highest} Hz, these have ${fileRateHz} Hz.`,
    );
  }
  const filters: PreparationStep[] =
    bandHz || notchHz
      ? [{ step: 'filter', ...(bandHz && { bandHz: [bandHz[0], bandHz[1]] as const }), ...(notchHz && { notchHz }) }]
      : [];
  const own: PreparationStep[] =
    normalise === 'lead' || normalise === 'record' ? [{ step: 'normalise', method, per: normalise }] : [];
  return { filter: filters, normalise: own, options: normalise === 'dataset' ? {} : { standardise: 'none' } };
}
