import { modelFactory } from '@cardio/models';
import { datasetFactory } from '@cardio/datasets';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { addRoute, found } from '../http/route.js';
import { startFields } from '../training/start-schema.js';

const modelRow = z.object({
  name: z.string(),
  description: z.string(),
  presets: z.array(z.string()).describe('Named sizes, for the field `preset`.'),
});
const nameParam = z.strictObject({ name: z.string().min(1).max(100) });

/** `GET /models`, `GET /models/{name}`: the architectures and their fields. */
export function addModelRoutes(app: FastifyInstance): void {
  addRoute(
    app,
    {
      ...{ method: 'GET', path: '/models', role: 'viewer', tag: 'models', summary: 'The models that can be trained' },
      answers: { 200: z.object({ models: z.array(modelRow) }) },
    },
    () => ({ models: modelFactory.names.map(rowOf) }),
  );
  addRoute(
    app,
    {
      ...{ method: 'GET', path: '/models/{name}', role: 'viewer', tag: 'models', summary: 'One model with its fields' },
      params: nameParam,
      answers: {
        200: modelRow.extend({
          config_schema: z
            .record(z.string(), z.unknown())
            .describe('JSON Schema of its fields as `POST /training/start` names them.'),
        }),
      },
    },
    ({ params }) => {
      const { name } = found(() => modelFactory.get(params.name));
      return { ...rowOf(name), config_schema: sectionSchema('model', datasetFactory.names[0], name) };
    },
  );
}

function rowOf(name: string) {
  const { description, presets = {} } = modelFactory.get(name) as { description: string; presets?: object };
  return { name, description, presets: Object.keys(presets) };
}

/** The JSON Schema of one section's fields. */
export function sectionSchema(section: string, dataset: string, model: string): Record<string, unknown> {
  const own = startFields(dataset, model).filter(({ path }) => path.startsWith(`${section}.`));
  return { type: 'object', properties: Object.fromEntries(own.map(({ name, schema }) => [name, schema])) };
}
