import { leadName } from '@cardio/signal';
import { ByteCursor } from './byte-cursor.js';
import { agreedRate, ecgFile, fail, startOf, type EcgFile, type EcgFileOptions } from './ecg-file.js';
import { readEdfHeader, type EdfChannel } from './edf-header.js';
import { millivoltsPer, scaleOf } from './units.js';

/**
 * Reads EDF (Kemp et al., Electroencephalogr Clin Neurophysiol 82:391-393, 1992) and EDF+C (Kemp & Olivan, Clin Neurophysiol 114:1755-1761,
 * 2003). Which channels: those in `options.leads`, else those named like ECG leads, else all in a unit of voltage; annotations never. They must
 * have one rate.
 *
 * @throws {CardioError} `data` that names the byte for a file that is cut off or no EDF, and for EDF+D, whose gaps a signal can't hold
 */
export function readEdf(bytes: Uint8Array, options: EcgFileOptions = {}): EcgFile {
  const cursor = new ByteCursor(bytes, options);
  const { channels, seconds, kind, patient, recording, ...header } = readEdfHeader(cursor);
  const headerBytes = cursor.position;
  const recordBytes = channels.reduce((sum, { samples }) => sum + 2 * samples, 0);
  const fits = recordBytes === 0 ? 0 : Math.floor(cursor.left / recordBytes);
  const records = header.records === -1 ? fits : header.records;
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
    edfStart(header.date, header.time, recording),
    kind === 'EDF+C' ? patient.split(' ')[0].replace(/^X$/, '') : patient,
  );
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
  const [day, month, short] = date.split('.');
  if (!/^\d+$/.test(short ?? '')) return undefined;
  const full = /^Startdate \d\d-[A-Z]{3}-(\d{4})/i.exec(recording)?.[1];
  return startOf([full ?? String(Number(short) + (Number(short) >= 85 ? 1900 : 2000)), month, day, ...time.split('.')]);
}
