import type { TaskKind } from '@cardio/core';

/**
 * Class weights that give rare classes the weight of frequent ones; 1 for a class that never occurs. Multi-class: examples / (classes *
 * count), of mean 1 over the examples (as scikit-learn's `balanced`). Multi-label: negatives / positives (as PyTorch advises for `pos_weight`).
 *
 * @param counts examples of each class, K numbers
 */
export const balancedClassWeights = (task: TaskKind, counts: readonly number[], examples: number): number[] =>
  counts.map((count) => {
    if (count === 0) return 1;
    if (task === 'multi-class') return examples / (counts.length * count);
    return count === examples ? 1 : (examples - count) / count;
  });
