import { CardioError, type Signal } from '@cardio/core';
import type { Strip } from './strips.js';

const levels = 8;
const bin = 5; // tenths of a millimetre

/**
 * Boxes of colour behind the strips, one for each half millimetre: of the samples in it, the number farthest from 0 decides. Neighbours of one shade are one box, and each
 * shade is one path, so that a sheet stays small.
 */
export function overlayPaths(
  overlay: readonly Float32Array[],
  signal: Signal,
  strips: readonly Strip[],
  rowHeight: number,
  perSample: number,
): string[] {
  const wrong =
    overlay.length !== signal.samples.length || overlay.some((values, i) => values.length !== signal.samples[i].length);
  if (wrong) {
    throw new CardioError(
      'usage',
      `\`overlay\` must have a number for each sample: ${sizes(signal.samples)}. Received: ${sizes(overlay)}.`,
    );
  }
  const largest = strips.reduce(
    (most, { lead, from, to }) => Math.max(most, Math.abs(farthest(overlay[lead], from, to))),
    0,
  );
  if (largest === 0) return [];
  const paths = new Map<number, string>();
  for (const { lead, from, to, x, y } of strips) {
    const length = (to - from) * perSample;
    const shade = (at: number): number => {
      const [first, end] = [from + Math.ceil(at / perSample), from + Math.ceil(Math.min(at + bin, length) / perSample)];
      const nearest = Math.min(to - 1, from + Math.floor(at / perSample)); // where samples are farther apart than boxes are wide
      return Math.round(
        (levels * farthest(overlay[lead], Math.min(first, nearest), Math.max(end, nearest + 1))) / largest,
      );
    };
    for (let at = 0; at < length;) {
      const start = at;
      const level = shade(at);
      while (at < length && shade(at) === level) at += bin;
      if (level === 0) continue;
      const box = `M${Math.round(x + start)} ${y - rowHeight / 2}h${at - start}v${rowHeight}h${start - at}z`;
      paths.set(level, (paths.get(level) ?? '') + box);
    }
  }
  return [...paths].map(
    ([level, path]) =>
      `<path d="${path}" fill="${level > 0 ? '#d62728' : '#1f77b4'}" fill-opacity="${((0.6 * Math.abs(level)) / levels).toFixed(3)}"/>`,
  );
}

/** Of the values from `from` to `to`, the one farthest from 0, sign included; 0 for none but NaN. */
function farthest(values: Float32Array, from: number, to: number): number {
  let most = 0;
  for (let i = from; i < to; i++) if (Math.abs(values[i]) > Math.abs(most)) most = values[i];
  return most;
}

const sizes = (arrays: readonly Float32Array[]): string => arrays.map(({ length }) => length).join(', ') || 'none';
