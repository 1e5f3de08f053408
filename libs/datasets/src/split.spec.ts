import { describe, expect, test } from '@jest/globals';
import { assertPatientsApart, buildSplit } from './split.js';
import type { Example, SplitName } from './dataset.js';

const shape = { time: 2, leads: 1, classes: 2, features: 0 };
const example = (id: string, patientId: string, label: number): Example => ({
  ...{ id, recordId: id.split(':')[0], patientId, x: new Float32Array(2) },
  y: Float32Array.of(Number(label === 0), Number(label === 1)),
});
const split = (name: SplitName, ...patients: string[]) =>
  buildSplit(
    name,
    patients.map((patient, i) => example(`${name}${i}`, patient, 0)),
    shape,
  );

describe('a split', () => {
  test('knows its size, classes, records and patients', () => {
    const examples = [example('r1:5', 'a', 0), example('r1:9', 'a', 1), example('r2:5', 'b', 1)];
    const built = buildSplit('train', examples, shape);
    expect(built).toMatchObject({
      name: 'train',
      size: 3,
      classCounts: [1, 2],
      recordIds: ['r1', 'r2'],
      patientIds: ['a', 'b'],
    });
    expect(built.example(2)).toBe(examples[2]);
    expect(() => built.example(3)).toThrow('The train split has 3 examples, asked for number 3.');
  });

  test('refuses an example of another shape', () => {
    expect(() => buildSplit('test', [example('r1', 'a', 0)], { ...shape, time: 3 })).toThrow(
      'Example `r1` has 2 samples, 2 labels and 0 features; expected 3 x 1 samples, 2 labels and 0 features.',
    );
  });
});

describe('patients', () => {
  test('apart are fine', () => {
    const apart = {
      train: split('train', 'a', 'a', 'b'),
      validation: split('validation', 'c'),
      test: split('test', 'd'),
    };
    expect(assertPatientsApart(apart)).toEqual([]);
  });

  test('in two splits are an error that names them', () => {
    const leaky = {
      train: split('train', 'a', 'b'),
      validation: split('validation', 'b'),
      test: split('test', 'a', 'd'),
    };
    expect(() => assertPatientsApart(leaky, ['d'])).toThrow(
      'Patients must not be in two splits, but 2 are: patient `a` in train and test; patient `b` in train and validation.',
    );
  });

  test('that a published split shares are returned', () => {
    const known = { train: split('train', 'a', 'b'), validation: split('validation', 'c'), test: split('test', 'a') };
    expect(assertPatientsApart(known, ['a', 'z'])).toEqual(['a']);
  });
});
