import { parseArgs } from 'node:util';

import { precisions, type Precision } from '@cardio/export';
import { modelFactory } from '@cardio/models';

/** What the benchmark was asked for. */
export interface Options {
  readonly models: readonly string[];
  readonly length: number;
  readonly precisions: readonly Precision[];
  readonly batches: readonly number[];
  readonly threads: number;
  /** Seconds for the timing of one model and batch. */
  readonly budget: number;
  readonly python: string;
}

const usage = `Usage: npm run bench:infer -- [options]
  --models a,b             of ${modelFactory.names.join(', ')}; default all
  --length 1000            samples of 12 leads
  --precisions float32     of ${precisions.join(', ')}, each a file that is timed; PyTorch has float32
  --batches 1,64
  --threads 2              of one operation in PyTorch; ONNX Runtime takes as many as there are cores
  --budget 10              seconds for the timing of one model and batch, all sides together
  --python PATH            default CARDIO_PYTHON, or python3`;

/** Reads the command line; the message of what it throws ends with the usage. */
export function parseOptions(args: readonly string[]): Options {
  try {
    const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        models: text(modelFactory.names.join()),
        length: text('1000'),
        precisions: text('float32'),
        batches: text('1,64'),
        threads: text('2'),
        budget: text('10'),
        python: text(process.env['CARDIO_PYTHON'] ?? 'python3'),
      },
    });
    return {
      models: known('model', values.models, modelFactory.names),
      length: whole('length', values.length),
      precisions: known('precision', values.precisions, precisions),
      batches: values.batches.split(',').map((size) => whole('batches', size)),
      threads: whole('threads', values.threads),
      budget: whole('budget', values.budget),
      python: values.python,
    };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${usage}`, { cause: error });
  }
}

function known<Name extends string>(what: string, received: string, names: readonly Name[]): Name[] {
  return received.split(',').map((name) => {
    const found = names.find((n) => n === name);
    if (!found) throw new Error(`Unknown ${what} '${name}'. Known: ${names.join(', ')}.`);
    return found;
  });
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`\`--${name}\` takes whole numbers from 1; received '${text}'.`);
}
