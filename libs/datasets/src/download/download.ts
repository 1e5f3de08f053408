import { setMaxListeners } from 'node:events';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCardioError } from '@cardio/core';
import { createGate } from './backoff.js';
import { asDiskError, assertLicence, assertSameVersion, assertSpace, exists, freeBytes } from './checks.js';
import { checksumFile, readChecksumList, type ListedFile } from './checksum-list.js';
import { estimateBytes, headSize, type SizeEstimate } from './estimate.js';
import { inParallel } from './in-parallel.js';
import { lockFolder, openJournal, type DownloadedAs, type Journal } from './journal.js';
import { folderState, type FolderState } from './plan.js';
import { baseAddress, downloadSource, type DownloadSource } from './sources.js';
import { createMeter, type DownloadProgress } from './speed.js';
import { subsetFilter } from './subset.js';
import { transfer, type TransferOptions } from './transfer.js';

/** What to download and how. */
export interface DownloadOptions {
  /** `mitbih`, `ptbxl`, `cpsc2018`, `mimic-iv-ecg` or `icentia11k`. */
  readonly name: string;
  readonly dataDir: string;
  /** Default: the newest known. */
  readonly version?: string;
  /** Parts by name, such as `100hz`, `p1000`, `p00000-p00049`, `first:20`; default: everything. */
  readonly subset?: string;
  /** `physionet` (default), `s3` or the address of a folder with the same layout. */
  readonly mirror?: string;
  /** Needed for a licence that forbids commercial use. */
  readonly acceptLicence?: boolean;
  /** Files at a time; default 8. */
  readonly parallel?: number;
  /** Only says what would be done, and writes nothing into `dataDir`. */
  readonly dryRun?: boolean;
  /** Reads all files that are there anew, and fetches the list of checksums anew. */
  readonly recheck?: boolean;
  readonly signal?: AbortSignal;
  /** Called once, before anything is downloaded. */
  readonly onPlan?: (plan: DownloadPlan) => void;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Called with what went wrong before each repetition. */
  readonly onRetry?: (message: string) => void;
  /** For servers that are slower or nearer than PhysioNet. */
  readonly network?: Partial<Pick<TransferOptions, 'attempts' | 'idleSeconds' | 'backoff'>>;
}

/** What a download will do. */
export interface DownloadPlan extends FolderState {
  readonly source: DownloadSource;
  readonly download: DownloadedAs;
  /** Files that the subset takes. */
  readonly files: number;
  /** Bytes of the pending files; `undefined` where the server does not tell. */
  readonly size: SizeEstimate | undefined;
  /** Bytes that the disk has for them. */
  readonly freeBytes: number;
}

/** What a download did. */
export interface DownloadResult {
  readonly plan: DownloadPlan;
  readonly downloaded: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Files that could not be had, and why; the others are there. */
  readonly failed: readonly { readonly path: string; readonly reason: string }[];
  /** `interrupted`: the signal aborted. `given-up`: ten files in succession failed. */
  readonly ended: 'complete' | 'interrupted' | 'given-up';
}

/** So many failures in succession mean that the server, not a file, is the trouble. */
const hopeless = 10;

/**
 * Downloads a dataset from PhysioNet or a mirror into its original layout. A file gets its name only when its SHA-256 is the listed one; what
 * is there and right is left alone; an interrupted download goes on where it was.
 *
 * @throws {CardioError} `usage` for wrong options, `not-found` where the server can't be reached or the disk is too small, `data` for a bad list
 *
 * @example
 * await downloadDataset({ name: 'ptbxl', dataDir: 'datasets/ptbxl', subset: '100hz' });
 */
export async function downloadDataset(options: DownloadOptions): Promise<DownloadResult> {
  const source = downloadSource(options.name);
  const version = options.version ?? source.versions[0];
  const address = baseAddress(source, version, options.mirror ?? 'physionet');
  assertLicence(source, options);
  const download: DownloadedAs = {
    dataset: source.name,
    version,
    address,
    ...(options.subset !== undefined && { subset: options.subset }),
  };
  const scratch = options.dryRun ? await mkdtemp(join(tmpdir(), 'cardio-download-')) : undefined;
  const unlock =
    scratch === undefined ? await lockFolder(options.dataDir).catch(asDiskError(options.dataDir)) : undefined;
  try {
    return await run(source, download, scratch, options);
  } catch (error) {
    return asDiskError(options.dataDir)(error);
  } finally {
    await unlock?.();
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
  }
}

