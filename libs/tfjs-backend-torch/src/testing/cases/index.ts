import type { Case } from '../case.js';
import { binary } from './binary.js';
import { complex } from './complex.js';
import { convolution } from './convolution.js';
import { elementwise } from './elementwise.js';
import { indexing } from './indexing.js';
import { layout } from './layout.js';
import { normalisation } from './normalisation.js';
import { pooling } from './pooling.js';
import { products } from './products.js';
import { rare } from './rare.js';
import { reductions } from './reductions.js';

/** The conformance table, by family. */
export const families: Readonly<Record<string, readonly Case[]>> = {
  elementwise,
  binary,
  reductions,
  products,
  complex,
  convolution,
  pooling,
  layout,
  indexing,
  normalisation,
  rare,
};
