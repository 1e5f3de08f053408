import { expect, test } from '@jest/globals';

import { camelCase, formFields, humanName, nested, valueOf, type JsonSchema } from './schema.js';

const schema: JsonSchema = {
  type: 'object',
  properties: {
    name: { const: 'synthetic', type: 'string' },
    records: { type: 'integer', minimum: 20, maximum: 10_000_000, default: 1000, description: 'How many ECGs to make' },
    learningRate: { type: 'number', exclusiveMinimum: 0, default: 0.0001 },
    task: { type: 'string', enum: ['findings', 'rhythm'], default: 'findings' },
    notchHz: {
      anyOf: [
        { type: 'number', const: 50 },
        { type: 'number', const: 60 },
      ],
    },
    leads: { type: 'array', items: { type: 'string', enum: ['I', 'II'] }, default: ['I', 'II'] },
    filterHz: { type: 'array', minItems: 2, items: { type: 'number' } } as JsonSchema,
    classWeights: {
      anyOf: [
        { type: 'string', enum: ['none', 'balanced'] },
        { type: 'array', items: { type: 'number' } },
      ],
    },
    augmentation: {
      anyOf: [
        { type: 'string', enum: ['none', 'light'] },
        { type: 'array', items: { anyOf: [{ type: 'object' }] } },
      ],
    },
    steps: { type: 'array', items: { anyOf: [{ type: 'object' }] } },
    nesterov: { type: 'boolean', default: false },
    storeDir: { type: 'string' },
    output: { type: 'object', properties: { runId: { type: 'string', pattern: '^x' } } },
    seed: { type: 'integer', minimum: -9007199254740991, maximum: 9007199254740991 },
  },
};
const fields = formFields(schema, 'dataset');
const field = (name: string) => fields.find((one) => one.name === name) ?? fail(name);
const fail = (name: string): never => {
  throw new Error(`no field ${name}`);
};

test('every property but a constant is a field, those of objects within too', () => {
  expect(fields.map(({ path, kind }) => `${path} ${kind}`)).toEqual([
    'dataset.records integer',
    'dataset.learningRate number',
    'dataset.task choice',
    'dataset.notchHz choice',
    'dataset.leads list',
    'dataset.filterHz list',
    'dataset.classWeights list',
    'dataset.augmentation choice',
    'dataset.steps json',
    'dataset.nesterov flag',
    'dataset.storeDir text',
    'dataset.output.runId text',
    'dataset.seed integer',
  ]);
});

test('a field knows its bounds, default and choices', () => {
  expect(field('records')).toMatchObject({
    minimum: 20,
    maximum: 10_000_000,
    default: 1000,
    description: 'How many ECGs to make',
  });
  expect(field('seed').maximum).toBeUndefined(); // the largest integer is no bound to tell of
  expect(field('learningRate').minimum).toBe(0);
  expect(field('notchHz').options).toEqual([50, 60]);
});

test.each([
  ['records', ' 64 ', 64],
  ['learningRate', '1e-3', 0.001],
  ['learningRate', 'fast', 'fast'],
  ['notchHz', '50', 50],
  ['leads', 'I, V6', ['I', 'V6']],
  ['classWeights', 'balanced', 'balanced'],
  ['classWeights', '1, 2', [1, 2]],
  ['augmentation', 'light', 'light'],
  ['filterHz', '0.5,40', [0.5, 40]],
  ['steps', '[{"type":"noise"}]', [{ type: 'noise' }]],
  ['nesterov', 'true', true],
  ['nesterov', 'false', false],
  ['storeDir', '', undefined],
])('%s entered as `%s` is %j', (name, entered, value) => {
  expect(valueOf(field(name), entered)).toEqual(value);
});

test('what is entered becomes a configuration, without what is left empty', () => {
  const entered = { 'dataset.records': '64', 'dataset.output.runId': 'x1', 'dataset.storeDir': '  ' };
  expect(nested(fields, entered)).toEqual({ dataset: { records: 64, output: { runId: 'x1' } } });
});

test('names are written as words', () => {
  expect(['learningRate', 'learning_rate', 'sampleRateHz', 'epochs'].map(humanName)).toEqual([
    'Learning rate',
    'Learning rate',
    'Sample rate Hz',
    'Epochs',
  ]);
  expect(camelCase('training.learning_rate')).toBe('training.learningRate');
});
