import { expect, test } from '@jest/globals';

import { rowAttributes } from './attributes.js';

const of = (cells: Record<string, string>) => rowAttributes({ cells: new Map(Object.entries(cells)) });

test('columns of sex, age, site and device are attributes, in any case', () => {
  expect(of({ Sex: 'F', AGE: '71', site: 'Recife', device: 'AT-102', rhythm: 'AF' })).toEqual({
    ...{ sex: 'female', ageYears: 71 },
    ...{ site: 'Recife', device: 'AT-102' },
  });
  expect(of({ sex: 'male', age: '0' })).toEqual({ sex: 'male', ageYears: 0 });
});

test('what is missing or can not be is left out', () => {
  expect(of({ sex: 'unknown', age: '', site: ' ' })).toEqual({});
  expect(of({ age: '300', sex: '' })).toEqual({});
});
