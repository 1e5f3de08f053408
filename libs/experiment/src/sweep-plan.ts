import { createRandom, stableJson, type Random } from '@cardio/core';

import type { Parameter, ParameterValue, SweepConfig } from './sweep-config.js';

/** The parameters of one trial by path. */
export type TrialParameters = Readonly<Record<string, ParameterValue>>;

/** One round of training: how many trials take part at most, and how many epochs they have behind them at its end. */
export interface Round {
  readonly trials: number;
  /** `null`: as many as the trial's own configuration says. */
  readonly epochs: number | null;
}

/**
 * The trials of a sweep. A grid has every combination, the last parameter changing fastest. Drawn trials are all different, and each is drawn from
 * a stream of its own: more trials of the same seed begin with the same ones. Where fewer combinations exist than are to be drawn, there are fewer.
 */
export function planTrials({ parameters, search }: SweepConfig): TrialParameters[] {
  if (search.strategy === 'grid') {
    return Object.entries(parameters).reduce<TrialParameters[]>(
      (trials, [path, parameter]) =>
        trials.flatMap((trial) => valuesOf(parameter).map((value) => ({ ...trial, [path]: value }))),
      [{}],
    );
  }
  const random = createRandom(search.seed);
  const drawn = new Map<string, TrialParameters>();
  const enough = 100 * search.trials;
  for (let attempt = 0; drawn.size < search.trials && attempt < enough; attempt++) {
    const own = random.fork(`trial ${attempt}`);
    const trial = Object.fromEntries(
      Object.entries(parameters).map(([path, parameter]) => [path, draw(parameter, own.fork(path))]),
    );
    const key = stableJson(trial);
    if (!drawn.has(key)) drawn.set(key, trial);
  }
  return [...drawn.values()];
}

/**
 * The rounds of a sweep: one in which every trial trains to its end, or with successive halving (Jamieson & Talwalkar 2016, "Non-stochastic best
 * arm identification and hyperparameter optimization", algorithm 1, with the budgets of Li et al. 2018, "Hyperband"): round i of s + 1 trains
 * floor(n / eta^i) trials, one at least, until they have maxEpochs / eta^(s - i) epochs. There are as many rounds as `minEpochs` and n allow.
 */
export function planRounds({ search }: Pick<SweepConfig, 'search'>, trials: number): Round[] {
  if (search.strategy !== 'successive-halving') return [{ trials, epochs: null }];
  const { eta, minEpochs, maxEpochs } = search;
  const rounds: Round[] = [];
  for (let i = 0; i === 0 || (maxEpochs / eta ** i >= minEpochs && trials / eta ** i >= 1); i++) {
    rounds.unshift({ trials: 0, epochs: Math.round(maxEpochs / eta ** i) });
  }
  return rounds.map(({ epochs }, i) => ({ trials: Math.max(1, Math.floor(trials / eta ** i)), epochs }));
}

function valuesOf(parameter: Parameter): readonly ParameterValue[] {
  if ('choice' in parameter) return parameter.choice;
  if (!('int' in parameter)) return []; // refused when the sweep was read
  const [low, high] = [Math.ceil(parameter.int[0]), Math.floor(parameter.int[1])];
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}

function draw(parameter: Parameter, random: Random): ParameterValue {
  if ('uniform' in parameter) return rounded(random.uniform(...parameter.uniform), parameter.uniform);
  if ('logUniform' in parameter) {
    const [low, high] = parameter.logUniform;
    return rounded(Math.exp(random.uniform(Math.log(low), Math.log(high))), parameter.logUniform);
  }
  const values = valuesOf(parameter);
  return values[random.integer(values.length)];
}

/** To four digits, which are readable and as good; within the range. */
const rounded = (value: number, [low, high]: readonly [number, number]): number =>
  Math.min(high, Math.max(low, Number(value.toPrecision(4))));
