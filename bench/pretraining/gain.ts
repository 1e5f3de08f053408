// Does pre-training help where labels are few? HeartBEiT on the synthetic set, from scratch and fine-tuned: see libs/models/docs/pretraining.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { createRun, pretrainRun, resolveConfig, trainRun, type Run } from '@cardio/experiment';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '0,1,2' },
    records: { type: 'string', default: '4000' },
    fraction: { type: 'string', default: '0.1' },
    'learning-rates': { type: 'string', default: '0.001,0.003' },
    epochs: { type: 'string', default: '40' },
    'pretrain-epochs': { type: 'string', default: '60' },
    'pretrain-learning-rate': { type: 'string', default: '0.004' },
    codes: { type: 'string', default: '256' },
    width: { type: 'string', default: '64' },
    engine: { type: 'string', default: 'auto' },
  },
});
type Flags = Readonly<Record<string, string>>;
interface Outcome {
  readonly rate: string;
  readonly validation: number;
  readonly test: number;
}

/** One side of the comparison: what it does beside what all do, and the learning rates that validation chooses from. */
const rates = values['learning-rates'].split(',');
const sides: Readonly<Record<string, { rates: readonly string[]; flags(from: string): Flags }>> = {
  scratch: { rates, flags: () => ({}) },
  'fine-tuned': { rates, flags: (from) => ({ from }) },
  probe: { rates: ['0.03', '0.1'], flags: (from) => ({ from, probe: 'true' }) },
};
const runsDir = mkdtempSync(join(tmpdir(), 'cardio-gain-'));

try {
  const rows: Outcome[][] = [];
  for (const seed of values.seeds.split(',')) rows.push(await compare(seed));
  console.log(`\n${table(rows)}`);
} finally {
  rmSync(runsDir, { recursive: true });
}

/** Pre-trains on patients of a seed's own, then trains each side. */
async function compare(seed: string): Promise<Outcome[]> {
  const { records, width, engine, epochs, fraction } = values;
  const common: Flags = {
    // 5 s of 12 leads at 100 Hz, other patients for each seed; of eight folds six train, one validates, one tests
    ...{ dataset: 'synthetic', records, seconds: '5', folds: '8', 'cohort-seed': seed },
    ...{ model: 'heartbeit', preset: 'tiny', width, depth: '3', heads: '4', engine, seed },
    ...{ 'batch-size': '32', 'runs-dir': runsDir, 'store-dir': join(runsDir, `store-${seed}`) },
  };
  const training = {
    ...{ epochs, 'label-fraction': fraction, patience: '0', schedule: 'cosine' },
    'warmup-epochs': String(Number(epochs) / 10),
  };
  const pretrained = await newRun({ ...common, ...pretraining() }, 'pretrain');
  const { history } = await pretrainRun(pretrained);
  const best = history.epochs.find(({ epoch }) => epoch === history.best?.epoch)?.validation;
  const minutes = history.epochs.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  console.log(
    `seed ${seed}: masked accuracy ${best?.['maskedAccuracy']?.toFixed(3)}, loss ${best?.['loss']?.toFixed(3)}, ${minutes.toFixed(1)} min`,
  );
  const row: Outcome[] = [];
  for (const [side, { rates: own, flags }] of Object.entries(sides)) {
    const tries: Outcome[] = [];
    for (const rate of own) {
      const run = await newRun({ ...common, ...training, ...flags(pretrained.dir), 'learning-rate': rate }, 'train');
      const result = await trainRun(run);
      const test = result.evaluation?.summary['macroAuroc'] ?? NaN;
      tries.push({ rate, validation: result.history.best?.score ?? NaN, test });
    }
    const [chosen] = tries.toSorted((a, b) => b.validation - a.validation);
    console.log(`  ${side.padEnd(10)} ${tries.map(text).join('; ')}; chosen by validation: ${chosen.rate}`);
    row.push(chosen);
  }
  return row;
}

function pretraining(): Flags {
  return {
    ...{ epochs: values['pretrain-epochs'], 'learning-rate': values['pretrain-learning-rate'], codes: values.codes },
    ...{ dropout: '0', 'drop-path': '0' },
  };
}

async function newRun(flags: Flags, purpose: 'train' | 'pretrain'): Promise<Run> {
  return createRun((await resolveConfig({ flags, purpose })).config);
}

function text({ rate, validation, test }: Outcome): string {
  return `rate ${rate} validation ${validation.toFixed(4)} test ${test.toFixed(4)}`;
}

/** Test macro AUROC of each seed and side as Markdown, and the difference of fine-tuned and scratch, by pairs. */
function table(rows: readonly (readonly Outcome[])[]): string {
  const lines = rows.map((row, i) => {
    const [scratch, fineTuned] = row.map(({ test }) => test);
    return [values.seeds.split(',')[i], ...row.map(({ test }) => test.toFixed(4)), (fineTuned - scratch).toFixed(4)];
  });
  const differences = rows.map(([scratch, fineTuned]) => fineTuned.test - scratch.test);
  const mean = differences.reduce((sum, d) => sum + d, 0) / differences.length;
  const squares = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (differences.length - 1));
  const head = ['seed', ...Object.keys(sides), 'fine-tuned less scratch'];
  const cells = [head, head.map(() => '---'), ...lines];
  return `${cells.map((line) => `| ${line.join(' | ')} |`).join('\n')}\nMean difference ${mean.toFixed(4)}, deviation ${deviation.toFixed(4)}.`;
}
