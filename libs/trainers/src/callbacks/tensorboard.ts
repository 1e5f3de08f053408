import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';

import type { TrainerCallback } from '../callbacks.js';
import type { EvaluationResult } from '../evaluate.js';
import { confusionImage, rocImage } from './charts.js';
import { EventSchema, SessionLog_SessionStatus, type SummarySchema } from './event_pb.js';
import { sessionEnd, sessionStart } from './hparams.js';
import { encodePng, type Image } from './png.js';
import { flatParameters, scalarsOf } from './scalars.js';
import { frameRecord } from './tfrecord.js';

/**
 * Writes a TensorBoard event file into a folder: once per epoch the scalars `train/loss`, `train/gradient_norm`, `val/loss`, `val/<score>` and
 * `learning_rate`, and for a classifier the images `val/roc` and, for a multi-class one, `val/confusion`; the parameters for the hparams tab.
 * The horizontal axis is the number of finished epochs, so that runs with different batch sizes can be compared (Keras does the
 * same for its `epoch_*` scalars). A resumed run adds a file that replaces what the interrupted one wrote beyond its checkpoint.
 *
 * @param options.parameters what the hparams tab shows; default: the trainer's numbers
 * @param options.images default true
 *
 * @example
 * new ClassificationTrainer(model, { …, callbacks: [tensorBoard('runs/a')] }); // then: tensorboard --logdir runs
 */
export function tensorBoard(folder: string, options: { parameters?: object; images?: boolean } = {}): TrainerCallback {
  let path = '';
  let epoch = 0;
  const write = async (...events: Uint8Array[]): Promise<void> => appendFile(path, Buffer.concat(events));
  return {
    async onTrainBegin({ history, config }) {
      const now = Date.now() / 1000;
      epoch = history.at(-1)?.epoch ?? 0;
      path = await newEventFile(folder, now, [
        encodeEvent({ wallTime: now, what: { case: 'fileVersion', value: 'brain.Event:2' } }),
        // readers forget what earlier files say of this step and later
        encodeEvent({
          wallTime: now,
          step: BigInt(epoch + 1),
          what: { case: 'sessionLog', value: { status: SessionLog_SessionStatus.START } },
        }),
        encodeSummary(now, epoch, sessionStart(flatParameters(options.parameters ?? config), now)),
      ]);
    },
    async onEpochEnd({ record, evaluation }) {
      const now = Date.now() / 1000;
      epoch = record.epoch;
      await write(
        encodeScalars(now, epoch, scalarsOf(record)),
        ...(evaluation && options.images !== false ? [encodeImages(now, epoch, chartsOf(evaluation))] : []),
      );
    },
    async onTrainEnd() {
      const now = Date.now() / 1000;
      await write(encodeSummary(now, epoch, sessionEnd(now)));
    },
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
  return encodeSummary(wallTime, step, { value });
}

/**
 * One record of an event file: pictures of one step, as PNG.
 *
 * @param wallTime seconds since 1970
 */
function encodeImages(wallTime: number, step: number, images: Readonly<Record<string, Image>>): Uint8Array {
  const value = Object.entries(images).map(([tag, image]) => ({
    tag,
    value: {
      case: 'image' as const,
      value: { height: image.height, width: image.width, colorspace: 3, encodedImageString: encodePng(image) },
    },
  }));
  return encodeSummary(wallTime, step, { value });
}

/** One record of an event file, framed as it lies on disk. */
export function encodeEvent(event: MessageInitShape<typeof EventSchema>): Uint8Array {
  return frameRecord(toBinary(EventSchema, create(EventSchema, event)));
}

const encodeSummary = (wallTime: number, step: number, value: MessageInitShape<typeof SummarySchema>): Uint8Array =>
  encodeEvent({ wallTime, step: BigInt(step), what: { case: 'summary', value } });

function chartsOf(evaluation: EvaluationResult): Record<string, Image> {
  const confusion = confusionImage(evaluation);
  return { ...(confusion && { 'val/confusion': confusion }), 'val/roc': rocImage(evaluation) };
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
