import { verifyDataset, type VerifyReport } from '@cardio/datasets';
import { join } from 'node:path';

import { count, table } from '../print.js';
import { counter } from '../progress.js';

/** `cardio datasets verify`: exit code 1 where something is not as published. */
export async function verify(
  name: string,
  options: { dataDir?: string; subset?: string; sample?: number; json?: boolean },
): Promise<void> {
  const onProgress = counter('files and records');
  const report = await verifyDataset({
    name,
    dataDir: options.dataDir ?? join('datasets', name.replaceAll('_', '-')),
    ...(options.subset !== undefined && { subset: options.subset }),
    ...(options.sample !== undefined && { sample: options.sample }),
    ...(onProgress && { onProgress }),
  });
  console.log(options.json ? JSON.stringify(report, null, 2) : reportText(report));
  if (report.problems > 0) process.exitCode = 1;
}

/** No line is longer: a terminal's width. */
const width = 80;

function reportText({ dataset, dataDir, subset, files, records, counts, findings, problems }: VerifyReport): string {
  const parts = [
    `${dataset}${subset === undefined ? '' : `, subset ${subset}`}, in ${dataDir}`,
    files.listed > 0
      ? `files: ${count(files.present)} of ${count(files.listed)} listed are there, ${count(files.hashed)} hashed`
      : 'files: no SHA256SUMS.txt, so no checksum was verified',
    `records: ${count(records.present)} there, ${count(records.read)} read`,
  ];
  if (counts.length > 0) {
    const published = (expected: number | undefined): string => (expected === undefined ? '–' : count(expected));
    const rows = counts.map(({ what, found, expected }) => [what, count(found), published(expected)]);
    parts.push('', table([['count', 'found', 'published'], ...rows]));
  }
  if (findings.length > 0) {
    const rows = findings.map(({ check, level, message, count: n }) => [check, level, count(n), message]);
    parts.push('', table([['check', 'level', 'n', 'what'], ...rows]), '');
    for (const { check, places } of findings) for (const place of places.slice(0, 3)) parts.push(`${check}: ${place}`);
  }
  const notes = findings.some(({ level }) => level === 'note') ? ' Notes need no repair.' : '';
  parts.push(
    '',
    problems === 0 ? `No problems.${notes}` : `${count(problems)} ${problems === 1 ? 'problem' : 'problems'}.${notes}`,
  );
  return parts
    .flatMap((part) => part.split('\n'))
    .map(cut)
    .join('\n');
}

const cut = (line: string): string => (line.length <= width ? line : `${line.slice(0, width - 1)}…`);
