import { datasetFactory } from '@cardio/datasets';
import { allFields } from '@cardio/experiment';
import { modelFactory } from '@cardio/models';

import { table } from '../print.js';

interface Factory {
  readonly kind: string;
  readonly names: string[];
  describe(name: string): { name: string; description: string; config: object };
}

/** `cardio models` */
export const listModels = (options: { json?: boolean }): void => list(modelFactory, options);

/** `cardio datasets` */
export const listDatasets = (options: { json?: boolean }): void => list(datasetFactory, options);

function list(factory: Factory, { json }: { json?: boolean }): void {
  const entries = factory.names.map((name) => factory.describe(name));
  if (json) {
    console.log(JSON.stringify(entries, null, 2));
    return;
  }
  for (const { name, description } of entries) {
    const fields = allFields().filter(
      ({ owner, field }) => owner === `${factory.kind} ${name}` && field.path.startsWith(`${factory.kind}.`),
    );
    const rows = fields
      .filter(({ field }) => !field.path.endsWith('.name'))
      .map(({ field }) => [`  --${field.flag}`, field.description]);
    console.log(`${name}: ${description}\n${table([['  option', ''], ...rows])}\n`);
  }
}
