import { isCardioError } from '@cardio/core';
import { leadName } from '@cardio/signal';
import dicomParser, { type DataSet } from 'dicom-parser';
import { agreedRate, ecgFile, fail, startOf, type EcgFile, type EcgFileOptions } from './ecg-file.js';
import { leadOfCode } from './lead-codes.js';
import { numberForms, numbersIn, type NumberForm } from './mat-variable.js';
import { inflate } from './inflate.js';
import { scaleOf } from './units.js';

/** Tags of the waveform module (DICOM PS3.3, C.10.9) as `dicom-parser` writes them. */
const tags = {
  transferSyntax: 'x00020010',
  acquired: 'x0008002a',
  patient: 'x00100020',
  waveforms: 'x54000100',
  originality: 'x003a0004',
  channels: 'x003a0005',
  samples: 'x003a0010',
  rate: 'x003a001a',
  definitions: 'x003a0200',
  source: 'x003a0208',
  codeValue: 'x00080100',
  codeMeaning: 'x00080104',
  sensitivity: 'x003a0210',
  units: 'x003a0211',
  correction: 'x003a0212',
  baseline: 'x003a0213',
  bits: 'x54001004',
  interpretation: 'x54001006',
  padding: 'x5400100a',
  data: 'x54001010',
};
const formOf: Readonly<Record<string, NumberForm>> = {
  '8SB': numberForms.int8,
  '8UB': numberForms.uint8,
  '16SS': numberForms.int16,
  '16US': numberForms.uint16,
  '32SL': numberForms.int32,
  '32UL': numberForms.uint32,
};

/**
 * Reads the waveform of a DICOM file (12-lead, general and ambulatory ECG storage). Of several multiplex groups it takes the longest original
 * one: the rhythm, not the median beat.
 *
 * @throws {CardioError} `data` for what is no DICOM, is cut off, or has no waveform
 */
export function readDicom(bytes: Uint8Array, options: EcgFileOptions = {}): EcgFile {
  try {
    return readSet(parse(bytes, options), options);
  } catch (cause) {
    if (isCardioError(cause)) throw cause;
    // The parser throws texts, also when a value is asked for that reaches past the end.
    const reason = typeof cause === 'string' ? cause : cause instanceof Error ? cause.message : 'it ends early';
    return fail(options, `it can't be read as DICOM (${bytes.length} bytes): ${reason}.`);
  }
}

function readSet(set: DataSet, options: EcgFileOptions): EcgFile {
  const groups = itemsOf(set, tags.waveforms);
  if (groups.length === 0) fail(options, 'it has no Waveform Sequence (5400,0100): it holds no ECG signal.');
  const original = groups.filter((group) => group.string(tags.originality) !== 'DERIVED');
  const length = (group: DataSet): number => group.uint32(tags.samples) ?? 0;
  const group = (original.length > 0 ? original : groups).reduce((best, next) =>
    length(next) > length(best) ? next : best,
  );
  const syntax = set.string(tags.transferSyntax);
  const signal = readGroup(bytesOf(set), group, syntax !== '1.2.840.10008.1.2.2', options);
  const [, ...when] = /^(\d{4})(\d\d)(\d\d)(\d\d)?(\d\d)?(\d\d)?/.exec(set.string(tags.acquired) ?? '') ?? [];
  return ecgFile(signal, startOf(when), set.string(tags.patient));
}

function parse(bytes: Uint8Array, options: EcgFileOptions): DataSet {
  return dicomParser.parseDicom(bytes, {
    // Deflated files: what follows the header is one raw deflate stream.
    inflater: (packed: Uint8Array, position: number) => {
      const rest = inflate(packed.subarray(position), position, options, 'raw');
      const whole = new Uint8Array(position + rest.length);
      whole.set(packed.subarray(0, position));
      whole.set(rest, position);
      return whole;
    },
  });
}

