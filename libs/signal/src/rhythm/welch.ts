/** A one-sided power spectral density. */
export interface Spectrum {
  /** Ascending, evenly spaced. */
  readonly frequenciesHz: Float64Array;
  /** In the square of the unit per Hz. */
  readonly density: Float64Array;
}

/**
 * Welch's estimate with a Hann window, half overlap and each segment's mean taken out: the lower end of
 * `scipy.signal.welch(x, rate, 'hann', nperseg=length)`. Only the bins up to `highestHz` are computed.
 *
 * @param length samples of a segment; that of `x` where `x` is shorter
 */
export function welch(x: Float64Array, sampleRateHz: number, length: number, highestHz: number): Spectrum {
  const n = Math.min(length, x.length);
  const cosines = Float64Array.from({ length: n }, (_, i) => Math.cos((2 * Math.PI * i) / n));
  const sines = Float64Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * i) / n));
  const window = cosines.map((cosine) => 0.5 - 0.5 * cosine);
  const squares = window.reduce((sum, value) => sum + value * value, 0);
  const bins = Math.floor(Math.min(highestHz / sampleRateHz, 0.5) * n + 1e-9) + 1;
  const density = new Float64Array(bins);
  const step = n - (n >> 1);
  let segments = 0;
  for (let from = 0; from + n <= x.length; from += step, segments++) {
    const part = x.subarray(from, from + n);
    const mean = part.reduce((sum, value) => sum + value, 0) / n;
    const weighted = part.map((value, i) => (value - mean) * window[i]);
    for (let k = 0; k < bins; k++)
      density[k] += squaredDft(weighted, k, cosines, sines) * (k === 0 || 2 * k === n ? 1 : 2);
  }
  return {
    frequenciesHz: density.map((_, k) => (k * sampleRateHz) / n),
    density: density.map((value) => value / (segments * sampleRateHz * squares)),
  };
}

/** |DFT|² at one bin, from one period of cosine and sine. */
function squaredDft(x: Float64Array, bin: number, cosines: Float64Array, sines: Float64Array): number {
  const n = x.length;
  let [re, im] = [0, 0];
  for (let i = 0; i < n; i++) {
    const place = (bin * i) % n;
    re += x[i] * cosines[place];
    im += x[i] * sines[place];
  }
  return re * re + im * im;
}
