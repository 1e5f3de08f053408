/** Complex numbers, real and imaginary parts apart. */
interface ComplexArrays {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * The discrete Fourier transform Σ x(t) e^(-2πi k t / n) of any length, as `scipy.fft.fft`: Cooley and Tukey's for powers of 2, for other
 * lengths as a convolution of such a length (Bluestein, IEEE Trans Audio Electroacoust 18:451, 1970).
 *
 * @returns new arrays of the same length
 */
export function fourierTransform({ re, im }: ComplexArrays): ComplexArrays {
  const n = re.length;
  if ((n & (n - 1)) === 0) {
    const result = { re: re.slice(), im: im.slice() };
    transformInPlace(result);
    return result;
  }
  let size = 1;
  while (size < 2 * n - 1) size *= 2;
  const chirp = chirpOf(n);
  const signal = zeros(size);
  const kernel = zeros(size);
  for (let t = 0; t < n; t++) {
    multiplyInto(signal, t, re[t], im[t], chirp.re[t], chirp.im[t]);
    for (const place of [t, (size - t) % size]) [kernel.re[place], kernel.im[place]] = [chirp.re[t], -chirp.im[t]];
  }
  transformInPlace(signal);
  transformInPlace(kernel);
  // Conjugated, so that the next transform is backwards.
  for (let k = 0; k < size; k++) {
    multiplyInto(signal, k, signal.re[k], signal.im[k], kernel.re[k], kernel.im[k]);
    signal.im[k] = -signal.im[k];
  }
  transformInPlace(signal);
  const result = zeros(n);
  for (let k = 0; k < n; k++) {
    multiplyInto(result, k, signal.re[k] / size, -signal.im[k] / size, chirp.re[k], chirp.im[k]);
  }
  return result;
}

/** The transform backwards, as `scipy.fft.ifft`. */
export function inverseFourierTransform({ re, im }: ComplexArrays): ComplexArrays {
  // With the parts exchanged, forwards is backwards.
  const swapped = fourierTransform({ re: im, im: re });
  const scale = 1 / re.length;
  return { re: swapped.im.map((value) => value * scale), im: swapped.re.map((value) => value * scale) };
}

const zeros = (n: number): ComplexArrays => ({ re: new Float64Array(n), im: new Float64Array(n) });

/** e^(-πi t² / n). t² is taken modulo 2n, or the angle would lose digits. */
function chirpOf(n: number): ComplexArrays {
  const chirp = zeros(n);
  for (let t = 0, square = 0; t < n; t++) {
    const angle = (Math.PI * square) / n;
    chirp.re[t] = Math.cos(angle);
    chirp.im[t] = -Math.sin(angle);
    square = (square + 2 * t + 1) % (2 * n);
  }
  return chirp;
}

function multiplyInto(to: ComplexArrays, at: number, aRe: number, aIm: number, bRe: number, bIm: number): void {
  to.re[at] = aRe * bRe - aIm * bIm;
  to.im[at] = aRe * bIm + aIm * bRe;
}

/** Radix 2, from the smallest butterflies to the largest. */
function transformInPlace({ re, im }: ComplexArrays): void {
  const n = re.length;
  reverseBits(re);
  reverseBits(im);
  const turns = zeros(n >> 1);
  for (let k = 0; k < n >> 1; k++) {
    turns.re[k] = Math.cos((2 * Math.PI * k) / n);
    turns.im[k] = -Math.sin((2 * Math.PI * k) / n);
  }
  for (let half = 1; half < n; half *= 2) {
    const step = n / (2 * half);
    for (let start = 0; start < n; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const [low, high] = [start + k, start + k + half];
        const [cos, sin] = [turns.re[k * step], turns.im[k * step]];
        const x = re[high] * cos - im[high] * sin;
        const y = re[high] * sin + im[high] * cos;
        re[high] = re[low] - x;
        im[high] = im[low] - y;
        re[low] += x;
        im[low] += y;
      }
    }
  }
}

/** Each value changes places with the one whose number has the binary digits the other way round. */
function reverseBits(values: Float64Array): void {
  const n = values.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) [values[i], values[j]] = [values[j], values[i]];
  }
}
