import { describe, expect, test } from '@jest/globals';
import { checkLimbLeads, deriveLimbLeads } from './derive-leads.js';
import { exchangeElectrodes } from './augment/electrodes.js';
import { selectLeads } from './leads.js';
import { synthesizeEcg } from './synthetic.js';

const { signal } = synthesizeEcg({ seconds: 4, sampleRateHz: 250, heartRateBpm: 70, seed: 5 });
const change = (lead: string, to: (value: number, i: number) => number) => ({
  ...signal,
  samples: signal.samples.map((samples, l) => (signal.leads[l] === lead ? samples.map(to) : samples)),
});

describe('deriving limb leads', () => {
  test('from I and II gives those made from the electrodes', () => {
    const derived = deriveLimbLeads(selectLeads(signal, ['V2', 'II', 'i', 'V5']));
    expect(derived.leads).toEqual(['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V2', 'V5']);
    for (const [l, lead] of derived.leads.entries()) {
      const truth = selectLeads(signal, [lead]).samples[0];
      for (const [i, value] of truth.entries()) expect(Math.abs(derived.samples[l][i] - value)).toBeLessThan(1e-6);
    }
  });

  test('passes a gap on to the leads made of it', () => {
    const gappy = { leads: ['I', 'II'], sampleRateHz: 1, samples: [Float32Array.of(1, NaN), Float32Array.of(4, 4)] };
    expect(deriveLimbLeads(gappy).samples.map((lead) => [...lead])).toEqual([
      [1, NaN],
      [4, 4],
      [3, NaN],
      [-2.5, NaN],
      [-1, NaN],
      [3.5, NaN],
    ]);
  });

  test('passes other leads on, those of one name too', () => {
    const [one, two] = [Float32Array.of(1), Float32Array.of(2)];
    const derived = deriveLimbLeads({
      leads: ['ECG', 'Lead I', 'ECG', 'D2'],
      sampleRateHz: 1,
      samples: [one, one, two, two],
    });
    expect(derived.leads.slice(6)).toEqual(['ECG', 'ECG']);
    expect(derived.samples.slice(6)).toEqual([one, two]);
  });

  test('needs I and II', () =>
    expect(() => deriveLimbLeads(selectLeads(signal, ['I', 'V1']))).toThrow(
      "must be one of the signal's: I, V1. Received: II.",
    ));
});

describe('checking limb leads', () => {
  test('holds for electrodes as they were put on, and for exchanged ones', () => {
    expect(checkLimbLeads(signal, 0).consistent).toBe(true);
    expect(checkLimbLeads(exchangeElectrodes(signal, 'RA', 'LA'), 0).consistent).toBe(true);
  });

  test.each([Math.round, Math.trunc, Math.floor])('allows for %p to whole steps', (digitise) => {
    const digital = { ...signal, samples: signal.samples.map((lead) => lead.map((v) => digitise(v / 0.005) * 0.005)) };
    const { laws } = checkLimbLeads(digital, 0.005);
    expect(laws.every(({ residual, tolerance }) => residual <= tolerance)).toBe(true);
    expect(checkLimbLeads(digital, 0.0005).consistent).toBe(false);
  });

  test('names the law that is broken, how far and where', () => {
    const { consistent, laws } = checkLimbLeads(change('aVL', (value, i) => (i === 77 ? value + 0.5 : value)));
    expect(consistent).toBe(false);
    const broken = laws.filter(({ residual, tolerance }) => residual > tolerance);
    expect(broken.map(({ law, at }) => [law, at])).toEqual([
      ['aVL = I - II / 2', 77],
      ['aVR + aVL + aVF = 0', 77],
    ]);
    expect(broken[0].residual).toBeCloseTo(0.5, 6);
  });

  test('finds an inverted lead', () => expect(checkLimbLeads(change('aVR', (value) => -value)).consistent).toBe(false));

  test('leaves gaps out, and takes the leads there are', () => {
    const { laws } = checkLimbLeads(
      selectLeads(
        change('III', (v, i) => (i < 9 ? NaN : v)),
        ['I', 'II', 'III'],
      ),
    );
    expect(laws.map(({ law }) => law)).toEqual(['I + III = II']);
    expect(laws[0].at).toBeGreaterThanOrEqual(9);
    expect(() => checkLimbLeads(selectLeads(signal, ['I', 'II']))).toThrow(
      'Limb leads to check must be I, II and one of III',
    );
    expect(() => checkLimbLeads(signal, -1)).toThrow('`step` must be 0 or more. Received: -1.');
  });
});
