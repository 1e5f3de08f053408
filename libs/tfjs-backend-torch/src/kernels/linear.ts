import { activationCode } from './activation.js';
import type { Inputs, Kernel, Kernels } from './kernel.js';

/** libtorch would take a vector for a matrix; tfjs doesn't. */
function checkRanks({ a, b }: Inputs): void {
  const [m, n] = [a.shape, b.shape];
  if (m.length < 2 || n.length < 2) throw new Error(`matrices are needed; received shapes [${m}] and [${n}].`);
}

const matMul: Kernel = (backend, inputs, { transposeA, transposeB }) => {
  checkRanks(inputs);
  const [a, b] = [inputs['a'], inputs['b']].map((x) => backend.handle(x));
  return backend.wrap(backend.addon.matmul(a, b, Boolean(transposeA), Boolean(transposeB)), inputs['a'].dtype);
};

const fusedMatMul: Kernel = (backend, inputs, { transposeA, transposeB, activation, leakyreluAlpha }) => {
  checkRanks(inputs);
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
