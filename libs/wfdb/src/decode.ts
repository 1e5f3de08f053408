import { averageFrames, clear, convert, scaleOf, type Samples, type Scale } from './convert.js';
import { WfdbError } from './errors.js';
import { decodeFlac, type FlacInfo } from './formats/flac.js';
import { groupSamples, type SampleFormat } from './formats.js';
import { format212 } from './formats/packed.js';
import { decodePair212 } from './formats/pair212.js';
import type { SignalSpec } from './header.js';
import type { Extent, SignalFile, WantedSignal } from './plan.js';

/** How to decode. */
interface DecodeOptions {
  /** One sample per frame, the mean of a frame's; else all of them. */
  readonly averaged: boolean;
  readonly verify: boolean;
}

/** Samples unpacked at a time: 16 kB, which stay in the processor's nearest cache until they are distributed. */
const chunkSamples = 4096;

/**
 * Decodes the wanted signals of a file.
 *
 * @param bytes those from `extent.start`, or all of a FLAC file
 * @param targets the results, one for each of the file's wanted signals, of the wanted length
 * @throws {WfdbError} for a checksum that is wrong
 */
export function decodeFile(
  part: SignalFile,
  extent: Extent,
  bytes: Uint8Array,
  flac: FlacInfo | undefined,
  targets: readonly Samples[],
  { averaged, verify }: DecodeOptions,
): void {
  const { storage } = part;
  if (storage.kind === 'none') return targets.forEach((samples) => clear(samples, 0));
  const signals = part.wanted.map((wanted, i): Decoding => {
    const { spec } = wanted;
    const mean = averaged && spec.samplesPerFrame > 1;
    const samples = mean ? new Int32Array((extent.to - extent.from) * spec.samplesPerFrame) : targets[i];
    const bits = storage.kind === 'fixed' && !storage.format.differences ? storage.format.bits : undefined;
    const scale = scaleOf(spec, storage.invalid, bits, samples instanceof Float32Array ? samples.length : 0);
    // With skew the file ends before the signal does.
    if (spec.skew > 0) clear(samples, Math.max(0, extent.last - spec.skew - extent.from) * spec.samplesPerFrame);
    return { wanted, samples, scale, mean, sum: 0, previous: spec.initialValue };
  });
  if (extent.last > extent.first) {
    if (storage.kind === 'flac') {
      if (!flac) throw new TypeError('a FLAC file needs its stream information');
      decodeChannels(part, extent, bytes, flac, storage.bits, signals);
    } else if (!decodePair(part, extent, bytes, storage.format, signals)) {
      decodeFrames(part, extent, bytes, storage.format, signals);
    }
  }
  signals.forEach(({ wanted, samples, scale, mean, sum }, i) => {
    if (verify && extent.whole) verifyChecksum(part.file, wanted.spec, sum & 0xffff);
    if (mean) averageFrames(samples as Int32Array, wanted.spec.samplesPerFrame, targets[i], scale);
  });
}

/** A signal while it is decoded. */
interface Decoding {
  readonly wanted: WantedSignal;
  readonly samples: Samples;
  readonly scale: Scale;
  readonly mean: boolean;
  sum: number;
  /** The sample before, for formats that store differences. */
  previous: number;
}

/** The short way for two whole signals in format 212, if it is that. */
function decodePair(
  { frameSamples }: SignalFile,
  extent: Extent,
  bytes: Uint8Array,
  format: SampleFormat,
  signals: readonly Decoding[],
): boolean {
  if (format !== format212 || frameSamples !== 2 || signals.length !== 2) return false;
  const [a, b] = [0, 1].map((column) => signals.find(({ wanted }) => wanted.column === column));
  if (!a || !b || a.wanted.spec.skew > 0 || b.wanted.spec.skew > 0) return false;
  const [first, second] = [a, b].map(({ samples, scale: { table } }) =>
    samples instanceof Float32Array && table ? { samples, table } : undefined,
  );
  if (!first || !second) return false;
  [a.sum, b.sum] = decodePair212(bytes, 0, extent.last - extent.first, first, second);
  return true;
}

