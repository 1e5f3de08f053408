import type { Signal } from '@cardio/core';
import { WfdbError } from './errors.js';
import type { Header, SignalSpec } from './header.js';
import { planFiles, wantedSignals, type ReadOptions } from './plan.js';
import { allocate, channelsOf, decodeInto, extentIn, openBytes, planSingle, type Plan } from './result.js';
import type { Samples } from './convert.js';

/** A record in memory. */
export interface WfdbRecord {
  readonly name: string;
  readonly header: Header;
  /** In mV (µV and V are converted; other units stay as the header names them), NaN where the file marks no valid sample. */
  readonly signal: Signal;
}

/** What to read of a record into a {@link Signal}. */
export interface RecordOptions extends ReadOptions {
  /**
   * `frame` (default): one sample per frame of every lead, the mean of the frame's where there are more, as WFDB's tools show it. `full`:
   * every sample; the wanted leads must have the same number per frame.
   */
  readonly resolution?: 'frame' | 'full';
}

/** What to read of a record into {@link Channel}s. */
export interface ChannelOptions extends ReadOptions {
  /** `full` (default): every sample, so that leads may differ in rate. `frame`: as in {@link RecordOptions}. */
  readonly resolution?: 'frame' | 'full';
  /** ADC values in place of physical ones. */
  readonly digital?: boolean;
}

/** One lead with a rate and a unit of its own. */
export interface Channel<T extends Samples = Samples> {
  readonly lead: string;
  readonly sampleRateHz: number;
  /**
   * Physical values in `units` (Float32Array, NaN for a sample that is not valid) or, where digital ones were asked for, ADC values
   * (Int32Array, {@link invalidSample}).
   */
  readonly samples: T;
  /** The unit of physical values: `mV` for voltages, else the header's, such as `mmHg`. */
  readonly units: string;
  /** The signal line this comes from; of a multi-segment record, the layout's or the first segment's. */
  readonly spec: SignalSpec;
}

/**
 * Decodes a record of one segment from its header and the whole content of its sample files; for use where there is no source.
 *
 * @param bytesOf the content of a file the header names
 * @throws {WfdbError} for a truncated file, a wrong checksum (checked when a signal is read as a whole), an unknown lead or format
 */
export function decodeRecord(
  header: Header,
  bytesOf: (file: string) => Uint8Array,
  options: RecordOptions = {},
): WfdbRecord {
  const headerFile = `${header.name}.hea`;
  if (header.parts.length > 0)
    throw new WfdbError(headerFile, `the record has ${header.segments} segments; read it with \`readRecord\`.`);
  const wanted = wantedSignals(header, options.leads, headerFile);
  const files = planFiles(header, wanted, headerFile).map((part) =>
    openBytes(part.file, part, part.storage.kind === 'none' ? nothing : bytesOf(part.file)),
  );
  const plan = planSingle(header, headerFile, wanted, files, options);
  const view = viewOf(options);
  const targets = allocate(plan, view);
  for (const piece of plan.pieces) {
    for (const file of piece.files) {
      const { start, end } = extentIn(piece, file);
      decodeInto(targets, piece, file, (file.content ?? nothing).subarray(start, end), view);
    }
  }
  return toRecord(plan, channelsOf(plan, targets, view));
}

const nothing = new Uint8Array(0);

/** The options of a record as those of its channels. */
export function viewOf(options: RecordOptions): ChannelOptions & { readonly digital: false } {
  return { ...options, resolution: options.resolution ?? 'frame', digital: false };
}

/** Makes one signal of channels, which must have one rate. */
export function toRecord({ header, headerFile }: Plan, channels: readonly Channel<Float32Array>[]): WfdbRecord {
  const rates = new Set(channels.map(({ sampleRateHz }) => sampleRateHz));
  if (rates.size > 1) {
    throw new WfdbError(
      headerFile,
      `the leads have different rates: ${channels.map(({ lead, sampleRateHz }) => `${lead} ${sampleRateHz} Hz`).join(', ')}. Choose \`leads\` of one rate or use \`readChannels\`.`,
    );
  }
  const [sampleRateHz = header.sampleRateHz] = rates;
  return {
    name: header.name,
    header,
    signal: { samples: channels.map(({ samples }) => samples), sampleRateHz, leads: channels.map(({ lead }) => lead) },
  };
}
