import { WfdbError } from './errors.js';
import { flacFormats, mostFlacSamples, type FlacInfo } from './formats/flac.js';
import { bytesFor, groupSamples, sampleFormats, samplesIn, type SampleFormat } from './formats.js';
import type { Header, SignalSpec } from './header.js';

/** What to read of a record; default all of it. */
export interface ReadOptions {
  /** First frame (sample, where a frame has one of each signal); default 0. */
  readonly from?: number;
  /** The frame to stop before; default the record's end. */
  readonly to?: number;
  /**
   * Leads by name, in this order; upper and lower case are the same where that is unambiguous. Or by their number, from 0. Default all, as
   * stored.
   */
  readonly leads?: readonly (string | number)[];
  /** Whether to compare checksums of signals that are read as a whole; default true. */
  readonly verify?: boolean;
}

/** How the signals of one file are stored: in a format of fixed width, as FLAC, or not at all (format 0). */
type Storage =
  | { readonly kind: 'fixed'; readonly format: SampleFormat; readonly invalid: number }
  | { readonly kind: 'flac'; readonly bits: number; readonly invalid: number }
  | { readonly kind: 'none' };

/** A sample file and the wanted signals in it. */
export interface SignalFile {
  readonly file: string;
  readonly storage: Storage;
  /** Bytes before the first sample; samples per channel in a FLAC file. */
  readonly offset: number;
  /** Signals in the file, wanted or not, and the samples of all of them in a frame. */
  readonly signals: number;
  readonly frameSamples: number;
  readonly wanted: readonly WantedSignal[];
}

/** A signal that is wanted: its place within a frame of the file and within the result. */
export interface WantedSignal {
  readonly spec: SignalSpec;
  /** Among the file's signals. */
  readonly channel: number;
  /** Samples of a frame that come before this signal's. */
  readonly column: number;
  readonly output: number;
}

/** Frames `from` to `to` of the record, for which `first` to `last` of a file are needed, which lie in bytes `start` to `end` (all of a FLAC file). */
export interface Extent {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly last: number;
  readonly start: number;
  readonly end: number | undefined;
  /** Whether this is all of the record, so that checksums can be verified. */
  readonly whole: boolean;
}

/** The signals of a header that are wanted, in their order. */
export function wantedSignals(header: Header, leads: ReadOptions['leads'], headerFile: string): SignalSpec[] {
  return leads
    ? leads.map((lead) => header.signals[signalIndex(header.signals, lead, headerFile)])
    : [...header.signals];
}

/** The files that hold the wanted signals, one of `wanted` being `undefined` where the result has a lead that this header has not. */
export function planFiles(
  header: Header,
  wanted: readonly (SignalSpec | undefined)[],
  headerFile: string,
): SignalFile[] {
  const files = new Map<string, SignalSpec[]>();
  for (const spec of header.signals) {
    const specs = files.get(spec.file);
    if (specs) specs.push(spec);
    else files.set(spec.file, [spec]);
  }
  const outputs = new Map<string, [spec: SignalSpec, output: number][]>();
  wanted.forEach((spec, output) => {
    if (!spec) return;
    const others = outputs.get(spec.file);
    if (others) others.push([spec, output]);
    else outputs.set(spec.file, [[spec, output]]);
  });
  return [...outputs].map(([file, chosen]) => {
    const specs = files.get(file) ?? [];
    const places = new Map<SignalSpec, { channel: number; column: number }>();
    let frameSamples = 0;
    specs.forEach((spec, channel) => {
      places.set(spec, { channel, column: frameSamples });
      frameSamples += spec.samplesPerFrame;
    });
    return {
      file,
      storage: storageOf(specs, headerFile),
      offset: specs[0].byteOffset,
      signals: specs.length,
      frameSamples,
      wanted: chosen.flatMap(([spec, output]) => {
        const place = places.get(spec);
        return place ? [{ spec, ...place, output }] : [];
      }),
    };
  });
}

/** Frames in a file of `fileBytes` bytes; `undefined` for format 0, which has no file. */
export function framesIn(part: SignalFile, fileBytes: number, flac?: FlacInfo): number | undefined {
  const { storage, offset, frameSamples } = part;
  if (storage.kind === 'none') return undefined;
  if (storage.kind === 'fixed')
    return Math.floor(samplesIn(storage.format, Math.max(0, fileBytes - offset)) / frameSamples);
  if (!flac) throw new TypeError('a FLAC file needs its stream information');
  const most = mostFlacSamples(flac, fileBytes);
  const samples = flac.samples === 0 ? most : Math.min(flac.samples, most);
  return Math.floor(Math.max(0, samples - offset) / part.wanted[0].spec.samplesPerFrame);
}

