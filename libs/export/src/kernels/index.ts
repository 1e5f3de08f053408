import type { KernelTable } from './call.js';
import { convolution } from './convolution.js';
import { elementwise } from './elementwise.js';
import { fused } from './fused.js';
import { indexing } from './indexing.js';
import { matmul } from './matmul.js';
import { normalization } from './normalization.js';
import { reduction } from './reduction.js';
import { shape } from './shape.js';

/** How each tfjs kernel is written in ONNX. A new kernel is one more line in the table of its family. */
export const kernels: KernelTable = {
  ...elementwise,
  ...reduction,
  ...shape,
  ...indexing,
  ...matmul,
  ...convolution,
  ...normalization,
  ...fused,
};
