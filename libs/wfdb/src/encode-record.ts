import type { Signal } from '@cardio/core';
import { WfdbError } from './errors.js';
import { checksum, sampleFormats } from './formats.js';

/** How to store a record. */
export interface EncodeOptions {
  /** 16 (default) or 212. */
  readonly format?: 16 | 212;
  /** ADC units per mV; default 1000, which is 1 µV. */
  readonly gain?: number;
  /** The ADC value of 0 mV; default 0. */
  readonly baseline?: number;
  /** Info strings for the header's end, without `#`. */
  readonly info?: readonly string[];
}

/** The two files of a record. */
export interface EncodedRecord {
  readonly header: string;
  readonly dat: Uint8Array;
}

/**
 * Makes the header and the sample file of a record, all signals interleaved in one file, with the first values and checksums
 * readers verify. NaN becomes the format's "no valid sample".
 *
 * @throws {WfdbError} when a sample does not fit the format at this gain: nothing is clipped silently
 */
export function encodeRecord(name: string, signal: Signal, options: EncodeOptions = {}): EncodedRecord {
  const { format: code = 16, gain = 1000, baseline = 0, info = [] } = options;
  if (!/^\w+$/.test(name))
    throw new WfdbError(`${name}.hea`, 'a record name has letters, digits and underscores only.');
  const format = sampleFormats.get(code);
  if (!format)
    throw new WfdbError(
      `${name}.hea`,
      `format ${code} can't be written; known are ${[...sampleFormats.keys()].join(', ')}.`,
    );
  const count = signal.samples.length;
  const length = signal.samples[0]?.length ?? 0;
  if (signal.leads.length !== count || signal.samples.some((lead) => lead.length !== length)) {
    throw new WfdbError(
      `${name}.hea`,
      `${signal.leads.length} lead names for ${count} signals, or signals of different lengths.`,
    );
  }

  const interleaved = new Int32Array(count * length);
  const lines = signal.samples.map((samples, column) => {
    const adc = toAdc(samples, {
      gain,
      baseline,
      invalid: format.invalid,
      place: `${name}.dat`,
      lead: signal.leads[column],
    });
    for (let i = 0; i < length; i++) interleaved[i * count + column] = adc[i];
    return `${name}.dat ${code} ${gain}(${baseline})/mV ${format.bits} 0 ${adc[0] ?? 0} ${checksum(adc)} 0 ${signal.leads[column]}`;
  });
  const header = [`${name} ${count} ${signal.sampleRateHz} ${length}`, ...lines, ...info.map((text) => `# ${text}`)];
  return { header: `${header.join('\n')}\n`, dat: format.encode(interleaved) };
}

interface AdcScale {
  readonly gain: number;
  readonly baseline: number;
  readonly invalid: number;
  readonly place: string;
  readonly lead: string;
}

function toAdc(samples: Float32Array, { gain, baseline, invalid, place, lead }: AdcScale): Int32Array {
  const adc = new Int32Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    const value = Math.round(samples[i] * gain) + baseline;
    if (value <= invalid || value >= -invalid) {
      throw new WfdbError(
        place,
        `${samples[i]} mV in lead \`${lead}\` at sample ${i} is ${value} ADC units at gain ${gain}; the format holds ${invalid + 1} to ${-invalid - 1}. Lower \`gain\`.`,
      );
    }
    adc[i] = Number.isNaN(value) ? invalid : value;
  }
  return adc;
}
