import { CardioError, stableJson, validate } from '@cardio/core';
import { registerLayers } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { z } from 'zod';

import { readFolder, sha256, type FolderFiles } from './checkpoint-folder.js';
import { checkpointState, type CheckpointState } from './loop/run-state.js';
import type { OptimizerState } from './optimizers/optimizer.js';

const formatVersion = 2;
const binaries = ['model.json', 'weights.bin', 'optimizer.bin'] as const;
const trainerFile = z.strictObject({
  formatVersion: z.literal(formatVersion),
  state: checkpointState,
  optimizer: z.strictObject({
    name: z.string(),
    steps: z.array(z.int().min(0)).describe('That each trained variable has been moved by.'),
    lengths: z
      .array(z.array(z.int()))
      .describe('Numbers of each variable, for each list of `optimizer.bin`, float32 little-endian.'),
    hasRawWeights: z
      .boolean()
      .describe('Whether the last list is the weights that training goes on from, while the model has averaged ones.'),
  }),
  sha256: z.record(z.enum(binaries), z.string()),
});

/** What a checkpoint keeps for the training to go on. */
export interface SavedOptimizer extends OptimizerState {
  readonly name: string;
  /** With averaged weights: the trained variables as training left them, where the model has their averages. */
  readonly rawWeights?: readonly Float32Array[] | undefined;
}

/** A checkpoint as read, not yet put into anything. */
interface Checkpoint {
  readonly state: CheckpointState;
  readonly optimizer: SavedOptimizer;
  readonly model: tf.io.ModelArtifacts;
}

/**
 * The files of a checkpoint: `model.json` and `weights.bin` in the tfjs layers format, which `tf.loadLayersModel` reads;
 * `optimizer.bin`; and `trainer.json`, which describes them, with their SHA-256 and its own.
 */
export async function packCheckpoint(
  model: tfl.LayersModel,
  optimizer: SavedOptimizer,
  state: CheckpointState,
): Promise<FolderFiles> {
  const { weightData, weightSpecs, ...topology } = await artifactsOf(model);
  const { name, steps, slots, rawWeights } = optimizer;
  const lists = rawWeights ? [...slots, rawWeights] : slots;
  const files = {
    'model.json': json({ ...topology, weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }] }),
    'weights.bin': new Uint8Array(weightData as ArrayBuffer), // `save` gives one buffer
    'optimizer.bin': Buffer.concat(lists.flat().map((m) => new Uint8Array(m.buffer, m.byteOffset, m.byteLength))),
  };
  const trainer: z.input<typeof trainerFile> = {
    formatVersion,
    state,
    optimizer: {
      name,
      steps: [...steps],
      lengths: lists.map((list) => list.map((values) => values.length)),
      hasRawWeights: rawWeights !== undefined,
    },
    sha256: {
      'model.json': sha256(files['model.json']),
      'weights.bin': sha256(files['weights.bin']),
      'optimizer.bin': sha256(files['optimizer.bin']),
    },
  };
  return { ...files, 'trainer.json': json({ ...trainer, ownSha256: sha256(stableJson(trainer)) }) };
}

/** Reads a checkpoint folder; a file that is not as it was written is an error that names it. */
export async function readCheckpoint(folder: string): Promise<Checkpoint> {
  const files = await readFolder(folder, ['trainer.json', ...binaries]);
  const trainer = parseTrainerFile(folder, files['trainer.json']);
  for (const name of binaries) if (sha256(files[name]) !== trainer.sha256[name]) throw corrupted(folder, name);

  const { weightsManifest, ...topology } = JSON.parse(files['model.json'].toString()) as tf.io.ModelJSON;
  const { name, steps, lengths, hasRawWeights } = trainer.optimizer;
  let offset = 0;
  const lists = lengths.map((list) =>
    list.map((length) => {
      const bytes = files['optimizer.bin'].subarray(offset, (offset += 4 * length));
      return new Float32Array(Uint8Array.from(bytes).buffer);
    }),
  );
  const rawWeights = hasRawWeights ? lists.pop() : undefined;
  return {
    state: trainer.state,
    optimizer: { name, steps, slots: lists, rawWeights },
    model: {
      ...topology,
      weightSpecs: weightsManifest.flatMap((group) => group.weights),
      weightData: Uint8Array.from(files['weights.bin']).buffer,
    },
  };
}

