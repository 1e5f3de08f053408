import { WfdbError } from './errors.js';
import type { Header, SignalSpec } from './header.js';

/** What of a header can be written: a record of one segment, with each signal's file, scale and checksum. */
export type WritableHeader = Pick<
  Header,
  'name' | 'sampleRateHz' | 'length' | 'baseTime' | 'baseDate' | 'signals' | 'info'
>;

/**
 * Makes the text of a header as header(5) of the WFDB manual defines it, lines ending in LF. `parseHeader` reads the same fields back.
 *
 * @throws {WfdbError} that names the field which a header can't hold, such as a lead name of two lines
 */
export function encodeHeader(header: WritableHeader): string {
  const { name, sampleRateHz, length, baseTime, baseDate, signals, info } = header;
  const file = `${name}.hea`;
  const field = (what: string, value: string, form: RegExp, expected: string): string => {
    if (form.test(value)) return value;
    throw new WfdbError(file, `the ${what} must be ${expected}, got \`${value}\`.`);
  };
  const line = (what: string, value: string): string =>
    field(what, value, /^(?:\S(?:.*\S)?)?$/, 'one line without blanks at its ends');

  field('record name', name, /^\w+$/, 'letters, digits and underscores');
  if (!(sampleRateHz > 0 && sampleRateHz < Infinity)) {
    throw new WfdbError(file, `the sampling frequency must be above 0 Hz, got ${sampleRateHz}.`);
  }
  if (baseDate !== undefined && baseTime === undefined) {
    throw new WfdbError(file, `a start date (${baseDate}) needs a start time; give \`baseTime\` too.`);
  }
  const start = [
    ...(baseTime === undefined
      ? []
      : [field('start time', baseTime, /^\d{1,2}:\d{2}:\d{2}(?:\.\d+)?$/, 'such as `13:05:00.5`')]),
    ...(baseDate === undefined
      ? []
      : [field('start date', baseDate, /^\d{1,2}\/\d{1,2}\/\d{4}$/, 'such as `23/11/2026`')]),
  ];
  const signalLine = (spec: SignalSpec): string =>
    [
      field('file name', spec.file, /^[\w.+-]+$/, 'a plain name without folders'),
      storage(spec),
      `${spec.gain}(${spec.baseline})/${field('unit', spec.units, /^\S+$/, 'one word')}`,
      spec.adcResolution,
      spec.adcZero,
      spec.initialValue,
      spec.checksum ?? 0,
      spec.blockSize,
      line('lead name', spec.description),
    ].join(' ');
  return [
    [name, signals.length, sampleRateHz, length ?? 0, ...start].join(' '),
    ...signals.map(signalLine),
    ...info.map((text) => `# ${line('info string', text)}`),
    '',
  ].join('\n');
}

/** The format field, such as `212`, `16x2` or `16:3+24`. */
function storage({ format, samplesPerFrame, skew, byteOffset }: SignalSpec): string {
  return [
    format,
    samplesPerFrame === 1 ? '' : `x${samplesPerFrame}`,
    skew === 0 ? '' : `:${skew}`,
    byteOffset === 0 ? '' : `+${byteOffset}`,
  ].join('');
}
