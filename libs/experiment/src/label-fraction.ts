import { createRandom, hash32 } from '@cardio/core';
import { cutSplit, type Split } from '@cardio/datasets';

/**
 * A part of a split, whole patients of it, with the shares that classes have in it as far as its size lets them: patients are grouped by their rarest
 * class, and of each group the same share is drawn, one at least. A smaller fraction of one seed is part of a larger one.
 *
 * @param fraction of the patients, more than 0 to 1
 */
export function labelFraction(split: Split, fraction: number, seed: number): Split {
  if (fraction >= 1) return split;
  const stratumOf = new Map<string, number>(); // of each patient: his rarest class, or -1
  const rarity = (k: number): number => (k < 0 ? Infinity : split.classCounts[k]);
  for (let i = 0; i < split.size; i++) {
    const { patientId, y } = split.example(i);
    const before = stratumOf.get(patientId) ?? -1;
    stratumOf.set(
      patientId,
      y.reduce((rarest, value, k) => (value > 0 && rarity(k) < rarity(rarest) ? k : rarest), before),
    );
  }
  const groups = new Map<number, string[]>();
  for (const [patient, k] of stratumOf) groups.set(k, [...(groups.get(k) ?? []), patient]);
  const kept = new Set(
    [...groups].flatMap(([k, patients]) => {
      const order = createRandom(hash32(`label fraction ${k}`, seed)).shuffle(patients.toSorted());
      return order.slice(0, Math.max(1, Math.round(fraction * patients.length)));
    }),
  );
  return subset(split, (patient) => kept.has(patient));
}

/** The examples of some patients; they are read when they are asked for, as in the split. */
function subset(split: Split, has: (patientId: string) => boolean): Split {
  if (split.cut) return cutSplit(subset(split.cut.of, has), split.cut);
  const { name, shape } = split;
  const all = Array.from({ length: split.size }, (_, i) => i);
  const rows = all.filter((i) => has(split.example(i).patientId));
  const classCounts = new Array<number>(shape.classes).fill(0);
  const [recordIds, patientIds] = [new Set<string>(), new Set<string>()];
  for (const i of rows) {
    const { y, recordId, patientId } = split.example(i);
    y.forEach((value, k) => (classCounts[k] += value > 0 ? 1 : 0));
    recordIds.add(recordId);
    patientIds.add(patientId);
  }
  return {
    name,
    shape,
    size: rows.length,
    classCounts,
    recordIds: [...recordIds],
    patientIds: [...patientIds],
    example: (index) => split.example(rows[index] ?? split.size), // which names the split if there is none
  };
}