function decodeFrames(
  { frameSamples }: SignalFile,
  extent: Extent,
  bytes: Uint8Array,
  format: SampleFormat,
  signals: readonly Decoding[],
): void {
  const group = groupSamples(format);
  const chunkFrames = Math.max(1, Math.floor(chunkSamples / frameSamples));
  const chunk = new Int32Array(Math.min(chunkFrames, extent.last - extent.first) * frameSamples + group);
  // A lead that is wanted twice is added up once.
  const adding = format.differences
    ? [...new Map(signals.map((signal) => [signal.wanted.column, signal])).values()]
    : [];
  const firstGroup = Math.floor((extent.first * frameSamples) / group);
  for (let frame = extent.first; frame < extent.last; frame += chunkFrames) {
    const frames = Math.min(chunkFrames, extent.last - frame);
    const firstSample = frame * frameSamples;
    const begun = firstSample % group;
    const at = (Math.floor(firstSample / group) - firstGroup) * format.groupBytes[group];
    format.unpack(bytes, at, begun + frames * frameSamples, chunk);
    for (const signal of adding) accumulate(chunk, begun, frameSamples, frames, signal);
    for (const signal of signals) {
      const { column, spec } = signal.wanted;
      for (let k = 0; k < spec.samplesPerFrame; k++)
        distribute(chunk, begun + column + k, frameSamples, frames, frame, k, extent, signal);
    }
  }
}

function decodeChannels(
  { file, signals: count, offset, wanted }: SignalFile,
  extent: Extent,
  bytes: Uint8Array,
  flac: FlacInfo,
  mostBits: number,
  signals: readonly Decoding[],
): void {
  if (flac.channels !== count || flac.bits > mostBits) {
    throw new WfdbError(
      file,
      `the FLAC stream has ${flac.channels} channels of ${flac.bits} bits; the header says ${count} of at most ${mostBits}.`,
    );
  }
  const { samplesPerFrame } = wanted[0].spec;
  const [first, last] = [extent.first, extent.last].map((frame) => offset + frame * samplesPerFrame);
  const channels = decodeFlac(bytes, flac, first, last, file);
  for (const signal of signals) {
    const channel = channels[signal.wanted.channel];
    for (let k = 0; k < samplesPerFrame; k++)
      distribute(channel, k, samplesPerFrame, extent.last - extent.first, extent.first, k, extent, signal);
  }
}

/** Moves samples of `frames` frames from `frame` on, `stride` apart in `source`, to their place in the signal. */
function distribute(
  source: Int32Array,
  at: number,
  stride: number,
  frames: number,
  frame: number,
  k: number,
  extent: Extent,
  signal: Decoding,
): void {
  const { skew, samplesPerFrame } = signal.wanted.spec;
  const begin = Math.min(frames, Math.max(0, extent.from + skew - frame));
  const end = Math.min(frames, Math.max(begin, extent.to + skew - frame));
  // The checksum is over all of the file, that which the skew shifts out too.
  for (let i = 0, s = at; i < begin; i++, s += stride) signal.sum = (signal.sum + source[s]) | 0;
  const target = (frame + begin - skew - extent.from) * samplesPerFrame + k;
  const run = { source, from: at + begin * stride, stride, count: end - begin, target, step: samplesPerFrame };
  signal.sum = (signal.sum + convert(run, signal.samples, signal.scale)) | 0;
}

/** Turns differences into samples, in place. */
function accumulate(chunk: Int32Array, begun: number, stride: number, frames: number, signal: Decoding): void {
  const { column, spec } = signal.wanted;
  let value = signal.previous;
  for (let frame = 0, at = begun + column; frame < frames; frame++, at += stride) {
    for (let k = 0; k < spec.samplesPerFrame; k++) {
      value = (value + chunk[at + k]) | 0;
      chunk[at + k] = value;
    }
  }
  signal.previous = value;
}

function verifyChecksum(file: string, spec: SignalSpec, found: number): void {
  if (spec.checksum === undefined || found === spec.checksum) return;
  throw new WfdbError(
    file,
    `the samples of signal \`${spec.description}\` have checksum ${found}, the header says ${spec.checksum}: the file is damaged. Download it again.`,
  );
}
