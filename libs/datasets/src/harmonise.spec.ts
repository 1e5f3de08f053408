import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { aamiClasses } from './aami.js';
import { cpscClasses } from './cpsc2018-labels.js';
import { codesOf, commonConditions, conditionOf, conditions, harmonise, productConditions } from './harmonise.js';
import { ptbxlLabels } from './ptbxl-labels.js';
import { csvRows, parseScpCodes } from './scp.js';
import { codingSystems, type EcgCondition } from './vocabulary.js';

describe('the vocabulary', () => {
  test('has no code in two conditions', () => {
    for (const system of codingSystems) {
      const codes = conditions.flatMap((name) => codesOf(name, system));
      expect(codes).toHaveLength(new Set(codes).size);
    }
  });

  test('begins with the product’s classes in its order', () =>
    expect(productConditions.join(' ')).toBe(
      'normal atrial_fibrillation atrial_flutter supraventricular_tachycardia ventricular_tachycardia ventricular_fibrillation ' +
        'first_degree_block second_degree_block complete_heart_block left_bundle_branch_block right_bundle_branch_block ' +
        'premature_atrial_contraction premature_ventricular_contraction stemi nstemi',
    ));

  test('has a word for each class of CPSC2018, by name and by number', () => {
    const names = cpscClasses.map((name) => conditionOf(name, 'cpsc'));
    expect(cpscClasses.map((_, k) => conditionOf(String(k + 1), 'cpsc'))).toEqual(names);
    expect(names).toEqual(commonConditions);
  });

  test('has a word for each beat class but the one that says "unknown"', () =>
    expect(aamiClasses.map((name) => conditionOf(name, 'aami'))).toEqual([
      'normal',
      'premature_atrial_contraction',
      'premature_ventricular_contraction',
      'fusion_beat',
      undefined,
    ]));
});

describe('labels', () => {
  test('of different systems become the same conditions', () => {
    const expected = ['atrial_fibrillation', 'right_bundle_branch_block'];
    expect(harmonise(['CRBBB', 'AFIB', 'ABQRS'], 'scp')).toEqual(expected);
    expect(harmonise(['713427006', '59118001', '164889003'], 'snomed')).toEqual(expected);
    expect(harmonise([' 164889003 ', '59118001'], 'snomed')).toEqual(expected);
    expect(harmonise(['5', '2', '5'], 'cpsc')).toEqual(expected);
  });

  test('of one system mean nothing in another', () => expect(harmonise(['AFIB', '5'], 'snomed')).toEqual([]));
});

const database = fileURLToPath(new URL('../../../../shared/data/ptb-xl/ptbxl_database.csv', import.meta.url));
const here = existsSync(database);
if (!here) console.warn(`Skipped: the vocabulary on all of PTB-XL needs ${database}, which is absent.`);

(here ? describe : describe.skip)('all of PTB-XL 1.0.1', () => {
  const read = (name: string): string =>
    here ? readFileSync(database.replace('ptbxl_database.csv', name), 'utf8') : '';

  test('has as many records of each condition as the challenge counted under its SNOMED code', () => {
    const counts = new Map<EcgCondition, number>();
    for (const { scp_codes } of csvRows(read('ptbxl_database.csv'), 'ptbxl_database.csv', ['scp_codes'])) {
      for (const name of harmonise(parseScpCodes(scp_codes), 'scp')) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const found = challengeCounts.map(([code]) => [code, counts.get(conditionOf(code, 'snomed') ?? 'normal')]);
    expect(found).toEqual(challengeCounts);
    expect(counts.get('normal')).toBe(9528); // the superclasses' counts, see ptbxl-labels.spec.ts
    expect(counts.get('myocardial_infarction')).toBe(5486);
  });

  test('has in task `common` the classes of CPSC2018 with the challenge’s counts', () => {
    const { classes, rows } = ptbxlLabels(read('ptbxl_database.csv'), read('scp_statements.csv'), 'common');
    expect(classes).toEqual(commonConditions);
    const counts = classes.map((_, k) => rows.filter(({ labels }) => labels.includes(k)).length);
    // PVC: the challenge has 1,154, with the eight records that have PRC(S) ("premature complexes") alone.
    expect(counts).toEqual([9528, 1514, 797, 536, 542, 398, 1146, 1009, 28]);
  });
});

/** Column PTB_XL of dx_mapping_scored.csv and dx_mapping_unscored.csv of the PhysioNet/CinC Challenge 2021. */
const challengeCounts = [
  ['164889003', 1514],
  ['164890007', 73],
  ['270492004', 797],
  ['195042002', 14],
  ['27885002', 16],
  ['164909002', 536],
  ['713427006', 542],
  ['284470004', 398],
  ['429622005', 1009],
  ['164931005', 28],
  ['426177001', 637],
  ['427084000', 826],
  ['427393009', 772],
  ['251120003', 77],
  ['713426002', 1118],
  ['445118002', 1626],
  ['445211001', 177],
  ['698252002', 789],
  ['74390002', 80],
  ['10370003', 296],
  ['164873001', 2359],
  ['89792004', 126],
  ['67741000119109', 427],
  ['446358003', 99],
  ['111975006', 118],
  ['164947007', 340],
  ['251146004', 182],
  ['164917005', 548],
  ['164934002', 2345],
  ['59931005', 294],
] as const;
