import { CardioError, createRandom, hash32, type Random } from '@cardio/core';
import type { Split } from '../dataset.js';

/** Which examples an epoch takes: each once, or as many as there are, evenly of each patient or of each class. */
export type Sampling = 'all' | 'patients' | 'classes';

/** What decides the order of an epoch. */
export interface OrderOptions {
  readonly shuffle: boolean;
  readonly seed: number;
  readonly sampling: Sampling;
  /** Shards shuffled together; 0: the whole split. */
  readonly shardsTogether: number;
  /** Examples of an epoch of balanced sampling. */
  readonly examplesPerEpoch: number;
}

/** The examples of epoch `index` in their order; a function of the split, the options and `index` alone. */
type EpochOrder = (index: number) => Uint32Array;

/**
 * Makes the order of a split's epochs.
 *
 * @param shardStarts the first example of each shard, then the size; of a split in memory it is one shard
 */
export function epochOrder(split: Split, shardStarts: ArrayLike<number>, options: OrderOptions): EpochOrder {
  const { shuffle, seed, sampling, shardsTogether } = options;
  if (split.size > 2 ** 32)
    throw new CardioError('usage', `The split has ${split.size} examples; at most 2^32 can be ordered.`);
  const random = (index: number): Random => createRandom(hash32(`epoch ${index}`, seed));
  const inOrder = (): Uint32Array => Uint32Array.from({ length: split.size }, (_, i) => i);
  if (sampling !== 'all') return balanced(groupsOf(split, sampling), options.examplesPerEpoch, random);
  if (!shuffle) return inOrder;
  if (shardsTogether === 0) return (index) => shuffled(inOrder(), random(index));
  return (index) => blockShuffled(shardStarts, shardsTogether, random(index));
}

/** Fisher-Yates in place. */
function shuffled(items: Uint32Array, random: Random): Uint32Array {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const kept = items[i];
    items[i] = items[j];
    items[j] = kept;
  }
  return items;
}

/** Shards in random order, `together` of them at a time shuffled into each other, so that only these are read from meanwhile. */
function blockShuffled(starts: ArrayLike<number>, together: number, random: Random): Uint32Array {
  const shards = shuffled(
    Uint32Array.from({ length: starts.length - 1 }, (_, s) => s),
    random,
  );
  const order = new Uint32Array(starts[starts.length - 1]);
  let at = 0;
  for (let s = 0; s < shards.length; s += together) {
    const begin = at;
    for (const shard of shards.subarray(s, s + together)) {
      for (let i = starts[shard]; i < starts[shard + 1]; i++) order[at++] = i;
    }
    shuffled(order.subarray(begin, at), random);
  }
  return order;
}

/**
 * Rounds: each takes one example of every group, in random order, so that the groups' counts differ by one at most. Within a group no
 * example comes again before all of it have come.
 */
function balanced(groups: readonly Uint32Array[], size: number, random: (index: number) => Random): EpochOrder {
  return (index) => {
    const draw = random(index);
    const members = groups.map((group) => shuffled(group.slice(), draw));
    const next = members.map(() => 0);
    const round = Uint32Array.from(groups, (_, g) => g);
    const order = new Uint32Array(groups.length === 0 ? 0 : size);
    for (let i = 0; i < order.length; i++) {
      const turn = i % groups.length;
      if (turn === 0) shuffled(round, draw);
      const g = round[turn];
      if (next[g] === members[g].length) {
        shuffled(members[g], draw);
        next[g] = 0;
      }
      order[i] = members[g][next[g]++];
    }
    return order;
  };
}

/** The examples of each patient, or of each class and of none; an example of several classes is in several groups. */
function groupsOf(split: Split, sampling: 'patients' | 'classes'): Uint32Array[] {
  const groups = new Map<string | number, number[]>();
  const add = (key: string | number, i: number) => {
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  };
  for (let i = 0; i < split.size; i++) {
    const { patientId, y } = split.example(i);
    if (sampling === 'patients') add(patientId, i);
    else {
      y.forEach((value, k) => value > 0 && add(k, i));
      if (!y.some((value) => value > 0)) add(-1, i);
    }
  }
  return [...groups.values()].map((group) => Uint32Array.from(group));
}
