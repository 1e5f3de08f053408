import { CardioError } from '@cardio/core';
import { z } from 'zod';

/** The part of a configuration that every model has: the shape of what comes in and goes out, and the seed of its weights. */
export const inputFields = {
  inputLength: z.int().positive().describe('Samples per window (T).'),
  inputChannels: z.int().positive().describe('Leads (L).'),
  inputFeatures: z
    .int()
    .min(0)
    .default(0)
    .describe('Extra features per example (F), such as RR intervals; 0 for none.'),
  numClasses: z.int().min(2).describe('Classes (K).'),
  seed: z.int().default(0).describe('Seed of the initial weights and of dropout.'),
};

/** The parsed form of {@link inputFields}. */
export interface ModelInput {
  readonly inputLength: number;
  readonly inputChannels: number;
  readonly inputFeatures: number;
  readonly numClasses: number;
  readonly seed: number;
}

/**
 * The schema of a model: its input, a preset, and every number of the architecture, which overrides the preset's.
 *
 * @param architecture the schema of the numbers, without defaults: those come from the preset
 * @param presets named sets of numbers; `base` is the default
 */
export function modelConfig<Shape extends z.ZodRawShape, Preset extends string>(
  architecture: z.ZodObject<Shape>,
  presets: Readonly<Record<Preset, unknown>>,
) {
  const names = Object.keys(presets) as [Preset, ...Preset[]];
  return z.strictObject({
    ...inputFields,
    preset: z
      .enum(names)
      .default('base' as Preset & z.core.util.NoUndefined<Preset>)
      .describe('Size of the model.'),
    ...architecture.partial().shape,
  });
}

/** The preset's numbers with those given in the configuration put over them. */
export function withPreset<Architecture extends object>(
  presets: Readonly<Record<string, Architecture>>,
  config: { preset: string },
): Architecture {
  const preset = presets[config.preset];
  const given = Object.entries(config).filter(([key, value]) => key in preset && value !== undefined);
  return { ...preset, ...Object.fromEntries(given) };
}

/**
 * Refuses a signal that is too short for a model.
 *
 * @param least samples that it takes at least
 * @param why what it does with them, to complete "because it …"
 * @throws CardioError `config`
 */
export function assertLength({ inputLength }: ModelInput, model: string, least: number, why: string): void {
  if (inputLength >= least) return;
  throw new CardioError(
    'config',
    `\`inputLength\` must be at least ${least} for this ${model}, because it ${why}; received ${inputLength}. Take longer windows, or change its numbers.`,
  );
}

/** Refuses lists that are to be read side by side but have unlike lengths. */
export function assertPaired(lists: Readonly<Record<string, readonly unknown[]>>): void {
  const [[first, { length }], ...others] = Object.entries(lists);
  const odd = others.find(([, list]) => list.length !== length);
  if (!odd) return;
  throw new CardioError(
    'config',
    `\`${odd[0]}\` must have one entry per entry of \`${first}\` (${length}); received ${odd[1].length}.`,
  );
}
