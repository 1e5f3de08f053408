import { Option, type Command } from 'commander';

/** Adds a flag for every field of every dataset, model and training option, and `--config`. */
export async function addExperimentOptions(command: Command): Promise<void> {
  const { allFields } = await import('@cardio/experiment');
  command.addOption(new Option('--config <file>', 'JSON or YAML file with any of the fields below'));
  const byFlag = new Map<string, { owners: Set<string>; text: string; boolean: boolean }>();
  for (const { owner, field } of allFields()) {
    const section = field.path.includes('.') ? field.path.split('.')[0] : 'output';
    const group = section === 'dataset' || section === 'model' ? owner : section;
    if ((section === 'dataset' || section === 'model') && !owner.startsWith(section)) continue; // listed under its own owner
    const known = byFlag.get(field.flag);
    if (known) known.owners.add(group);
    else {
      const preset =
        field.default === undefined || String(field.default) === '' ? '' : ` (default: ${String(field.default)})`;
      byFlag.set(field.flag, {
        owners: new Set([group]),
        text: field.description + preset,
        boolean: field.type === 'boolean',
      });
    }
  }
  for (const [flag, { owners, text, boolean }] of byFlag) {
    if (flag === 'dataset' || flag === 'model') continue;
    command.addOption(new Option(`--${flag} ${boolean ? '[value]' : '<value>'}`, text).helpGroup(heading(owners)));
  }
  const { datasetFactory } = await import('@cardio/datasets');
  const { modelFactory } = await import('@cardio/models');
  command.addOption(new Option('--dataset <name>', datasetFactory.names.join(', ')));
  command.addOption(new Option('--model <name>', modelFactory.names.join(', ')));
}

/** The texts of the flags that were given, by flag name. */
export function givenFlags(command: Command, except: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    command.options
      .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
      .map(
        (option) =>
          [(option.long ?? '').replace(/^--/, ''), String(command.getOptionValue(option.attributeName()))] as const,
      )
      .filter(([flag]) => !except.includes(flag)),
  );
}

/** Loads the plugins named on the command line or in the environment, so that their fields become options. */
export async function pluginsNamedIn(argv: readonly string[]): Promise<void> {
  const at = argv.findIndex((arg) => arg === '--plugin' || arg.startsWith('--plugin='));
  const text = at < 0 ? process.env['TRAINING_PLUGIN'] : (argv[at].split('=')[1] ?? argv[at + 1]);
  if (text) await (await import('@cardio/experiment')).loadPlugins(text.split(','));
}

function heading(owners: ReadonlySet<string>): string {
  const [first, ...rest] = [...owners];
  const title = `${first[0].toUpperCase()}${first.slice(1)}`;
  return `${title}${rest.length > 0 ? ` and others` : ''}:`;
}
