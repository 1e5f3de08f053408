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

/** A record's `.hea` file. */
export interface Header {
  readonly name: string;
  /** 1, or the number of segments of a multi-segment record (which has no `signals`). */
  readonly segments: number;
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

  const { signalCount, ...record } = parseRecordLine(lines[0]);
  const signalLines = lines.slice(1);
  if (record.segments === 1 && signalLines.length !== signalCount) {
    throw new WfdbError(
      file,
      `the record line promises ${signalCount} signals, but ${signalLines.length} signal lines follow.`,
    );
  }
  return { ...record, signals: record.segments === 1 ? signalLines.map(parseSignalLine) : [], comments, info };
}

interface Line {
  readonly text: string;
  readonly file: string;
  readonly number: number;
}

type RecordLine = Omit<Header, 'signals' | 'comments' | 'info'> & { signalCount: number };

function parseRecordLine(line: Line): RecordLine {
  const fields = line.text.split(/\s+/);
  const name = recordName.exec(fields[0]) ?? fail(line, 'record name', fields[0], '`name` or `name/segments`');
  const rate =
    frequency.exec(fields[2] ?? '250') ??
    fail(line, 'sampling frequency', fields[2], 'a number such as `360` or `360/24.5(0)`');
  const sampleRateHz = Number(rate[1]);
  if (!(sampleRateHz > 0)) fail(line, 'sampling frequency', fields[2], 'a number above 0');
  const length = integer(line, 'number of samples', fields[3] ?? '0', 0);
  // Some writers swap time and date, so each is known by its form.
  const isTime = (field: string): boolean => field.includes(':');
  const start = fields.slice(4);
  return {
    name: name[1],
    segments: name[2] === undefined ? 1 : integer(line, 'number of segments', name[2], 1),
    signalCount: integer(line, 'number of signals', fields[1], 0),
    sampleRateHz,
    counterFrequencyHz: rate[2] === undefined ? sampleRateHz : Number(rate[2]),
    baseCounter: Number(rate[3] ?? 0),
    length: length === 0 ? undefined : length,
    baseTime: start.find(isTime),
    baseDate: start.find((field) => !isTime(field)),
  };
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
    skew: Number(skew ?? 0),
    byteOffset: Number(byteOffset ?? 0),
    gain: Number(gain) || 200,
    baseline: baseline === undefined ? adcZero : Number(baseline),
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
  return value >= least
    ? value
    : fail(line, field, text, least === -Infinity ? 'an integer' : `an integer of at least ${least}`);
}

function fail(line: Line, field: string, received: string | undefined, expected: string): never {
  const found = received === undefined ? 'nothing' : `\`${received}\``;
  throw new WfdbError(line.file, `line ${line.number}: the ${field} must be ${expected}, found ${found}.`);
}
