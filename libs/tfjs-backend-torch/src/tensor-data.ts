import type { DataType } from '@tensorflow/tfjs-core';
import type { Handle } from './addon.js';

/** The addon's tensors behind the values of a tensor: what is to be released. */
export interface Memory {
  /** 0 for strings. */
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
   * @param handle the addon's tensor; 0 for strings
   * @param shape of the addon's tensor
   * @param strings the values of a string tensor, encoded
   */
  constructor(
    handle: Handle,
    readonly dtype: DataType,
    readonly shape: readonly number[],
    readonly strings?: readonly Uint8Array[],
  ) {
    this.memory = { handle, views: new Map(), origin: undefined };
  }
}
