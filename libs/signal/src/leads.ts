import type { Signal } from '@cardio/core';
import { SignalError } from './errors.js';
import { leadIndex } from './lead-index.js';

/** The standard 12 leads, in the order in which the platform's 12-lead signals have them. */
export const standardLeads = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;

/**
 * Picks leads by name, in the order asked for, in any of the spellings that {@link leadName} knows. The result names them as they were asked
 * for. Samples are shared, not copied.
 *
 * @throws {SignalError} `data` when the signal lacks a lead (the message lists those it has) or has it twice (`II` and `Lead II`)
 * @example selectLeads(record.signal, ['MLII', 'V1'])
 */
export function selectLeads(signal: Signal, leads: readonly string[]): Signal {
  const samples = leads.map((lead) => {
    const index = leadIndex(signal.leads, lead);
    if (index >= 0) return signal.samples[index];
    const bound = `one of the signal's: ${signal.leads.join(', ') || 'none'}`;
    throw new SignalError('A lead to select', bound, lead, { code: 'data' });
  });
  return { samples, sampleRateHz: signal.sampleRateHz, leads };
}