function readGroup(
  bytes: Uint8Array,
  group: DataSet,
  littleEndian: boolean,
  options: EcgFileOptions,
): EcgFile['signal'] {
  const channels =
    group.uint16(tags.channels) ?? fail(options, 'the waveform has no Number of Waveform Channels (003A,0005).');
  const length =
    group.uint32(tags.samples) ?? fail(options, 'the waveform has no Number of Waveform Samples (003A,0010).');
  const kind = `${group.uint16(tags.bits) ?? ''}${group.string(tags.interpretation) ?? ''}`;
  const form =
    formOf[kind] ?? fail(options, `waveform samples of the kind \`${kind}\` (bits, interpretation) are not read.`);
  const data = group.elements[tags.data] ?? fail(options, 'the waveform has no Waveform Data (5400,1010).');
  const needed = channels * length * form.bytes;
  if (data.length < needed || data.dataOffset + needed > bytes.length) {
    fail(
      options,
      `at byte ${data.dataOffset}: the waveform data has ${data.length} bytes; ${length} samples of ${channels} channels take ${needed}.`,
    );
  }
  const raw = numbersIn(bytes.subarray(data.dataOffset, data.dataOffset + needed), form, littleEndian);
  const definitions = itemsOf(group, tags.definitions);
  if (definitions.length !== channels) {
    fail(options, `the waveform has ${channels} channels, but ${definitions.length} channel definitions.`);
  }
  const padding = paddingOf(group, form, littleEndian);
  const samples = definitions.map((definition, channel) => {
    const { gain, zero } = scaleIn(definition, options);
    return Float32Array.from({ length }, (_, i) => {
      const value = raw[i * channels + channel];
      return value === padding ? NaN : value * gain + zero;
    });
  });
  return {
    samples,
    sampleRateHz: agreedRate(numberAt(group, tags.rate), options),
    leads: definitions.map((definition, channel) => leadIn(definition, channel)),
  };
}

/** Millivolts of a step and of zero: sample * sensitivity * correction + baseline, in the unit of the sensitivity. */
function scaleIn(definition: DataSet, options: EcgFileOptions): { gain: number; zero: number } {
  const unit = itemsOf(definition, tags.units)[0]?.string(tags.codeValue);
  const sensitivity = numberAt(definition, tags.sensitivity);
  if (sensitivity === undefined) {
    // Without one the numbers are ADC values.
    return { gain: scaleOf(options.unit ?? '(none)', options), zero: 0 };
  }
  const millivolts = scaleOf(unit ?? options.unit ?? '(none)', options);
  const correction = numberAt(definition, tags.correction) ?? 1;
  return { gain: sensitivity * correction * millivolts, zero: (numberAt(definition, tags.baseline) ?? 0) * millivolts };
}

function leadIn(definition: DataSet, channel: number): string {
  const source = itemsOf(definition, tags.source)[0];
  const meaning = source?.string(tags.codeMeaning);
  return leadOfCode(source?.string(tags.codeValue) ?? '') ?? leadName(meaning ?? String(channel + 1));
}

function paddingOf(group: DataSet, form: NumberForm, littleEndian: boolean): number | undefined {
  const element = group.elements[tags.padding];
  if (!element || element.length < form.bytes) return undefined;
  const { dataOffset } = element;
  return numbersIn(bytesOf(group).subarray(dataOffset, dataOffset + form.bytes), form, littleEndian)[0];
}

/** What the offsets of elements count in: the file, or what was unpacked of it. */
const bytesOf = ({ byteArray }: DataSet): Uint8Array => byteArray;

function numberAt(set: DataSet, tag: string): number | undefined {
  const value = Number(set.string(tag) || NaN);
  return Number.isFinite(value) ? value : undefined;
}

const itemsOf = (set: DataSet, tag: string): DataSet[] =>
  (set.elements[tag]?.items ?? []).flatMap(({ dataSet }) => (dataSet ? [dataSet] : []));
