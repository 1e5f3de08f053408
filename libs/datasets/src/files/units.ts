import { type Signal } from '@cardio/core';
import { fail, type EcgFileOptions } from './ecg-file.js';

const millivolts: Readonly<Record<string, number>> = { v: 1e3, mv: 1, uv: 1e-3, nv: 1e-6 };
const unitForm = /^\s*(?:([\d.]+(?:e[-+]?\d+)?)\s*\*?\s*)?(nV|[uµμ]V|mV|V|microvolts?|millivolts?|volts?)\s*$/i;

/**
 * Millivolts in one of the unit, or `undefined` when it is no unit of voltage.
 *
 * @param unit `mV`, `uV`, `µV`, `V`, `nV`, or a multiple such as `0.005 mV`, for ADC values
 */
export function millivoltsPer(unit: string): number | undefined {
  const [, factor = '1', name] = unitForm.exec(unit) ?? [];
  if (name === undefined) return undefined;
  const plain = name
    .toLowerCase()
    .replace(/[µμ]/, 'u')
    .replace('micro', 'u')
    .replace('milli', 'm')
    .replace(/olts?$/, '');
  const scale = Number(factor) * millivolts[plain];
  return scale > 0 && Number.isFinite(scale) ? scale : undefined;
}

/** As {@link millivoltsPer}, for a unit that must be one. */
export function scaleOf(unit: string, options: EcgFileOptions): number {
  return (
    millivoltsPer(unit) ??
    fail(options, `\`${unit}\` is no unit of voltage. Expected mV, uV, V, nV, or a multiple such as \`0.005 mV\`.`)
  );
}

/** The largest deviation from a lead's mean that an ECG with electrode drift and pacing can have, and the least of one with a heart in it. */
const plausible = { most: 100, least: 0.02 };
/** Where the largest deviation of an ordinary ECG lies, in mV. */
const usual = { most: 20, least: 0.1 };

/**
 * Refuses a signal whose size can't be that of an ECG in mV: the largest deviation from a lead's mean must be from 0.02 to 100 mV. The message
 * names the unit that the numbers are likely in.
 *
 * @param unit the unit that the numbers were taken to be in
 * @throws {CardioError} `data`
 */
export function assertPlausible(signal: Signal, unit: string, options: EcgFileOptions): void {
  const peak = Math.max(...signal.samples.map(deviation));
  if (peak <= plausible.most && peak >= plausible.least) return;
  if (!(peak > 0)) fail(options, 'it is flat: every sample of a lead is the same, or none is there.');
  const shown = Number((peak / (millivoltsPer(unit) ?? 1)).toPrecision(3));
  const likely = Object.entries({ V: 1e3, uV: 1e-3, nV: 1e-6 }).find(
    ([, scale]) => peak * scale >= usual.least && peak * scale <= usual.most,
  );
  // The numbers as they stand, if the likely unit is one of the named ones: only then can it be said which to state.
  const advice =
    likely && millivoltsPer(unit) === 1
      ? `The numbers are likely in ${likely[0] === 'uV' ? 'µV' : likely[0]}: state it (\`fileUnit: '${likely[0]}'\`)`
      : 'State the unit of one step (`fileUnit`, such as `uV` or `0.005 mV`)';
  fail(
    options,
    `a peak of ${shown} ${unit} can't be an ECG, which has 0.1 to 20 mV. ${advice}, or take the record out if it holds no ECG.`,
  );
}

function deviation(samples: Float32Array): number {
  let [sum, count, least, most] = [0, 0, Infinity, -Infinity];
  for (const value of samples) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return count === 0 || least === most ? 0 : Math.max(most - sum / count, sum / count - least);
}
