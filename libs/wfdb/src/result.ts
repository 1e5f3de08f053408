import { clear, physicalUnits, type Samples } from './convert.js';
import { decodeFile } from './decode.js';
import { WfdbError } from './errors.js';
import { parseFlacInfo, type FlacInfo } from './formats/flac.js';
import type { Header, SignalSpec } from './header.js';
import { extentOf, framesIn, rangeOf, recordLength, type Extent, type ReadOptions, type SignalFile } from './plan.js';
import type { Channel, ChannelOptions } from './record.js';

/** A sample file that is ready to be read: its size is known and, of FLAC, its content. */
export interface OpenFile {
  /** Its name in the source; `part.file` is where that is. */
  readonly name: string;
  readonly part: SignalFile;
  readonly fileBytes: number;
  /** Frames by its size; `undefined` for signals without a file. */
  readonly frames: number | undefined;
  /** Of FLAC, the stream information. */
  readonly flac?: FlacInfo | undefined;
  /** All of the file's bytes, where they had to be read to know that much or were there. */
  readonly content?: Uint8Array;
}

/** A stretch of the result that comes from one header: all of it, or the wanted part of a segment. */
export interface Piece {
  readonly files: readonly OpenFile[];
  /** Frames of the header's record, and which of them are wanted. */
  readonly length: number;
  readonly from: number;
  readonly to: number;
  /** The result's frame that `from` becomes. */
  readonly at: number;
}

/** What is to be read: the leads and where their samples come from. All is checked, and nothing but headers read or allocated. */
export interface Plan {
  readonly header: Header;
  readonly headerFile: string;
  readonly wanted: readonly SignalSpec[];
  readonly frames: number;
  readonly pieces: readonly Piece[];
  /** Whether `to` was given, so that the length does not come from a header that may be wrong. */
  readonly bounded: boolean;
}

/** A file of known size in a format of fixed width. */
export function openSized(name: string, part: SignalFile, fileBytes: number): OpenFile {
  return { name, part, fileBytes, frames: framesIn(part, fileBytes) };
}

/** A file whose content is there. */
export function openBytes(name: string, part: SignalFile, content: Uint8Array): OpenFile {
  const flac = part.storage.kind === 'flac' ? parseFlacInfo(content, part.file) : undefined;
  return { name, part, fileBytes: content.length, frames: framesIn(part, content.length, flac), flac, content };
}

/** The plan for a record of one segment. */
export function planSingle(
  header: Header,
  headerFile: string,
  wanted: readonly SignalSpec[],
  files: readonly OpenFile[],
  options: ReadOptions,
): Plan {
  const length = recordLength(header, files, headerFile);
  const { from, to } = rangeOf(options, length, headerFile);
  const pieces = [{ files, length, from, to, at: 0 }];
  return { header, headerFile, wanted, frames: to - from, pieces, bounded: options.to !== undefined };
}

/**
 * The most samples without a file (gaps between segments, leads a segment has not) that a result may have when the caller gives no `to`:
 * so many, and so many more for each sample that has one. Samples with a file are bounded by its size.
 */
const mostGaps = { plain: 2 ** 22, perSample: 64 };

/**
 * Makes room for the result, after checking that the files hold what is asked for: a header that promises 10¹² samples takes no memory.
 *
 * @throws {WfdbError} for gaps that are too long
 */
export function allocate(plan: Plan, options: ChannelOptions & { readonly digital: false }): Float32Array[];
export function allocate(plan: Plan, options: ChannelOptions): Samples[];
export function allocate(plan: Plan, options: ChannelOptions): Samples[] {
  const lengths = plan.wanted.map((spec) => plan.frames * samplesPerFrame(spec, options));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  let stored = 0;
  for (const { files, from, to } of plan.pieces) {
    for (const { part, frames } of files) {
      if (frames === undefined) continue;
      for (const { spec } of part.wanted) stored += (to - from) * samplesPerFrame(spec, options);
    }
  }
  const gaps = total - stored;
  if (gaps > mostGaps.plain + mostGaps.perSample * stored && !plan.bounded) {
    throw new WfdbError(
      plan.headerFile,
      `${gaps} samples of the record are gaps, too many to fill without being asked to. Read it in parts, with \`from\` and \`to\`.`,
    );
  }
  const targets = lengths.map((length) => (options.digital ? new Int32Array(length) : new Float32Array(length)));
  if (gaps > 0) targets.forEach((samples) => clear(samples, 0));
  return targets;
}

/** What of a file a piece needs. */
export function extentIn(piece: Piece, { part }: OpenFile): Extent {
  return extentOf(part, piece.length, piece.from, piece.to);
}

/** Decodes what a piece has from a file, given the bytes of its {@link extentIn extent}, to its place in the result. */
export function decodeInto(
  targets: readonly Samples[],
  piece: Piece,
  file: OpenFile,
  bytes: Uint8Array,
  options: ChannelOptions,
): void {
  const stretch = file.part.wanted.map(({ spec, output }) => {
    const perFrame = samplesPerFrame(spec, options);
    return targets[output].subarray(piece.at * perFrame, (piece.at + piece.to - piece.from) * perFrame);
  });
  decodeFile(file.part, extentIn(piece, file), bytes, file.flac, stretch, {
    averaged: options.resolution === 'frame',
    verify: options.verify ?? true,
  });
}

/** The result's channels around their samples. */
export function channelsOf<T extends Samples>(
  plan: Plan,
  targets: readonly T[],
  options: ChannelOptions,
): Channel<T>[] {
  return plan.wanted.map((spec, output) => ({
    lead: spec.description,
    sampleRateHz: plan.header.sampleRateHz * samplesPerFrame(spec, options),
    samples: targets[output],
    units: physicalUnits(spec.units),
    spec,
  }));
}

const samplesPerFrame = (spec: SignalSpec, { resolution = 'full' }: ChannelOptions): number =>
  resolution === 'frame' ? 1 : spec.samplesPerFrame;