/**
 * Builds the model of a checkpoint, with its weights.
 *
 * @example const { model, state } = await loadCheckpoint('runs/a/checkpoints/best');
 */
export async function loadCheckpoint(folder: string): Promise<{ model: tfl.LayersModel; state: CheckpointState }> {
  const checkpoint = await readCheckpoint(folder);
  registerLayers();
  return { model: await tfl.loadLayersModel({ load: async () => checkpoint.model }), state: checkpoint.state };
}

/**
 * The weights of a checkpoint in the order of the model's, which must have the same shapes; names may differ, because tfjs
 * numbers layers per process.
 */
export function weightsFor(model: tfl.LayersModel, { model: artifacts }: Checkpoint, folder: string): Float32Array[] {
  const specs = artifacts.weightSpecs ?? [];
  const wanted = model.weights.map((w) => `${w.originalName} [${w.shape.join(', ')}]`);
  const received = specs.map((s) => `${s.name} [${s.shape.join(', ')}]`);
  const shape = (text: string | undefined): string | undefined => text?.slice(text.lastIndexOf('['));
  const differences = Array.from({ length: Math.max(wanted.length, received.length) }, (_, i) => i)
    .filter((i) => shape(wanted[i]) !== shape(received[i]))
    .map((i) => `  ${i}: the model has ${wanted[i] ?? 'nothing'}, the checkpoint ${received[i] ?? 'nothing'}`);
  if (differences.length > 0) {
    throw new CardioError('usage', `The checkpoint ${folder} is of another model:\n${differences.join('\n')}`);
  }
  let offset = 0;
  return model.weights.map((w) => {
    const weight = new Float32Array(
      artifacts.weightData as ArrayBuffer,
      offset,
      tf.util.sizeFromShape(w.shape as number[]),
    );
    offset += weight.byteLength;
    return weight;
  });
}

/** Checks that a checkpoint is of the run that wants to go on from it. */
export function checkSameRun(folder: string, saved: CheckpointState, own: CheckpointState): void {
  const identity = ({ objective, seed, monitor }: CheckpointState): Map<string, string> =>
    new Map(
      Object.entries({ ...objective, seed, monitor: monitor?.name ?? null }).map(([k, v]) => [k, JSON.stringify(v)]),
    );
  const [theirs, ours] = [identity(saved), identity(own)];
  for (const key of new Set([...theirs.keys(), ...ours.keys()])) {
    if (theirs.get(key) === ours.get(key)) continue;
    const difference = `has \`${key}\` ${theirs.get(key)}, this run ${ours.get(key)}`;
    throw new CardioError('usage', `The checkpoint ${folder} ${difference}. Resume with the same.`);
  }
}

async function artifactsOf(model: tfl.LayersModel): Promise<tf.io.ModelArtifacts> {
  let artifacts: tf.io.ModelArtifacts = {};
  await model.save({
    save: async (saved) => {
      artifacts = saved;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    },
  });
  return artifacts;
}

function parseTrainerFile(folder: string, bytes: Buffer): z.infer<typeof trainerFile> {
  let content: { ownSha256?: string; formatVersion?: number };
  try {
    content = JSON.parse(bytes.toString()) as typeof content;
  } catch (cause) {
    throw corrupted(folder, 'trainer.json', cause);
  }
  const { ownSha256, ...trainer } = content;
  if (sha256(stableJson(trainer)) !== ownSha256) throw corrupted(folder, 'trainer.json');
  if (trainer.formatVersion !== formatVersion) {
    throw new CardioError(
      'data',
      `The checkpoint ${folder} has format version ${trainer.formatVersion}; this version of the library reads ${formatVersion}.`,
    );
  }
  return validate(trainerFile, trainer, `the checkpoint ${folder}`);
}

const corrupted = (folder: string, file: string, cause?: unknown): CardioError =>
  new CardioError(
    'data',
    `The file ${file} of the checkpoint ${folder} is corrupted: its content is not what was written. Use another checkpoint.`,
    { cause },
  );

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
