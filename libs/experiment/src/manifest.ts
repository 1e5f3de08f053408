import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';

import type { EcgDataset, Preparation, Task } from '@cardio/datasets';
import type { EngineInfo } from '@cardio/engine';

import type { Run } from './run-folder.js';

/** What a run was made of, kept beside its results: enough to repeat it and to use its model without the dataset. */
export interface Manifest {
  readonly id: string;
  readonly created: string;
  readonly code: { readonly version: string; readonly commit: string | null };
  readonly machine: {
    readonly platform: string;
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGb: number;
    readonly node: string;
  };
  readonly engine: EngineInfo;
  readonly seed: number;
  readonly dataset: {
    readonly name: string;
    readonly version: string;
    readonly hash: string;
    readonly examples: Readonly<Record<string, number>>;
    readonly patients: Readonly<Record<string, number>>;
    readonly present: number;
    /** Records that the dataset lists and the folder lacks: how many, and the first `shownRecords`. */
    readonly absent: { readonly count: number; readonly first: readonly string[] };
    readonly bad: readonly { readonly record: string; readonly reason: string }[];
    readonly notes: readonly string[];
  };
  readonly model: { readonly name: string; readonly parameters: number };
  readonly task: Task;
  readonly window: EcgDataset['window'];
  readonly features: readonly string[];
  readonly preparation: Preparation;
}

/** A large database of which a part is there lacks hundreds of thousands of records: not all are named. */
export const shownRecords = 20;

/** Describes a run that is about to start. */
export function describeRun(run: Run, dataset: EcgDataset, engine: EngineInfo, parameters: number): Manifest {
  const splits = Object.values(dataset.splits);
  const { absent } = dataset.report;
  return {
    id: run.id,
    created: new Date().toISOString(),
    code: { version: ownVersion(), commit: commit() },
    machine: {
      platform: `${platform()} ${arch()}`,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    engine,
    seed: run.config.seed,
    dataset: {
      name: dataset.name,
      version: dataset.version,
      hash: dataset.hash,
      examples: Object.fromEntries(splits.map((split) => [split.name, split.size])),
      patients: Object.fromEntries(splits.map((split) => [split.name, split.patientIds.length])),
      ...dataset.report,
      absent: { count: absent.length, first: absent.slice(0, shownRecords) },
    },
    model: { name: run.config.model.name, parameters },
    task: dataset.task,
    window: dataset.window,
    features: dataset.features,
    preparation: dataset.preparation,
  };
}

/** The version of the platform, from the package this file is part of. */
function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}

/** The commit the code stands at, or `null` outside a checkout. */
function commit(): string | null {
  try {
    const folder = new URL('.', import.meta.url);
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}
