import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { CardioError, isCardioError, type Progress } from '@cardio/core';
import { readAnnotations, readChannels } from '@cardio/wfdb';
import { exists } from '../download/checks.js';
import { checksumFile, readChecksumList, type ListedFile } from '../download/checksum-list.js';
import { evenly } from '../download/estimate.js';
import { inParallel } from '../download/in-parallel.js';
import { openJournal } from '../download/journal.js';
import { downloadSource, type DownloadSource } from '../download/sources.js';
import { subsetFilter } from '../download/subset.js';
import { hashFile } from '../download/transfer.js';
import type { CountRow } from './counts.js';
import { datasetChecks, type DatasetChecks, type ExpectedRecord } from './dataset-checks.js';
import { createFindings, type Finding, type Findings } from './findings.js';
import { leadQuality } from './lead-checks.js';

/** What to verify. */
export interface VerifyOptions {
  readonly name: string;
  readonly dataDir: string;
  /** What should be there, as for a download; default: what `cardio datasets download` was last asked for, else everything. */
  readonly subset?: string;
  /** Reads and hashes only so many records, evenly spread; default: all. */
  readonly sample?: number;
  /** Records read, of how many. */
  readonly onProgress?: Progress;
}

/** What {@link verifyDataset} found. All of it is JSON. */
export interface VerifyReport {
  readonly dataset: string;
  readonly dataDir: string;
  readonly subset?: string;
  /** Files of the list of checksums (0 where there is none), those of them that are there, and those whose checksum was verified. */
  readonly files: { readonly listed: number; readonly present: number; readonly hashed: number };
  /** Records in the folder, and those that were read. */
  readonly records: { readonly present: number; readonly read: number };
  readonly counts: readonly CountRow[];
  readonly findings: readonly Finding[];
  /** Places with a problem; 0 when the folder is as published. */
  readonly problems: number;
}

/**
 * Compares a folder with the dataset as it was published: files, checksums, counts, and of every record its header and signals.
 *
 * @throws {CardioError} `usage` for an unknown name or subset, `not-found` for a missing folder or one without any record
 *
 * @example
 * const { problems, findings } = await verifyDataset({ name: 'mitbih', dataDir: 'datasets/mitbih' });
 */
export async function verifyDataset(options: VerifyOptions): Promise<VerifyReport> {
  const { dataDir, sample, onProgress } = options;
  const source = downloadSource(options.name);
  const checks = checksOf(source);
  const subset = options.subset ?? (await openJournal(dataDir)).last?.subset;
  const there = await filesBelow(dataDir);
  const present = [...there].flatMap((path) => (path.endsWith('.hea') ? path.slice(0, -4) : [])).sort();
  const wanted = await filesListed(source, checks, dataDir);
  const taken = subsetFilter(source, [...wanted.map(({ path }) => path), ...there], subset);
  const listed = wanted.filter(({ path }) => taken(path));
  const records = present
    .flatMap((path) => ({ path, expected: taken(`${path}.hea`) ? checks.expected(path) : undefined }))
    .filter((record): record is PresentRecord => record.expected !== undefined);
  if (records.length === 0) {
    throw new CardioError(
      'not-found',
      `\`${dataDir}\` has no record of ${source.name}. \`--data-dir\` must be the top folder of ${source.card.url}; ` +
        `\`cardio datasets download ${source.name}\` fetches it.`,
    );
  }
  const findings = createFindings();
  checkPresence(source, checks, listed, there, findings);

  const chosen = sample === undefined ? records : evenly(records, sample);
  const read = new Set(chosen.map(({ path }) => path));
  const hashed = listed.filter(
    ({ path, sha256 }) =>
      sha256 !== undefined && there.has(path) && (source.unitOf(path) === undefined || read.has(stem(path))),
  );
  let done = 0;
  const step = (): void => onProgress?.(++done, hashed.length + chosen.length);
  await inParallel(hashed, 4, async ({ path, sha256 }) => {
    const hash = createHash('sha256');
    await hashFile(join(dataDir, path), hash);
    if (hash.digest('hex') !== sha256)
      findings.add('checksum', 'problem', `not the bytes that ${checksumFile} lists`, path);
    step();
  });
  const counts = checks.counts();
  await inParallel(chosen, 4, async (record) => {
    await checkRecord(record, checks, there, { dataDir, findings, add: counts.add });
    step();
  });
  const rows = await counts.rows(
    dataDir,
    records.map(({ path }) => path),
  );
  const whole = subset === undefined && sample === undefined;
  for (const { what, found, expected } of whole ? rows : []) {
    if (expected !== undefined && found !== expected)
      findings.add('counts', 'problem', 'not the published number', `${what}: ${found}, not ${expected}`);
  }
  const all = findings.all();
  return {
    dataset: source.name,
    dataDir,
    ...(subset !== undefined && { subset }),
    files: {
      listed: listed.filter(({ sha256 }) => sha256 !== undefined).length,
      present: listed.filter(({ path, sha256 }) => sha256 !== undefined && there.has(path)).length,
      hashed: hashed.length,
    },
    records: { present: records.length, read: chosen.length },
    counts: rows,
    findings: all,
    problems: all.reduce((sum, { level, count }) => sum + (level === 'problem' ? count : 0), 0),
  };
}

