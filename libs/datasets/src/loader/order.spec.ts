import { describe, expect, test } from '@jest/globals';
import { buildSplit } from '../split.js';
import { epochOrder, type OrderOptions } from './order.js';

const shape = { time: 1, leads: 1, classes: 3, features: 0 };
const labels = [
  [1, 0, 0],
  [0, 1, 0],
  [1, 1, 0],
  [0, 0, 0],
]; // no example of the third class
const examples = Array.from({ length: 100 }, (_, i) => ({
  ...{ id: `e${i}`, recordId: `r${i}`, patientId: i < 90 ? 'often' : `p${Math.floor(i / 5)}` },
  x: new Float32Array(1),
  y: Float32Array.from(labels[i < 80 ? 0 : i % 4]),
}));
const split = buildSplit('train', examples, shape);
const options: OrderOptions = { shuffle: true, seed: 3, sampling: 'all', shardsTogether: 0, examplesPerEpoch: 100 };
const sorted = (order: Uint32Array) => [...order].sort((a, b) => a - b);
const everything = examples.map((_, i) => i);
const counted = <K>(keys: Iterable<K>): Map<K, number> => {
  const counts = new Map<K, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};

describe('the order of an epoch', () => {
  test('has every example once, in another order each epoch', () => {
    const order = epochOrder(split, [0, 100], options);
    expect(sorted(order(0))).toEqual(everything);
    expect(order(0)).toEqual(order(0));
    expect(order(0)).not.toEqual(order(1));
    expect([...epochOrder(split, [0, 100], { ...options, shuffle: false })(5)]).toEqual(everything);
  });

  test('by shards reads from so many at a time, mixed and in random order', () => {
    const starts = [0, 10, 30, 31, 60, 60, 100];
    const shardOf = (i: number) => starts.findIndex((start, s) => start <= i && i < starts[s + 1]);
    const order = epochOrder(split, starts, { ...options, shardsTogether: 2 });
    expect(sorted(order(0))).toEqual(everything);
    for (const epoch of [0, 1, 2]) {
      const shards = [...order(epoch)].map(shardOf);
      const span = (s: number) => [shards.indexOf(s), shards.lastIndexOf(s)] as const;
      const at = 50;
      expect([0, 1, 2, 3, 5].filter((s) => span(s)[0] <= at && at <= span(s)[1]).length).toBeLessThanOrEqual(2);
    }
    expect(order(0)).not.toEqual(order(1));
    const one = epochOrder(split, starts, { ...options, shardsTogether: 1 })(0);
    expect(counted([...one].map(shardOf).filter((s, i, all) => s !== all[i - 1])).size).toBe(5);
    expect(sorted(epochOrder(split, starts, { ...options, shardsTogether: 99 })(0))).toEqual(everything);
  });

  test('of patients takes each equally often, and of one patient every example before any again', () => {
    const order = epochOrder(split, [0, 100], { ...options, sampling: 'patients', examplesPerEpoch: 270 })(0);
    const counts = counted([...order].map((i) => examples[i].patientId));
    expect([...counts]).toHaveLength(3);
    expect([...counts.values()]).toEqual([90, 90, 90]);
    expect(sorted(order.filter((i) => i < 90))).toEqual(everything.slice(0, 90));
    expect([...counted(order.filter((i) => i >= 90)).values()]).toEqual(new Array(10).fill(18));
  });

  test('of classes takes each class, and the examples of none, equally often', () => {
    const order = epochOrder(split, [0, 100], { ...options, sampling: 'classes', examplesPerEpoch: 3000 })(1);
    const [first, second, both, none] = labels.map(
      (label) => [...order].filter((i) => [...examples[i].y].join() === label.join()).length,
    );
    expect(none).toBe(1000);
    // 85 examples have the first class and 5 of these both; 10 the second, 5 of these both
    expect(first).toBeGreaterThan(930);
    expect(second).toBe(500);
    expect(both).toBe(3000 - first - second - none);
  });

  test('of groups differs by the seed and the epoch, and is empty for an empty split', () => {
    const draw = (seed: number, epoch: number) =>
      epochOrder(split, [0, 100], { ...options, seed, sampling: 'classes' })(epoch);
    expect(draw(1, 0)).toEqual(draw(1, 0));
    expect(draw(1, 0)).not.toEqual(draw(2, 0));
    expect(draw(1, 0)).not.toEqual(draw(1, 1));
    const empty = buildSplit('train', [], shape);
    expect(epochOrder(empty, [0], { ...options, sampling: 'patients', examplesPerEpoch: 0 })(0)).toHaveLength(0);
  });
});
