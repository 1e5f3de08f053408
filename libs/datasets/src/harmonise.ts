import { vocabulary, type CodingSystem, type EcgCondition } from './vocabulary.js';

/** Every condition, in the vocabulary's order. */
export const conditions = Object.keys(vocabulary) as EcgCondition[];

/** The product's fifteen classes, in the order of its inference service. */
export const productConditions: readonly EcgCondition[] = conditions.slice(0, 15);

/**
 * The classes that PTB-XL and CPSC2018 share, in CPSC2018's order: what task `common` of either has, so that a model trained on the one can be
 * tested on the other.
 */
export const commonConditions: readonly EcgCondition[] = conditions.filter(
  (name) => codesOf(name, 'cpsc').length > 0 && codesOf(name, 'scp').length > 0,
);

/** The codes of one system that mean a condition; none where the system has no word for it. */
export function codesOf(condition: EcgCondition, system: CodingSystem): readonly string[] {
  const codes: Partial<Readonly<Record<CodingSystem, string>>> = vocabulary[condition];
  return codes[system]?.split(' ') ?? [];
}

/** The condition that a code means; `undefined` for one that the vocabulary does not have. */
export const conditionOf = (code: string, system: CodingSystem): EcgCondition | undefined =>
  tables[system].get(code.trim());

/**
 * The conditions that a record's labels mean: each once, in the vocabulary's order. Labels without a condition are left out.
 *
 * @example
 * harmonise(['SR', 'CRBBB', 'AFIB'], 'scp'); // ['atrial_fibrillation', 'right_bundle_branch_block', 'sinus_rhythm']
 * harmonise(['5', '2'], 'cpsc'); // ['atrial_fibrillation', 'right_bundle_branch_block']
 */
export function harmonise(labels: Iterable<string>, from: CodingSystem): EcgCondition[] {
  const found = new Set<EcgCondition>();
  for (const label of labels) {
    const condition = conditionOf(label, from);
    if (condition) found.add(condition);
  }
  return conditions.filter((name) => found.has(name));
}

const tableOf = (system: CodingSystem): ReadonlyMap<string, EcgCondition> =>
  new Map(conditions.flatMap((name) => codesOf(name, system).map((code) => [code, name] as const)));

const tables: Readonly<Record<CodingSystem, ReadonlyMap<string, EcgCondition>>> = {
  scp: tableOf('scp'),
  snomed: tableOf('snomed'),
  cpsc: tableOf('cpsc'),
  aami: tableOf('aami'),
  rhythm: tableOf('rhythm'),
};
