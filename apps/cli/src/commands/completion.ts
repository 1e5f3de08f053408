import { datasetFactory } from '@cardio/datasets';
import { modelFactory } from '@cardio/models';
import type { Command } from 'commander';

import { bashScript } from '../completion/bash.js';
import { commandTree } from '../completion/command-tree.js';
import { fishScript } from '../completion/fish.js';
import { zshScript } from '../completion/zsh.js';

/** The shells that `cardio completion` writes for. */
const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** `cardio completion <shell>`: a script that knows all commands, options and their values; a press of the tab key starts nothing. */
export function completion(shell: keyof typeof scripts, program: Command): void {
  const datasets = datasetFactory.names;
  const named = {
    ...{ models: modelFactory.names, datasets },
    ...{ 'datasets download': datasets, 'datasets verify': datasets },
  };
  process.stdout.write(scripts[shell](commandTree(program, named)));
}
