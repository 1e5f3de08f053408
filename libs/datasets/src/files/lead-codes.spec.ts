import { expect, test } from '@jest/globals';
import { leadOfCode } from './lead-codes.js';

test('codes of SCP-ECG and MDC', () => {
  expect(['5.6.3-9-1', '5.6.3-9-61', '2:64', '2:8'].map(leadOfCode)).toEqual(['I', 'III', 'aVF', 'V6']);
  expect(['5.6.3-9-99', 'I', '', '2:constructor'].map(leadOfCode)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
