import { dirname, resolve } from 'node:path';

import { CardioError, suggestion, validate } from '@cardio/core';
import { z } from 'zod';

import { loadPlugins } from './plugins.js';
import { allFields, readConfigFile } from './resolve.js';

const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))]);
const range = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low < high, 'the first number must be below the second');

/** The schema of what a parameter may be: one of several values, or a number from a range. */
const parameterSchema = z.union([
  z.strictObject({ choice: z.array(value).min(1).describe('One of these values, each as likely.') }),
  z.strictObject({ int: range.describe('A whole number from the first to the second, both included.') }),
  z.strictObject({ uniform: range.describe('A number from the first to the second.') }),
  z.strictObject({
    logUniform: range
      .refine(([low]) => low > 0, 'both numbers must be above 0')
      .describe('A number whose logarithm is uniform.'),
  }),
]);

/** What one parameter of a sweep may be. */
export type Parameter = z.infer<typeof parameterSchema>;

const trials = z.int().positive().describe('Configurations to draw.');
const seed = z.int().default(0).describe('Seed of the drawing; the seed of training is that of the experiment.');

/** The schema of a sweep file. */
export const sweepSchema = z.strictObject({
  experiment: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .describe('What is the same in every trial: fields as in a file for `cardio train --config`, or the path of one.'),
  search: z.discriminatedUnion('strategy', [
    z.strictObject({ strategy: z.literal('grid').describe('Every combination of the values.') }),
    z.strictObject({ strategy: z.literal('random').describe('Drawn configurations.'), trials, seed }),
    z.strictObject({
      strategy: z
        .literal('successive-halving')
        .describe('Drawn configurations, of which only the best train on, for more and more epochs.'),
      trials,
      seed,
      eta: z.int().min(2).default(3).describe('One in so many trains on, for as many times the epochs.'),
      minEpochs: z.int().positive().default(1).describe('Epochs of the first round at least.'),
      maxEpochs: z.int().positive().describe('Epochs of the last round, and of the schedule of the learning rate.'),
    }),
  ]),
  parameters: z
    .record(z.string(), parameterSchema)
    .refine((parameters) => Object.keys(parameters).length > 0, 'there must be at least one')
    .describe('What differs: fields by their path, such as training.learningRate, and what each may be.'),
});

/** A sweep with all defaults filled in. */
export type SweepConfig = z.infer<typeof sweepSchema>;

/** A parameter's value in one trial. */
export type ParameterValue = z.infer<typeof value>;

/** Fields that decide who validates, or how and where trials are kept: with them scores could not be compared, or files be found. */
const fixed: Readonly<Record<string, string>> = {
  'training.monitor': 'trials are compared by it',
  'dataset.fold': 'scores of different patients can not be compared',
  'dataset.folds': 'scores of different patients can not be compared',
  'dataset.splitSeed': 'scores of different patients can not be compared',
  'dataset.dataDir': 'scores of different patients can not be compared',
  plugins: 'they are loaded before',
};

/**
 * Reads a sweep file, and loads the plugins that its experiment names.
 *
 * @returns the sweep and the values of its `experiment`, with where they came from
 * @throws {CardioError} `config` or `not-found`: which field, what was received, the nearest known name
 */
export async function readSweep(
  file: string,
): Promise<{ sweep: SweepConfig; content: { values: Record<string, unknown>; origin: string } }> {
  const sweep = validate(sweepSchema, readConfigFile(file), `the sweep ${file}`);
  const { experiment } = sweep;
  const values = typeof experiment === 'string' ? readConfigFile(resolve(dirname(file), experiment)) : experiment;
  const { plugins } = values;
  await loadPlugins(Array.isArray(plugins) ? plugins.map(String) : []);
  checkParameters(sweep, file);
  const origin = typeof experiment === 'string' ? experiment : file;
  return { sweep: { ...sweep, experiment: values }, content: { values, origin } };
}

function checkParameters({ parameters, search }: SweepConfig, file: string): void {
  const known = [...new Set(allFields().map(({ field }) => field.path))];
  for (const [path, parameter] of Object.entries(parameters)) {
    const at = `\`parameters.${path}\` of the sweep ${file}`;
    if (!known.includes(path)) throw new CardioError('config', `${at} is no known field. ${suggestion(path, known)}`);
    const reason = path.startsWith('output.') ? 'each trial has a folder of its own' : fixed[path];
    if (reason) throw new CardioError('config', `${at} must be the same in every trial: ${reason}.`);
    if (search.strategy === 'grid' && ('uniform' in parameter || 'logUniform' in parameter)) {
      throw new CardioError('config', `${at} has no end of values: a grid takes \`choice\` or \`int\`.`);
    }
    if (search.strategy === 'successive-halving' && path === 'training.epochs') {
      throw new CardioError('config', `${at}: successive halving itself says how long a trial trains (\`maxEpochs\`).`);
    }
  }
  if (search.strategy === 'successive-halving' && search.minEpochs > search.maxEpochs) {
    throw new CardioError(
      'config',
      `\`search\` of the sweep ${file} has \`minEpochs\` ${search.minEpochs} above \`maxEpochs\` ${search.maxEpochs}.`,
    );
  }
}
