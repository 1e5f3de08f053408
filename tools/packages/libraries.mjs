// What the libraries are and what each may bring along: the table that `check.mjs` and `notices.mjs` hold them to.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Runtime dependencies a library may name, `@cardio/*` apart, whose table is lint's. A new row needs a reason in the commit. */
export const allowedDependencies = {
  core: [],
  wfdb: [],
  signal: ['zod'],
  eval: [],
  engine: ['tfjs-core', 'tfjs-layers', 'tfjs-backend-cpu', 'tfjs-backend-wasm'].map((name) => `@tensorflow/${name}`),
  'tfjs-backend-torch': ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu', 'node-api-headers'],
  datasets: ['binary-parser', 'csv-parse', 'dicom-parser', 'fast-xml-parser', 'mathjs', 'zod'],
  models: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', 'zod'],
  trainers: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@bufbuild/protobuf', 'zod'],
  export: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@bufbuild/protobuf', 'zod'],
  experiment: [
    '@observablehq/plot',
    '@tensorflow/tfjs-layers',
    'hyparquet',
    'hyparquet-writer',
    'linkedom',
    'yaml',
    'zod',
  ],
  jobs: ['@electric-sql/pglite', 'aws4fetch', 'pg', 'pg-boss', 'zod'],
};

/** Every published library: its folder, its package.json and the entry points that `exports` names. */
export const libraries = readdirSync(join(root, 'libs')).map((folder) => {
  const manifest = JSON.parse(readFileSync(join(root, 'libs', folder, 'package.json'), 'utf8'));
  const entries = Object.keys(manifest.exports)
    .filter((path) => path !== './package.json')
    .map((path) => manifest.name + path.slice(1));
  return { folder, manifest, entries };
});
