import type { SampleFormat } from './sample-format.js';

// Formats that give each sample bytes of its own.

/** 16-bit two's complement, least significant byte first. */
export const format16: SampleFormat = {
  bits: 16,
  invalid: -32768,
  groupBytes: [0, 2],
  unpack: (bytes, at, count, out) => {
    for (let i = 0; i < count; i++, at += 2) out[i] = ((bytes[at] | (bytes[at + 1] << 8)) << 16) >> 16;
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

/** 24-bit two's complement, least significant byte first. */
export const format24: SampleFormat = {
  bits: 24,
  invalid: -(2 ** 23),
  groupBytes: [0, 3],
  unpack: (bytes, at, count, out) => {
    for (let i = 0; i < count; i++, at += 3)
      out[i] = ((bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16)) << 8) >> 8;
  },
  encode: (samples) => {
    const bytes = new Uint8Array(3 * samples.length);
    samples.forEach((sample, i) => {
      bytes[3 * i] = sample;
      bytes[3 * i + 1] = sample >> 8;
      bytes[3 * i + 2] = sample >> 16;
    });
    return bytes;
  },
};

/** 32-bit two's complement, least significant byte first. */
export const format32: SampleFormat = {
  bits: 32,
  invalid: -(2 ** 31),
  groupBytes: [0, 4],
  unpack: (bytes, at, count, out) => {
    for (let i = 0; i < count; i++, at += 4)
      out[i] = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
  },
  encode: (samples) => {
    const bytes = new Uint8Array(4 * samples.length);
    const view = new DataView(bytes.buffer);
    samples.forEach((sample, i) => view.setInt32(4 * i, sample, true));
    return bytes;
  },
};

/** 16-bit two's complement, most significant byte first. */
export const format61: SampleFormat = {
  bits: 16,
  invalid: -32768,
  groupBytes: [0, 2],
  unpack: (bytes, at, count, out) => {
    for (let i = 0; i < count; i++, at += 2) out[i] = ((bytes[at + 1] | (bytes[at] << 8)) << 16) >> 16;
  },
  encode: (samples) => {
    const bytes = new Uint8Array(2 * samples.length);
    const view = new DataView(bytes.buffer);
    samples.forEach((sample, i) => view.setInt16(2 * i, sample));
    return bytes;
  },
};

/** 8-bit offset binary: 128 is 0. */
export const format80: SampleFormat = {
  bits: 8,
  invalid: -128,
  groupBytes: [0, 1],
  unpack: (bytes, at, count, out) => {
    for (let i = 0; i < count; i++) out[i] = bytes[at + i] - 128;
  },
  encode: (samples) => Uint8Array.from(samples, (sample) => sample + 128),
};

/** 16-bit offset binary, least significant byte first: 32768 is 0. */
export const format160: SampleFormat = {
  bits: 16,
  invalid: -32768,
  groupBytes: [0, 2],
  unpack: (bytes, at, count, out) => {
    for (let i = 0; i < count; i++, at += 2) out[i] = (bytes[at] | (bytes[at + 1] << 8)) - 32768;
  },
  encode: (samples) => {
    const bytes = new Uint8Array(2 * samples.length);
    const view = new DataView(bytes.buffer);
    samples.forEach((sample, i) => view.setUint16(2 * i, sample + 32768, true));
    return bytes;
  },
};
