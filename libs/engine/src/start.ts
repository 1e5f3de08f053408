import * as tf from '@tensorflow/tfjs-core';
import { CardioError, isCardioError } from '@cardio/core';
import { registerChainedOps } from './chained-ops.js';
import { registerFusedGradients, registerPortableKernels } from './fused/register.js';
import { registerGradients } from './gradients.js';
import { starters } from './starters.js';

/** The tensor engines of the platform, fastest first. */
export type EngineName = 'torch' | 'tensorflow' | 'wasm' | 'cpu';

/** What matrix products, convolutions, LSTM and attention compute in; everything else, weights too, is float32. */
export type Precision = 'float32' | 'bfloat16';

/** How an engine is to run. */
export interface EngineOptions {
  /** Default `float32`; `bfloat16` on the torch engine only. */
  readonly precision?: Precision;
  /** Threads that one operation may use; default what the engine thinks best. The wasm and cpu engines have one. */
  readonly threads?: number;
  /** Default `auto`: a GPU where the engine can use one. `cuda` on the torch engine, with a LibTorch for GPUs, and on tfjs-node-gpu. */
  readonly device?: 'auto' | 'cpu' | 'cuda';
}

/** What an engine says of itself when it has started. */
export interface EngineFacts {
  /** Threads that one operation may use. */
  readonly threads: number;
  /** Of the library that does the work. */
  readonly version?: string;
  /** Where it computes: `cpu`, or a GPU. */
  readonly device?: string;
  readonly precision?: Precision;
  /** What the user should know, such as an option that this machine lacks. */
  readonly notice?: string;
}

/** Which engine runs, and why. */
export interface EngineInfo extends EngineFacts {
  readonly name: EngineName;
  /** One line: why this one, and what the better ones lacked. */
  readonly reason: string;
}

const preference: readonly EngineName[] = ['torch', 'tensorflow', 'wasm', 'cpu'];

/**
 * Makes an engine TensorFlow.js's backend, with every gradient registered. To be awaited before the first tensor op; starting the
 * engine that already runs costs nothing.
 *
 * @param name an engine, or `auto` for the first that works in the order torch, tensorflow, wasm, cpu
 * @throws CardioError `usage` for an unknown name, `unavailable` (with what to do) where the engine can't start; the engine that ran
 *   before then goes on
 */
export async function startEngine(
  name: EngineName | 'auto' = 'auto',
  options: EngineOptions = {},
): Promise<EngineInfo> {
  tf.enableProdMode(); // before the first op, or the backends print advertisements
  if (name !== 'auto' && !preference.includes(name)) {
    throw new CardioError('usage', `Unknown engine '${String(name)}'. Known: auto, ${preference.join(', ')}.`);
  }
  const before = tf.getBackend();
  try {
    return name === 'auto' ? await startBest(options) : await startNamed(name, options);
  } catch (error) {
    if (before && tf.getBackend() !== before) await tf.setBackend(before);
    throw error;
  }
}

async function startBest(options: EngineOptions): Promise<EngineInfo> {
  const lacking: string[] = [];
  for (const name of preference) {
    try {
      const facts = await start(name, options);
      return { name, ...facts, reason: `the fastest here (${lacking.join('; ') || 'none is faster'})` };
    } catch (error) {
      lacking.push(`${name}: ${firstLine(error).replace(/\.$/, '')}`);
    }
  }
  throw new CardioError('unavailable', `No engine starts; ${lacking.join('; ')}.`);
}

async function startNamed(name: EngineName, options: EngineOptions): Promise<EngineInfo> {
  try {
    return { name, ...(await start(name, options)), reason: 'asked for by name' };
  } catch (cause) {
    if (isCardioError(cause)) throw cause;
    const message = `The engine '${name}' can't start: ${firstLine(cause)}. ${remedyOf(name, options)}`;
    throw new CardioError('unavailable', message, { cause });
  }
}

function remedyOf(name: EngineName, { device }: EngineOptions): string {
  if (name !== 'torch' || device !== 'cuda') return starters[name].remedy;
  return 'Run npx cardio engine install --device cuda, or leave the device out.';
}

async function start(name: EngineName, options: EngineOptions): Promise<EngineFacts> {
  if (options.precision === 'bfloat16' && name !== 'torch') {
    throw new CardioError('unavailable', `The engine '${name}' computes in float32 only; bfloat16 needs torch.`);
  }
  if (options.device === 'cuda' && (name === 'wasm' || name === 'cpu')) {
    throw new CardioError('unavailable', `The engine '${name}' computes on the CPU only; the device cuda needs torch.`);
  }
  const facts = await starters[name].start(options);
  registerGradients();
  registerFusedGradients();
  registerPortableKernels();
  registerChainedOps();
  return facts;
}

/** The first line of an error's message. */
const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0];