async function run(
  source: DownloadSource,
  download: DownloadedAs,
  scratch: string | undefined,
  options: DownloadOptions,
): Promise<DownloadResult> {
  const { dataDir, recheck = false } = options;
  const signal = options.signal ?? new AbortController().signal;
  setMaxListeners(0, signal); // one for each file that is under way
  const network: TransferOptions = {
    signal,
    gate: createGate(),
    attempts: 6,
    idleSeconds: 60,
    backoff: { baseSeconds: 1, maxSeconds: 60 },
    ...options.network,
    ...(options.onRetry && { onRetry: options.onRetry }),
  };
  const journal = await openJournal(dataDir);
  assertSameVersion(journal, download, dataDir);
  const known = journal.last?.address === download.address && !recheck && (await exists(join(dataDir, checksumFile)));
  const list = join(known ? dataDir : (scratch ?? dataDir), checksumFile);
  const listJob = { url: download.address + checksumFile, path: checksumFile, target: list };
  // a wrong address should not take long to be told
  if (!known) await transfer(listJob, { ...network, attempts: Math.min(4, network.attempts) });
  const listed = (await readChecksumList(list, checksumFile)).filter(({ path }) => source.includes(path));
  const taken = subsetFilter(source, pathsOf(listed), download.subset);
  const files = listed.filter(({ path }) => taken(path));
  if (scratch === undefined) await journal.start(withEarlier(journal.last, download));

  const state = await folderState(dataDir, files, {
    journal,
    recheck,
    remember: scratch === undefined,
    signal,
    onProgress: options.onProgress && checkingProgress(options.onProgress),
  });
  const size = await estimateBytes(
    state.pending.map(({ path }) => path),
    (path) => headSize(urlOf(download.address, path), signal, network.idleSeconds),
  );
  const plan: DownloadPlan = {
    ...state,
    source,
    download,
    files: files.length,
    size,
    freeBytes: await freeBytes(dataDir),
  };
  options.onPlan?.(plan);
  if (scratch !== undefined) return { plan, downloaded: 0, bytes: 0, seconds: 0, failed: [], ended: 'complete' };
  assertSpace(plan, dataDir);
  return fetchAll(plan, journal, network, options);
}

async function fetchAll(
  plan: DownloadPlan,
  journal: Journal,
  network: TransferOptions,
  { dataDir, parallel = 8, onProgress }: DownloadOptions,
): Promise<DownloadResult> {
  const started = performance.now();
  const meter = createMeter();
  const failed: { path: string; reason: string }[] = [];
  const tell = (): void => onProgress?.(meter.progress(plan.pending.length, plan.size?.bytes));
  const wrong = new Set(plan.wrong);
  let inSuccession = 0;
  let downloaded = 0;
  let bytes = 0;
  const stopped = (): boolean => network.signal.aborted || inSuccession >= hopeless;
  await inParallel(plan.pending, parallel, async ({ path, sha256 }: ListedFile) => {
    if (stopped()) return;
    const target = join(dataDir, path);
    const job = { url: urlOf(plan.download.address, path), path, target, sha256 };
    const onSize = (size: number): void => {
      meter.set(path, size);
      tell();
    };
    try {
      if (wrong.has(path)) await rename(target, `${target}.part`); // another tool's half file is gone on with
      const size = await transfer(job, { ...network, onSize });
      bytes += size;
      await journal.add(path, await stat(target));
      meter.end(path, true);
      downloaded++;
      inSuccession = 0;
    } catch (error) {
      meter.end(path, false);
      if (network.signal.aborted) return;
      if (!isCardioError(error)) throw error;
      failed.push({ path, reason: error.message });
      inSuccession++;
    }
    tell();
  });
  const ended = network.signal.aborted ? 'interrupted' : inSuccession >= hopeless ? 'given-up' : 'complete';
  return { plan, downloaded, bytes, seconds: (performance.now() - started) / 1000, failed, ended };
}

/** Subsets that were downloaded one after the other into a folder are wanted together. */
function withEarlier(last: DownloadedAs | undefined, download: DownloadedAs): DownloadedAs {
  if (last?.subset === undefined || download.subset === undefined) return download;
  const parts = new Set([...last.subset.split(','), ...download.subset.split(',')]);
  return { ...download, subset: [...parts].join(',') };
}

const urlOf = (address: string, path: string): string => address + path.split('/').map(encodeURIComponent).join('/');

function* pathsOf(files: readonly ListedFile[]): Generator<string> {
  for (const { path } of files) yield path;
}

const checkingProgress =
  (onProgress: (progress: DownloadProgress) => void) =>
  (files: number, filesTotal: number): void =>
    onProgress({
      phase: 'checking',
      files,
      filesTotal,
      bytes: 0,
      bytesTotal: undefined,
      bytesPerSecond: 0,
      secondsLeft: undefined,
    });
