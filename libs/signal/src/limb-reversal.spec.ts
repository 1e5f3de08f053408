import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { Signal } from '@cardio/core';
import { exchangeElectrodes } from './augment/electrodes.js';
import { checkLimbLeads } from './derive-leads.js';
import { detectArmReversal } from './limb-reversal.js';
import { standardLeads } from './leads.js';
import { synthesizeEcg } from './synthetic.js';
import type { Condition } from './synthetic/conditions.js';

const conditions: Condition[][] = [[], ['anterior-mi'], ['inferior-mi'], ['ischaemia'], ['lbbb'], ['rbbb'], ['lvh']];
const synthetic = (heart: Condition[], seed: number): Signal =>
  synthesizeEcg({ seconds: 10, sampleRateHz: 100, heartRateBpm: 75, conditions: heart, seed }).signal;

describe('exchanged arm electrodes', () => {
  test.each(conditions.map((heart) => [heart.join() || 'normal', heart] as const))(
    'are told from correct ones in synthetic ECGs: %s',
    (_, heart) => {
      for (let seed = 0; seed < 10; seed++) {
        const signal = synthetic(heart, seed);
        expect(detectArmReversal(signal).reversed).toBe(false);
        expect(detectArmReversal(exchangeElectrodes(signal, 'RA', 'LA')).reversed).toBe(true);
      }
    },
  );

  test('are not claimed of a constant lead', () => {
    const flat = { leads: ['I', 'V6'], sampleRateHz: 100, samples: [new Float32Array(500), new Float32Array(500)] };
    expect(detectArmReversal(flat)).toEqual({ reversed: false, correlation: NaN });
  });
});

const folder = fileURLToPath(new URL('../../../../shared/data/ptb-xl/records100', import.meta.url));
const here = existsSync(folder);
if (!here) console.warn(`Skipped: exchanged arms in real records of PTB-XL, because there is no ${folder}.`);

(here ? test : test.skip)(
  '64 real records: 63 of 64 recognised as they are and 63 of 64 exchanged; their limb leads agree',
  () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dat'));
    const signals = files.map((name) => readRecord(`${folder}/${name}`));
    expect(signals.length).toBe(64);
    expect(signals.filter((signal) => !detectArmReversal(signal).reversed).length).toBe(63);
    expect(signals.filter((signal) => detectArmReversal(exchangeElectrodes(signal, 'RA', 'LA')).reversed).length).toBe(
      63,
    );
    expect(signals.filter((signal) => checkLimbLeads(signal, 0.001).consistent).length).toBe(64);
  },
);

/** WFDB format 16, 12 leads, 1000 steps a mV, as all of these records have it. */
function readRecord(path: string): Signal {
  const bytes = readFileSync(path);
  const length = bytes.length / 24;
  const samples = standardLeads.map((_, l) =>
    Float32Array.from({ length }, (__, i) => bytes.readInt16LE(2 * (12 * i + l)) / 1000),
  );
  return { samples, sampleRateHz: 100, leads: standardLeads };
}
