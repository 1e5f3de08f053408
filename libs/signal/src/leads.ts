import { CardioError, type Signal } from '@cardio/core';
import { leadIndex } from './lead-index.js';

/** The standard 12 leads, in the order in which the platform's 12-lead signals have them. */
export const standardLeads = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;

/**
 * Picks leads by name, in the order asked for. Names are compared without regard to case, so that `aVR`, `AVR` and `avr` are one lead; the
 * result names them as they were asked for. Samples are shared, not copied.
 *
 * @throws {CardioError} `data` when the signal lacks a lead: the message lists those it has
 * @example selectLeads(record.signal, ['MLII', 'V1'])
 */
export function selectLeads(signal: Signal, leads: readonly string[]): Signal {
  const samples = leads.map((lead) => {
    const index = leadIndex(signal.leads, lead);
    if (index >= 0) return signal.samples[index];
    throw new CardioError(
      'data',
      `There is no lead \`${lead}\`. The signal has: ${signal.leads.join(', ') || 'none'}.`,
    );
  });
  return { samples, sampleRateHz: signal.sampleRateHz, leads };
}
