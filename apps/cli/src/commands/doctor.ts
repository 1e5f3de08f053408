import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { datasetFactory } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import { openJobs } from '@cardio/jobs';

import { finding, findingsText, type Finding } from '../doctor/finding.js';
import { folderFinding, machineFindings, optionalFindings, portFinding } from '../doctor/machine.js';

/** The options of `cardio doctor`. */
export interface DoctorOptions {
  readonly json?: boolean;
  readonly offline?: boolean;
  readonly dataDir: string;
  readonly runsDir: string;
}

/** `cardio doctor`: what is here, what is wrong, and what mends it. Exit code 1 where there is a problem. */
export async function doctor({ json, offline, dataDir, runsDir }: DoctorOptions, version: string): Promise<void> {
  const findings: Finding[] = [
    finding('cardio', version),
    ...machineFindings(),
    await engineFinding(),
    finding('engine home', process.env['CARDIO_HOME'] ?? join(homedir(), '.cardio')),
    await folderFinding('runs', runsDir),
    await folderFinding('datasets', dataDir),
    dataFinding(dataDir),
    ...(offline ? [] : [await networkFinding()]),
    ...(await optionalFindings()),
    await portFinding(Number(process.env['TRAINING_PORT'] ?? 8001)),
    ...(await databaseFindings()),
  ];
  const problems = findings.filter(({ state }) => state === 'problem').length;
  if (json) console.log(JSON.stringify({ findings, problems }, null, 2));
  else {
    console.log(findingsText(findings));
    console.log(problems === 0 ? '\nAll that is needed is here.' : `\n${problems} to mend (!!).`);
  }
  process.exitCode = problems === 0 ? 0 : 1;
}

async function engineFinding(): Promise<Finding> {
  try {
    const { name, version, device, threads, reason } = await startEngine();
    const found = `${[name, version, device, `${threads} threads`].filter(Boolean).join(', ')}: ${reason}`;
    return finding('engine', found, name === 'torch' ? undefined : 'npx cardio engine install (the native one is several times faster)'); // prettier-ignore
  } catch (error) {
    return finding('engine', (error as Error).message, 'npm ci', 'problem');
  }
}

function dataFinding(dataDir: string): Finding {
  const here = datasetFactory.names.filter((name) => existsSync(join(dataDir, name)));
  return finding(
    'data',
    here.length > 0 ? `${here.join(', ')} in ${dataDir}` : `none in ${dataDir}`,
    here.length > 0 ? undefined : 'npx cardio datasets download mitbih, or --dataset synthetic',
  );
}

async function networkFinding(): Promise<Finding> {
  try {
    const { ok, status } = await fetch('https://physionet.org/', { method: 'HEAD', signal: AbortSignal.timeout(4000) });
    return finding('network', `PhysioNet answers${ok ? '' : ` ${status}`}`);
  } catch {
    return finding('network', 'PhysioNet does not answer', 'downloads need it, or --mirror; nothing else does');
  }
}

async function databaseFindings(): Promise<Finding[]> {
  const databaseUrl = process.env['TRAINING_DATABASE_URL'];
  if (databaseUrl === undefined) return [];
  try {
    const jobs = await openJobs({ databaseUrl });
    const { place } = jobs;
    await jobs.close();
    return [finding('database', `${place} answers`)];
  } catch (error) {
    return [finding('database', (error as Error).message, 'start it, or mend TRAINING_DATABASE_URL', 'problem')];
  }
}
