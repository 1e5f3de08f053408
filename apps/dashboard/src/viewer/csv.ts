import { CardioError, type Signal } from '@cardio/core';

/**
 * Reads a table of samples in mV: a line of lead names, then a line a sample; separated by commas, semicolons or tabs. A first column named
 * `time`, `t` or `seconds` gives the rate; a field that is empty or no number is a missing sample.
 *
 * @param rateHz for tables without times
 * @throws {CardioError} `data` for a table without names or samples, or with neither times nor `rateHz`
 */
export function parseCsv(text: string, rateHz?: number): Signal {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const separator = ['\t', ';', ','].find((candidate) => lines[0]?.includes(candidate)) ?? ',';
  const cells = (line: string): string[] => line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  const names = cells(lines[0] ?? '');
  if (lines.length < 3 || names.every((name) => name !== '' && Number.isFinite(Number(name)))) {
    throw new CardioError(
      'data',
      'The table must begin with a line of lead names, followed by a line for each sample.',
    );
  }
  const columns = names.map(() => new Float32Array(lines.length - 1));
  for (let row = 1; row < lines.length; row++) {
    const values = cells(lines[row]);
    for (let c = 0; c < columns.length; c++) columns[c][row - 1] = numberOf(values[c] ?? '', separator);
  }
  const timed = /^(time|t|seconds?|s)\b/i.test(names[0]);
  const span = columns[0][columns[0].length - 1] - columns[0][0];
  const sampleRateHz = timed ? (lines.length - 2) / span : rateHz;
  if (!sampleRateHz || !(sampleRateHz > 0 && sampleRateHz < Infinity)) {
    throw new CardioError(
      'data',
      `The sampling rate is not known: give it, or let the first column be \`time\` in seconds. Columns: ${names.join(', ')}.`,
    );
  }
  const leads = timed ? 1 : 0;
  return {
    samples: columns.slice(leads),
    leads: names.slice(leads),
    sampleRateHz: Math.round(sampleRateHz * 1000) / 1000,
  };
}

/** Where fields are not separated by commas, a comma is a decimal point. */
function numberOf(cell: string, separator: string): number {
  const text = separator === ',' ? cell : cell.replace(',', '.');
  return text === '' ? NaN : Number(text);
}
