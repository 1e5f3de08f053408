/**
 * How one storage format lays samples out in bytes (signal(5) of the WFDB manual). All signals of a file share the format; their
 * samples are interleaved frame by frame, which is no concern of the format: to it a file is one row of samples.
 */
export interface SampleFormat {
  /** Bits of a sample, which is what the header's ADC resolution defaults to. */
  readonly bits: number;
  /** The stored value that means "no valid sample". */
  readonly invalid: number;
  /**
   * Bytes that hold the first 0, 1, 2, … samples of a group; the last entry is a whole group, after which the layout starts anew on a
   * byte boundary. Format 212 packs two samples into three bytes and needs two for the first: `[0, 2, 3]`.
   */
  readonly groupBytes: readonly number[];
  /** Samples are stored as differences from the sample before, the first from the header's initial value. */
  readonly differences?: true;
  /** Unpacks `count` samples from byte `at`, where a group starts, into `out` from its beginning, as ADC values. */
  unpack(bytes: Uint8Array, at: number, count: number, out: Int32Array): void;
  /** Packs ADC values; absent where this library only reads the format. */
  encode?(samples: Int32Array): Uint8Array;
}

/** Samples in a group of the format. */
export function groupSamples(format: SampleFormat): number {
  return format.groupBytes.length - 1;
}

/** Bytes that hold `samples` samples: whole groups and what is needed of the last. */
export function bytesFor(format: SampleFormat, samples: number): number {
  const size = groupSamples(format);
  return Math.floor(samples / size) * format.groupBytes[size] + format.groupBytes[samples % size];
}

/** The most samples that `bytes` bytes can hold. */
export function samplesIn(format: SampleFormat, bytes: number): number {
  const size = groupSamples(format);
  const rest = bytes % format.groupBytes[size];
  return Math.floor(bytes / format.groupBytes[size]) * size + format.groupBytes.findLastIndex((least) => least <= rest);
}
