import { openSession } from '../../runtime.js';
import { openBundle } from '../open-bundle.js';
import { joined, type Runner } from './runner.js';

/** The bundle in this process. */
export async function nodeRunner(folder: string): Promise<Runner> {
  const opened = await openBundle(folder);
  return {
    where: 'bundle in Node',
    runtime: `onnxruntime-node in Node ${process.versions.node}`,
    windows: async ({ ecg, features }) => {
      const input = { ecg: ecg.data, shape: ecg.shape, ...(features && { features: features.data }) };
      const { windows } = await opened.predictWindows(input);
      return joined(windows.map(({ probabilities }) => probabilities));
    },
    records: async (signals) => {
      const rows: (readonly number[])[] = [];
      for (const signal of signals) {
        const { windows } = await opened.predict(signal);
        rows.push(...windows.map(({ probabilities }) => probabilities));
      }
      return joined(rows);
    },
    run: async (model, inputs) => {
      const session = await openSession(model);
      return session.run(inputs).finally(() => session.close());
    },
    close: () => opened.close(),
  };
}
