import { physicalUnits } from './convert.js';
import { WfdbError } from './errors.js';
import type { Header, SegmentSpec, SignalSpec } from './header.js';
import { planFiles, rangeOf, signalIndex, type ReadOptions, type SignalFile } from './plan.js';
import type { ChannelOptions } from './record.js';
import type { OpenFile, Piece, Plan } from './result.js';

/** How the plan of a multi-segment record gets at the files of its segments. */
interface SegmentAccess {
  /** The header of a record beside this one, and where it is. */
  header(name: string): Promise<{ readonly header: Header; readonly headerFile: string }>;
  open(segment: string, part: SignalFile): Promise<OpenFile>;
}

/** A segment that is not a gap, in frames of the record. */
interface Placed extends SegmentSpec {
  readonly start: number;
}

/**
 * The plan for a record of several segments. They have the same signals in the same order (fixed layout), or the first segment has length 0
 * and is the layout: it names every signal that occurs, and segments are matched with it by name (variable layout). Only the headers of
 * the segments in the wanted range are read.
 *
 * @throws {WfdbError} where segments contradict the record, one another, or the layout
 */
export async function planSegments(
  header: Header,
  headerFile: string,
  access: SegmentAccess,
  options: ChannelOptions & ReadOptions,
): Promise<Plan> {
  const { segments, length } = placeSegments(header, headerFile);
  const { from, to } = rangeOf(options, length, headerFile);
  const variable = header.parts[0].length === 0 && header.parts[0].name !== gap;
  const inRange = segments.filter((segment) => segment.start < to && segment.start + segment.length > from);
  const model = variable ? header.parts[0] : (inRange[0] ?? segments[0]);
  if (!model)
    throw new WfdbError(headerFile, 'all segments are gaps and there is no layout, so the record has no leads.');

  const layout = await access.header(model.name);
  const indices = options.leads
    ? options.leads.map((lead) => signalIndex(layout.header.signals, lead, layout.headerFile))
    : layout.header.signals.map((_, index) => index);
  const wanted = indices.map((index) => layout.header.signals[index]);
  const seen = new Set<number>();

  const pieces: Piece[] = [];
  for (const segment of inRange) {
    const found = await access.header(segment.name);
    checkSegment(header, segment, found.header, found.headerFile);
    if (!variable && found.header.signals.length !== layout.header.signals.length) {
      throw new WfdbError(
        found.headerFile,
        `the segment has ${found.header.signals.length} signals, the first ${layout.header.signals.length}, and the record has no layout.`,
      );
    }
    const own = indices.map((index, output) => {
      const spec = variable
        ? uniqueNamed(found.header.signals, wanted[output].description, found.headerFile)
        : found.header.signals[index];
      if (!spec) return undefined;
      if (seen.has(output)) checkSame(spec, wanted[output], options, found.headerFile);
      else checkSame(spec, wanted[output], { ...options, digital: false }, found.headerFile);
      if (!seen.has(output)) wanted[output] = { ...spec, description: wanted[output].description };
      seen.add(output);
      return spec;
    });
    const files: OpenFile[] = [];
    for (const part of planFiles(found.header, own, found.headerFile))
      files.push(await access.open(segment.name, part));
    for (const { part, frames = segment.length } of files) {
      if (frames < segment.length)
        throw new WfdbError(
          part.file,
          `the file is truncated: it has ${frames} samples, its segment \`${segment.name}\` has ${segment.length}. Download it again.`,
        );
    }
    const first = Math.max(from, segment.start);
    const last = Math.min(to, segment.start + segment.length);
    pieces.push({
      files,
      length: segment.length,
      ...{ from: first - segment.start, to: last - segment.start, at: first - from },
    });
  }
  return { header, headerFile, wanted, frames: to - from, pieces, bounded: options.to !== undefined };
}

/** The name of a segment in which nothing was recorded. */
const gap = '~';

function placeSegments(header: Header, headerFile: string): { segments: Placed[]; length: number } {
  const segments: Placed[] = [];
  let start = 0;
  for (const part of header.parts) {
    if (part.name !== gap && part.length > 0) segments.push({ ...part, start });
    start += part.length;
  }
  if (header.length !== undefined && header.length !== start)
    throw new WfdbError(headerFile, `the record has ${header.length} samples, its segments have ${start}.`);
  return { segments, length: start };
}

function checkSegment(header: Header, segment: SegmentSpec, own: Header, ownFile: string): void {
  if (own.parts.length > 0) throw new WfdbError(ownFile, 'a segment can not have segments.');
  if (own.length !== undefined && own.length !== segment.length)
    throw new WfdbError(ownFile, `the segment has ${own.length} samples, its record says ${segment.length}.`);
  if (own.sampleRateHz !== header.sampleRateHz)
    throw new WfdbError(ownFile, `the segment has ${own.sampleRateHz} Hz, its record ${header.sampleRateHz} Hz.`);
}

/** Checks that what a segment has of a lead can be put behind what the others have. */
function checkSame(
  spec: SignalSpec,
  model: SignalSpec,
  { resolution = 'full', digital }: ChannelOptions,
  file: string,
): void {
  const differ = (what: string, own: unknown, other: unknown, advice: string): WfdbError =>
    new WfdbError(
      file,
      `lead \`${model.description}\` has ${what} ${own} here and ${other} elsewhere in the record. ${advice}`,
    );
  if (resolution === 'full' && spec.samplesPerFrame !== model.samplesPerFrame)
    throw differ('samples per frame', spec.samplesPerFrame, model.samplesPerFrame, "Use `resolution: 'frame'`.");
  if (physicalUnits(spec.units) !== physicalUnits(model.units))
    throw differ('units', spec.units, model.units, 'Read it in parts, with `from` and `to`.');
  if (digital && (spec.gain !== model.gain || spec.baseline !== model.baseline))
    throw differ('gain', `${spec.gain}(${spec.baseline})`, `${model.gain}(${model.baseline})`, 'Read physical values.');
}

function uniqueNamed(signals: readonly SignalSpec[], name: string, file: string): SignalSpec | undefined {
  const found = signals.filter(({ description }) => description === name);
  if (found.length > 1) throw new WfdbError(file, `${found.length} signals are named \`${name}\`.`);
  return found[0];
}
