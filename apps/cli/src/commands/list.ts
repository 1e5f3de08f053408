import { datasetFactory } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import { allFields } from '@cardio/experiment';
import { modelFactory } from '@cardio/models';

import { count, printJson, table } from '../print.js';

/** `cardio models [name]` */
export async function listModels(name: string | undefined, { json }: { json?: boolean }): Promise<void> {
  const entries = (name === undefined ? modelFactory.names : [name]).map((each) => ({
    ...modelFactory.describe(each),
    presets: presetsOf(each),
  }));
  if (json) return printJson(entries);
  for (const entry of entries) console.log(`${entry.name}: ${entry.description}`);
  if (name === undefined) return console.log('\n`cardio models <name>` lists the presets and options of one.');
  const [{ name: known, presets }] = entries;
  if (presets) console.log(`${await sizes(known, presets)}\n`);
  console.log(options('model', known));
}

type Presets = Readonly<Record<string, object>>;

/** The named sizes of a model; one of a plug-in may have none. */
const presetsOf = (name: string): Presets | undefined => (modelFactory.get(name) as { presets?: Presets }).presets;

/** A line for each preset: its parameters and its numbers. */
async function sizes(name: string, presets: Presets): Promise<string> {
  await startEngine('cpu');
  const rows = Object.entries(presets).map(([preset, numbers]) => {
    const model = modelFactory.create(name, { inputLength: 1000, inputChannels: 12, numClasses: 5, preset });
    const parameters = model.countParams();
    model.dispose();
    const described = Object.entries(numbers).map(([key, value]) => `${key} ${String(value)}`);
    return [`  ${preset}`, count(parameters), described.join(', ')];
  });
  return table([['  preset', 'parameters', '(12 leads x 1000 samples, 5 classes)'], ...rows]);
}

/** `cardio datasets [name]` */
export function listDatasets(name: string | undefined, { json }: { json?: boolean }): void {
  const entries = (name === undefined ? datasetFactory.names : [name]).map((each) => ({
    ...datasetFactory.describe(each),
    card: datasetFactory.get(each).card,
  }));
  if (json) return printJson(entries);
  for (const { name: title, description, card } of entries) {
    console.log(`${title}: ${description}\n  ${[card.licence, card.url].filter((part) => part !== '').join(', ')}`);
  }
  console.log(
    name === undefined ? '\n`cardio datasets <name>` lists the options of one.' : options('dataset', entries[0].name),
  );
}

/** The options of one model or dataset, a line each. */
function options(kind: string, name: string): string {
  const fields = allFields().filter(({ owner, field }) => owner === `${kind} ${name}` && !field.path.endsWith('.name'));
  return table([['  option', ''], ...fields.map(({ field }) => [`  --${field.flag}`, field.description])]);
}
