import type * as tf from '@tensorflow/tfjs-core';
import type { TorchBackend } from '../backend.js';

/** The inputs of a kernel by name; optional ones may be missing. */
export type Inputs = Record<string, tf.TensorInfo>;

/** The attributes of a kernel; each kernel knows the types of its own from tfjs's `kernel_names`. */
export type Attributes = Record<string, unknown>;

/** What runs a kernel of tfjs on the backend. */
export type Kernel = (backend: TorchBackend, inputs: Inputs, attributes: Attributes) => tf.TensorInfo | tf.TensorInfo[];

/** The kernels of a family by tfjs's names. */
export type Kernels = Readonly<Record<string, Kernel>>;
