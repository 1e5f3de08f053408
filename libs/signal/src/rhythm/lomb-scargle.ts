import type { Spectrum } from './welch.js';

/**
 * The Lomb-Scargle periodogram of values at uneven times, mean taken out, as a density: `scipy.signal.lombscargle(t, x - x.mean(), 2 * pi * f)` times
 * 2 / (mean rate), at multiples of 1 / duration (Lomb, Astrophys. Space Sci. 39:447, 1976; Scargle, Astrophys. J. 263:835, 1982).
 *
 * @param times in s, ascending
 */
export function lombScargle(times: Float64Array, values: Float64Array, highestHz: number): Spectrum {
  const span = times[times.length - 1] - times[0];
  const rateHz = (times.length - 1) / span;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const frequenciesHz = Float64Array.from({ length: Math.floor(highestHz * span + 1e-9) }, (_, k) => (k + 1) / span);
  const density = frequenciesHz.map((hz) => (2 * periodogram(times, values, mean, 2 * Math.PI * hz)) / rateHz);
  return { frequenciesHz, density };
}

/** At one angular frequency ω, with the shift τ that makes it independent of the origin of time. */
function periodogram(times: Float64Array, values: Float64Array, mean: number, omega: number): number {
  let [sin2, cos2] = [0, 0];
  for (const t of times) {
    sin2 += Math.sin(2 * omega * t);
    cos2 += Math.cos(2 * omega * t);
  }
  const tau = Math.atan2(sin2, cos2) / (2 * omega);
  let [xc, xs, cc, ss] = [0, 0, 0, 0];
  for (let i = 0; i < times.length; i++) {
    const angle = omega * (times[i] - tau);
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    xc += (values[i] - mean) * c;
    xs += (values[i] - mean) * s;
    cc += c * c;
    ss += s * s;
  }
  return (xc ** 2 / cc + xs ** 2 / ss) / 2;
}
