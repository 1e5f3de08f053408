import { CardioError, isCardioError } from '@cardio/core';
import {
  descriptionOf,
  httpSource,
  memorySource,
  readAnnotations,
  readRecord,
  rhythmDescriptions,
  rhythmSpans,
  type Annotation,
  type RecordPlace,
} from '@cardio/wfdb';

import { token } from '../api/client.js';
import { parseCsv } from './csv.js';
import { toEcgRecord, type EcgRecord } from './ecg-record.js';

/** Extensions of annotations that are looked for, the first found is taken: references, then those of usual detectors. */
const annotators = ['atr', 'ecg', 'qrs', 'ari', 'wqrs', 'gqrs', 'ann'];

/**
 * Reads what a user picked or dropped: a WFDB header with its signal files and, if among them, annotations; or one CSV file.
 * Nothing leaves the browser.
 *
 * @throws {CardioError} `usage` when no header or CSV file is among them; errors of the reader, which name the file
 */
export async function readFiles(files: readonly File[], csvRateHz?: number): Promise<EcgRecord> {
  const headers = files.filter(({ name }) => name.endsWith('.hea')).sort((a, b) => a.name.length - b.name.length);
  const csv = files.find(({ name }) => /\.(csv|tsv|txt)$/i.test(name));
  if (headers.length > 0) {
    const name = stem(headers[0].name);
    const extension = annotators.find((candidate) => files.some((file) => file.name === `${name}.${candidate}`));
    const source = memorySource(new Map(files.map((file) => [file.name, file])));
    return readWfdb({ source, name }, extension, files);
  }
  if (csv) return toEcgRecord(stem(csv.name), parseCsv(await csv.text(), csvRateHz), { files: [csv] });
  const names = files.map(({ name }) => name).join(', ');
  throw new CardioError(
    'usage',
    `Pick the header (.hea) of a WFDB record together with its signal files (.dat), or a .csv file. Received: ${names || 'no file'}.`,
  );
}

/** Reads a record of one of the service's datasets, with its reference annotations if it has any. */
export async function readFromService(dataset: string, record: string): Promise<EcgRecord> {
  const bearer = token.get();
  const init = bearer ? { headers: { authorization: `Bearer ${bearer}` } } : {};
  const source = httpSource(`${location.origin}/datasets/${encodeURIComponent(dataset)}/files`, { init });
  return readWfdb({ source, name: record }, 'atr', []);
}

async function readWfdb(
  place: RecordPlace & { readonly name: string },
  annotator: string | undefined,
  files: readonly File[],
): Promise<EcgRecord> {
  const { signal, header } = await readRecord(place);
  const annotations = annotator ? await readAnnotations(place, annotator).catch(noneIfAbsent) : [];
  const marks = annotations.filter(isMark).map(({ sample, symbol, aux }) => ({
    ...{ sample, symbol },
    text: aux || descriptionOf(symbol) || symbol,
  }));
  const spans = rhythmSpans(annotations, signal.samples[0]?.length ?? 0).map((span) => ({
    ...span,
    text: rhythmDescriptions[span.rhythm] ?? span.rhythm,
  }));
  return toEcgRecord(place.name, signal, { marks, spans, info: header.info, files });
}

function noneIfAbsent(error: unknown): Annotation[] {
  if (isCardioError(error) && error.code === 'not-found') return [];
  throw error;
}

/** Rhythm changes are spans, not marks. */
const isMark = ({ symbol }: Annotation): boolean => symbol !== '+';

const stem = (name: string): string => name.replace(/\.[^.]*$/, '');
