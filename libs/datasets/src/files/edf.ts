import { ByteCursor } from './byte-cursor.js';
import { agreedRate, ecgFile, fail, startOf, type EcgFile, type EcgFileOptions } from './ecg-file.js';
import { leadName } from './lead-names.js';
import { millivoltsPer, scaleOf } from './units.js';

/** One channel as its header has it. */
interface EdfChannel {
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

/**
 * Reads EDF (Kemp et al., Electroencephalogr Clin Neurophysiol 82:391-393, 1992) and EDF+C (Kemp & Olivan, Clin Neurophysiol 114:1755-1761,
 * 2003). Which channels: those in `options.leads`, else those named like ECG leads, else all in a unit of voltage; annotations never. They must
 * have one rate.
 *
 * @throws {CardioError} `data` that names the byte for a file that is cut off or no EDF, and for EDF+D, whose gaps a signal can't hold
 */
export function readEdf(bytes: Uint8Array, options: EcgFileOptions = {}): EcgFile {
  const cursor = new ByteCursor(bytes, options);
  const version = cursor.text(8, 'the version');
  if (version.trim() !== '0') fail(options, `at byte 0: EDF begins with \`0\`, found ${JSON.stringify(version)}.`);
  const patient = cursor.text(80, 'the patient').trim();
  const recording = cursor.text(80, 'the recording').trim();
  const date = cursor.text(8, 'the start date');
  const time = cursor.text(8, 'the start time');
  const headerBytes = number(cursor, 8, "the header's length", 256);
  const kind = cursor.text(44, 'the kind').slice(0, 5);
  const declared = number(cursor, 8, 'the number of data records', -1);
  const seconds = number(cursor, 8, "a data record's duration");
  const count = number(cursor, 4, 'the number of channels', 1);
  if (headerBytes !== 256 * (count + 1)) {
    fail(options, `at byte 184: a header of ${count} channels has ${256 * (count + 1)} bytes, found ${headerBytes}.`);
  }
  if (kind === 'EDF+D') {
    fail(options, 'at byte 192: it is EDF+D, a recording with gaps, which is not read. Export its parts as EDF+C.');
  }
  const channels = readChannels(cursor, count);
  const recordBytes = channels.reduce((sum, { samples }) => sum + 2 * samples, 0);
  const fits = recordBytes === 0 ? 0 : Math.floor(cursor.left / recordBytes);
  const records = declared === -1 ? fits : declared;
  if (records > fits) {
    fail(
      options,
      `at byte ${bytes.length}: the file ends, but its ${records} data records of ${recordBytes} bytes reach to byte ${headerBytes + records * recordBytes}.`,
    );
  }
  const chosen = choose(channels, options);
  if (!(seconds > 0)) fail(options, 'at byte 244: its data records have no duration, so its channels have no rate.');
  const rate = agreedRate(Number((chosen[0].samples / seconds).toPrecision(12)), options);
  const body = bytes.subarray(headerBytes);
  const samples = chosen.map((channel) => decode(body, channel, records, recordBytes, options));
  return ecgFile(
    { samples, sampleRateHz: rate, leads: chosen.map(({ lead }) => lead) },
    edfStart(date, time, recording),
    kind === 'EDF+C' ? patient.split(' ')[0].replace(/^X$/, '') : patient,
  );
}

/** The channel headers: each field of all channels, then the next field. */
function readChannels(cursor: ByteCursor, count: number): EdfChannel[] {
  const all = <T>(read: (channel: number) => T): T[] => Array.from({ length: count }, (_, i) => read(i));
  const labels = all(() => cursor.text(16, 'a label').trim());
  cursor.take(80 * count, 'the transducers');
  const units = all(() => cursor.text(8, 'a unit').trim());
  const bound = (what: string): number[] => all((i) => number(cursor, 8, `the ${what} of \`${labels[i]}\``));
  const [physicalLeast, physicalMost] = [bound('physical minimum'), bound('physical maximum')];
  const [digitalLeast, digitalMost] = [bound('digital minimum'), bound('digital maximum')];
  cursor.take(80 * count, 'the filters');
  const samples = all((i) => number(cursor, 8, `the samples of \`${labels[i]}\` in a data record`, 0));
  cursor.take(32 * count, 'the reserved fields');
  let offset = 0;
  return labels.map((label, i) => {
    const channel = {
      label,
      lead: leadName(label),
      unit: units[i],
      physical: [physicalLeast[i], physicalMost[i]] as const,
      digital: [digitalLeast[i], digitalMost[i]] as const,
      samples: samples[i],
      offset,
    };
    offset += 2 * samples[i];
    return channel;
  });
}

function choose(channels: readonly EdfChannel[], options: EcgFileOptions): EdfChannel[] {
  const signals = channels.filter(({ label, samples }) => !/^EDF Annotations$/i.test(label) && samples > 0);
  const names = signals.map(({ label, unit }) => `${label} (${unit || 'no unit'})`).join(', ') || 'none';
  const named = (lead: string) => (channel: EdfChannel) =>
    channel.label.toLowerCase() === lead.toLowerCase() || channel.lead === leadName(lead);
  const isEcg = ({ label, lead }: EdfChannel): boolean =>
    lead !== label || /ecg|ekg|^(I{1,3}|aV[RLF]|V[1-6])$/i.test(label);
  const ecg = signals.filter(isEcg);
  const chosen =
    options.leads?.map(
      (lead) => signals.find(named(lead)) ?? fail(options, `it has no channel \`${lead}\`. Its channels: ${names}.`),
    ) ?? (ecg.length > 0 ? ecg : signals.filter(({ unit }) => millivoltsPer(unit) !== undefined));
  if (chosen.length === 0) fail(options, `none of its channels is in a unit of voltage: ${names}.`);
  const other = chosen.find(({ samples }) => samples !== chosen[0].samples);
  if (other) {
    fail(
      options,
      `\`${chosen[0].label}\` and \`${other.label}\` have ${chosen[0].samples} and ${other.samples} samples in a data record: ` +
        'state leads of one rate (`fileLeads`).',
    );
  }
  return chosen;
}

function decode(
  body: Uint8Array,
  { label, unit, physical, digital, samples, offset }: EdfChannel,
  records: number,
  recordBytes: number,
  options: EcgFileOptions,
): Float32Array {
  if (!(digital[1] > digital[0]) || physical[0] === physical[1]) {
    fail(
      options,
      `channel \`${label}\` maps ${digital.join(' to ')} on ${physical.join(' to ')} ${unit}, which is no scale.`,
    );
  }
  const toMillivolts = scaleOf(unit || (options.unit ?? ''), options);
  const gain = ((physical[1] - physical[0]) / (digital[1] - digital[0])) * toMillivolts;
  const zero = physical[0] * toMillivolts - digital[0] * gain;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const result = new Float32Array(records * samples);
  for (let r = 0, i = 0; r < records; r++) {
    for (let s = 0, at = r * recordBytes + offset; s < samples; s++, at += 2) {
      result[i++] = view.getInt16(at, true) * gain + zero;
    }
  }
  return result;
}

/** Years of two digits are 1985 to 2084; EDF+ has the whole year in its recording field. */
function edfStart(date: string, time: string, recording: string): string | undefined {
  const [day, month, short] = date.trim().split('.');
  if (!/^\d+$/.test(short ?? '')) return undefined;
  const full = /^Startdate \d\d-[A-Z]{3}-(\d{4})/i.exec(recording)?.[1];
  return startOf([
    full ?? String(Number(short) + (Number(short) >= 85 ? 1900 : 2000)),
    month,
    day,
    ...time.trim().split('.'),
  ]);
}

/** A number of the header; with `least` a whole one of at least that. */
function number(cursor: ByteCursor, length: number, what: string, least?: number): number {
  const text = cursor.text(length, what).trim();
  const value = text === '' ? NaN : Number(text);
  if (Number.isFinite(value) && (least === undefined || (Number.isInteger(value) && value >= least))) return value;
  cursor.position -= length;
  const kind = least === undefined ? 'a number' : `a whole number of at least ${least}`;
  return cursor.fail(`${what} must be ${kind}, found ${JSON.stringify(text)}.`);
}
