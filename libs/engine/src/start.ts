import * as tf from '@tensorflow/tfjs-core';
import { CardioError } from '@cardio/core';
import { registerChainedOps } from './chained-ops.js';
import { registerGradients } from './gradients.js';
import { starters } from './starters.js';

/** The tensor engines of the platform, fastest first. */
export type EngineName = 'torch' | 'tensorflow' | 'wasm' | 'cpu';

/** Which engine runs, and why. */
export interface EngineInfo {
  readonly name: EngineName;
  /** One line: why this one, and what the better ones lacked. */
  readonly reason: string;
  /** Threads that one operation may use. */
  readonly threads: number;
}

const preference: readonly EngineName[] = ['torch', 'tensorflow', 'wasm', 'cpu'];

/**
 * Makes an engine TensorFlow.js's backend, with every gradient registered. To be awaited before the first tensor op; starting the
 * engine that already runs costs nothing.
 *
 * @param name an engine, or `auto` for the first that works in the order torch, tensorflow, wasm, cpu
 * @throws CardioError `usage` for an unknown name, `unavailable` (with what to do) where the engine can't start
 */
export async function startEngine(name: EngineName | 'auto' = 'auto'): Promise<EngineInfo> {
  tf.enableProdMode(); // before the first op, or the backends print advertisements
  if (name !== 'auto' && !preference.includes(name)) {
    throw new CardioError('usage', `Unknown engine '${String(name)}'. Known: auto, ${preference.join(', ')}.`);
  }
  if (name !== 'auto') return { name, threads: await startNamed(name), reason: 'asked for by name' };

  const lacking: string[] = [];
  for (const candidate of preference) {
    try {
      const threads = await start(candidate);
      return { name: candidate, threads, reason: `the fastest here (${lacking.join('; ') || 'none is faster'})` };
    } catch (error) {
      lacking.push(`${candidate}: ${firstLine(error)}`);
    }
  }
  throw new CardioError('unavailable', `No engine starts; ${lacking.join('; ')}.`);
}

async function startNamed(name: EngineName): Promise<number> {
  try {
    return await start(name);
  } catch (cause) {
    const others = preference.filter((other) => starters[other]).join(' or ');
    const remedy = starters[name]?.remedy ?? `Use ${others}.`;
    throw new CardioError('unavailable', `The engine '${name}' can't start: ${firstLine(cause)}. ${remedy}`, { cause });
  }
}

async function start(name: EngineName): Promise<number> {
  const starter = starters[name];
  if (!starter) throw new Error('not in this version');
  const threads = await starter.start();
  registerGradients();
  registerChainedOps();
  return threads;
}

/** The first line of an error's message. */
const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0];
