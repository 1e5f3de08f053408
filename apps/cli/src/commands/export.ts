import { exportRun, openRun } from '@cardio/experiment';

import { count } from '../print.js';

/** `cardio export <run>` */
export async function exportCommand(name: string, options: { runsDir: string }): Promise<void> {
  const { path, bytes, nodes, opset, parity, bundle } = await exportRun(openRun(name, options.runsDir));
  console.log(
    `${path}: ${count(Math.round(bytes / 1000))} kB, ${count(nodes)} nodes, opset ${opset}\n` +
      `checked in ONNX Runtime on ${parity.inputs} inputs: largest difference ${parity.maxAbsDiff.toExponential(1)}\n${bundle}`,
  );
}
