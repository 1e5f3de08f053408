import { CardioError, type Signal } from '@cardio/core';
import { overlayPaths } from './overlay.js';
import { placeStrips, type Strip } from './strips.js';
import { tracePath } from './trace-path.js';
import { escaped } from './xml.js';

/** A beat or an event to mark on the sheet. */
export interface EcgMark {
  readonly sample: number;
  /** Written above the tick; none leaves the tick alone. */
  readonly text?: string;
}

/** How to draw a sheet. */
export interface EcgPaperOptions {
  /** Which leads, down the first column, then the next; default all of the signal. */
  readonly leads?: readonly string[];
  /**
   * 4 is the usual sheet of 12 leads (3 x 4), in which each column shows the next quarter of the time; 2 is 6 x 2; 1 shows all of the time in
   * every lead. Default 4 for 12 leads, otherwise 1.
   */
  readonly columns?: 1 | 2 | 4;
  /** A lead drawn once more below the others, over all of the time; `null` for none. Default II where there is a II and more than one column. */
  readonly rhythmLead?: string | null;
  /** Default 0. */
  readonly startSeconds?: number;
  /** Default 10, or what the signal has from `startSeconds` on if that is less. */
  readonly seconds?: number;
  /** Default 25 mm/s. */
  readonly millimetresPerSecond?: number;
  /** Default 10 mm/mV. */
  readonly millimetresPerMillivolt?: number;
  /** Height of a row, in whose middle 0 mV is; traces may leave it. Default 30 up to four rows, otherwise 20. */
  readonly rowMillimetres?: number;
  /** Written above the leads. */
  readonly title?: string;
  /** Drawn above the rhythm strip or, without one, the first row. Those outside the stretch shown are left out. */
  readonly marks?: readonly EcgMark[];
  /**
   * A number for each sample of each lead of the signal (in its order), such as how much it spoke for a class: shown as colour behind the
   * leads, red for and blue against, full at the largest number shown. NaN and 0 show nothing.
   */
  readonly overlay?: readonly Float32Array[];
  /** How far the line may pass above or below a sample, in mm, to need fewer points. Default 0.1, a third of the line's width. */
  readonly toleranceMillimetres?: number;
}

/**
 * Draws a signal in mV as a sheet of ECG paper: an SVG of its true size, with the grid of 1 and 5 mm, a calibration pulse of 1 mV and 0.2 s
 * before each row, the names of the leads, and the scale. Nothing is filtered; samples that are NaN leave gaps.
 *
 * Lengths inside are whole tenths of a millimetre, which keeps the file small.
 *
 * @throws {CardioError} `data` for a lead that the signal lacks, `usage` for a stretch that it does not have, a scale that is not positive
 *   or an overlay of another size
 * @example writeFileSync('ecg.svg', ecgPaper(signal, { title: 'Record 100', marks: [{ sample: 77, text: 'N' }] }))
 */
export function ecgPaper(signal: Signal, options: EcgPaperOptions = {}): string {
  const { millimetresPerSecond = 25, millimetresPerMillivolt = 10, toleranceMillimetres = 0.1 } = options;
  const { title, marks = [], overlay } = options;
  requirePositive({
    sampleRateHz: signal.sampleRateHz,
    millimetresPerSecond,
    millimetresPerMillivolt,
    toleranceMillimetres,
  });
  const { strips, rhythm, rowHeight, width, height } = placeStrips(signal, { ...options, millimetresPerSecond });
  const scale = {
    perSample: (10 * millimetresPerSecond) / signal.sampleRateHz,
    perMillivolt: 10 * millimetresPerMillivolt,
  };
  const marked = rhythm ? [rhythm] : strips.filter(({ row }) => row === 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width / 10}mm" height="${height / 10}mm" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title ?? 'Electrocardiogram')}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<g fill="none" stroke="#f4c7c7"><path d="${grid(width, height, 10)}"/><path d="${grid(width, height, 50)}" stroke="#e58f8f" stroke-width="2"/></g>`,
    ...(overlay ? overlayPaths(overlay, signal, strips, rowHeight, scale.perSample) : []),
    '<g fill="none" stroke="#000" stroke-width="3" stroke-linejoin="round" stroke-linecap="round">',
    ...strips.map((strip) => {
      const path = tracePath(signal.samples[strip.lead], strip, scale, 10 * toleranceMillimetres);
      return `<path d="${path}"/>`;
    }),
    `<path d="${strips.map((strip) => edge(strip, 2 * millimetresPerSecond, scale.perMillivolt)).join('')}"/>`,
    '</g>',
    '<g font-family="sans-serif" font-size="32" stroke="#fff" stroke-width="6" paint-order="stroke">', // readable over the trace
    ...(title === undefined ? [] : [text(50, 45, title)]),
    ...strips.map(({ x, y, name }) => text(x + 10, y - 0.5 * rowHeight + 50, name)),
    ...marked.flatMap((strip) => markStrip(strip, marks, scale.perSample, rowHeight)),
    text(50, height - 25, `${millimetresPerSecond} mm/s  ${millimetresPerMillivolt} mm/mV`),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function grid(width: number, height: number, step: number): string {
  let path = '';
  for (let x = 0; x <= width; x += step) path += `M${x} 0V${height}`;
  for (let y = 0; y <= height; y += step) path += `M0 ${y}H${width}`;
  return path;
}

/** What stands before a strip: the calibration pulse before a row, a short double line between columns. */
function edge({ x, y, column }: Strip, pulse: number, perMillivolt: number): string {
  if (column > 0) return `M${Math.round(x)} ${y - 50}v30m0 40v30`;
  return `M${x - pulse - 40} ${y}h20v${-perMillivolt}h${pulse}v${perMillivolt}h20`;
}

function markStrip(
  { from, to, x, y }: Strip,
  marks: readonly EcgMark[],
  perSample: number,
  rowHeight: number,
): string[] {
  const shown = marks.filter(({ sample }) => sample >= from && sample < to);
  const top = y - rowHeight / 2;
  const ticks = shown.map(({ sample }) => `M${Math.round(x + (sample - from) * perSample)} ${top}v20`).join('');
  return [
    ...(ticks ? [`<path d="${ticks}" stroke="#1f4e9e" stroke-width="3"/>`] : []),
    ...shown.flatMap(({ sample, text: label }) =>
      label ? [text(x + (sample - from) * perSample, top - 8, label, ' fill="#1f4e9e" text-anchor="middle"')] : [],
    ),
  ];
}

const text = (x: number, y: number, content: string, attributes = ''): string =>
  `<text x="${Math.round(x)}" y="${Math.round(y)}"${attributes}>${escaped(content)}</text>`;

function requirePositive(numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (value > 0 && value < Infinity) continue;
    throw new CardioError('usage', `\`${name}\` must be a positive number. Received: ${value}.`);
  }
}
