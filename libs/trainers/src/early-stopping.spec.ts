import { expect, test } from '@jest/globals';

import { monitorFor, observe, unobserved, type MonitorState } from './early-stopping.js';

const after = (monitor: string, values: (number | null)[]): MonitorState =>
  values.reduce((state, value, i) => observe(state, monitor, value, i + 1), unobserved);

test('a score is better when higher; an equal one is not better', () => {
  expect(after('macroF1', [0.2, 0.5, 0.5, 0.4])).toEqual({ best: 0.5, bestEpoch: 2, epochsSinceBest: 2 });
});

test('a loss is better when lower', () => {
  expect(after('loss', [0.9, 0.7, 0.8])).toEqual({ best: 0.7, bestEpoch: 2, epochsSinceBest: 1 });
});

test('an undefined score is not better later, and an error at first', () => {
  expect(after('macroF1', [0.2, null])).toEqual({ best: 0.2, bestEpoch: 1, epochsSinceBest: 1 });
  expect(() => after('macroAuroc', [null])).toThrow(/`macroAuroc` is undefined on the validation set/);
});

test('the default score depends on the task, and an unknown one is refused with the known ones', () => {
  expect(monitorFor('multi-class', ['a', 'b'])).toBe('macroF1');
  expect(monitorFor('multi-label', ['a', 'b'])).toBe('macroAuroc');
  expect(monitorFor('multi-label', ['a', 'b'], 'loss')).toBe('loss');
  expect(() => monitorFor('multi-label', ['a', 'b'], 'kappa')).toThrow(/`kappa`.*Known: loss, macroAuroc, macroF1/);
});
