import { datasetFactory } from '@cardio/datasets';
import { allFields } from '@cardio/experiment';
import { modelFactory } from '@cardio/models';

import { table } from '../print.js';

/** `cardio models [name]` */
export function listModels(name: string | undefined, { json }: { json?: boolean }): void {
  const entries = (name === undefined ? modelFactory.names : [name]).map((each) => modelFactory.describe(each));
  if (json) return printJson(entries);
  for (const entry of entries) console.log(`${entry.name}: ${entry.description}`);
  console.log(
    name === undefined ? '\n`cardio models <name>` lists the options of one.' : options('model', entries[0].name),
  );
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

const printJson = (value: unknown): void => console.log(JSON.stringify(value, null, 2));
