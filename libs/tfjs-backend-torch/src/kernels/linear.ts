import { activationCode } from './activation.js';
import type { Kernel, Kernels } from './kernel.js';

const matMul: Kernel = (backend, { a, b }, { transposeA, transposeB }) =>
  backend.wrap(
    backend.addon.matmul(backend.handle(a), backend.handle(b), Boolean(transposeA), Boolean(transposeB)),
    a.dtype,
  );

const fusedMatMul: Kernel = (backend, inputs, { transposeA, transposeB, activation, leakyreluAlpha }) => {
  const { a, b, bias, preluActivationWeights: slope } = inputs;
  return backend.wrap(
    backend.addon.matmul(
      backend.handle(a),
      backend.handle(b),
      Boolean(transposeA),
      Boolean(transposeB),
      bias && backend.handle(bias),
      activationCode(activation),
      slope && backend.handle(slope),
      (leakyreluAlpha as number | undefined) ?? 0.2,
    ),
    a.dtype,
  );
};

/** Matrix products. */
export const linear: Kernels = { BatchMatMul: matMul, _FusedMatMul: fusedMatMul };
