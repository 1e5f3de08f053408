import { CardioError } from '@cardio/core';
import { openTrained, predictBundle, predictRecord, type Prediction } from '@cardio/experiment';

import { count, table } from '../print.js';

/** `cardio predict <run> <record>`, or `cardio predict --bundle <folder> <record>` */
export async function predict(
  names: readonly (string | undefined)[],
  options: { runsDir: string; bundle?: string; using?: 'onnx' | 'checkpoint'; json?: boolean },
): Promise<void> {
  const { bundle, runsDir, using, json } = options;
  const [first, second] = names;
  const wrong = bundle === undefined ? second === undefined : first === undefined || second !== undefined || using;
  if (wrong || first === undefined) {
    throw new CardioError(
      'usage',
      `Give \`<run> <record>\`, or \`--bundle <folder> <record>\`; received ${names.filter((name) => name !== undefined).join(' ') || 'neither'}` +
        `${bundle === undefined ? '' : ` and --bundle ${bundle}`}${using === undefined ? '' : ` and --using ${using}`}.`,
    );
  }
  const prediction =
    bundle === undefined
      ? await predictRecord(openTrained(first, runsDir), second as string, using)
      : await predictBundle(bundle, first);
  console.log(json ? JSON.stringify(prediction, null, 2) : predictionText(prediction));
}

/** A record or its only window as a table of classes, many windows that stand for themselves as counts of what was predicted. */
export function predictionText({ record, model, task, notes, whole, windows }: Prediction): string {
  const several = whole && windows.length > 1 ? `, ${task.aggregate} of ${count(windows.length)} windows` : '';
  const heading = [...notes, `${record}, by ${model}${several}`].join('\n');
  if (whole || windows.length === 1) {
    const { probabilities, predicted, calibrated } = whole ?? windows[0];
    const rows = task.classes.map((name, i) => [
      name,
      probabilities[i].toFixed(4),
      ...(calibrated ? [calibrated[i].toFixed(4)] : []),
      predicted.includes(name) ? 'yes' : '',
    ]);
    const columns = ['class', 'probability', ...(calibrated ? ['calibrated'] : []), 'predicted'];
    return `${heading}\n${table([columns, ...rows])}`;
  }
  const rows = task.classes.map((name) => [name, count(windows.filter((w) => w.predicted.includes(name)).length)]);
  return `${heading}: ${count(windows.length)} windows\n${table([['class', 'predicted'], ...rows])}\n(--json prints every window)`;
}
