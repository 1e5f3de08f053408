import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';

import type { TrainerCallback } from './callbacks.js';
import { EventSchema, SessionLog_SessionStatus } from './event_pb.js';
import type { EpochRecord } from './history.js';
import { frameRecord } from './tfrecord.js';

/**
 * Writes a TensorBoard event file into a folder: `train/loss`, `val/loss`, `val/<score>` and `learning_rate`, once per epoch.
 * The horizontal axis is the number of finished epochs, so that runs with different batch sizes can be compared (Keras does the
 * same for its `epoch_*` scalars). A resumed run adds a file that replaces what the interrupted one wrote beyond its checkpoint.
 *
 * @example
 * new ClassificationTrainer(model, { …, callbacks: [tensorBoard('runs/a')] }); // then: tensorboard --logdir runs
 */
export function tensorBoard(folder: string): TrainerCallback {
  let path = '';
  return {
    async onTrainBegin({ history }) {
      const last = history.at(-1);
      const now = Date.now() / 1000;
      path = await newEventFile(folder, now, [
        encodeEvent({ wallTime: now, what: { case: 'fileVersion', value: 'brain.Event:2' } }),
        // readers forget what earlier files say of this step and later …
        encodeEvent({
          wallTime: now,
          step: BigInt(last?.epoch ?? 0),
          what: { case: 'sessionLog', value: { status: SessionLog_SessionStatus.START } },
        }),
        // … so the last epoch of the checkpoint is said again
        ...(last ? [encodeScalars(now, last.epoch, scalarsOf(last))] : []),
      ]);
    },
    onEpochEnd: ({ record }) => appendFile(path, encodeScalars(Date.now() / 1000, record.epoch, scalarsOf(record))),
  };
}

/**
 * One record of an event file: scalars of one step.
 *
 * @param wallTime seconds since 1970
 */
export function encodeScalars(wallTime: number, step: number, scalars: Readonly<Record<string, number>>): Uint8Array {
  const value = Object.entries(scalars).map(([tag, simpleValue]) => ({
    tag,
    value: { case: 'simpleValue' as const, value: simpleValue },
  }));
  return encodeEvent({ wallTime, step: BigInt(step), what: { case: 'summary', value: { value } } });
}

/** One record of an event file, framed as it lies on disk. */
export function encodeEvent(event: MessageInitShape<typeof EventSchema>): Uint8Array {
  return frameRecord(toBinary(EventSchema, create(EventSchema, event)));
}

/** Creates `events.out.tfevents.<seconds>.<host>[.<n>]`; the names sort in order of creation, which is the order of reading. */
async function newEventFile(folder: string, now: number, events: readonly Uint8Array[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  const stem = join(folder, `events.out.tfevents.${Math.floor(now)}.${hostname()}`);
  for (let n = 0; ; n++) {
    const path = n === 0 ? stem : `${stem}.${n}`;
    try {
      await writeFile(path, Buffer.concat(events), { flag: 'wx' });
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function scalarsOf({ train, validation, learningRate }: EpochRecord): Record<string, number> {
  const all: [string, number | null][] = [
    ['train/loss', train.loss],
    ...Object.entries(validation ?? {}).map(([name, value]): [string, number | null] => [`val/${name}`, value]),
    ['learning_rate', learningRate],
  ];
  return Object.fromEntries(all.filter((entry): entry is [string, number] => entry[1] !== null));
}
