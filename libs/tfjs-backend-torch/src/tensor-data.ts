import type { DataType } from '@tensorflow/tfjs-core';
import type { Handle } from './addon.js';

/** The addon's tensors behind the values of a tensor: what is to be released. */
export interface Memory {
  /** 0 for what the addon has no type for. */
  readonly handle: Handle;
  /** The same values in other shapes, by shape: tfjs's reshaped tensors share their values. */
  readonly views: Map<string, Handle>;
  /** Where it was made; only with `CARDIO_DEBUG_TENSORS=1`. */
  origin: string | undefined;
}

/** What the backend knows of a tensor's values; also the `dataId` by which tfjs names them. */
export class TensorData {
  references = 1;
  readonly memory: Memory;

  /**
   * @param handle the addon's tensor; 0 for what it has no type for
   * @param shape of the addon's tensor
   * @param host the values that the addon has no type for: strings, encoded, or complex numbers as pairs (real, imaginary)
   */
  constructor(
    handle: Handle,
    readonly dtype: DataType,
    readonly shape: readonly number[],
    readonly host?: readonly Uint8Array[] | Float32Array,
  ) {
    this.memory = { handle, views: new Map(), origin: undefined };
  }
}
