import { CardioError } from '@cardio/core';
import { downloadDataset, type DownloadPlan, type DownloadProgress, type DownloadResult } from '@cardio/datasets';
import cliProgress from 'cli-progress';
import { join } from 'node:path';
import type { Logger } from 'pino';

import { createLogger, type LogLevel } from '../logger.js';
import { count, duration, printJson } from '../print.js';
import { canDraw, look } from '../progress.js';

/** `cardio datasets download` */
export async function download(
  name: string,
  options: {
    dataDir?: string;
    subset?: string;
    mirror: string;
    datasetVersion?: string;
    parallel: number;
    acceptLicense?: boolean;
    recheck?: boolean;
    dryRun?: boolean;
    json?: boolean;
    logLevel: LogLevel;
  },
): Promise<void> {
  const dataDir = options.dataDir ?? join('datasets', name.replaceAll('_', '-'));
  const logger = createLogger(options.logLevel);
  const shown = showProgress(logger);
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    const result = await downloadDataset({
      name,
      dataDir,
      mirror: options.mirror,
      parallel: options.parallel,
      acceptLicence: options.acceptLicense ?? false,
      recheck: options.recheck ?? false,
      dryRun: options.dryRun ?? false,
      ...(options.subset !== undefined && { subset: options.subset }),
      ...(options.datasetVersion !== undefined && { version: options.datasetVersion }),
      signal: stop.signal,
      onPlan: (plan) => {
        shown.stop();
        (options.json ? console.error : console.log)(planText(plan));
      },
      onProgress: shown.update,
      onRetry: (message) => logger.debug(message),
    });
    shown.stop();
    if (options.json) printJson(resultJson(result, dataDir));
    if (options.dryRun) (options.json ? console.error : console.log)('A dry run: nothing was downloaded.');
    else report(result, dataDir, options.json);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    report(undefined, dataDir);
  } finally {
    shown.stop();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** The result as data: the plan in numbers, not its thousands of files. */
function resultJson({ plan, ...result }: DownloadResult, dataDir: string): object {
  const { source, download, files, right, wrong, pending, size, keptBytes, freeBytes } = plan;
  const { title, licence, citation, url } = source.card;
  return {
    ...{ name: source.name, version: download.version, subset: download.subset ?? null, dataDir },
    ...{ title, licence, citation, url },
    plan: { files, right, wrong: wrong.length, pending: pending.length, size: size ?? null, keptBytes, freeBytes },
    ...result,
  };
}

function planText({
  source,
  download,
  files,
  right,
  wrong,
  pending,
  size,
  keptBytes,
  freeBytes,
}: DownloadPlan): string {
  const { card } = source;
  const amount = size ? `${size.exact ? '' : 'about '}${bytesText(size.bytes)}` : 'of unknown size';
  const kept = keptBytes > 0 ? `, ${bytesText(keptBytes)} of it from an earlier run` : '';
  return [
    `${card.title}, version ${download.version}`,
    `  source: ${card.url}`,
    `  licence: ${card.licence}`,
    `  cite: ${card.citation}`,
    `${count(files)} files${download.subset === undefined ? '' : ` of subset ${download.subset}`}: ${count(right)} there and right, ` +
      `${count(pending.length)} to fetch${pending.length > 0 ? `, ${amount}${kept}` : ''} (${bytesText(freeBytes)} free)`,
    ...(wrong.length > 0
      ? [`There but not as published, to be replaced: ${wrong.slice(0, 5).join(', ')}${wrong.length > 5 ? ', …' : ''}`]
      : []),
  ].join('\n');
}

function report(result: DownloadResult | undefined, dataDir: string, json = false): void {
  if (result === undefined || result.ended === 'interrupted') {
    const done = result ? ` after ${count(result.downloaded)} files` : '';
    console.error(`Stopped${done}. What is there stays; run the same command again to go on.`);
    process.exitCode = 130;
    return;
  }
  const { plan, downloaded, bytes, seconds, failed, ended } = result;
  if (downloaded > 0 && !json)
    console.log(
      `Downloaded ${count(downloaded)} files, ${bytesText(bytes)} in ${duration(seconds)}, each with the right SHA-256.`,
    );
  if (failed.length > 0) {
    const left = plan.pending.length - downloaded;
    const shown = failed.slice(0, 10).map(({ reason }) => `  ${reason}`);
    throw new CardioError(
      'not-found',
      `${count(left)} of ${count(plan.files)} files are not there:\n${shown.join('\n')}` +
        (ended === 'given-up' ? '\nTen files in succession could not be had, so the download was given up.' : '') +
        '\nWhat is there stays; the same command goes on with the rest.',
    );
  }
  if (json) return;
  console.log(
    `All ${count(plan.files)} files are in ${dataDir}. Check them: cardio datasets verify ${plan.source.name} --data-dir ${dataDir}`,
  );
}

const logEverySeconds = 10;

/** A line with speed and time left that is drawn over and over; without a terminal, a line now and then. */
function showProgress(logger: Logger): { update: (progress: DownloadProgress) => void; stop: () => void } {
  const bar = new cliProgress.SingleBar({
    format: '{what} [{bar}] {percentage}% {text}',
    ...look,
  });
  let told = performance.now();
  return {
    update: (progress) => {
      const { phase, files, filesTotal, bytes, bytesTotal } = progress;
      const [done, total] = bytesTotal ? [Math.min(bytes, bytesTotal), bytesTotal] : [files, filesTotal];
      const what = phase === 'checking' ? 'checking what is there' : 'downloading';
      if (canDraw()) {
        if (!bar.isActive) bar.start(total, 0, { what, text: '' });
        bar.update(done, { what, text: progressText(progress) });
      } else if (performance.now() - told > logEverySeconds * 1000) {
        told = performance.now();
        logger.info(`${what}: ${progressText(progress)}`);
      }
    },
    stop: () => bar.stop(),
  };
}

function progressText({
  phase,
  files,
  filesTotal,
  bytes,
  bytesTotal,
  bytesPerSecond,
  secondsLeft,
}: DownloadProgress): string {
  const counted = `${count(files)}/${count(filesTotal)} files`;
  if (phase === 'checking') return counted;
  const amount = bytesTotal === undefined ? bytesText(bytes) : `${bytesText(bytes)} of ${bytesText(bytesTotal)}`;
  const left = secondsLeft === undefined ? '' : `, ${duration(secondsLeft)} left`;
  return `${counted}, ${amount}, ${bytesText(bytesPerSecond)}/s${left}`;
}

/** 1234567 → "1.2 MB". */
function bytesText(bytes: number): string {
  if (bytes < 1e3) return `${Math.round(bytes)} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
