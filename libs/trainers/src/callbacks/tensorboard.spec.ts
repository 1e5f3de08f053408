import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, expect, test } from '@jest/globals';

import { evaluateScores } from '@cardio/eval';

import { trainingConfig } from '../config.js';
import type { EvaluationResult } from '../evaluate.js';
import type { EpochRecord } from '../history.js';
import { confusionImage, rocImage } from './charts.js';
import { encodeEvent, encodeScalars, tensorBoard } from './tensorboard.js';
import { crc32c } from './tfrecord.js';

const golden = JSON.parse(readFileSync(new URL('../../golden/events.json', import.meta.url), 'utf8')) as {
  file: string;
  scalars: { wall_time: number; step: number; values: Record<string, number> }[];
};
const folder = mkdtempSync(join(tmpdir(), 'cardio-tensorboard-'));
afterAll(() => rmSync(folder, { recursive: true }));

test("equal events give the bytes of TensorBoard's own writer", () => {
  const file = Buffer.concat([
    encodeEvent({ wallTime: 1700000000, what: { case: 'fileVersion', value: 'brain.Event:2' } }),
    encodeEvent({ wallTime: 1700000000.5, step: 3n, what: { case: 'sessionLog', value: { status: 1 } } }),
    ...golden.scalars.map((s) => encodeScalars(s.wall_time, s.step, s.values)),
  ]);
  expect(file.toString('base64')).toBe(golden.file);
});

const record = (epoch: number, loss: number, scores?: Record<string, number | null>): EpochRecord => ({
  epoch,
  step: 10 * epoch,
  learningRate: 0.001,
  train: { loss, gradientNorm: 1 },
  ...(scores && { validation: scores }),
  best: false,
  seconds: 1,
});

// epoch 2 is told twice, first by a run that died before its checkpoint of epoch 2 was complete
const first = [record(1, 0.75, { loss: 0.5, macroF1: 0.25 }), record(2, 99, { loss: 99, macroF1: 0 })];
const second = [record(2, 0.5, { loss: 0.375, macroF1: null }), record(3, 0.25, { loss: 0.25, macroF1: 0.75 })];

const scores = {
  task: 'multi-class',
  classes: ['N', 'V'],
  labels: Float32Array.of(1, 0, 1, 0, 0, 1),
  probabilities: Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.3, 0.7),
} as const;
const evaluation: EvaluationResult = { evaluation: evaluateScores(scores), loss: 0, ...scores, ids: ['a', 'b', 'c'] };
const parameters = { seed: 7, model: { name: 'x', blocks: [1, 2] }, nesterov: false };

async function write(): Promise<void> {
  const told = [];
  for (const part of [first, second]) {
    const callback = tensorBoard(folder, { parameters });
    await callback.onTrainBegin?.({
      history: told.slice(0, 1),
      epochs: 3,
      batchesPerEpoch: 10,
      config: trainingConfig.parse({}),
    });
    for (const r of part) await callback.onEpochEnd?.({ record: r, checkpoint: undefined, evaluation });
    await callback.onTrainEnd?.({ history: { epochs: part, best: null, stopped: 'completed' } });
    told.push(...part);
  }
}

test('a run leaves one file for each start, with check sums and scalars in it', async () => {
  const begin = Date.now() / 1000;
  await write();
  const names = readdirSync(folder).sort();
  expect(names).toHaveLength(2);
  expect(names[0].startsWith('events.out.tfevents.')).toBe(true);
  expect(names[0].endsWith(hostname())).toBe(true);
  const events = names.flatMap((name) => readEvents(readFileSync(join(folder, name))));
  expect(
    events.filter((e) => Object.keys(e.scalars).length > 0).map(({ step, scalars }) => ({ step, scalars })),
  ).toEqual([
    {
      step: 1,
      scalars: {
        'train/loss': 0.75,
        'train/gradient_norm': 1,
        'val/loss': 0.5,
        'val/macroF1': 0.25,
        learning_rate: Math.fround(0.001),
      },
    },
    {
      step: 2,
      scalars: {
        'train/loss': 99,
        'train/gradient_norm': 1,
        'val/loss': 99,
        'val/macroF1': 0,
        learning_rate: Math.fround(0.001),
      },
    },
    {
      step: 2,
      scalars: { 'train/loss': 0.5, 'train/gradient_norm': 1, 'val/loss': 0.375, learning_rate: Math.fround(0.001) },
    },
    {
      step: 3,
      scalars: {
        'train/loss': 0.25,
        'train/gradient_norm': 1,
        'val/loss': 0.25,
        'val/macroF1': 0.75,
        learning_rate: Math.fround(0.001),
      },
    },
  ]);
  for (const { wallTime } of events) expect(Math.abs(wallTime - begin)).toBeLessThan(60);
});

