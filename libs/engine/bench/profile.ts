import * as tf from '@tensorflow/tfjs-core';

/** Runs `f` with every kernel of a backend timed, and reports the time each took itself, without the kernels it called. */
export function profileKernels(backend: string, f: () => void, rows = 14): string {
  const spent = new Map<string, { ms: number; calls: number }>();
  const inner: number[] = [];
  const kernels = [...tf.getKernelsForBackend(backend)];
  const replace = (kernel: tf.KernelConfig): void => {
    tf.unregisterKernel(kernel.kernelName, backend);
    tf.registerKernel(kernel);
  };
  for (const kernel of kernels) {
    const kernelFunc: tf.KernelFunc = (args) => {
      const start = performance.now();
      inner.push(0);
      const result = kernel.kernelFunc(args);
      const ms = performance.now() - start;
      const own = ms - (inner.pop() ?? 0);
      if (inner.length > 0) inner[inner.length - 1] += ms;
      const entry = spent.get(kernel.kernelName) ?? { ms: 0, calls: 0 };
      spent.set(kernel.kernelName, { ms: entry.ms + own, calls: entry.calls + 1 });
      return result;
    };
    replace({ ...kernel, kernelFunc });
  }
  const start = performance.now();
  f();
  const total = performance.now() - start;
  kernels.forEach(replace);

  const entries = [...spent].sort((a, b) => b[1].ms - a[1].ms);
  const inKernels = entries.reduce((sum, [, { ms }]) => sum + ms, 0);
  const line = (name: string, ms: number, calls: string): string =>
    `  ${name.padEnd(24)}${ms.toFixed(1).padStart(9)} ms${calls.padStart(8)}`;
  return [
    ...entries.slice(0, rows).map(([name, { ms, calls }]) => line(name, ms, `${calls} x`)),
    line(
      'other kernels',
      entries.slice(rows).reduce((sum, [, { ms }]) => sum + ms, 0),
      '',
    ),
    line('outside kernels', total - inKernels, ''),
  ].join('\n');
}
