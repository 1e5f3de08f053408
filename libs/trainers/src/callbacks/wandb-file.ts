import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';

import type { WandbRow, WandbRun } from './wandb-run.js';
import { RecordSchema } from './wandb_pb.js';

type RecordType = NonNullable<MessageInitShape<typeof RecordSchema>['recordType']>;

/**
 * Writes the transaction log of a Weights & Biases run, `run-<id>.wandb`, which `wandb sync` reads: protobuf records in the frames of a LevelDB
 * log. What is there already is replaced. A file that ends without {@link WandbFile.end} is that of a run that crashed.
 */
export async function createWandbFile(path: string, run: WandbRun, rows: readonly WandbRow[]): Promise<WandbFile> {
  let offset = 0;
  let num = 0;
  const framed = (records: readonly RecordType[]): Buffer => {
    const frames = records.map((recordType) => {
      const frame = frameWandb(
        toBinary(RecordSchema, create(RecordSchema, { num: BigInt(++num), recordType })),
        offset,
      );
      offset += frame.length;
      return frame;
    });
    return Buffer.concat(frames);
  };
  const header = wandbHeader();
  offset = header.length;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, Buffer.concat([header, framed([...beginning(run), ...rows.flatMap(recordsOf)])]));
  return {
    append: (row) => appendFile(path, framed(recordsOf(row))),
    end: (exitCode, runtime) =>
      appendFile(path, framed([{ case: 'exit', value: { exitCode, runtime: Math.round(runtime) } }])),
  };
}

/** A transaction log that is being written. */
export interface WandbFile {
  append(row: WandbRow): Promise<void>;
  /**
   * Says that the run has ended: well, or with another exit code.
   *
   * @param runtime seconds
   */
  end(exitCode: number, runtime: number): Promise<void>;
}

/** The first 7 bytes of a log: name, magic number, version (wandb, core/pkg/leveldb). */
const wandbHeader = (): Buffer => Buffer.from([...Buffer.from(':W&B'), 0xe1, 0xbe, 0]);

const blockSize = 32768;
const frameSize = 7;

/**
 * The frames of one record that begins at `offset` of its file (LevelDB, log_format.md): none crosses a border of 32 KiB, and each has CRC-32 of
 * type and data, length and type (1 whole, 2 first, 3 middle, 4 last).
 */
function frameWandb(data: Uint8Array, offset: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0, first = true; first || at < data.length; first = false) {
    const left = blockSize - (offset % blockSize);
    if (left < frameSize) {
      parts.push(Buffer.alloc(left));
      offset += left;
    }
    const part = data.subarray(at, at + blockSize - (offset % blockSize) - frameSize);
    at += part.length;
    const frame = Buffer.alloc(frameSize + part.length);
    frame.set(part, frameSize);
    frame.writeUInt16LE(part.length, 4);
    frame[6] = first ? (at === data.length ? 1 : 2) : at === data.length ? 4 : 3;
    frame.writeUInt32LE(crc32(frame.subarray(6)), 0);
    parts.push(frame);
    offset += frame.length;
  }
  return Buffer.concat(parts);
}

function beginning({ id, entity, project, config, name, tags, startTime }: WandbRun): RecordType[] {
  const update = Object.entries(config).map(([key, value]) => ({ key, valueJson: JSON.stringify(value) }));
  const seconds = Math.floor(startTime);
  return [
    { case: 'header', value: { versionInfo: { producer: '0.30.0', minConsumer: '0.70.0' } } },
    {
      case: 'run',
      value: {
        runId: id,
        entity: entity ?? '',
        project,
        config: { update },
        displayName: name,
        tags: [...tags],
        host: hostname(),
        startTime: { seconds: BigInt(seconds), nanos: Math.floor((startTime - seconds) * 1e9) },
      },
    },
  ];
}

/** What is the latest goes into the summary too: `wandb sync` takes that from the log. */
function recordsOf(row: WandbRow): RecordType[] {
  const item = Object.entries(row).map(([name, value]) => ({ nestedKey: [name], valueJson: JSON.stringify(value) }));
  return [
    { case: 'summary', value: { update: item } },
    { case: 'history', value: { item, step: { num: BigInt(row._step) } } },
  ];
}
