import { bytesFor, type SampleFormat } from './sample-format.js';

// Formats whose samples share bytes. Each unpacks whole groups in a loop and then what is begun of the last.

/** 12-bit two's complement, two samples in three bytes: low byte of the first, both high nibbles, low byte of the second. */
export const format212: SampleFormat = {
  bits: 12,
  invalid: -2048,
  groupBytes: [0, 2, 3],
  unpack: (bytes, at, count, out) => {
    const whole = count - (count % 2);
    for (let i = 0; i < whole; i += 2, at += 3) {
      const high = bytes[at + 1];
      out[i] = ((bytes[at] | (high << 8)) << 20) >> 20;
      out[i + 1] = ((bytes[at + 2] | ((high << 4) & 0xf00)) << 20) >> 20;
    }
    if (whole < count) out[whole] = ((bytes[at] | (bytes[at + 1] << 8)) << 20) >> 20;
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

/**
 * 10-bit two's complement, three samples in two 16-bit words, least significant byte first: bits 1-10 of the first word, bits 1-10 of the
 * second, and the high 5 bits of both, the first word's being the lower ones.
 */
export const format310: SampleFormat = {
  bits: 10,
  invalid: -512,
  groupBytes: [0, 2, 4, 4],
  unpack: (bytes, at, count, out) => {
    for (let i = 0; i < count; i += 3, at += 4) {
      const first = bytes[at] | (bytes[at + 1] << 8);
      const second = bytes[at + 2] | (bytes[at + 3] << 8);
      out[i] = (first << 21) >> 22;
      if (i + 1 < count) out[i + 1] = (second << 21) >> 22;
      if (i + 2 < count) out[i + 2] = (((first >> 11) | ((second >> 11) << 5)) << 22) >> 22;
    }
  },
  encode: (samples) => {
    const bytes = new Uint8Array(4 * Math.ceil(samples.length / 3)); // whole groups, as the WFDB library writes
    for (let i = 0, at = 0; i < samples.length; i += 3, at += 4) {
      const third = samples[i + 2] ?? 0;
      const first = ((samples[i] & 0x3ff) << 1) | ((third & 0x1f) << 11);
      const second = (((samples[i + 1] ?? 0) & 0x3ff) << 1) | (((third >> 5) & 0x1f) << 11);
      bytes.set([first, first >> 8, second, second >> 8], at);
    }
    return bytes;
  },
};

/** 10-bit two's complement, three samples in the low 30 bits of a 32-bit word, least significant byte and sample first. */
export const format311: SampleFormat = {
  bits: 10,
  invalid: -512,
  groupBytes: [0, 2, 3, 4],
  unpack: (bytes, at, count, out) => {
    for (let i = 0; i < count; i += 3, at += 4) {
      const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
      out[i] = (word << 22) >> 22;
      if (i + 1 < count) out[i + 1] = (word << 12) >> 22;
      if (i + 2 < count) out[i + 2] = (word << 2) >> 22;
    }
  },
  encode: (samples) => {
    const bytes = new Uint8Array(4 * Math.ceil(samples.length / 3)); // whole groups, as the WFDB library writes
    for (let i = 0, at = 0; i < samples.length; i += 3, at += 4) {
      const word =
        (samples[i] & 0x3ff) | (((samples[i + 1] ?? 0) & 0x3ff) << 10) | (((samples[i + 2] ?? 0) & 0x3ff) << 20);
      bytes.set([word, word >> 8, word >> 16, word >> 24], at);
    }
    return bytes;
  },
};
