import type { Signal } from '@cardio/core';
import { selectLeads } from './leads.js';
import { medianBaseline } from './median.js';

/** Whether the arm electrodes look exchanged. */
export interface ArmReversal {
  readonly reversed: boolean;
  /** Correlation of leads I and V6 without their baseline, -1 to 1: near 0 the verdict is uncertain. NaN when one of them is constant. */
  readonly correlation: number;
}

/**
 * Tells whether the electrodes of the right and the left arm are exchanged: lead I then shows P, QRS and T upside down, while V6, which sees
 * the heart from nearly the same side, does not. So the arms are taken to be exchanged when I and V6, each without its baseline, correlate
 * negatively. (Inverted leads I and aVL as the sign of the exchange: Sensors 19(13):2920, 2019, section 1.) Marked right axis deviation, as
 * in right ventricular hypertrophy, and lateral infarction can look like an exchange. Other exchanges are not looked for; `exchangeElectrodes(signal, 'RA',
 * 'LA')` puts this one right.
 *
 * @throws {SignalError} `data` when I or V6 is not there
 */
export function detectArmReversal(signal: Signal): ArmReversal {
  const [one, six] = selectLeads(signal, ['I', 'V6']).samples.map((lead) =>
    medianBaseline(lead, signal.sampleRateHz, [0.2, 0.6]),
  );
  const correlation = correlate(one, six);
  return { reversed: correlation < 0, correlation };
}

/** Pearson's correlation over the samples that both have. */
function correlate(a: Float32Array, b: Float32Array): number {
  let [n, sumA, sumB, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i]) || Number.isNaN(b[i])) continue;
    n++;
    sumA += a[i];
    sumB += b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
    ab += a[i] * b[i];
  }
  return (ab - (sumA * sumB) / n) / Math.sqrt((aa - (sumA * sumA) / n) * (bb - (sumB * sumB) / n));
}
