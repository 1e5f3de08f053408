import { WfdbError } from './errors.js';

/** One signal line of a header: where the signal's samples are and what they mean. */
export interface SignalSpec {
  /** The file with the samples, beside the header. */
  readonly file: string;
  /** The storage format's number, such as 16 or 212. */
  readonly format: number;
  readonly samplesPerFrame: number;
  /** Frames by which this signal lags behind the others in the file. */
  readonly skew: number;
  /** Bytes before the first sample, such as 24 for a MATLAB file. */
  readonly byteOffset: number;
  /** ADC units per physical unit; 200 where the header gives none or 0, as the format demands. */
  readonly gain: number;
  /** The ADC value of 0 physical units. */
  readonly baseline: number;
  /** Physical units; `mV` where the header gives none. */
  readonly units: string;
  readonly adcResolution: number;
  readonly adcZero: number;
  /** The first sample's ADC value. */
  readonly initialValue: number;
  /** The low 16 bits of the sum of all samples, in [0, 65535]; `undefined` when the header gives none. */
  readonly checksum: number | undefined;
  readonly blockSize: number;
  /** The lead's name or a description; empty when the header gives none. */
  readonly description: string;
}

/** One segment line of a multi-segment record. */
export interface SegmentSpec {
  /** The segment's own record, beside this one; `~` for a gap, in which nothing was recorded. */
  readonly name: string;
  /** Frames; 0 for the layout of a record whose segments have different signals, which then is the first. */
  readonly length: number;
}

/** A record's `.hea` file. */
export interface Header {
  readonly name: string;
  /** 1, or the number of segments of a multi-segment record (which has `parts` and no `signals`). */
  readonly segments: number;
  /** Segments of a multi-segment record in their order; empty for any other. */
  readonly parts: readonly SegmentSpec[];
  /** Frames per second, in Hz; 250 where the header gives none. */
  readonly sampleRateHz: number;
  readonly counterFrequencyHz: number;
  readonly baseCounter: number;
  /** Samples per signal; `undefined` when the header gives none: the file's size tells then. */
  readonly length: number | undefined;
  readonly baseTime: string | undefined;
  readonly baseDate: string | undefined;
  readonly signals: readonly SignalSpec[];
  /** Comment lines before the record line, without `#`. */
  readonly comments: readonly string[];
  /** Comment lines after it, without `#`: the "info strings" with age, sex, diagnoses. */
  readonly info: readonly string[];
}

