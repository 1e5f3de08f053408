import type { Random, Signal } from '@cardio/core';

/** Standard normal numbers, two from each step of Box and Muller. */
export function normals(random: Random, count: number): Float64Array {
  const result = new Float64Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    const angle = 2 * Math.PI * random.next();
    result[i] = radius * Math.cos(angle);
    if (i + 1 < count) result[i + 1] = radius * Math.sin(angle);
  }
  return result;
}

/** The root mean square of all numbers together; 0 without any. */
function rootMeanSquare(arrays: readonly Float64Array[]): number {
  let [squares, count] = [0, 0];
  for (const array of arrays) {
    for (let i = 0; i < array.length; i++) squares += array[i] * array[i];
    count += array.length;
  }
  return count === 0 ? 0 : Math.sqrt(squares / count);
}

/** The root mean square of a signal, each lead around its own mean; missing samples are left out. */
export function signalLevel({ samples }: Signal): number {
  let [squares, count] = [0, 0];
  for (const lead of samples) {
    let [n, sum, own] = [0, 0, 0];
    for (let i = 0; i < lead.length; i++) {
      const value = lead[i];
      if (Number.isNaN(value)) continue;
      n++;
      sum += value;
      own += value * value;
    }
    if (n > 0) squares += own - (sum * sum) / n;
    count += n;
  }
  return count === 0 ? 0 : Math.sqrt(Math.max(0, squares) / count);
}

/** The noise made so large that its root mean square over all leads is `level`, in place. */
export function scaledTo(level: number, noise: readonly Float64Array[]): readonly Float64Array[] {
  const size = rootMeanSquare(noise);
  const factor = size === 0 ? 0 : level / size;
  for (const lead of noise) for (let i = 0; i < lead.length; i++) lead[i] *= factor;
  return noise;
}

/** The signal with noise on it: one array for each lead, in the unit of the samples. */
export function addNoise(signal: Signal, noise: readonly Float64Array[]): Signal {
  const samples = signal.samples.map((lead, l) => {
    const own = noise[l];
    const result = new Float32Array(lead.length);
    for (let i = 0; i < lead.length; i++) result[i] = lead[i] + own[i];
    return result;
  });
  return { ...signal, samples };
}
