import type { AugmentationStep } from './create-augmentation.js';

/**
 * Lists of steps by name, each a little stronger. None has a step that moves beats against each other (time-warp), cuts them away (random-crop) or
 * makes an error on purpose (limb-reversal); which steps bear on which labels is in `docs/augmentation.md`.
 */
export const augmentationPresets = {
  light: [
    { name: 'amplitude-scale', probability: 0.5, factor: [0.95, 1.05] },
    { name: 'baseline-wander', probability: 0.25, rmsMv: [0.01, 0.05] },
    { name: 'gaussian-noise', probability: 0.25, snrDb: [20, 40] },
  ],
  standard: [
    { name: 'shift', probability: 0.5, maxSeconds: 0.05 },
    { name: 'amplitude-scale', probability: 0.5, factor: [0.9, 1.1] },
    { name: 'baseline-wander', probability: 0.3, rmsMv: [0.02, 0.1] },
    { name: 'powerline', probability: 0.2, rmsMv: [0.005, 0.03], ifTooFast: 'skip' },
    { name: 'emg', probability: 0.2, rmsMv: [0.01, 0.05] },
    { name: 'gaussian-noise', probability: 0.3, snrDb: [15, 30] },
    { name: 'time-mask', probability: 0.2, share: [0.02, 0.1] },
    { name: 'lead-dropout', probability: 0.1, leadProbability: 0.1 },
  ],
  strong: [
    { name: 'shift', probability: 0.5, maxSeconds: 0.1 },
    { name: 'amplitude-scale', probability: 0.5, factor: [0.8, 1.2] },
    { name: 'baseline-wander', probability: 0.5, rmsMv: [0.05, 0.2] },
    { name: 'powerline', probability: 0.3, rmsMv: [0.01, 0.06], ifTooFast: 'skip' },
    { name: 'emg', probability: 0.3, rmsMv: [0.02, 0.1] },
    { name: 'electrode-motion', probability: 0.3, heightMv: [0.1, 0.5] },
    { name: 'gaussian-noise', probability: 0.4, snrDb: [8, 24] },
    { name: 'time-mask', probability: 0.4, count: [1, 2], share: [0.02, 0.15] },
    { name: 'lead-dropout', probability: 0.3, leadProbability: 0.2 },
  ],
} as const satisfies Record<string, readonly AugmentationStep[]>;
