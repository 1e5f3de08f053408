import * as tf from '@tensorflow/tfjs-core';

/** What a direction computed at each step, in the order of time. */
export interface Cell {
  /** Sigmoids of all four gates, `[T, B, 4H]`; the third is not used. */
  readonly gates: tf.Tensor;
  /** `[T, B, H]` */
  readonly candidates: tf.Tensor;
  /** `[T, B, H]` */
  readonly memory: tf.Tensor;
  /** `[T, B, H]` */
  readonly output: tf.Tensor;
}

/** One direction over `steps` `[T, B, I]`. */
export function lstmForward(
  steps: tf.Tensor,
  kernel: tf.Tensor,
  recurrent: tf.Tensor,
  bias: tf.Tensor,
  backwards: boolean,
): Cell {
  const units = recurrent.shape[0];
  const fromInput = tf.unstack(tf.add(timesMatrix(steps, kernel), bias)); // T x [B, 4H]
  const cells: Record<keyof Cell, tf.Tensor[]> = { gates: [], candidates: [], memory: [], output: [] };
  let c: tf.Tensor | undefined;
  let h: tf.Tensor | undefined;
  for (const t of order(fromInput.length, backwards)) {
    const z: tf.Tensor = h ? tf.add(fromInput[t], tf.matMul(h as tf.Tensor2D, recurrent as tf.Tensor2D)) : fromInput[t];
    const gates = tf.sigmoid(z);
    const [i, f, , o] = tf.split(gates, 4, 1);
    const g = tf.tanh(tf.slice(z, [0, 2 * units], [-1, units]));
    c = c ? tf.add(tf.mul(f, c), tf.mul(i, g)) : tf.mul(i, g);
    h = tf.mul(o, tf.tanh(c));
    cells.gates[t] = gates;
    cells.candidates[t] = g;
    cells.memory[t] = c;
    cells.output[t] = h;
  }
  return {
    gates: tf.stack(cells.gates),
    candidates: tf.stack(cells.candidates),
    memory: tf.stack(cells.memory),
    output: tf.stack(cells.output),
  };
}

/** The gradients of {@link lstmForward}, given that of its output. */
export function lstmBackward(
  dOutput: tf.Tensor,
  steps: tf.Tensor,
  { gates, candidates, memory, output }: Cell,
  kernel: tf.Tensor,
  recurrent: tf.Tensor,
  units: number,
  backwards: boolean,
): { dx: tf.Tensor; dKernel: tf.Tensor; dRecurrent: tf.Tensor; dBias: tf.Tensor } {
  const [i, f, , o] = tf.split(gates, 4, 2);
  const squashed = tf.tanh(memory);
  const slope = (gate: tf.Tensor): tf.Tensor => tf.mul(gate, tf.sub(1, gate));
  const before = (x: tf.Tensor): tf.Tensor => shifted(x, backwards);
  // how z of each gate moves the memory (input, forget, candidate) or the output (output): [T, B, 4H]
  const slopes = tf.concat(
    [
      tf.mul(candidates, slope(i)),
      tf.mul(before(memory), slope(f)),
      tf.mul(i, tf.sub(1, tf.square(candidates))),
      tf.mul(squashed, slope(o)),
    ],
    2,
  );
  const memoryToOutput = tf.unstack(tf.mul(o, tf.sub(1, tf.square(squashed))));
  const [dOutputs, slopesAt, keeps] = [tf.unstack(dOutput), tf.unstack(slopes), tf.unstack(f)];
  const back = tf.transpose(recurrent) as tf.Tensor2D; // [4H, H]
  const dGates: tf.Tensor[] = []; // T x [B, 4H]
  let dhNext: tf.Tensor | undefined;
  let dcNext: tf.Tensor | undefined;
  for (const t of order(keeps.length, !backwards)) {
    const dh = dhNext ? tf.add(dOutputs[t], dhNext) : dOutputs[t];
    const throughOutput = tf.mul(dh, memoryToOutput[t]);
    const dc: tf.Tensor = dcNext ? tf.add(dcNext, throughOutput) : throughOutput;
    dGates[t] = tf.mul(tf.concat([dc, dc, dc, dh], 1), slopesAt[t]);
    dhNext = tf.matMul(dGates[t] as tf.Tensor2D, back);
    dcNext = tf.mul(dc, keeps[t]);
  }
  const dz = tf.reshape(tf.stack(dGates), [-1, 4 * units]) as tf.Tensor2D; // [T B, 4H]
  const rows = (x: tf.Tensor): tf.Tensor2D => tf.reshape(x, [dz.shape[0], -1]);
  return {
    dx: tf.reshape(tf.matMul(dz, kernel as tf.Tensor2D, false, true), steps.shape),
    dKernel: tf.matMul(rows(steps), dz, true),
    dRecurrent: tf.matMul(rows(before(output)), dz, true),
    dBias: tf.sum(dz, 0),
  };
}

/** The steps in the order in which a direction visits them. */
const order = (length: number, backwards: boolean): number[] =>
  Array.from({ length }, (_, t) => (backwards ? length - 1 - t : t));

/** For each step, the value of the step visited before it; zeros for the first. `[T, B, H]`. */
function shifted(x: tf.Tensor, backwards: boolean): tf.Tensor {
  const kept = tf.slice(x, backwards ? 1 : 0, x.shape[0] - 1);
  const gap: [number, number] = backwards ? [0, 1] : [1, 0];
  return tf.pad(kept, [gap, [0, 0], [0, 0]]);
}

/** `[T, B, I]` x `[I, N]` → `[T, B, N]` */
function timesMatrix(x: tf.Tensor, matrix: tf.Tensor): tf.Tensor {
  const [steps, batch, inputs] = x.shape;
  const product = tf.matMul(tf.reshape(x, [steps * batch, inputs]) as tf.Tensor2D, matrix as tf.Tensor2D);
  return tf.reshape(product, [steps, batch, -1]);
}