/** What of a file is needed for frames `from` to `to` of a record of `length` frames. */
export function extentOf(part: SignalFile, length: number, from: number, to: number): Extent {
  const { storage, offset, frameSamples, wanted } = part;
  const skew = wanted.reduce((most, { spec }) => Math.max(most, spec.skew), 0);
  const last = Math.min(length, to + skew);
  const whole = from === 0 && to === length;
  if (storage.kind !== 'fixed') return { from, to, whole, first: from, last, start: 0, end: undefined };
  const { format } = storage;
  const first = format.differences ? 0 : from;
  const firstSample = first * frameSamples;
  const start = offset + bytesFor(format, firstSample - (firstSample % groupSamples(format)));
  return { from, to, whole, first, last, start, end: offset + bytesFor(format, last * frameSamples) };
}

/**
 * The number of frames of a record by its header and the files' sizes.
 *
 * @throws {WfdbError} for a truncated file, and where neither tells
 */
export function recordLength(
  header: Header,
  files: readonly { readonly part: SignalFile; readonly fileBytes: number; readonly frames: number | undefined }[],
  headerFile: string,
): number {
  const lengths = new Set(files.flatMap(({ frames }) => frames ?? []));
  const [only] = lengths;
  const length = header.length ?? only;
  if (header.length === undefined && lengths.size !== 1) {
    const found =
      lengths.size === 0 ? 'no signal has a file' : `the signal files differ: ${[...lengths].join(' and ')} samples`;
    throw new WfdbError(headerFile, `the header gives no length and ${found}.`);
  }
  for (const { part, fileBytes, frames } of files) {
    if (frames === undefined || frames >= length) continue;
    const needed =
      part.storage.kind === 'fixed'
        ? `need ${part.offset + bytesFor(part.storage.format, length * part.frameSamples)} bytes, found ${fileBytes}`
        : `are promised, but the FLAC stream of ${fileBytes} bytes has ${frames}`;
    throw new WfdbError(
      part.file,
      `the file is truncated: ${length} samples of ${part.signals} signals ${needed}. Download it again.`,
    );
  }
  return length;
}

/** The wanted frames, after checking that the record has them. */
export function rangeOf({ from = 0, to }: ReadOptions, length: number, file: string): { from: number; to: number } {
  const end = to ?? length;
  if (!(Number.isInteger(from) && Number.isInteger(end) && from >= 0 && from <= end && end <= length))
    throw new WfdbError(file, `asked for samples ${from} to ${end}, but the record has samples 0 to ${length}.`);
  return { from, to: end };
}

/** The index of a lead by name or number. */
export function signalIndex(signals: readonly SignalSpec[], lead: string | number, headerFile: string): number {
  const names = signals.map((spec) => spec.description);
  if (typeof lead === 'number') {
    if (Number.isInteger(lead) && lead >= 0 && lead < names.length) return lead;
    throw new WfdbError(headerFile, `the record has no lead ${lead}; it has ${names.length}, numbered from 0.`);
  }
  const matches = (equal: (name: string) => boolean): number[] => names.flatMap((name, i) => (equal(name) ? [i] : []));
  const exact = matches((name) => name === lead);
  const found = exact.length > 0 ? exact : matches((name) => name.toLowerCase() === lead.toLowerCase());
  if (found.length === 1) return found[0];
  const problem = found.length === 0 ? 'no lead' : `${found.length} leads named`;
  throw new WfdbError(headerFile, `the record has ${problem} \`${lead}\`; its leads are ${names.join(', ')}.`);
}

/** How all signals of a file are stored, or an error that names what is not supported. */
function storageOf(specs: readonly SignalSpec[], headerFile: string): Storage {
  const [{ file, format: code, byteOffset, samplesPerFrame }] = specs;
  if (specs.some((spec) => spec.format !== code || spec.byteOffset !== byteOffset)) {
    throw new WfdbError(
      headerFile,
      `signals in \`${file}\` have different formats or offsets; a file can have only one.`,
    );
  }
  if (code === 0) return { kind: 'none' };
  const flac = flacFormats.get(code);
  if (flac) {
    if (specs.some((spec) => spec.samplesPerFrame !== samplesPerFrame))
      throw new WfdbError(headerFile, `signals in \`${file}\` have different samples per frame; a FLAC file has one.`);
    return { kind: 'flac', ...flac };
  }
  const format = sampleFormats.get(code);
  if (format) return { kind: 'fixed', format, invalid: format.invalid };
  const known = [...sampleFormats.keys(), ...flacFormats.keys()].join(', ');
  throw new WfdbError(headerFile, `\`${file}\` has the signal format ${code}; known are ${known}.`);
}
