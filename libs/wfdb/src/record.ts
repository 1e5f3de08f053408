import type { Signal } from '@cardio/core';
import { WfdbError } from './errors.js';
import { bytesFor, checksum, sampleFormats, samplesIn, type SampleFormat } from './formats.js';
import type { Header, SignalSpec } from './header.js';

/** What to read of a record; default all of it. */
export interface ReadOptions {
  /** First sample; default 0. */
  readonly from?: number;
  /** The sample to stop before; default the record's end. */
  readonly to?: number;
  /** Leads by name, in this order; upper and lower case are the same where that is unambiguous. Default all, as stored. */
  readonly leads?: readonly string[];
}

/** A record in memory. */
export interface WfdbRecord {
  readonly name: string;
  readonly header: Header;
  /** In mV (µV and V are converted; other units stay as the header names them), NaN where the file marks no valid sample. */
  readonly signal: Signal;
}

/** A sample file and the wanted signals in it. */
export interface SignalFile {
  readonly file: string;
  readonly format: SampleFormat;
  readonly byteOffset: number;
  /** Signals interleaved in the file, wanted or not. */
  readonly interleaved: number;
  readonly wanted: readonly { readonly spec: SignalSpec; readonly column: number; readonly output: number }[];
}

/** Which bytes of a file a range of samples needs. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
  /** Samples per signal in the whole file, by the header or else by the file's size. */
  readonly length: number;
  readonly from: number;
  readonly to: number;
}

const millivoltsPer: Readonly<Record<string, number>> = { mV: 1, uV: 1e-3, µV: 1e-3, μV: 1e-3, V: 1e3 };

/**
 * Decodes a record from its header and the whole content of its sample files; for use where there is no file system.
 *
 * @param bytesOf the content of a file the header names
 * @throws {WfdbError} for a truncated file, a wrong checksum (checked when a signal is read as a whole), an unknown lead, or a
 *   form of record that is not supported yet
 */
export function decodeRecord(
  header: Header,
  bytesOf: (file: string) => Uint8Array,
  options: ReadOptions = {},
): WfdbRecord {
  const parts = planFiles(header, options.leads).map((part) => {
    const bytes = bytesOf(part.file);
    const range = byteRange(header, part, bytes.length, options);
    return { part, range, bytes: bytes.subarray(range.start, range.end) };
  });
  return assembleRecord(header, parts);
}

/** The files to open for the wanted leads. */
export function planFiles(header: Header, leads?: readonly string[]): SignalFile[] {
  const headerFile = `${header.name}.hea`;
  if (header.segments > 1) {
    throw new WfdbError(
      headerFile,
      `the record has ${header.segments} segments; multi-segment records are not supported yet.`,
    );
  }
  const wanted = leads ? leads.map((lead) => signalIndex(header, lead)) : header.signals.map((_, i) => i);
  const files = new Map<string, SignalSpec[]>();
  for (const spec of header.signals) files.set(spec.file, [...(files.get(spec.file) ?? []), spec]);
  return [...files]
    .map(([file, specs]) => ({
      file,
      format: supportedFormat(headerFile, specs),
      byteOffset: specs[0].byteOffset,
      interleaved: specs.length,
      wanted: wanted.flatMap((index, output) => {
        const column = specs.indexOf(header.signals[index]);
        return column < 0 ? [] : [{ spec: specs[column], column, output }];
      }),
    }))
    .filter((part) => part.wanted.length > 0);
}

/** The bytes that hold the wanted samples of a file of `fileBytes` bytes, after checking that they are there. */
export function byteRange(
  header: Header,
  part: SignalFile,
  fileBytes: number,
  { from = 0, to }: ReadOptions,
): ByteRange {
  const { format, byteOffset, interleaved, file } = part;
  const length = header.length ?? Math.floor(samplesIn(format, Math.max(0, fileBytes - byteOffset)) / interleaved);
  const expected = byteOffset + bytesFor(format, length * interleaved);
  if (fileBytes < expected) {
    throw new WfdbError(
      file,
      `the file is truncated: ${length} samples of ${interleaved} signals need ${expected} bytes, found ${fileBytes}. Download it again.`,
    );
  }
  const end = to ?? length;
  if (!(Number.isInteger(from) && Number.isInteger(end) && from >= 0 && from <= end && end <= length)) {
    throw new WfdbError(file, `asked for samples ${from} to ${end}, but the record has samples 0 to ${length}.`);
  }
  const firstGroup = Math.floor((from * interleaved) / format.groupSamples);
  return {
    start: byteOffset + firstGroup * format.groupBytes,
    end: byteOffset + bytesFor(format, end * interleaved),
    length,
    from,
    to: end,
  };
}

