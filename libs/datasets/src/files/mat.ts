import { leadName, standardLeads } from '@cardio/signal';
import { agreedRate, ecgFile, fail, type EcgFile, type EcgFileOptions } from './ecg-file.js';
import { readMat4 } from './mat4.js';
import { readMat5 } from './mat5.js';
import type { MatVariable } from './mat-variable.js';
import { scaleOf } from './units.js';

const rateName = /(?:^|\.)(?:fs|sfreq|srate|sampl\w*[_]?(?:rate|freq\w*)|frequency)$/i;
/** Fewer samples are a table of something else. */
const shortest = 50;

/**
 * Reads a MATLAB file of version 4 or 5 to 7 (`save -v4`, `-v6`, `-v7`). The ECG is `options.variable` or the only numeric matrix of at least 50
 * samples; its shorter side are the leads, in the order of `options.leads`. A number named `fs`, `sampling_rate` or alike gives the rate.
 * The files of CPSC2018 (`ECG.data`, with `ECG.sex` and `ECG.age`) need nothing stated: they have the 12 leads in standard order at 500 Hz.
 * Numbers are taken as mV unless `options.unit` says otherwise.
 *
 * @throws {CardioError} `data` that names the byte, or lists the matrices when the ECG can't be told
 */
export function readMat(bytes: Uint8Array, options: EcgFileOptions = {}): EcgFile {
  if (bytes.length < 20)
    fail(options, `at byte ${bytes.length}: the file ends; a MATLAB file has a header of at least 20 bytes.`);
  // Version 4 begins with a type below 4053 in four bytes, version 5 with text.
  const variables = bytes.subarray(0, 4).includes(0) ? readMat4(bytes, options) : readMat5(bytes, options);
  const ecg = choose(variables, options);
  const known = isCpsc2018(ecg, variables) ? { leads: standardLeads, rate: 500 } : undefined;
  const names = options.leads ?? known?.leads;
  const byRow = leadsAreRows(ecg, names?.length, options);
  const [leads, length] = byRow ? [ecg.rows, ecg.columns] : [ecg.columns, ecg.rows];
  const scale = scaleOf(options.unit ?? 'mV', options);
  const samples = Array.from({ length: leads }, (_, lead) =>
    Float32Array.from({ length }, (__, i) => ecg.values[byRow ? i * leads + lead : lead * length + i] * scale),
  );
  const rate = variables.find(({ path, values }) => values.length === 1 && rateName.test(path))?.values[0];
  return ecgFile(
    {
      samples,
      sampleRateHz: agreedRate(rate ?? known?.rate, options),
      leads: samples.map((_, i) => leadName(names?.[i] ?? String(i + 1))),
    },
    undefined,
    undefined,
  );
}

function choose(variables: readonly MatVariable[], options: EcgFileOptions): MatVariable {
  const listed = variables.map(({ path, rows, columns }) => `${path} (${rows} x ${columns})`).join(', ') || 'none';
  if (options.variable !== undefined) {
    const named = variables.find(({ path }) => path === options.variable);
    return named ?? fail(options, `it has no numeric matrix \`${options.variable}\`. Its matrices: ${listed}.`);
  }
  const candidates = variables.filter(
    ({ rows, columns }) => Math.max(rows, columns) >= shortest && Math.min(rows, columns) > 0,
  );
  if (candidates.length === 1) return candidates[0];
  return fail(
    options,
    candidates.length === 0
      ? `it has no numeric matrix of at least ${shortest} samples. Its matrices: ${listed}.`
      : `more than one matrix could be the ECG: ${listed}. State which (\`fileVariable\`).`,
  );
}

/** Whether each row is a lead: as many rows as leads are named, else the shorter side. */
function leadsAreRows(
  { path, rows, columns }: MatVariable,
  named: number | undefined,
  options: EcgFileOptions,
): boolean {
  if (named !== undefined && rows !== named && columns !== named) {
    fail(options, `\`${path}\` is ${rows} x ${columns}, but ${named} leads were stated.`);
  }
  if (rows === columns) fail(options, `\`${path}\` is ${rows} x ${columns}: which side are the leads can't be told.`);
  return named !== undefined && rows !== columns
    ? rows === named && (columns !== named || rows < columns)
    : rows < columns;
}

const isCpsc2018 = ({ path, rows }: MatVariable, variables: readonly MatVariable[]): boolean =>
  path === 'ECG.data' && rows === standardLeads.length && variables.some((variable) => variable.path === 'ECG.age');