interface PresentRecord {
  /** Without extension, relative to the data folder. */
  readonly path: string;
  readonly expected: ExpectedRecord;
}

/** A file that should be there; one that a table lists has no checksum. */
type WantedFile = Omit<ListedFile, 'sha256'> & { readonly sha256?: string };

const stem = (path: string): string => path.replace(/\.[^./]*$/, '');

function checksOf({ name }: DownloadSource): DatasetChecks {
  const found = datasetChecks.find((checks) => checks.name === name);
  if (found) return found;
  throw new CardioError('usage', `${name} can't be verified. Known: ${datasetChecks.map((c) => c.name).join(', ')}.`);
}

async function filesBelow(dataDir: string): Promise<Set<string>> {
  const found = new Set<string>();
  try {
    const folders = [''];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const entry of await readdir(join(dataDir, folder), { withFileTypes: true })) {
        const path = `${folder}${entry.name}`;
        if (entry.isDirectory()) folders.push(`${path}/`);
        else found.add(path);
      }
    }
  } catch (cause) {
    throw new CardioError('not-found', `\`${dataDir}\` can't be read: ${(cause as Error).message}.`, { cause });
  }
  return found;
}

async function filesListed(
  source: DownloadSource,
  { listed }: DatasetChecks,
  dataDir: string,
): Promise<readonly WantedFile[]> {
  const list = join(dataDir, checksumFile);
  return (await exists(list))
    ? (await readChecksumList(list, checksumFile)).filter(({ path }) => source.includes(path))
    : ((await listed?.(dataDir)) ?? []).map((record) => ({ path: `${record}.hea` }));
}

/** Reports files that are listed and absent, and sample files without a header. */
function checkPresence(
  { unitOf }: DownloadSource,
  { expected, annotator, partsAreAlternatives }: DatasetChecks,
  listed: readonly WantedFile[],
  there: ReadonlySet<string>,
  findings: Findings,
): void {
  const needed = new Set(['.csv', '.hea', '.dat', '.mat', `.${annotator ?? 'hea'}`]);
  const unitsThere = new Set([...there].map((path) => unitOf(path)));
  for (const { path } of listed) {
    if (there.has(path)) continue;
    const unit = unitOf(path);
    if (partsAreAlternatives && unit !== undefined && !unitsThere.has(unit))
      findings.add('presence', 'note', `nothing of ${unit}`, path);
    else if (!needed.has(extname(path)) || (extname(path) !== '.csv' && !expected(stem(path))))
      findings.add('presence', 'note', 'listed and not there, but not needed', path);
    else findings.add('presence', 'problem', 'listed and not there', path);
  }
  for (const path of there)
    if (unitOf(path) !== undefined && path.endsWith('.dat') && !there.has(`${stem(path)}.hea`))
      findings.add('presence', 'problem', 'samples without a header', path);
}

async function checkRecord(
  { path, expected }: PresentRecord,
  { annotator, annotatorRequired }: DatasetChecks,
  there: ReadonlySet<string>,
  { dataDir, findings, add }: { dataDir: string; findings: Findings; add: ReturnType<DatasetChecks['counts']>['add'] },
): Promise<void> {
  const problem = (check: Finding['check'], message: string, place = path): void =>
    findings.add(check, 'problem', message, place);
  try {
    const { header, channels } = await readChannels(join(dataDir, path), { digital: true });
    const leads = expected.leads(
      channels.map(({ lead }) => lead),
      path,
    );
    if (leads !== undefined) problem('leads', leads);
    for (const { lead, samples, sampleRateHz, spec } of channels) {
      const place = `${path} ${lead}`;
      if (sampleRateHz !== expected.sampleRateHz)
        problem('rate', `${sampleRateHz} Hz, expected ${expected.sampleRateHz}`, place);
      if (samples.length === 0 || samples.length !== (expected.samples ?? samples.length))
        problem('length', `${samples.length} samples, expected ${expected.samples ?? 'some'}`, place);
      if (spec.units !== 'mV' || spec.gain !== (expected.gain ?? spec.gain))
        problem('gain', `${spec.gain} per ${spec.units}, expected ${expected.gain ?? 'any'} per mV`, place);
      const { missing, flat, clipped } = leadQuality(samples, spec, sampleRateHz);
      if (missing > 0)
        findings.add('missing', 'note', 'samples are marked as not valid', `${place} ${percent(missing)}`);
      if (flat >= 0.5)
        findings.add('flat', 'note', 'half or more of a lead does not change', `${place} ${percent(flat)}`);
      if (clipped > 0)
        findings.add('clipped', 'note', "samples at the end of the converter's range", `${place} ${percent(clipped)}`);
    }
    const annotated = annotator !== undefined && there.has(`${path}.${annotator}`);
    if (annotator !== undefined && !annotated)
      findings.add('presence', annotatorRequired ? 'problem' : 'note', `no annotations (.${annotator})`, path);
    add(path, header, annotated ? await readAnnotations(join(dataDir, path), annotator) : undefined);
  } catch (error) {
    if (!isCardioError(error)) throw error;
    problem('unreadable', "can't be read", error.message.replaceAll(`${dataDir}/`, ''));
  }
}

const percent = (share: number): string => (share < 0.001 ? '<0.1 %' : `${(100 * share).toFixed(1)} %`);
