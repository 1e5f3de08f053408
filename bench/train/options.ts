import { parseArgs } from 'node:util';

import type { EngineName, Precision } from '@cardio/engine';

import { modelFactory } from '@cardio/models';

import { models } from './models.js';

/** What the benchmark was asked for. */
export interface Options {
  readonly models: readonly string[];
  readonly lengths: readonly number[];
  readonly engines: readonly EngineName[];
  readonly precision: Precision;
  readonly batch: number;
  readonly threads: number;
  /** Steps of each side that count; without it as many as fit into `budget`. */
  readonly rounds: number | undefined;
  /** Seconds for the timing of one model. */
  readonly budget: number;
  readonly python: string;
  /** File for the results. */
  readonly json: string | undefined;
  readonly parity: boolean;
  /** Samples per second of each side by itself, in one table. */
  readonly throughput: boolean;
}

const usage = `Usage: npm run bench:train -- [options]
  --models a,b         of ${Object.keys(models).join(', ')}; default all
  --lengths 1000,5000  samples of 12 leads
  --engines torch      ours, such as torch,wasm
  --precision float32  or bfloat16, on the torch engine and in PyTorch
  --batch 32
  --threads 2          of one operation, on both sides
  --rounds N           steps that count; default as many as fit into the budget, 3 to 15; 0 to time nothing
  --budget 60          seconds for the timing of one model
  --python PATH        default CARDIO_PYTHON, or python3
  --json FILE          writes the results, every step included
  --no-parity          does not compare losses and gradients
  --throughput         a table of samples per second, each side by itself; then the defaults are the models of the factory, length 1000,
                       the engines torch,wasm, --no-parity and a budget of 20 for each side`;

/** Reads the command line; the message of what it throws ends with the usage. */
export function parseOptions(args: readonly string[]): Options {
  try {
    const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
    const throughput = args.includes('--throughput');
    const { values } = parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        throughput: { type: 'boolean', default: false },
        models: text((throughput ? modelFactory.names : Object.keys(models)).join()),
        lengths: text(throughput ? '1000' : '1000,5000'),
        engines: text(throughput ? 'torch,wasm' : 'torch'),
        precision: text('float32'),
        batch: text('32'),
        threads: text('2'),
        rounds: { type: 'string' },
        budget: text(throughput ? '20' : '60'),
        python: text(process.env['CARDIO_PYTHON'] ?? 'python3'),
        json: { type: 'string' },
        parity: { type: 'boolean', default: !throughput },
      },
    });
    return {
      models: known('model', values.models.split(','), Object.keys(models)),
      lengths: values.lengths.split(',').map((length) => count('lengths', length, 1)),
      engines: known('engine', values.engines.split(','), ['torch', 'tensorflow', 'wasm', 'cpu']),
      precision: known('precision', [values.precision], ['float32', 'bfloat16'])[0],
      batch: count('batch', values.batch, 1),
      threads: count('threads', values.threads, 1),
      rounds: values.rounds === undefined ? undefined : count('rounds', values.rounds, 0),
      budget: count('budget', values.budget, 1),
      python: values.python,
      json: values.json,
      parity: values.parity,
      throughput: values.throughput,
    };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${usage}`, { cause: error });
  }
}

function known<Name extends string>(what: string, received: readonly string[], names: readonly Name[]): Name[] {
  return received.map((name) => {
    const found = names.find((n) => n === name);
    if (!found) throw new Error(`Unknown ${what} '${name}'. Known: ${names.join(', ')}.`);
    return found;
  });
}

function count(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`\`--${name}\` takes whole numbers from ${least}; received '${text}'.`);
}
