import type { Saliency } from '../api/types.js';
import type { EcgRecord } from './ecg-record.js';

/** What spoke for (above 0, 1 at most) and against a class, a number for each sample of each lead of a record. */
export type Overlay = readonly Float32Array[];

/**
 * Lays the saliency of a record's windows over its samples. The largest number becomes 1; leads that the model doesn't see, and times that no window covers, are 0.
 *
 * @returns `undefined` where the service doesn't say where windows lie: those of beats are named by their R peaks, not by where they begin
 */
export function overlayOf(
  { signal }: EcgRecord,
  { leads, sample_rate_hz: rateHz, windows }: Saliency,
): Overlay | undefined {
  const starts = windows.map(({ id }) => (windows.length === 1 ? 0 : Number(/:(\d+)$/.exec(id)?.[1] ?? NaN)));
  if (starts[0] !== 0 || starts.some(Number.isNaN)) return undefined;
  const ratio = signal.sampleRateHz / rateHz;
  const largest = Math.max(
    1e-12,
    ...windows.flatMap(({ values }) => values.map((lead) => Math.max(...lead.map(Math.abs)))),
  );
  return signal.leads.map((name, i) => {
    const over = new Float32Array(signal.samples[i].length);
    const seen = leads.findIndex((lead) => lead.toUpperCase() === name.toUpperCase());
    windows.forEach(({ values }, w) => {
      const lead = values[seen] ?? [];
      const [from, to] = [starts[w], starts[w] + lead.length].map((at) => Math.round(at * ratio));
      for (let sample = from; sample < Math.min(to, over.length); sample++) {
        over[sample] = lead[Math.min(lead.length - 1, Math.floor((sample - from) / ratio))] / largest;
      }
    });
    return over;
  });
}
