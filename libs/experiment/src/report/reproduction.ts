import { stableJson } from '@cardio/core';
import type { ReportData } from '@cardio/eval/report';

import { fieldsOf } from '../fields.js';
import type { Manifest } from '../manifest.js';
import type { Run } from '../run-folder.js';
import { experimentSchema } from '../schema.js';

/** The commands that make a run again, and what they depend on. */
export function reproduction(run: Run, manifest: Manifest): ReportData['reproduce'] {
  const { code, machine, engine, seed, dataset } = manifest;
  const fields = engine.device === undefined ? engine.name : `${engine.name} (${engine.device})`;
  return {
    commands: [
      ...(code.commit ? [`git checkout ${code.commit}`] : []),
      trainCommand(run),
      `npx cardio report ${run.id}`,
    ],
    facts: [
      ['version', code.version],
      ['commit', code.commit ?? '–'],
      ['node', machine.node],
      ['engine', [fields, engine.version].filter(Boolean).join(', ')],
      ['machine', `${machine.platform}, ${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB`],
      ['seed', String(seed)],
      ['dataHash', dataset.hash],
      ['created', manifest.created],
    ],
  };
}

/** Every field that is not its default, as a flag; augmentation by a list of steps needs the run's `config.json`. */
function trainCommand({ id, dir, config }: Run): string {
  if (typeof config.augmentation !== 'string') return `npx cardio train --config ${dir}/config.json --run-id ${id}`;
  const given = fieldsOf(experimentSchema(config.dataset.name, config.model.name)).flatMap(
    ({ path, flag, default: usual }) => {
      const value = path
        .split('.')
        .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], config);
      const left = value === undefined || value === null || path.startsWith('output.') || path === 'plugins';
      if (left || stableJson(value) === stableJson(usual ?? null)) return [];
      return [`--${flag} ${quoted(Array.isArray(value) ? value.join(',') : String(value))}`];
    },
  );
  const plugins = config.plugins.length > 0 ? [`--plugin ${config.plugins.join(',')}`] : [];
  return ['npx cardio train', ...given, ...plugins, `--run-id ${quoted(id)}`].join(' ');
}

const quoted = (text: string): string => (/^[\w./:,+@=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
