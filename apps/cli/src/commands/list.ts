import { datasetFactory } from '@cardio/datasets';
import { allFields } from '@cardio/experiment';
import { modelFactory } from '@cardio/models';

import { table } from '../print.js';

/** `cardio models` */
export function listModels({ json }: { json?: boolean }): void {
  if (json) printJson(modelFactory.names.map((name) => modelFactory.describe(name)));
  else
    for (const name of modelFactory.names)
      console.log(`${name}: ${modelFactory.get(name).description}\n${options('model', name)}\n`);
}

/** `cardio datasets` */
export function listDatasets({ json }: { json?: boolean }): void {
  const entries = datasetFactory.names.map((name) => ({
    ...datasetFactory.describe(name),
    card: datasetFactory.get(name).card,
  }));
  if (json) printJson(entries);
  else {
    for (const { name, description, card } of entries) {
      console.log(
        `${name}: ${description}\n  source: ${card.url}\n  licence: ${card.licence}\n${options('dataset', name)}\n`,
      );
    }
  }
}

/** The options of one model or dataset, a line each. */
function options(kind: string, name: string): string {
  const fields = allFields().filter(({ owner, field }) => owner === `${kind} ${name}` && !field.path.endsWith('.name'));
  return table([['  option', ''], ...fields.map(({ field }) => [`  --${field.flag}`, field.description])]);
}

const printJson = (value: unknown): void => console.log(JSON.stringify(value, null, 2));
