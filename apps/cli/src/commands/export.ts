import { CardioError } from '@cardio/core';
import {
  exportFormat,
  exportRun,
  openTrained,
  type BundleCheck,
  type ExportFormat,
  type ExportOptions,
  type OtherFormat,
} from '@cardio/experiment';

import { count, printJson } from '../print.js';

/** What the command line gives: numbers as text, absent what was not asked for. */
export interface ExportFlags {
  readonly runsDir: string;
  readonly format?: ExportFormat;
  readonly precision?: ExportOptions['precision'];
  readonly calibrate?: string;
  readonly withPreprocessing?: boolean;
  readonly rate?: string;
  readonly seconds?: string;
  readonly layout?: 'samples-leads' | 'leads-samples';
  readonly profile?: ExportOptions['profile'];
  readonly records?: string;
  readonly raw?: readonly string[];
  readonly keepNormalisation?: boolean;
  readonly json?: boolean;
  readonly check?: readonly ('browser' | 'python' | 'all')[];
}

/** `cardio export <run>` */
export async function exportCommand(name: string, flags: ExportFlags): Promise<void> {
  const { format = 'onnx' } = flags;
  if (format !== 'onnx') return exportOther(name, format, flags);
  const exported = await exportRun(openTrained(name, flags.runsDir), optionsOf(flags));
  if (flags.json) return printJson(exported);
  const { path, bytes, nodes, opset, precision, parity, bundle, checks, notes } = exported;
  const { what, difference, allowed } = parity.gate;
  console.log(
    `${path}: ${count(Math.round(bytes / 1000))} kB, ${precision}, ${count(nodes)} nodes, opset ${opset}\n` +
      `checked in ONNX Runtime on ${parity.inputs} inputs, ${parity.real} of them records: ${what} by ${difference.toExponential(1)} ` +
      `(${allowed} allowed)\n${[...checks.slice(1).map(checkText), ...notes, bundle].join('\n')}`,
  );
}

/** Exports to a format that takes no option but `--records`. */
async function exportOther(name: string, format: OtherFormat, flags: ExportFlags): Promise<void> {
  const { records, ...others } = optionsOf(flags);
  const [odd] = Object.entries(others).filter(([, value]) => value !== 'float32');
  if (odd) {
    const flag = { preprocessing: 'with-preprocessing', rawRecords: 'raw', keepNormalisation: 'keep-normalisation' };
    const given = flag[odd[0] as keyof typeof flag] ?? odd[0];
    throw new CardioError(
      'usage',
      `\`--${given}\` is of --format onnx; ${format} is float32 and takes prepared windows.`,
    );
  }
  const exported = await exportFormat(
    openTrained(name, flags.runsDir),
    format,
    records === undefined ? {} : { records },
  );
  if (flags.json) return printJson(exported);
  const { path, bytes, content, check, bundle, notes } = exported;
  const lines = [...(check ? [checkText(check)] : []), ...notes, bundle];
  console.log(`${path}: ${count(Math.round(bytes / 1000))} kB, float32, ${content}\n${lines.join('\n')}`);
}

/** Where a bundle answers as the model, in a line. */
const checkText = ({ where, runtime, inputs, what, difference, allowed }: BundleCheck): string =>
  `checked: ${where} (${runtime}), on ${inputs}: ${what} by ${difference.toExponential(1)} (${allowed} allowed)`;

/** @throws CardioError 'usage' for what isn't a number, or says how a record is read in where no record is */
export function optionsOf(flags: ExportFlags): ExportOptions {
  const { precision, withPreprocessing, layout, profile, raw, keepNormalisation, check } = flags;
  const stated = Object.entries({ rate: flags.rate, seconds: flags.seconds, layout }).filter(([, value]) => value);
  if (stated.length > 0 && !withPreprocessing) {
    throw new CardioError(
      'usage',
      `\`--${stated[0][0]}\` is about records that the file prepares: add --with-preprocessing.`,
    );
  }
  const [calibrate, records] = [whole('calibrate', flags.calibrate), whole('records', flags.records)];
  const [sampleRateHz, seconds] = [positive('rate', flags.rate), positive('seconds', flags.seconds)];
  return {
    ...(precision && { precision }),
    ...(calibrate !== undefined && { calibrate }),
    ...(withPreprocessing && {
      preprocessing: { ...(sampleRateHz && { sampleRateHz }), ...(seconds && { seconds }), ...(layout && { layout }) },
    }),
    ...(profile && { profile }),
    ...(records !== undefined && { records }),
    ...(raw && { rawRecords: raw }),
    ...(keepNormalisation && { keepNormalisation }),
    ...(check && { check: check.includes('all') ? 'all' : check.filter((place) => place !== 'all') }),
  };
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined || (Number(text) > 0 && Number.isFinite(Number(text))))
    return text === undefined ? text : Number(text);
  throw new CardioError('usage', `\`--${name}\` takes a number above 0; received \`${text}\`.`);
}

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d+$/.test(text)) return text === undefined ? text : Number(text);
  throw new CardioError('usage', `\`--${name}\` takes a whole number; received \`${text}\`.`);
}
