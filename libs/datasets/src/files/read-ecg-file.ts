import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { CardioError } from '@cardio/core';
import { leadName } from '@cardio/signal';
import { readHeader, readRecord } from '@cardio/wfdb';
import { readAecg } from './aecg.js';
import { readCsv } from './csv.js';
import { readDicom } from './dicom.js';
import { agreedRate, ecgFile, fail, startOf, type EcgFile, type EcgFileOptions } from './ecg-file.js';
import { readEdf } from './edf.js';
import { readMat } from './mat.js';
import { millivoltsPer } from './units.js';

/** The reader of each extension; WFDB's `.hea` is read from the folder, since a record is several files. */
const ecgReaders: Readonly<Record<string, (bytes: Uint8Array, options?: EcgFileOptions) => EcgFile>> = {
  '.edf': readEdf,
  '.csv': readCsv,
  '.tsv': readCsv,
  '.txt': readCsv,
  '.mat': readMat,
  '.dcm': readDicom,
  '.xml': readAecg,
};

/** Extensions of what {@link readEcgFile} reads. */
export const ecgExtensions: readonly string[] = ['.hea', ...Object.keys(ecgReaders)];

/**
 * Reads an ECG from a file of any of the formats, chosen by its extension. Whether the numbers can be an ECG's is for `assertPlausible`, once
 * the leads are chosen.
 *
 * @param path of a WFDB record its `.hea`
 * @throws {CardioError} `not-found` without the file, `usage` for another extension, `data` for what is in the file
 * @example
 * const { signal } = await readEcgFile('ecg.csv', { sampleRateHz: 500, unit: 'uV' });
 */
export async function readEcgFile(path: string, stated: EcgFileOptions = {}): Promise<EcgFile> {
  const options = { file: path, ...stated };
  const extension = extname(path).toLowerCase();
  const read = Object.hasOwn(ecgReaders, extension) ? ecgReaders[extension] : undefined;
  if (!read && extension !== '.hea') {
    throw new CardioError(
      'usage',
      `${path}: \`${extension}\` is no extension of an ECG file. Known: ${ecgExtensions.join(', ')}.`,
    );
  }
  const result = read ? read(await bytesOf(path), options) : await readWfdb(path, options);
  if ((result.signal.samples[0]?.length ?? 0) === 0) fail(options, 'it has no samples.');
  return result;
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new CardioError('not-found', `${path}: there is no such file that can be read.`, { cause });
  }
}

/** Of a WFDB record the leads in units of voltage, every sample of them. */
async function readWfdb(path: string, options: EcgFileOptions): Promise<EcgFile> {
  const { signals, baseDate, baseTime } = await readHeader(path);
  const voltages = signals
    .filter(({ units }) => millivoltsPer(units) !== undefined)
    .map(({ description }) => description);
  if (signals.length > 0 && voltages.length === 0) fail(options, 'none of its signals is in a unit of voltage.');
  const all = voltages.length === signals.length;
  const { signal } = await readRecord(path, { resolution: 'full', ...(all ? {} : { leads: voltages }) });
  return ecgFile(
    { ...signal, sampleRateHz: agreedRate(signal.sampleRateHz, options), leads: signal.leads.map(leadName) },
    startOf([...(baseDate?.split('/').toReversed() ?? []), ...(baseTime?.split(':') ?? ['0'])]),
    undefined,
  );
}
