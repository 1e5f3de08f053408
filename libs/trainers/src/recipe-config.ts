import { z } from 'zod';

/** The fields of a training configuration that say how weights are moved: loss, optimizer, schedule and what is around them. */
export const recipeFields = {
  learningRate: z.number().positive().default(1e-4).describe('Step size of the optimizer at its highest.'),
  optimizer: z.enum(['adamw', 'adam', 'sgd', 'lamb']).default('adamw').describe('How weights follow their gradients.'),
  momentum: z.number().min(0).max(1).default(0.9).describe('Share of the old velocity that SGD keeps.'),
  nesterov: z.boolean().default(false).describe("Nesterov's form of SGD's momentum."),
  weightDecay: z.number().min(0).default(1e-2).describe('Decay of kernels; biases and norms do not decay.'),
  layerDecay: z
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe('Factor of the learning rate from each block to the one before it; 0.65 to 0.85 for fine-tuning.'),
  learningRateFactors: z
    .array(z.string())
    .default([])
    .describe('Factors of the learning rate by layer, such as logits=10,block*=0.1; a later one wins.'),
  schedule: z
    .enum(['constant', 'cosine', 'one-cycle', 'step', 'plateau'])
    .default('constant')
    .describe('Course of the learning rate after the warm-up.'),
  warmupEpochs: z
    .number()
    .min(0)
    .default(0)
    .describe('Epochs over which the learning rate rises from 0; may be a fraction. Not for one-cycle.'),
  oneCycleRise: z.number().positive().max(1).default(0.3).describe('Share of the run in which one-cycle rises.'),
  cycleMomentum: z
    .boolean()
    .default(false)
    .describe("One-cycle moves the momentum (SGD) or beta1 from 0.95 to 0.85 and back, as PyTorch's does."),
  scheduleEpochs: z.int().positive().default(30).describe('Epochs between the steps of the schedule step.'),
  scheduleFactor: z
    .number()
    .positive()
    .max(1)
    .default(0.1)
    .describe('Factor of the learning rate at each step (step) or when the score stays (plateau).'),
  plateauPatience: z
    .int()
    .min(0)
    .default(5)
    .describe('Epochs without a better monitored score until plateau lowers the learning rate.'),
  gradientClipNorm: z.number().min(0).default(1).describe('Largest global norm of the gradients; 0 for no limit.'),
  accumulateBatches: z
    .int()
    .positive()
    .default(1)
    .describe('Batches whose gradients make one step, for larger batches than memory holds.'),
  emaDecay: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe(
      'Decay of averaged weights, such as 0.999, which are then those that are evaluated and kept as best; 0: none.',
    ),
  loss: z
    .enum(['cross-entropy', 'focal', 'asymmetric'])
    .default('cross-entropy')
    .describe('Of the softmax (multi-class) or of each sigmoid (multi-label); asymmetric for multi-label only.'),
  focalGamma: z.number().min(0).default(2).describe('Exponent of the focal loss: how little easy examples count.'),
  asymmetricGammaPositive: z.number().min(0).default(1).describe('Exponent of the asymmetric loss for positives.'),
  asymmetricGammaNegative: z.number().min(0).default(4).describe('Exponent of the asymmetric loss for negatives.'),
  asymmetricClip: z
    .number()
    .min(0)
    .lt(1)
    .default(0.05)
    .describe('What the asymmetric loss takes off the probability of a negative.'),
  labelSmoothing: z.number().min(0).lt(1).default(0).describe('Share of each label that is spread evenly.'),
  classWeights: z.array(z.number().positive()).optional().describe('Weight of each class in the loss; default all 1.'),
  freeze: z
    .array(z.string())
    .default([])
    .describe('Layers that stay as they are and run as in inference, such as stem*,block*; `*` is any text.'),
  unfreezeAfterEpochs: z
    .int()
    .min(0)
    .default(0)
    .describe('Epochs after which frozen layers are trained too; 0: never.'),
};