const python = process.env['CARDIO_PYTHON'] ?? 'python3';
const hasTensorBoard = (() => {
  try {
    execFileSync(python, ['-c', 'import tensorboard, PIL'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log(
      `skipped: ${python} has no tensorboard and pillow; \`pip install tensorboard\` or set CARDIO_PYTHON to a Python that has it`,
    );
    return false;
  }
})();

(hasTensorBoard ? test : test.skip)(
  'TensorBoard reads every scalar, image and parameter, and of a resumed epoch only the second telling',
  () => {
    const script = fileURLToPath(new URL('../../golden/read_events.py', import.meta.url));
    const output = execFileSync(python, [script, folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const read = JSON.parse(output) as {
      scalars: Record<string, [step: number, wallTime: number, value: number][]>;
      images: Record<string, [step: number, width: number, height: number, sha256: string][]>;
      hparams: unknown;
    };
    const curve = (tag: string) => read.scalars[tag].map(([step, , value]) => [step, value]);
    expect(Object.keys(read.scalars).sort()).toEqual([
      'learning_rate',
      'train/gradient_norm',
      'train/loss',
      'val/loss',
      'val/macroF1',
    ]);
    expect(curve('train/loss')).toEqual([[1, 0.75], [2, 0.5], [3, 0.25]]); // prettier-ignore
    expect(curve('val/loss')).toEqual([[1, 0.5], [2, 0.375], [3, 0.25]]); // prettier-ignore
    expect(curve('val/macroF1')).toEqual([[1, 0.25], [3, 0.75]]); // prettier-ignore
    for (const [tag, image] of Object.entries({
      'val/confusion': confusionImage(evaluation),
      'val/roc': rocImage(evaluation),
    })) {
      const pixels = createHash('sha256')
        .update(image?.rgb ?? '')
        .digest('hex');
      expect(read.images[tag].map(([step]) => step)).toEqual([1, 2, 3]);
      for (const [, ...rest] of read.images[tag]) expect(rest).toEqual([image?.width, image?.height, pixels]);
    }
    expect(read.hparams).toEqual({
      parameters: { 'model.blocks': '[1,2]', 'model.name': 'x', nesterov: false, seed: 7 },
      status: 1,
    });
  },
);

/** An independent reader of the format: TFRecord frames, then protobuf's wire format by hand. */
function readEvents(file: Buffer): { wallTime: number; step: number; scalars: Record<string, number> }[] {
  const events = [];
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    expect(unmasked(file.readUInt32LE(at + 8))).toBe(crc32c(file.subarray(at, at + 8)));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(unmasked(file.readUInt32LE(at + 12 + length))).toBe(crc32c(data));
    const event = fields(data);
    const values = fields(event.get(5)?.[0] as Buffer | undefined).get(1) ?? [];
    const scalars = values.filter((value) => fields(value as Buffer).has(2));
    events.push({
      wallTime: (event.get(1)?.[0] as Buffer).readDoubleLE(),
      step: Number(event.get(2)?.[0] ?? 0),
      scalars: Object.fromEntries(
        scalars.map((value) => {
          const parts = fields(value as Buffer);
          return [String(parts.get(1)?.[0]), (parts.get(2)?.[0] as Buffer).readFloatLE()];
        }),
      ),
    });
    at += length + 16;
  }
  return events;
}

function unmasked(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

/** Field number to values: varints as numbers, the rest as bytes. */
function fields(data: Buffer = Buffer.alloc(0)): Map<number, (number | Buffer)[]> {
  const result = new Map<number, (number | Buffer)[]>();
  let at = 0;
  const varint = (): number => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = data[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const bytes = (n: number): Buffer => data.subarray(at, (at += n));
  while (at < data.length) {
    const key = varint();
    const read = [varint, () => bytes(8), () => bytes(varint()), undefined, undefined, () => bytes(4)][key & 7];
    if (!read) throw new Error(`wire type ${key & 7}`);
    result.set(key >> 3, [...(result.get(key >> 3) ?? []), read()]);
  }
  return result;
}
