import { SignalError } from './errors.js';
import { checkedCutoffs } from './filter-design.js';
import { answer, type Missing, type Samples } from './gaps.js';
import type { Sections } from './sections.js';
import { padded } from './sosfilt.js';

/**
 * A notch at one frequency, such as the 50 or 60 Hz of the mains, as one second-order section (`scipy.signal.iirnotch`).
 *
 * @param quality the frequency over the width at -3 dB
 * @throws {SignalError} `usage` for an impossible rate, frequency or quality
 * @example sosfiltfilt(notch(50, 500), lead)
 */
export function notch(frequencyHz: number, sampleRateHz: number, quality = 30): Sections {
  checkedCutoffs([frequencyHz], sampleRateHz);
  const angle = (2 * frequencyHz * Math.PI) / sampleRateHz;
  const gain = 1 / (1 + Math.tan(checkedQuality(quality, angle / quality) / 2));
  const middle = -2 * Math.cos(angle);
  return [[gain, gain * middle, gain, 1, gain * middle, 2 * gain - 1]];
}

/**
 * Takes out a frequency and all its multiples, the mean (0 Hz) among them, with zero phase: `scipy.signal.filtfilt` of `iircomb`.
 *
 * @param sampleRateHz a whole multiple of the frequency
 * @param quality the frequency over the width of each notch at -3 dB
 * @throws {SignalError} `usage` for an impossible rate, frequency or quality; `data` when the record isn't longer than the padding of three
 *   periods, or as {@link Missing} says
 * @example comb(lead, 50, 500)
 */
export function comb<T extends Samples>(
  samples: T,
  frequencyHz: number,
  sampleRateHz: number,
  { quality = 30, missing = 'error' }: { readonly quality?: number; readonly missing?: Missing } = {},
): T {
  checkedCutoffs([frequencyHz], sampleRateHz);
  const period = Math.round(sampleRateHz / frequencyHz);
  if (Math.abs(frequencyHz - sampleRateHz / period) / sampleRateHz > 1e-14) {
    throw new SignalError(
      '`sampleRateHz`',
      `a whole multiple of the comb's frequency, ${frequencyHz} Hz`,
      sampleRateHz,
    );
  }
  const width = checkedQuality(quality, (2 * Math.PI * frequencyHz) / sampleRateHz / quality);
  const beta = Math.tan((period * width) / 4);
  const padLength = 3 * (period + 1);
  const work = padded(samples, padLength, missing);
  for (let direction = 0; direction < 2; direction++) {
    combInPlace(work, period, 1 / (1 + beta), (1 - beta) / (1 + beta));
    work.reverse();
  }
  return answer(work, samples, missing, padLength);
}

function checkedQuality(quality: number, width: number): number {
  if (quality > 0 && Number.isFinite(quality) && width < Math.PI) return width;
  throw new SignalError('`quality`', 'finite, above 0 and large enough for a notch below half the rate', quality);
}

/** y(i) = b (x(i) - x(i - period)) + a y(i - period), as though the first sample had been there for ever. */
function combInPlace(work: Float64Array, period: number, b: number, a: number): void {
  const inputs = new Float64Array(period).fill(work[0]);
  const outputs = new Float64Array(period);
  for (let i = 0, k = 0; i < work.length; i++) {
    const x = work[i];
    const y = b * (x - inputs[k]) + a * outputs[k];
    inputs[k] = x;
    outputs[k] = y;
    work[i] = y;
    if (++k === period) k = 0;
  }
}