const number = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;
const recordName = /^([^\s/]+)(?:\/(\d+))?$/;
const frequency = new RegExp(String.raw`^(${number})(?:/(${number})(?:\((${number})\))?)?$`);
const format = /^(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?$/;
const gainField = new RegExp(String.raw`^(${number})(?:\(([-+]?\d+)\))?(?:/(\S+))?$`);

/**
 * Reads the text of a header as header(5) of the WFDB manual defines it. Lines may end in LF or CRLF; blank lines are skipped.
 *
 * @param file the header's name, for messages
 * @throws {WfdbError} that names the line and the field
 */
export function parseHeader(text: string, file: string): Header {
  const comments: string[] = [];
  const info: string[] = [];
  const lines: Line[] = [];
  text.split(/\r\n|\n|\r/).forEach((raw, index) => {
    const line = raw.trim();
    if (line.startsWith('#')) (lines.length > 0 ? info : comments).push(line.slice(1).trim());
    else if (line !== '') lines.push({ text: line, file, number: index + 1 });
  });
  if (lines.length === 0)
    throw new WfdbError(file, 'the header has no record line; the file is empty or has comments only.');

  const { signalCount, segmentCount, ...record } = parseRecordLine(lines[0]);
  const rest = lines.slice(1);
  const [promised, what] = segmentCount === undefined ? [signalCount, 'signal'] : [segmentCount, 'segment'];
  if (rest.length !== promised)
    throw new WfdbError(
      file,
      `the record line promises ${promised} ${what}s, but ${rest.length} ${what} lines follow.`,
    );
  return {
    ...record,
    segments: segmentCount ?? 1,
    parts: segmentCount === undefined ? [] : rest.map(parseSegmentLine),
    signals: segmentCount === undefined ? rest.map(parseSignalLine) : [],
    comments,
    info,
  };
}

interface Line {
  readonly text: string;
  readonly file: string;
  readonly number: number;
}

type RecordLine = Omit<Header, 'segments' | 'parts' | 'signals' | 'comments' | 'info'> & {
  signalCount: number;
  /** `undefined` for a record of one segment, which has none of its own name. */
  segmentCount: number | undefined;
};

function parseRecordLine(line: Line): RecordLine {
  const fields = line.text.split(/\s+/);
  const name = recordName.exec(fields[0]) ?? fail(line, 'record name', fields[0], '`name` or `name/segments`');
  const rate =
    frequency.exec(fields[2] ?? '250') ??
    fail(line, 'sampling frequency', fields[2], 'a number such as `360` or `360/24.5(0)`');
  const sampleRateHz = Number(rate[1]);
  if (!(sampleRateHz > 0 && Number.isFinite(sampleRateHz)))
    fail(line, 'sampling frequency', fields[2], 'a number above 0');
  const length = integer(line, 'number of samples', fields[3] ?? '0', 0);
  // Some writers swap time and date, so each is known by its form.
  const isTime = (field: string): boolean => field.includes(':');
  const start = fields.slice(4);
  return {
    name: name[1],
    segmentCount: name[2] === undefined ? undefined : integer(line, 'number of segments', name[2], 1),
    signalCount: integer(line, 'number of signals', fields[1], 0),
    sampleRateHz,
    counterFrequencyHz: rate[2] === undefined ? sampleRateHz : Number(rate[2]),
    baseCounter: Number(rate[3] ?? 0),
    length: length === 0 ? undefined : length,
    baseTime: start.find(isTime),
    baseDate: start.find((field) => !isTime(field)),
  };
}

function parseSegmentLine(line: Line): SegmentSpec {
  const [name, length] = line.text.split(/\s+/);
  return { name, length: integer(line, "segment's number of samples", length, 0) };
}

function parseSignalLine(line: Line): SignalSpec {
  const [file, formatText, gainText = '', resolution, zero, initial, checksum, blockSize] = line.text.split(/\s+/);
  const [, code, samplesPerFrame, skew, byteOffset] =
    format.exec(formatText ?? '') ??
    fail(line, 'format', formatText, 'a number such as `212`, `16x2`, `16:3` or `16+24`');
  const [, gain, baseline, units] =
    gainField.exec(gainText || '0') ??
    fail(line, 'gain', gainText, 'a number such as `200`, `1000/mV` or `1000(0)/mV`');
  const adcZero = integer(line, 'ADC zero', zero ?? '0');
  return {
    file,
    format: Number(code),
    samplesPerFrame: integer(line, 'samples per frame', samplesPerFrame ?? '1', 1),
    skew: integer(line, 'skew', skew ?? '0', 0),
    byteOffset: integer(line, 'byte offset', byteOffset ?? '0', 0),
    gain: Number(gain) || 200,
    baseline: baseline === undefined ? adcZero : integer(line, 'baseline', baseline),
    units: units ?? 'mV',
    adcResolution: integer(line, 'ADC resolution', resolution ?? '12', 0) || 12,
    adcZero,
    initialValue: integer(line, 'initial value', initial ?? String(adcZero)),
    checksum: checksum === undefined ? undefined : integer(line, 'checksum', checksum) & 0xffff,
    blockSize: integer(line, 'block size', blockSize ?? '0'),
    description: /^(?:\S+\s+){8}(.*)$/.exec(line.text)?.[1] ?? '',
  };
}

function integer(line: Line, field: string, text: string | undefined, least = -Infinity): number {
  const value = text !== undefined && /^[-+]?\d+$/.test(text) ? Number(text) : NaN;
  return value >= least && Number.isSafeInteger(value)
    ? value
    : fail(line, field, text, least === -Infinity ? 'an integer' : `an integer of at least ${least}`);
}

function fail(line: Line, field: string, received: string | undefined, expected: string): never {
  const found = received === undefined ? 'nothing' : `\`${received}\``;
  throw new WfdbError(line.file, `line ${line.number}: the ${field} must be ${expected}, found ${found}.`);
}
