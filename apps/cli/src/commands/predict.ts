import { openRun, predictRecord, type Prediction } from '@cardio/experiment';

import { count, table } from '../print.js';

/** `cardio predict <run> <record>` */
export async function predict(
  name: string,
  record: string,
  options: { runsDir: string; using?: 'onnx' | 'checkpoint'; json?: boolean },
): Promise<void> {
  const prediction = await predictRecord(openRun(name, options.runsDir), record, options.using);
  console.log(options.json ? JSON.stringify(prediction, null, 2) : predictionText(prediction));
}

/** One window as a table of classes, many as counts of what was predicted. */
export function predictionText({ record, model, task, notes, windows }: Prediction): string {
  const heading = [...notes, `${record}, by ${model}`].join('\n');
  if (windows.length === 1) {
    const [{ probabilities, predicted }] = windows;
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
