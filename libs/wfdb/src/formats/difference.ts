import type { SampleFormat } from './sample-format.js';

/**
 * 8-bit differences between a signal's samples. There is no stored mark for an invalid sample; the value that means one after adding up
 * is the WFDB library's. A range of samples can't be known without the file from its start.
 */
export const format8: SampleFormat = {
  bits: 8,
  invalid: -32768,
  groupBytes: [0, 1],
  differences: true,
  unpack: (bytes, at, count, out) => {
    for (let i = 0; i < count; i++) out[i] = (bytes[at + i] << 24) >> 24;
  },
  encode: (samples) => Uint8Array.from(samples),
};
