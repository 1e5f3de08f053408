import type { Signal } from '@cardio/core';
import { SignalError } from './errors.js';
import { leadIndex } from './lead-index.js';
import { standardLeads } from './leads.js';

/** A signal with all leads asked for, and which of them are real. */
export interface MaskedSignal {
  readonly signal: Signal;
  /** One number a lead: 1 when it was recorded, 0 when it was filled with zeros. */
  readonly mask: Uint8Array;
}

/**
 * Brings a signal to a fixed list of leads: those it lacks become zeros and 0 in the mask. A lead without any sample (all NaN) counts as
 * missing; single missing samples stay NaN. Present leads are shared, not copied, and named as asked for.
 *
 * @param leads default: the standard 12 leads
 * @throws {SignalError} `data` when the signal has none of the leads, or one of them twice
 * @example fillLeads(selectLeads(signal, ['I', 'II'])).mask // 1 1 0 0 0 0 0 0 0 0 0 0
 */
export function fillLeads(signal: Signal, leads: readonly string[] = standardLeads): MaskedSignal {
  const found = leads.map((lead) => signal.samples[leadIndex(signal.leads, lead)] as Float32Array | undefined);
  const present = found.map((lead) => lead !== undefined && !lead.every(Number.isNaN));
  if (!present.includes(true)) {
    throw new SignalError('The leads with samples', `some of ${leads.join(', ')}`, signal.leads.join(', ') || 'none', {
      code: 'data',
    });
  }
  const length = signal.samples[0].length;
  return {
    signal: {
      ...signal,
      leads,
      samples: found.map((lead, i) => (lead && present[i] ? lead : new Float32Array(length))),
    },
    mask: Uint8Array.from(present, Number),
  };
}
