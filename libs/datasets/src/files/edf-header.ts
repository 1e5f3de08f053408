import { leadName } from '@cardio/signal';
// The package has no types for its ES module, so its CommonJS one is named.
import { Parser } from 'binary-parser/dist/binary_parser.js';
import type { ByteCursor } from './byte-cursor.js';
import { fail, type EcgFileOptions } from './ecg-file.js';

/** The header of an EDF file. */
interface EdfHeader {
  readonly patient: string;
  readonly recording: string;
  /** `dd.mm.yy`. */
  readonly date: string;
  /** `hh.mm.ss`. */
  readonly time: string;
  /** `EDF+C`, or anything in plain EDF. */
  readonly kind: string;
  /** How many data records there are; -1 where that is not known. */
  readonly records: number;
  /** Of a data record. */
  readonly seconds: number;
  readonly channels: readonly EdfChannel[];
}

/** One channel as its header has it. */
export interface EdfChannel {
  readonly label: string;
  readonly lead: string;
  readonly unit: string;
  readonly physical: readonly [number, number];
  readonly digital: readonly [number, number];
  /** Samples in each data record. */
  readonly samples: number;
  /** Where its samples begin in a data record, in bytes. */
  readonly offset: number;
}

/** The fixed part, 256 bytes: the length of each field, and what it is for messages. */
const fixed = {
  version: [8, 'the version'],
  patient: [80, 'the patient'],
  recording: [80, 'the recording'],
  date: [8, 'the start date'],
  time: [8, 'the start time'],
  headerBytes: [8, "the header's length"],
  kind: [44, 'the kind'],
  records: [8, 'the number of data records'],
  seconds: [8, "a data record's duration"],
  count: [4, 'the number of channels'],
} as const;

/** 256 bytes for each channel: each field of all channels, then the next field. */
const ofChannels = {
  labels: [16, 'a label'],
  transducers: [80, 'a transducer'],
  units: [8, 'a unit'],
  physicalLeast: [8, 'a physical minimum'],
  physicalMost: [8, 'a physical maximum'],
  digitalLeast: [8, 'a digital minimum'],
  digitalMost: [8, 'a digital maximum'],
  filters: [80, 'a filter'],
  samples: [8, 'the number of samples in a data record'],
  reserved: [32, 'a reserved field'],
} as const;

interface Field {
  readonly text: string;
  /** The byte with which it begins. */
  readonly at: number;
}

const trim = (text: string): string => text.trim();
const field = (length: number): Parser =>
  new Parser().saveOffset('at').string('text', { length, encoding: 'latin1', formatter: trim });

const fixedPart = new Parser();
for (const [name, [length]] of Object.entries(fixed)) fixedPart.nest(name, { type: field(length) });

const channelPart = new Parser().seek(252).string('count', { length: 4, formatter: Number });
for (const [name, [length]] of Object.entries(ofChannels)) {
  channelPart.array(name, { type: field(length), length: 'count' });
}

/**
 * Reads the header of an EDF file (Kemp et al. 1992) and leaves the cursor behind it.
 *
 * @throws {CardioError} `data` that names the byte for a file that is cut off or no EDF, and for EDF+D
 */
export function readEdfHeader(cursor: ByteCursor): EdfHeader {
  const { bytes, options } = cursor;
  const version = cursor.text(8, fixed.version[1]);
  if (version.trim() !== '0') fail(options, `at byte 0: EDF begins with \`0\`, found ${JSON.stringify(version)}.`);
  cursor.position = 0;
  assertWhole(cursor, fixed, 1);
  const { patient, recording, date, time, kind, ...numbers } = fixedPart.parse(bytes) as Record<
    keyof typeof fixed,
    Field
  >;
  const number = (name: 'headerBytes' | 'records' | 'seconds' | 'count', least?: number): number =>
    numberIn(numbers[name], fixed[name][1], options, least);
  const [headerBytes, records, seconds, count] = [
    number('headerBytes', 256),
    number('records', -1),
    number('seconds'),
    number('count', 1),
  ];
  if (headerBytes !== 256 * (count + 1)) {
    fail(options, `at byte 184: a header of ${count} channels has ${256 * (count + 1)} bytes, found ${headerBytes}.`);
  }
  if (kind.text.startsWith('EDF+D')) {
    fail(options, 'at byte 192: it is EDF+D, a recording with gaps, which is not read. Export its parts as EDF+C.');
  }
  assertWhole(cursor, ofChannels, count);
  return {
    ...{ patient: patient.text, recording: recording.text, date: date.text, time: time.text },
    kind: kind.text.slice(0, 5),
    ...{ records, seconds, channels: channelsOf(bytes, options) },
  };
}

function channelsOf(bytes: Uint8Array, options: EcgFileOptions): EdfChannel[] {
  const fields = channelPart.parse(bytes) as Record<keyof typeof ofChannels, Field[]>;
  let offset = 0;
  return fields.labels.map(({ text: label }, i) => {
    const bound = (name: 'physicalLeast' | 'physicalMost' | 'digitalLeast' | 'digitalMost'): number =>
      numberIn(fields[name][i], `${ofChannels[name][1].replace(/^a/, 'the')} of \`${label}\``, options);
    const channel = {
      label,
      lead: leadName(label),
      unit: fields.units[i].text,
      physical: [bound('physicalLeast'), bound('physicalMost')] as const,
      digital: [bound('digitalLeast'), bound('digitalMost')] as const,
      samples: numberIn(fields.samples[i], `the samples of \`${label}\` in a data record`, options, 0),
      offset,
    };
    offset += 2 * channel.samples;
    return channel;
  });
}

/** Moves the cursor over the fields, so that the first one that is cut off is named: the parser would take what there is. */
function assertWhole(
  cursor: ByteCursor,
  fields: Readonly<Record<string, readonly [number, string]>>,
  count: number,
): void {
  for (const [length, what] of Object.values(fields)) for (let i = 0; i < count; i++) cursor.take(length, what);
}

/** With `least` a whole number of at least that. */
function numberIn({ text, at }: Field, what: string, options: EcgFileOptions, least?: number): number {
  const value = text === '' ? NaN : Number(text);
  if (Number.isFinite(value) && (least === undefined || (Number.isInteger(value) && value >= least))) return value;
  const kind = least === undefined ? 'a number' : `a whole number of at least ${least}`;
  return fail(options, `at byte ${at}: ${what} must be ${kind}, found ${JSON.stringify(text)}.`);
}
