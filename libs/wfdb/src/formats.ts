/** How one storage format lays out samples; all signals of a file share it, interleaved frame by frame. */
export interface SampleFormat {
  readonly bits: number;
  /** The stored value that means "no valid sample". */
  readonly invalid: number;
  /** A run of samples that ends on a byte boundary: this many samples take `groupBytes` bytes. */
  readonly groupSamples: number;
  readonly groupBytes: number;
  /** Samples `first`, `first + stride`, … as ADC values; `count` of them. */
  decode(bytes: Uint8Array, first: number, stride: number, count: number): Int32Array;
  encode(samples: Int32Array): Uint8Array;
}

/** 16-bit two's complement, least significant byte first. */
const format16: SampleFormat = {
  bits: 16,
  invalid: -32768,
  groupSamples: 1,
  groupBytes: 2,
  decode: (bytes, first, stride, count) => {
    const samples = new Int32Array(count);
    for (let i = 0, at = 2 * first; i < count; i++, at += 2 * stride)
      samples[i] = ((bytes[at] | (bytes[at + 1] << 8)) << 16) >> 16;
    return samples;
  },
  encode: (samples) => {
    const bytes = new Uint8Array(2 * samples.length);
    for (let i = 0; i < samples.length; i++) {
      bytes[2 * i] = samples[i];
      bytes[2 * i + 1] = samples[i] >> 8;
    }
    return bytes;
  },
};

/** 12-bit two's complement, two samples in three bytes: low byte of the first, both high nibbles, low byte of the second. */
const format212: SampleFormat = {
  bits: 12,
  invalid: -2048,
  groupSamples: 2,
  groupBytes: 3,
  decode: (bytes, first, stride, count) => {
    const samples = new Int32Array(count);
    for (let i = 0, s = first; i < count; i++, s += stride) {
      const at = 3 * (s >> 1);
      const raw = s & 1 ? bytes[at + 2] | ((bytes[at + 1] & 0xf0) << 4) : bytes[at] | ((bytes[at + 1] & 0x0f) << 8);
      samples[i] = (raw << 20) >> 20;
    }
    return samples;
  },
  encode: (samples) => {
    const bytes = new Uint8Array(bytesFor(format212, samples.length));
    for (let s = 0; s < samples.length; s++) {
      const at = 3 * (s >> 1);
      bytes[s & 1 ? at + 2 : at] = samples[s];
      bytes[at + 1] |= s & 1 ? (samples[s] >> 4) & 0xf0 : (samples[s] >> 8) & 0x0f;
    }
    return bytes;
  },
};

/** The storage formats this library reads and writes, by their number in the header. */
export const sampleFormats: ReadonlyMap<number, SampleFormat> = new Map([
  [16, format16],
  [212, format212],
]);

/** Bytes that hold `samples` samples: whole groups and what is needed of the last. */
export function bytesFor(format: SampleFormat, samples: number): number {
  return Math.ceil((samples * format.groupBytes) / format.groupSamples);
}

/** The most samples that `bytes` bytes can hold. */
export function samplesIn(format: SampleFormat, bytes: number): number {
  return Math.floor((bytes * format.groupSamples) / format.groupBytes);
}

/** The low 16 bits of the sum of ADC values, in [0, 65535]: the checksum of a header's signal line. */
export function checksum(samples: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum = (sum + samples[i]) | 0;
  return sum & 0xffff;
}
