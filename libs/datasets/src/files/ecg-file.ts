import { CardioError, type Signal } from '@cardio/core';

/** What a file of any format gives. */
export interface EcgFile {
  /** In mV, NaN where a sample is missing; leads under their standard names where they are known ones. */
  readonly signal: Signal;
  /** When the recording began, as the file's own clock had it: `2026-11-23T08:15:00`, without a time zone. */
  readonly start?: string;
  /** The patient's id in the file. */
  readonly patient?: string;
}

/** What a file does not say itself. Where it does, a contradiction is an error. */
export interface EcgFileOptions {
  /** The file's name, for messages; default `the file`. */
  readonly file?: string;
  readonly sampleRateHz?: number;
  /** The unit of one step of the numbers: `mV`, `uV`, `V`, `nV`, or a multiple such as `0.005 mV`. */
  readonly unit?: string;
  /** The leads in the file's order (CSV, MAT), or those to read (EDF). */
  readonly leads?: readonly string[];
  /** MAT: which variable is the ECG, such as `val` or `ECG.data`. */
  readonly variable?: string;
}

/** Fails with the file's name before the message. */
export function fail({ file = 'the file' }: EcgFileOptions, message: string): never {
  throw new CardioError('data', `${file}: ${message}`);
}

/** The fields of {@link EcgFile} without those that are not known. */
export function ecgFile(signal: Signal, start: string | undefined, patient: string | undefined): EcgFile {
  return { signal, ...(start ? { start } : {}), ...(patient ? { patient } : {}) };
}

/**
 * The rate in Hz: what the file says, else what the options say.
 *
 * @throws {CardioError} `data` when neither does, when they differ by more than 0.5 %, or for a rate that is not from 1 Hz to 100 kHz
 */
export function agreedRate(fromFile: number | undefined, options: EcgFileOptions): number {
  const stated = options.sampleRateHz;
  if (fromFile !== undefined && stated !== undefined && Math.abs(fromFile / stated - 1) > 0.005) {
    fail(options, `it says ${fromFile} Hz, but ${stated} Hz was stated.`);
  }
  const rate = fromFile ?? stated;
  if (rate === undefined) fail(options, 'it does not say its sampling rate: state it (`fileRateHz`).');
  if (!(rate >= 1 && rate <= 100_000))
    fail(options, `a sampling rate of ${rate} Hz can't be; expected 1 Hz to 100 kHz.`);
  return rate;
}

/** `YYYY-MM-DDTHH:MM:SS` of calendar fields, or `undefined` when they are no date. */
export function startOf(fields: readonly (string | undefined)[]): string | undefined {
  const [year, month, day, hour = '0', minute = '0', second = '0'] = fields;
  if (!year || !month || !day) return undefined;
  const pad = (field: string): string => field.padStart(2, '0');
  const text = `${year}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}`;
  const date = new Date(`${text}Z`);
  return Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day) ? undefined : text;
}
