import nx from '@nx/eslint-plugin';
import * as jsoncParser from 'jsonc-eslint-parser';

/** Who may import whom: one row per library, read as "X builds on …". */
const buildsOn = {
  core: [],
  'tfjs-backend-torch': [],
  wfdb: ['core'],
  signal: ['core'],
  eval: ['core'],
  engine: ['core', 'tfjs-backend-torch'],
  datasets: ['core', 'wfdb', 'signal'],
  models: ['core', 'engine'],
  trainers: ['core', 'engine', 'eval'],
  export: ['core', 'engine', 'signal'],
  experiment: ['core', 'wfdb', 'signal', 'eval', 'engine', 'datasets', 'models', 'trainers', 'export'],
  jobs: ['core', 'experiment'],
};

const scopeConstraints = Object.entries(buildsOn).map(([name, deps]) => ({
  sourceTag: `scope:${name}`,
  onlyDependOnLibsWithTags: [name, ...deps].map((d) => `scope:${d}`),
}));

export default [
  { ignores: ['**/dist', 'libs/tfjs-backend-torch/build', '**/out-tsc', '**/test-output', '**/coverage', '.nx'] },
  ...nx.configs['flat/base'],
  ...nx.configs['flat/typescript'],
  ...nx.configs['flat/javascript'],
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.js'],
    rules: {
      '@nx/enforce-module-boundaries': ['error', {
        enforceBuildableLibDependency: true,
        allowCircularSelfDependency: false,
        allow: ['^.*/eslint\\.config\\.js$', '^.*/tools/build/.*$'],
        depConstraints: [
          ...scopeConstraints,
          { sourceTag: 'type:lib', onlyDependOnLibsWithTags: ['type:lib'] },
          // `cardio serve` starts the service; nothing else imports an application.
          { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:lib', 'scope:api'] },
          { sourceTag: 'type:bench', onlyDependOnLibsWithTags: ['type:lib'] },
        ],
      }],
    },
  },
  {
    files: ['libs/*/package.json'],
    languageOptions: { parser: jsoncParser },
    plugins: { '@nx': nx },
    rules: {
      '@nx/dependency-checks': ['error', {
        ignoredFiles: ['{projectRoot}/{eslint,jest,tsup}.config.*', '{projectRoot}/**/*.spec.ts', '{projectRoot}/src/testing/**'],
        // Optional peers of our libraries: tfjs-node of the engine; plot and linkedom of @cardio/eval/report, which the experiment calls.
        ignoredDependencies: ['tslib', '@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu', '@observablehq/plot', 'linkedom'],
      }],
    },
  },
];
