import { z } from 'zod';

/** How the samples of a prepared store are kept. */
export type StoreDtype = 'float32' | 'float16';

/** The fields that every configuration of a dataset of many records has for {@link loadSource}. */
export const storeFields = {
  storeDir: z
    .string()
    .min(1)
    .optional()
    .describe('Keep prepared records in this folder and read examples from there; default: hold them in memory'),
  workers: z.int().min(0).max(64).default(0).describe('Threads that prepare records into the store; 0: this thread'),
  storeDtype: z
    .enum(['float32', 'float16'])
    .default('float32')
    .describe('Samples in the store; float16 halves it and rounds each to 11 bits (relative error up to 0.05 %)'),
  storeCheck: z
    .enum(['full', 'quick'])
    .default('full')
    .describe('On opening a store: check every row, or sizes and indices only (rows are checked when they are read)'),
};

/** {@link storeFields} with their defaults filled in. */
export interface StoreConfig {
  readonly storeDir?: string | undefined;
  readonly workers: number;
  readonly storeDtype: StoreDtype;
  readonly storeCheck: 'full' | 'quick';
}
