import { describe, expect, test } from '@jest/globals';
import { createRandom, type Signal } from '@cardio/core';
import { standardLeads } from '../leads.js';
import { augmentationFactory } from './factory.js';

describe('motion of electrodes', () => {
  const flat: Signal = {
    leads: standardLeads,
    sampleRateHz: 500,
    samples: standardLeads.map(() => new Float32Array(5000)),
  };
  const motion = augmentationFactory.create('electrode-motion', {
    events: [1, 1],
    heightMv: [0.4, 0.4],
    riseSeconds: [0, 0],
    recoverySeconds: [0.5, 0.5],
  });

  test('is a jump of the height asked for that comes back with its time constant, in the leads of one electrode', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const { samples } = motion(flat, createRandom(seed));
      const moved = standardLeads.filter((_, l) => samples[l].some((value) => value !== 0));
      seen.add(moved.join(' '));
      const lead = samples[standardLeads.indexOf(moved[moved.length - 1])];
      const at = lead.findIndex((value) => value !== 0);
      if (moved.length === 1) expect(Math.abs(lead[at])).toBeCloseTo(0.4, 2); // within one sample of the jump
      if (at < 4700) expect(lead[at + 250] / lead[at]).toBeCloseTo(Math.exp(-1), 5);
    }
    const chest = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
    expect(seen).toEqual(
      new Set([
        ['I', 'II', 'aVR', 'aVL', 'aVF', ...chest].join(' '), // RA
        ['I', 'III', 'aVR', 'aVL', 'aVF', ...chest].join(' '), // LA
        ['II', 'III', 'aVR', 'aVL', 'aVF', ...chest].join(' '), // LL
        ...chest,
      ]),
    );
  });
});
