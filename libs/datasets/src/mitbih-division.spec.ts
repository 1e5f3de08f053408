import { describe, expect, test } from '@jest/globals';
import { validate } from '@cardio/core';
import { mitbihConfig, type MitbihConfig } from './mitbih-config.js';
import { divideMitbih } from './mitbih-division.js';
import { mitbihGroups, patientOf } from './mitbih-records.js';

const configOf = (more: object = {}): MitbihConfig =>
  validate(mitbihConfig, { dataDir: 'mitdb', ...more }, 'dataset `mitbih`');
const named = (config: MitbihConfig, split: string): string[] =>
  [...divideMitbih(config).splitOf].flatMap(([name, own]) => (own === split ? name : []));

describe('the records of MIT-BIH', () => {
  test('are divided as published, with validation out of DS1', () => {
    expect(named(configOf(), 'test')).toEqual(mitbihGroups.DS2);
    expect(named(configOf(), 'validation')).toEqual(['114', '124', '205', '220', '223']);
    expect(named(configOf({ task: 'rhythm' }), 'validation')).toEqual(['114', '119', '124', '203', '223']);
    expect(named(configOf({ validationRecords: ['230'] }), 'validation')).toEqual(['230']);
    expect(divideMitbih(configOf()).notes).toEqual([]);
  });

  test('in folds validate each of DS1 once but 201, and always test on DS2', () => {
    const validated: string[] = [];
    for (let fold = 0; fold < 7; fold++) {
      const config = configOf({ folds: 7, fold });
      const own = named(config, 'validation');
      expect(own).toHaveLength(3);
      validated.push(...own);
      expect(named(config, 'test')).toEqual(mitbihGroups.DS2);
      expect(named(config, 'train')).toContain('201');
      expect(divideMitbih(config).notes[0]).toContain('the published test set tests');
    }
    expect(validated.sort()).toEqual(mitbihGroups.DS1.filter((name) => name !== '201'));
  });

  test('may be divided anew only if that is said, with 201 and 202 together', () => {
    expect(() => divideMitbih(configOf({ division: 'random-patients' }))).toThrow('This breaks the published protocol');
    const config = configOf({ division: 'random-patients', allowNonStandard: true });
    const { notes, splitOf } = divideMitbih(config);
    expect(notes).toEqual([
      'Not comparable with published results: the patients of DS1 and DS2 are divided anew, not as published.',
    ]);
    expect(splitOf.get('201')).toBe(splitOf.get('202'));
    const homes = new Map([...splitOf].map(([name, split]) => [patientOf(name), split]));
    expect([homes.size, new Set(homes.values()).size]).toEqual([43, 3]);
  });

  test('have one rule for who validates', () =>
    expect(() => divideMitbih(configOf({ folds: 5, validationRecords: ['230'] }))).toThrow('not both'));
});
