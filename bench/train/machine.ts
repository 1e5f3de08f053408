import { cpus } from 'node:os';

import type { Options } from './options.js';

/** What the figures were taken on. */
interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly node: string;
  /** Of the libraries that computed, by side. */
  readonly versions: Readonly<Record<string, string>>;
  /** Day, in UTC. */
  readonly date: string;
}

/** Describes this machine. */
export function thisMachine(versions: Readonly<Record<string, string>>): Machine {
  const processors = cpus();
  return {
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    node: process.versions.node,
    versions,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** One line about it and how it was used. */
export function machineLine(machine: Machine, { threads, precision, batch }: Options): string {
  const versions = Object.entries(machine.versions).map(([side, version]) => `${side} ${version}`);
  return [
    `${machine.cores} cores (${machine.processor})`,
    `Node ${machine.node}`,
    ...versions,
    `${threads} threads, ${precision}, batches of ${batch}`,
    machine.date,
  ].join('; ');
}
