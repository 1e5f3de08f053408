import type { Signal } from '@cardio/core';
import { encodeHeader } from './encode-header.js';
import { WfdbError } from './errors.js';
import { checksum, sampleFormats, type SampleFormat } from './formats.js';
import type { SignalSpec } from './header.js';
import { scaleToRange, toAdc } from './to-adc.js';

/** How to store a record. A list gives each lead its own value. */
export interface EncodeOptions {
  /** The storage format's number, one for all signals of a file: 16 (default), 8, 24, 32, 61, 80, 160, 212, 310 or 311. */
  readonly format?: number | readonly number[];
  /** ADC units per unit; default 1000, which is 1 µV. `range` spreads a lead's values over all that the format holds. */
  readonly gain?: number | 'range' | readonly (number | 'range')[];
  /** The ADC value of 0; default 0. `range` chooses it. */
  readonly baseline?: number | readonly number[];
  /** Default `mV`. The signal's millivolts are stored in `uV`, `µV` or `V` as such; in other units (mmHg) its numbers are taken as they are. */
  readonly units?: string | readonly string[];
  /** Each lead's file; default `NAME.dat` for all. */
  readonly files?: readonly string[];
  /** When the record starts, such as `13:05:00.5`. */
  readonly baseTime?: string;
  /** The day it starts, such as `23/11/2026` (day, month, year); needs `baseTime`. */
  readonly baseDate?: string;
  /** Info strings for the header's end, without `#`. */
  readonly info?: readonly string[];
}

/** The files of a record. */
export interface EncodedRecord {
  /** The text of `NAME.hea`. */
  readonly header: string;
  /** The sample files by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Makes the header and the sample files of a record, the signals of a file interleaved, with the first values and checksums
 * readers verify. NaN becomes the format's "no valid sample".
 *
 * @throws {WfdbError} when a sample does not fit the format at this gain: nothing is clipped silently
 */
export function encodeRecord(name: string, signal: Signal, options: EncodeOptions = {}): EncodedRecord {
  const file = `${name}.hea`;
  const { samples, leads, sampleRateHz } = signal;
  const length = samples[0]?.length ?? 0;
  if (leads.length !== samples.length || samples.some((lead) => lead.length !== length)) {
    throw new WfdbError(
      file,
      `${leads.length} lead names for ${samples.length} signals, or signals of different lengths.`,
    );
  }
  const each = <T>(what: string, given: T | readonly T[]): readonly T[] => {
    const values = Array.isArray(given) ? (given as readonly T[]) : leads.map(() => given as T);
    if (values.length === leads.length) return values;
    throw new WfdbError(file, `\`${what}\` has ${values.length} values for ${leads.length} leads.`);
  };
  const formats = each('format', options.format ?? 16);
  const gains = each<number | 'range'>('gain', options.gain ?? 1000);
  const baselines = each('baseline', options.baseline ?? 0);
  const units = each('units', options.units ?? 'mV');
  const names = each('files', options.files ?? `${name}.dat`);

  const signals = leads.map((lead, i) => {
    const format = writable(file, formats[i]);
    const given = gains[i];
    if (given === 'range' && options.baseline !== undefined) {
      throw new WfdbError(file, 'the gain `range` chooses the baseline too; leave out `baseline`.');
    }
    const scale =
      given === 'range' ? scaleToRange(samples[i], units[i], format) : { gain: given, baseline: baselines[i] };
    const adc = toAdc(samples[i], { ...scale, units: units[i], format, place: `lead \`${lead}\` of ${file}` });
    const spec: SignalSpec = {
      file: names[i],
      format: formats[i],
      samplesPerFrame: 1,
      skew: 0,
      byteOffset: 0,
      ...scale,
      units: units[i],
      adcResolution: format.bits,
      adcZero: 0,
      initialValue: adc[0] ?? 0,
      checksum: checksum(adc),
      blockSize: 0,
      description: lead,
    };
    return { spec, adc, format };
  });
  const { info = [], baseTime, baseDate } = options;
  const specs = signals.map(({ spec }) => spec);
  const header = encodeHeader({ name, sampleRateHz, length, baseTime, baseDate, signals: specs, info });

  const files = new Map<string, Uint8Array>();
  for (const sampleFile of new Set(names)) {
    const members = signals.filter(({ spec }) => spec.file === sampleFile);
    if (sampleFile === file || members.some(({ spec }) => spec.format !== members[0].spec.format)) {
      throw new WfdbError(
        file,
        `\`${sampleFile}\` can't be its file of samples: it is the header, or it has two formats.`,
      );
    }
    const { format } = members[0];
    const rows = members.map(({ adc, spec }) => (format.differences ? differences(adc, spec, file) : adc));
    files.set(sampleFile, pack(format, rows));
  }
  return { header, files };
}

function writable(file: string, code: number): SampleFormat {
  const format = sampleFormats.get(code);
  if (format?.encode) return format;
  const known = [...sampleFormats].filter(([, { encode }]) => encode).map(([number]) => number);
  throw new WfdbError(file, `format ${code} can't be written; known are ${known.join(', ')}.`);
}

/** Interleaves the rows sample by sample and packs them. */
function pack(format: SampleFormat, rows: readonly Int32Array[]): Uint8Array {
  const interleaved = new Int32Array(rows.length * (rows[0]?.length ?? 0));
  rows.forEach((row, column) => {
    for (let i = 0; i < row.length; i++) interleaved[i * rows.length + column] = row[i];
  });
  return format.encode?.(interleaved) ?? new Uint8Array();
}

/** Each sample less the one before, the first less the header's initial value. */
function differences(adc: Int32Array, { initialValue, description, format }: SignalSpec, file: string): Int32Array {
  return adc.map((value, i) => {
    const step = value - (i === 0 ? initialValue : adc[i - 1]);
    if (step >= -128 && step <= 127) return step;
    throw new WfdbError(
      file,
      `lead \`${description}\` steps by ${step} ADC units to sample ${i}; format ${format} holds steps of -128 to 127. Lower \`gain\` or take format 16.`,
    );
  });
}
