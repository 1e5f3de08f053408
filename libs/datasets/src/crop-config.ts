import { CardioError } from '@cardio/core';
import { z } from 'zod';

/** The fields of a configuration that have a model see stretches of records instead of whole ones. */
export const cropFields = {
  cropSeconds: z
    .number()
    .positive()
    .optional()
    .describe(
      'Show the model stretches this long: in training one of each record from anywhere, drawn anew each epoch; else windows that ' +
        'overlap by half',
    ),
  aggregate: z
    .enum(['max', 'mean'])
    .optional()
    .describe("How the probabilities of a record's windows become the record's, with `cropSeconds`; default max"),
};

/** {@link cropFields} as they are parsed. */
interface CropConfig {
  readonly cropSeconds?: number | undefined;
  readonly aggregate?: 'max' | 'mean' | undefined;
}

/** What {@link CropConfig} asks for. */
export interface Crop {
  readonly samples: number;
  /** From the start of each window to the next, in samples: half a window. */
  readonly stride: number;
  readonly aggregate: 'max' | 'mean';
}

/**
 * The stretches that a configuration asks for; `undefined` for whole records.
 *
 * @param record what records have
 * @throws {CardioError} `config` for a stretch longer than a record or shorter than two samples, or `aggregate` without stretches
 */
export function cropOf(
  { cropSeconds, aggregate }: CropConfig,
  record: { readonly samples: number; readonly sampleRateHz: number },
): Crop | undefined {
  if (cropSeconds === undefined) {
    if (aggregate === undefined) return undefined;
    throw new CardioError(
      'config',
      `\`aggregate\` is ${aggregate}, but records are shown whole. Set \`cropSeconds\`, such as 2.5.`,
    );
  }
  const samples = Math.round(cropSeconds * record.sampleRateHz);
  if (samples < 2 || samples > record.samples) {
    throw new CardioError(
      'config',
      `\`cropSeconds\` is ${cropSeconds} (${samples} samples at ${record.sampleRateHz} Hz); records have ` +
        `${record.samples / record.sampleRateHz} s, so it must be from ${2 / record.sampleRateHz} to that.`,
    );
  }
  return { samples, stride: Math.floor(samples / 2), aggregate: aggregate ?? 'max' };
}
