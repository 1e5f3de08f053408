import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { TrainerCallback } from '../callbacks.js';
import type { EpochRecord } from '../history.js';

/**
 * Writes one line of JSON per epoch (an {@link EpochRecord}) to a file such as `metrics.jsonl`. When training begins the file is
 * made to say exactly what the trainer's history says, so a resumed run has every epoch once, even after a crash half-way
 * through a line.
 */
export function metricsLog(path: string): TrainerCallback {
  return {
    async onTrainBegin({ history }) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, history.map(line).join(''));
    },
    onEpochEnd: ({ record }) => appendFile(path, line(record)),
  };
}

const line = (record: EpochRecord): string => `${JSON.stringify(record)}\n`;
