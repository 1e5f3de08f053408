import { CardioError } from '@cardio/core';
import { exportRun, openTrained, type ExportOptions } from '@cardio/experiment';

import { count } from '../print.js';

/** What the command line gives: numbers as text, absent what was not asked for. */
export interface ExportFlags {
  readonly runsDir: string;
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
}

/** `cardio export <run>` */
export async function exportCommand(name: string, flags: ExportFlags): Promise<void> {
  const { path, bytes, nodes, opset, precision, parity, bundle, notes } = await exportRun(
    openTrained(name, flags.runsDir),
    optionsOf(flags),
  );
  const { what, difference, allowed } = parity.gate;
  console.log(
    `${path}: ${count(Math.round(bytes / 1000))} kB, ${precision}, ${count(nodes)} nodes, opset ${opset}\n` +
      `checked in ONNX Runtime on ${parity.inputs} inputs, ${parity.real} of them records: ${what} by ${difference.toExponential(1)} ` +
      `(${allowed} allowed)\n${[...notes, bundle].join('\n')}`,
  );
}

/** @throws CardioError 'usage' for what isn't a number, or says how a record is read in where no record is */
export function optionsOf(flags: ExportFlags): ExportOptions {
  const { precision, withPreprocessing, layout, profile, raw, keepNormalisation } = flags;
  const stated = Object.entries({ rate: flags.rate, seconds: flags.seconds, layout, raw }).filter(([, value]) => value);
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
