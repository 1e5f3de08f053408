import { openTrained, predictRecord, type Prediction } from '@cardio/experiment';

import { count, table } from '../print.js';

/** `cardio predict <run> <record>` */
export async function predict(
  name: string,
  record: string,
  options: { runsDir: string; using?: 'onnx' | 'checkpoint'; json?: boolean },
): Promise<void> {
  const prediction = await predictRecord(openTrained(name, options.runsDir), record, options.using);
  console.log(options.json ? JSON.stringify(prediction, null, 2) : predictionText(prediction));
}

/** A record or its only window as a table of classes, many windows that stand for themselves as counts of what was predicted. */
export function predictionText({ record, model, task, notes, whole, windows }: Prediction): string {
  const several = whole && windows.length > 1 ? `, ${task.aggregate} of ${count(windows.length)} windows` : '';
  const heading = [...notes, `${record}, by ${model}${several}`].join('\n');
  if (whole || windows.length === 1) {
    const { probabilities, predicted } = whole ?? windows[0];
    const rows = task.classes.map((name, i) => [
      name,
      probabilities[i].toFixed(4),
      predicted.includes(name) ? 'yes' : '',
    ]);
    return `${heading}\n${table([['class', 'probability', 'predicted'], ...rows])}`;
  }
  const rows = task.classes.map((name) => [name, count(windows.filter((w) => w.predicted.includes(name)).length)]);
  return `${heading}: ${count(windows.length)} windows\n${table([['class', 'predicted'], ...rows])}\n(--json prints every window)`;
}
