import type { TaskKind } from '@cardio/core';

/**
 * Probabilities of logits `[N * K]` row-major: softmax over each row for multi-class, sigmoid of each number for multi-label.
 *
 * @param k number of classes
 */
export function probabilitiesOf(task: TaskKind, logits: Float32Array, k: number): Float32Array {
  return task === 'multi-label' ? logits.map((x) => 1 / (1 + Math.exp(-x))) : softmaxRows(logits, k);
}

function softmaxRows(logits: Float32Array, k: number): Float32Array {
  const result = new Float32Array(logits.length);
  for (let row = 0; row < logits.length; row += k) {
    const end = row + k;
    let max = -Infinity;
    for (let i = row; i < end; i++) max = Math.max(max, logits[i]);
    let sum = 0;
    for (let i = row; i < end; i++) sum += Math.exp(logits[i] - max);
    for (let i = row; i < end; i++) result[i] = Math.exp(logits[i] - max) / sum;
  }
  return result;
}
