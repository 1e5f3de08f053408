import { resolveConfig } from '@cardio/experiment';
import type { Command } from 'commander';

import { givenFlags } from '../experiment-options.js';
import { table } from '../print.js';

/** `cardio config` */
export async function config(options: { config?: string; json?: boolean }, command: Command): Promise<void> {
  const flags = givenFlags(command, ['config', 'log-level', 'debug', 'json']);
  const resolved = await resolveConfig({ flags, env: process.env, folder: process.cwd(), file: options.config });
  for (const warning of resolved.warnings) console.error(`warning: ${warning}`);
  if (options.json) console.log(JSON.stringify(resolved.config, null, 2));
  else {
    const text = (value: unknown): string =>
      value === undefined ? '(unset)' : typeof value === 'string' ? value : JSON.stringify(value);
    console.log(
      table([
        ['field', 'value', 'from'],
        ...resolved.rows.map(({ path, value, origin }) => [path, text(value), origin]),
      ]),
    );
  }
}
