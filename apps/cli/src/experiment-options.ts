import { datasetFactory } from '@cardio/datasets';
import { allFields, loadPlugins } from '@cardio/experiment';
import { modelFactory } from '@cardio/models';
import { Option, type Command } from 'commander';

import type { OfferingOption } from './completion/command-tree.js';

/** What a command has no use for, so that it has no flag there. */
const without: Readonly<Record<string, string>> = { train: 'pretraining.', pretrain: 'transfer.' };

/** Adds a flag for every field of every dataset, model and training option, and `--config`; for `evaluate` of datasets alone. */
export function addExperimentOptions(command: Command): void {
  const alone = command.name() === 'evaluate';
  const dataset = `${alone ? 'evaluate on this one in place of its own: ' : ''}${datasetFactory.names.join(', ')}`;
  command.addOption(offering(new Option('--dataset <name>', dataset), datasetFactory.names));
  if (!alone) addModelOptions(command);
  const isUsed = ({ path }: Use['field']): boolean =>
    !path.endsWith('.name') &&
    !path.startsWith(without[command.name()] ?? '\n') &&
    (!alone || path.startsWith('dataset.'));
  const fields = allFields().filter(({ field }) => isUsed(field));
  for (const flag of new Set(fields.map(({ field }) => field.flag))) {
    const uses = fields.filter(({ field }) => field.flag === flag);
    const [{ field }] = uses;
    const value = field.type === 'boolean' ? '[true|false]' : `<${field.type.length > 24 ? 'name' : field.type}>`;
    const option = new Option(`--${flag} ${value}`, describe(uses));
    command.addOption(offering(option.helpGroup(heading(field, uses)), valuesOf(uses)));
  }
}

function addModelOptions(command: Command): void {
  command.addOption(offering(new Option('--model <name>', modelFactory.names.join(', ')), modelFactory.names));
  command.addOption(new Option('--config <file>', 'JSON or YAML file with any of the fields below'));
}

type Use = ReturnType<typeof allFields>[number];

/** Tells shells what can stand behind an option; validation remains the schema's. */
const offering = (option: Option, offers: readonly string[]): OfferingOption =>
  offers.length > 0 ? Object.assign(option, { offers }) : option;

/** The words that a flag takes, of all its owners; none where it takes numbers or text alone. */
function valuesOf(uses: readonly Use[]): string[] {
  const types = new Set(uses.flatMap(({ field }) => field.type.split('|')));
  if (types.has('boolean')) return ['true', 'false'];
  return [...types].filter((type) => !/^(number|text|object)?(,…)?$/.test(type) && !type.includes('…'));
}

/** Description and default, once if all owners agree, else for each. */
function describe(uses: readonly Use[]): string {
  const text = ({ field }: Use): string => {
    const choices = field.type.length > 24 ? ` (${field.type.replaceAll('|', ', ')})` : '';
    const preset =
      field.default === undefined || String(field.default) === '' ? '' : ` (default: ${String(field.default)})`;
    return `${field.description.replace(/\.$/, '')}${choices}${preset}`;
  };
  const texts = new Set(uses.map(text));
  return texts.size === 1 ? [...texts][0] : uses.map((use) => `${use.owner}: ${text(use)}`).join('; ');
}

/** A field that one dataset or model alone has stands under its name, one of several under "Dataset" or "Model". */
function heading(field: Use['field'], uses: readonly Use[]): string {
  const [section, name] = field.path.split('.');
  if (name === undefined || section === 'output') return 'General:';
  if (section === 'training') return 'Training:';
  if (section === 'tracking') return 'Tracking:';
  if (section === 'pretraining' || section === 'transfer') return section === 'transfer' ? 'Start:' : 'Pre-training:';
  const title = `${section[0].toUpperCase()}${section.slice(1)}`;
  return uses.length === 1 ? `${title} ${uses[0].owner.split(' ')[1]}:` : `${title}:`;
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
  if (text) await loadPlugins(text.split(','));
}