/** Decodes the bytes of each file and puts the leads into the wanted order. */
export function assembleRecord(
  header: Header,
  parts: readonly { part: SignalFile; range: ByteRange; bytes: Uint8Array }[],
): WfdbRecord {
  const lengths = new Set(parts.map(({ range }) => range.to - range.from));
  if (lengths.size > 1) {
    throw new WfdbError(
      `${header.name}.hea`,
      `the header gives no length and the signal files differ: ${[...lengths].join(' and ')} samples.`,
    );
  }
  const samples: Float32Array[] = [];
  const leads: string[] = [];
  for (const { part, range, bytes } of parts) {
    const { format, interleaved } = part;
    const skipped = (range.from * interleaved) % format.groupSamples;
    for (const { spec, column, output } of part.wanted) {
      const adc = format.decode(bytes, skipped + column, interleaved, range.to - range.from);
      if (range.from === 0 && range.to === range.length) verifyChecksum(spec, adc);
      samples[output] = toPhysical(adc, spec, format.invalid);
      leads[output] = spec.description;
    }
  }
  return { name: header.name, header, signal: { samples, sampleRateHz: header.sampleRateHz, leads } };
}

function toPhysical(adc: Int32Array, { gain, baseline, units }: SignalSpec, invalid: number): Float32Array {
  const scale = millivoltsPer[units] ?? 1;
  const physical = new Float32Array(adc.length);
  for (let i = 0; i < adc.length; i++) physical[i] = adc[i] === invalid ? NaN : ((adc[i] - baseline) / gain) * scale;
  return physical;
}

function verifyChecksum(spec: SignalSpec, adc: Int32Array): void {
  const found = checksum(adc);
  if (spec.checksum === undefined || found === spec.checksum) return;
  throw new WfdbError(
    spec.file,
    `the samples of signal \`${spec.description}\` have checksum ${found}, the header says ${spec.checksum}: the file is damaged. Download it again.`,
  );
}

function signalIndex(header: Header, lead: string): number {
  const names = header.signals.map((spec) => spec.description);
  const matches = (equal: (name: string) => boolean): number[] => names.flatMap((name, i) => (equal(name) ? [i] : []));
  const exact = matches((name) => name === lead);
  const found = exact.length > 0 ? exact : matches((name) => name.toLowerCase() === lead.toLowerCase());
  if (found.length === 1) return found[0];
  const problem = found.length === 0 ? 'no lead' : `${found.length} leads named`;
  throw new WfdbError(
    `${header.name}.hea`,
    `the record has ${problem} \`${lead}\`; its leads are ${names.join(', ')}.`,
  );
}

/** The one format of all signals in a file, or an error that names what is not supported. */
function supportedFormat(headerFile: string, specs: readonly SignalSpec[]): SampleFormat {
  const [first] = specs;
  if (specs.some((spec) => spec.format !== first.format || spec.byteOffset !== first.byteOffset)) {
    throw new WfdbError(
      headerFile,
      `signals in \`${first.file}\` have different formats or offsets; a file can have only one.`,
    );
  }
  const unsupported = (what: string): WfdbError =>
    new WfdbError(
      headerFile,
      `${what} (signals in \`${first.file}\`) is not supported yet; supported are formats ${[...sampleFormats.keys()].join(', ')}.`,
    );
  const format = sampleFormats.get(first.format);
  if (!format) throw unsupported(`signal format ${first.format}`);
  if (specs.some((spec) => spec.samplesPerFrame > 1)) throw unsupported('more than one sample per frame');
  if (specs.some((spec) => spec.skew > 0)) throw unsupported('skew between signals');
  return format;
}
