import { SignalError } from '../errors.js';
import type { Samples } from '../gaps.js';

/** The lowest rate at which QRS complexes are looked for, in Hz, and the shortest lead, in s. */
const detectable = { lowestRateHz: 100, shortestSeconds: 1 } as const;

/**
 * Refuses a lead in which no R peaks can be looked for.
 *
 * @throws {SignalError} `usage` for a rate below 100 Hz; `data` for less than 1 s
 */
export function checkLead(samples: Samples, sampleRateHz: number): void {
  if (!(sampleRateHz >= detectable.lowestRateHz && Number.isFinite(sampleRateHz))) {
    throw new SignalError('`sampleRateHz`', `finite and at least ${detectable.lowestRateHz} Hz`, sampleRateHz, {
      advice: 'Resample a slower lead first.',
    });
  }
  if (samples.length < detectable.shortestSeconds * sampleRateHz) {
    throw new SignalError('The lead', '1 s or longer', `${samples.length} samples of ${sampleRateHz} Hz`, {
      code: 'data',
    });
  }
}
