import { describe, expect, test } from '@jest/globals';
import { synthesizeEcg, type Condition } from '../index.js';
import { averageBeat, mean, qrsWidth } from '../testing/measure-ecg.js';

const people = [0, 1, 2, 3, 4, 5];
const make = (person: number, conditions: Condition[]) =>
  synthesizeEcg({
    ...{ seconds: 6, sampleRateHz: 500, heartRateBpm: 60, seed: person, noise: 0, severity: 1 },
    conditions,
  });

/** ST at J + 60 ms (0.11 s after R) against the end of PR, in mV, more than without the condition; mean of six people. */
const stOf = (condition: Condition, lead: string): number =>
  mean(
    people.map((person) => {
      const [ill, well] = [[condition], []].map((conditions) => {
        const beat = averageBeat(make(person, conditions), lead);
        return beat(0.11) - beat(-0.06);
      });
      return ill - well;
    }),
  );

describe('ST', () => {
  test.each<[Condition, string[], string[]]>([
    ['st-elevation-anterior', ['V1', 'V2', 'V3', 'V4'], ['III', 'aVF']],
    ['st-elevation-inferior', ['II', 'III', 'aVF'], ['I', 'aVL']],
    ['st-elevation-lateral', ['I', 'aVL', 'V5', 'V6'], ['III', 'aVF']],
    ['st-depression-anterior', [], ['V1', 'V2', 'V3']],
    ['st-depression-inferior', ['aVL'], ['II', 'III', 'aVF']],
    ['st-depression-lateral', ['aVR'], ['I', 'II', 'V4', 'V5', 'V6']],
  ])('%s: up in %j, down in %j', (condition, up, down) => {
    const raised = condition.startsWith('st-elevation');
    const [main, opposite] = raised ? [up, down] : [down, up];
    const sign = raised ? 1 : -1;
    // The usual threshold of 0.1 mV in the leads of the territory, but 0.08 in I, which sees the side from afar; 0.03 mV opposite.
    for (const lead of main) expect(sign * stOf(condition, lead)).toBeGreaterThan(0.1 - (lead === 'I' ? 0.02 : 0));
    for (const lead of opposite) expect(-sign * stOf(condition, lead)).toBeGreaterThan(0.03);
  });
});

describe('a bundle branch block', () => {
  test.each<Condition>(['lbbb', 'rbbb'])('%s: QRS above 120 ms, and below 110 ms without', (condition) => {
    for (const person of people) {
      expect(qrsWidth(make(person, [condition]))).toBeGreaterThan(0.12);
      expect(qrsWidth(make(person, []))).toBeLessThan(0.11);
    }
  });

  test.each([
    ['lbbb', 'L'],
    ['rbbb', 'R'],
    ['lvh', 'N'],
  ] as const)('%s: beats are %s', (condition, symbol) => {
    const { annotations } = make(0, [condition]);
    expect(new Set(annotations.slice(1).map((one) => one.symbol))).toEqual(new Set([symbol]));
  });
});

test('severity is that of all conditions: hypertrophy of Sokolow-Lyon 3.5 mV when plain, almost none when least', () => {
  const sokolow = (severity: number): number =>
    mean(
      people.map((person) => {
        const ecg = synthesizeEcg({
          ...{ seconds: 6, sampleRateHz: 500, heartRateBpm: 60, seed: person, noise: 0, severity },
          conditions: ['lvh'],
        });
        const times = Array.from({ length: 50 }, (_, i) => -0.05 + 0.002 * i);
        const [v1, v5] = ['V1', 'V5'].map((lead) => averageBeat(ecg, lead));
        return Math.max(...times.map(v5)) - Math.min(...times.map(v1));
      }),
    );
  expect(sokolow(1)).toBeGreaterThan(3.5);
  expect(sokolow(0.15)).toBeLessThan(3.2);
});
