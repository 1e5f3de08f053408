// Does pre-training help where labels are few? HeartBEiT on the synthetic set, from scratch and fine-tuned: see libs/models/docs/pretraining.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { createRun, pretrainRun, resolveConfig, trainRun, type Run } from '@cardio/experiment';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '0,1,2' },
    records: { type: 'string', default: '1000' },
    fraction: { type: 'string', default: '0.1' },
    'learning-rates': { type: 'string', default: '0.003,0.01' },
    'pretrain-epochs': { type: 'string', default: '60' },
    'pretrain-learning-rate': { type: 'string', default: '0.004' },
    epochs: { type: 'string', default: '80' },
    codes: { type: 'string', default: '128' },
    width: { type: 'string', default: '32' },
    engine: { type: 'string', default: 'auto' },
  },
});
const runsDir = mkdtempSync(join(tmpdir(), 'cardio-gain-'));
const { records, width, engine } = values;
const common = {
  ...{ dataset: 'synthetic', records, model: 'heartbeit', preset: 'tiny', width, depth: '3', heads: '4' },
  ...{ engine, 'batch-size': '16', 'runs-dir': runsDir },
};
/** The same for both sides: epochs, batches, schedule, labels, and the choice of learning rate and epoch by the validation split. */
const training = {
  ...{ epochs: values.epochs, 'label-fraction': values.fraction, patience: '0', schedule: 'cosine' },
  'warmup-epochs': String(Number(values.epochs) / 10),
};
const sides = { scratch: () => ({}), 'fine-tuned': (from: string) => ({ from, 'layer-decay': '0.85' }) };

try {
  for (const seed of values.seeds.split(',')) {
    const pretrained = await newRun({ ...common, ...pretraining(), seed }, 'pretrain');
    const { history } = await pretrainRun(pretrained);
    const best = history.epochs.find(({ epoch }) => epoch === history.best?.epoch)?.validation;
    console.log(
      `seed ${seed}: masked accuracy ${best?.['maskedAccuracy']?.toFixed(3)}, loss ${best?.['loss']?.toFixed(3)}`,
    );
    for (const [side, extra] of Object.entries(sides)) {
      const tries: { rate: string; validation: number; test: number }[] = [];
      for (const rate of values['learning-rates'].split(',')) {
        const run = await newRun(
          { ...common, ...training, ...extra(pretrained.dir), 'learning-rate': rate, seed },
          'train',
        );
        const result = await trainRun(run);
        const test = result.evaluation?.summary['macroAuroc'] ?? NaN;
        tries.push({ rate, validation: result.history.best?.score ?? NaN, test });
      }
      const [chosen] = tries.toSorted((a, b) => b.validation - a.validation);
      console.log(`  ${side.padEnd(10)} ${tries.map(text).join('; ')}; chosen by validation: ${text(chosen)}`);
    }
  }
} finally {
  rmSync(runsDir, { recursive: true });
}

function pretraining(): Record<string, string> {
  return {
    ...{ epochs: values['pretrain-epochs'], 'learning-rate': values['pretrain-learning-rate'], codes: values.codes },
    ...{ dropout: '0', 'drop-path': '0', 'mask-span': '4' },
  };
}

async function newRun(flags: Record<string, string>, purpose: 'train' | 'pretrain'): Promise<Run> {
  return createRun((await resolveConfig({ flags, purpose })).config);
}

function text({ rate, validation, test }: { rate: string; validation: number; test: number }): string {
  return `rate ${rate} validation ${validation.toFixed(3)} test ${test.toFixed(3)}`;
}
