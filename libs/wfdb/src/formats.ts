import { format8 } from './formats/difference.js';
import { format212, format310, format311 } from './formats/packed.js';
import { format16, format160, format24, format32, format61, format80 } from './formats/pcm.js';
import type { SampleFormat } from './formats/sample-format.js';

export { bytesFor, groupSamples, samplesIn, type SampleFormat } from './formats/sample-format.js';

/** The storage formats of fixed width, by their number in the header. FLAC (508, 516, 524) is a stream of its own: see `flacFormats`. */
export const sampleFormats: ReadonlyMap<number, SampleFormat> = new Map([
  [8, format8],
  [16, format16],
  [24, format24],
  [32, format32],
  [61, format61],
  [80, format80],
  [160, format160],
  [212, format212],
  [310, format310],
  [311, format311],
]);

/** The low 16 bits of the sum of ADC values, in [0, 65535]: the checksum of a header's signal line. */
export function checksum(samples: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum = (sum + samples[i]) | 0;
  return sum & 0xffff;
}
