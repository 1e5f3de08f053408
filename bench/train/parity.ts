import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Case } from './case.js';
import { Child } from './child.js';
import type { Options } from './options.js';

/** How far ours and PyTorch's are apart, given the same weights and the same batch, without dropout. */
interface Parity {
  readonly engine: string;
  /** |ours - PyTorch's| / PyTorch's */
  readonly loss: number;
  /** ‖g - g'‖ / ‖g'‖ of the weight whose gradient is worst, of ours and of PyTorch's own in float32, g' being PyTorch's in float64. */
  readonly gradient: number;
  readonly peerGradient: number;
  readonly weight: string;
  /** Weights of which ours is off by more than {@link tolerance}, among how many. */
  readonly beyond: number;
  readonly weights: number;
  readonly parameters: readonly [ours: number, peer: number];
  readonly passed: boolean;
}

/** What became of a comparison, or why there is none. */
export type Comparison = Parity | { readonly engine: string; readonly failure: string };

/** What loss and every gradient may be off by, relative. */
export const tolerance = 1e-4;

/**
 * What a gradient may be off by, as a multiple of what PyTorch's own is off by in float32. It counts where that is more than the tolerance: where
 * large numbers cancel out, as in the gradient of a shift that a convolution and a batch norm follow.
 */
const allowance = 10;

/** Examples that are enough to compare gradients. */
const examples = 4;

/** Compares an engine of ours with PyTorch. */
export async function compareCase(what: Case, options: Options): Promise<Comparison> {
  const engine = what.engine as string;
  const folder = await mkdtemp(join(tmpdir(), 'cardio-bench-'));
  try {
    const same: Case = { ...what, batch: Math.min(examples, what.batch), precision: 'float32', folder };
    const ours = await only<Ours>(Child.ours(same));
    const peer = await only<Peer>(Child.peer(options.python, same));
    return { engine, ...judge(ours, peer) };
  } catch (error) {
    return { engine, failure: (error as Error).message };
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Ours {
  readonly loss: number;
  readonly parameters: number;
}

interface Peer extends Ours {
  /** Norms of PyTorch's gradient in float64, and of what ours and PyTorch's own in float32 are off by. */
  readonly gradients: readonly {
    readonly name: string;
    readonly norm: number;
    readonly off: number;
    readonly peerOff: number;
  }[];
}

/** Whether loss and gradients are PyTorch's in float64, as near as float32 can tell. */
function judge(ours: Ours, peer: Peer): Omit<Parity, 'engine'> {
  const errors = peer.gradients.map(({ name, norm, off, peerOff }) => {
    const [error, peerError] = [off / norm, peerOff / norm];
    return { name, error, peerError, passed: error <= Math.max(tolerance, allowance * peerError) };
  });
  const worst = errors.reduce((a, b) => (rank(b) > rank(a) ? b : a));
  const loss = Math.abs(ours.loss - peer.loss) / Math.abs(peer.loss);
  return {
    loss,
    gradient: worst.error,
    peerGradient: worst.peerError,
    weight: worst.name,
    beyond: errors.filter(({ error }) => !(error <= tolerance)).length,
    weights: errors.length,
    parameters: [ours.parameters, peer.parameters],
    passed: loss <= tolerance && errors.every(({ passed }) => passed) && ours.parameters === peer.parameters,
  };
}

/** How bad an error is: those that are not passed first, then by size; a gradient of zeros has rounding errors only. */
const rank = ({ error, passed, peerError }: { error: number; passed: boolean; peerError: number }): number =>
  passed && peerError > 1 ? 0 : error + (passed ? 0 : 1e9);

/** The one answer of a process. */
async function only<T>(child: Child): Promise<T> {
  const answer = await child.answer<T>();
  await child.close();
  return answer;
}
