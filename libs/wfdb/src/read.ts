import { parseAnnotationFile, type Annotation, type AnnotationFile } from './annotations.js';
import type { Samples } from './convert.js';
import { parseHeader, type Header } from './header.js';
import { planFiles, wantedSignals, type SignalFile } from './plan.js';
import { toRecord, viewOf, type Channel, type ChannelOptions, type RecordOptions, type WfdbRecord } from './record.js';
import {
  allocate,
  channelsOf,
  decodeInto,
  extentIn,
  openBytes,
  openSized,
  planSingle,
  type OpenFile,
  type Plan,
} from './result.js';
import { planSegments } from './segments.js';
import { folderSource } from './sources/folder-source.js';
import { httpSource } from './sources/http-source.js';
import type { Source } from './sources/source.js';

/**
 * Where a record is: a path on disk, an `http://` or `https://` address, or a name in a {@link Source}. A path, address or name may end in
 * `.hea` or not.
 */
export type RecordPlace = string | { readonly source: Source; readonly name: string };

/** A record as separate channels, each with a rate and a unit of its own. */
export interface ChannelRecord<T extends Samples = Samples> {
  readonly name: string;
  readonly header: Header;
  readonly channels: readonly Channel<T>[];
}

/** Reads a record's header. */
export async function readHeader(place: RecordPlace): Promise<Header> {
  const { source, name } = locate(place);
  return (await headerOf(source, name)).header;
}

/**
 * Reads a record, of one segment or several: its headers and, of its sample files, only the bytes that are wanted (of FLAC, all).
 *
 * @throws {WfdbError} for anything in the files that is not as it must be; `not-found` for a missing file
 *
 * @example
 * const { signal } = await readRecord('mitdb/208', { leads: ['MLII'], to: 3600 }); // the first 10 s
 */
export async function readRecord(place: RecordPlace, options: RecordOptions = {}): Promise<WfdbRecord> {
  const view = viewOf(options);
  const [plan, targets] = await read(place, view);
  // Without `digital` they are physical.
  return toRecord(plan, channelsOf(plan, targets as Float32Array[], view));
}

/**
 * Reads a record with every sample of every lead, at each lead's own rate, as physical or as ADC values.
 *
 * @throws {WfdbError} as {@link readRecord} does
 *
 * @example
 * const { channels } = await readChannels('mimicdb/041s', { digital: true });
 * channels.map(({ lead, sampleRateHz, samples }) => `${lead}: ${sampleRateHz} Hz, starts with ${samples[0]}`);
 */
export async function readChannels(
  place: RecordPlace,
  options: ChannelOptions & { readonly digital: true },
): Promise<ChannelRecord<Int32Array>>;
export async function readChannels(
  place: RecordPlace,
  options?: ChannelOptions & { readonly digital?: false },
): Promise<ChannelRecord<Float32Array>>;
export async function readChannels(place: RecordPlace, options: ChannelOptions = {}): Promise<ChannelRecord> {
  const [plan, targets] = await read(place, options);
  return { name: plan.header.name, header: plan.header, channels: channelsOf(plan, targets, options) };
}

/**
 * Reads a record's annotations.
 *
 * @param extension which annotator: `atr` for the reference annotations
 */
export async function readAnnotations(place: RecordPlace, extension: string): Promise<Annotation[]> {
  return (await readAnnotationFile(place, extension)).annotations;
}

/** Reads a record's annotations with what their file says of itself. */
export async function readAnnotationFile(place: RecordPlace, extension: string): Promise<AnnotationFile> {
  const { source, name } = locate(place);
  const file = `${name}.${extension}`;
  return parseAnnotationFile(await source.read(file), source.locate(file));
}

/** The source and the name without `.hea` that a place stands for. */
function locate(place: RecordPlace): { source: Source; name: string } {
  if (typeof place !== 'string') return { source: place.source, name: place.name.replace(/\.hea$/, '') };
  const [, folder, name] = /^(.*[/\\])?([^/\\]*)$/s.exec(place.replace(/\.hea$/, '')) ?? ['', '', place];
  const web = /^https?:\/\//i.test(place);
  return { source: web ? httpSource(folder) : folderSource(folder ?? ''), name };
}

async function read(place: RecordPlace, options: ChannelOptions): Promise<[Plan, Samples[]]> {
  const { source, name } = locate(place);
  const plan = await planRecord(source, name, options);
  const targets = allocate(plan, options);
  for (const piece of plan.pieces) {
    for (const file of piece.files) {
      if (file.frames === undefined) continue;
      const { start, end } = extentIn(piece, file);
      const bytes = file.content ?? (await source.read(file.name, start, end));
      decodeInto(targets, piece, file, bytes, options);
    }
  }
  return [plan, targets];
}

async function planRecord(source: Source, name: string, options: ChannelOptions): Promise<Plan> {
  const { header, headerFile } = await headerOf(source, name);
  const access = {
    header: (segment: string) => headerOf(source, beside(name, segment)),
    open: (segment: string, part: SignalFile) => open(source, beside(beside(name, segment), part.file), part),
  };
  if (header.parts.length > 0) return planSegments(header, headerFile, access, options);
  const wanted = wantedSignals(header, options.leads, headerFile);
  const files: OpenFile[] = [];
  for (const part of planFiles(header, wanted, headerFile))
    files.push(await open(source, beside(name, part.file), part));
  return planSingle(header, headerFile, wanted, files, options);
}

async function headerOf(source: Source, name: string): Promise<{ header: Header; headerFile: string }> {
  const headerFile = source.locate(`${name}.hea`);
  return { header: parseHeader(textOf(await source.read(`${name}.hea`)), headerFile), headerFile };
}

/** Old headers are in Latin-1, where `µV` is no UTF-8. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

/** A file in the folder of another. */
const beside = (name: string, file: string): string => name.replace(/[^/]*$/, '') + file;

async function open(source: Source, name: string, unplaced: SignalFile): Promise<OpenFile> {
  if (unplaced.storage.kind === 'none') return openSized(name, unplaced, 0);
  const part = { ...unplaced, file: source.locate(name) };
  return part.storage.kind === 'flac'
    ? openBytes(name, part, await source.read(name))
    : openSized(name, part, await source.size(name));
}
