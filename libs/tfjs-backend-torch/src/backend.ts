import * as tf from '@tensorflow/tfjs-core';
import type { Addon, Handle } from './addon.js';
import { TensorData, type Memory } from './tensor-data.js';

/** The addon's numbers of the data types. */
const typeCodes: Partial<Record<tf.DataType, number>> = { float32: 0, int32: 1, bool: 2 };

/** The addon's number of a data type. @throws Error for a type that it has not */
export function typeCode(dtype: tf.DataType): number {
  const code = typeCodes[dtype];
  if (code === undefined)
    throw new Error(`The torch engine has no tensors of type ${dtype}; use float32, int32 or bool.`);
  return code;
}

/**
 * TensorFlow.js's storage over the addon's tensors. A tensor that nobody disposes is released when JavaScript collects it; with
 * `CARDIO_DEBUG_TENSORS=1` in the environment the console then says where it was made.
 */
export class TorchBackend extends tf.KernelBackend {
  private readonly moved = new WeakMap<object, TensorData>();
  private readonly debug = process.env['CARDIO_DEBUG_TENSORS'] === '1';
  private readonly alive = new Set<WeakRef<TensorData>>();
  private count = 0;

  private readonly collector = new FinalizationRegistry((memory: Memory) => {
    this.count--;
    this.free(memory);
    if (memory.origin) console.warn(`A tensor was never disposed. It was made here:\n${memory.origin}`);
  });

  constructor(readonly addon: Addon) {
    super();
  }

  /** The data behind an id; values of another backend are fetched from there. */
  get(dataId: tf.DataId): TensorData {
    if (dataId instanceof TensorData) return dataId;
    if (!this.moved.has(dataId)) tf.engine().moveData(this, dataId);
    const data = this.moved.get(dataId);
    if (!data) throw new Error('The torch engine has no such tensor.');
    return data;
  }

  /** The addon's handle of a tensor, in the tensor's own shape. @throws Error for strings and complex numbers */
  handle(x: tf.TensorInfo): Handle {
    const { memory, shape, dtype, host } = this.get(x.dataId);
    if (host) throw new Error(`The torch engine can't compute with tensors of type ${dtype} here.`);
    if (sameShape(shape, x.shape)) return memory.handle;
    const key = x.shape.join();
    let view = memory.views.get(key);
    if (view === undefined) memory.views.set(key, (view = this.addon.reshape(memory.handle, x.shape)));
    return view;
  }

  /** The handle of the values behind a tensor, whatever its shape. */
  baseHandle(x: tf.TensorInfo): Handle {
    return this.get(x.dataId).memory.handle;
  }

  /** A second tensor of the same values, in a shape of as many. */
  share(x: tf.TensorInfo, shape: number[]): tf.TensorInfo {
    const data = this.get(x.dataId);
    data.references++;
    return { dataId: x.dataId, shape, dtype: x.dtype };
  }

  /** Releases the views of a tensor's values: before they are written in place. */
  dropViews(x: tf.TensorInfo): void {
    const { views } = this.get(x.dataId).memory;
    for (const view of views.values()) this.addon.release(view);
    views.clear();
  }

  /** Hands a tensor of the addon over to tfjs. */
  wrap(handle: Handle, dtype: tf.DataType, shape: number[] = this.addon.shape(handle)): tf.TensorInfo {
    return { dataId: this.track(new TensorData(handle, dtype, shape)), shape, dtype };
  }

  override write(
    values: tf.backend_util.TypedArray | tf.BackendValues,
    shape: number[],
    dtype: tf.DataType,
  ): TensorData {
    if (dtype === 'string') {
      const strings = (values as unknown as (string | Uint8Array)[]).map((s) =>
        typeof s === 'string' ? tf.util.encodeString(s) : s,
      );
      return this.track(new TensorData(0, dtype, shape, strings));
    }
    if (dtype === 'complex64')
      return this.track(new TensorData(0, dtype, shape, Float32Array.from(values as Float32Array)));
    return this.track(
      new TensorData(this.addon.create(typedValues(values, dtype), shape, typeCode(dtype)), dtype, shape),
    );
  }

  override move(
    dataId: object,
    values: tf.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    references: number,
  ): void {
    const data = this.write(values, shape, dtype);
    data.references = references;
    this.moved.set(dataId, data);
  }

  override readSync(dataId: tf.DataId): tf.BackendValues {
    const { memory, dtype, shape, host } = this.get(dataId);
    if (host) return host.slice();
    const size = tf.util.sizeFromShape([...shape]);
    const values =
      dtype === 'int32' ? new Int32Array(size) : dtype === 'bool' ? new Uint8Array(size) : new Float32Array(size);
    this.addon.read(memory.handle, values);
    return values;
  }

  override async read(dataId: tf.DataId): Promise<tf.BackendValues> {
    return this.readSync(dataId);
  }

  override disposeData(dataId: tf.DataId, force = false): boolean {
    const data = dataId instanceof TensorData ? dataId : this.moved.get(dataId);
    if (!data || data.references === 0) return true;
    data.references = force ? 0 : data.references - 1;
    if (data.references > 0) return false;
    this.collector.unregister(data);
    this.moved.delete(dataId);
    this.count--;
    this.free(data.memory);
    return true;
  }

  override refCount(dataId: tf.DataId): number {
    return this.get(dataId).references;
  }

  override incRef(dataId: tf.DataId): void {
    this.get(dataId).references++;
  }

  override numDataIds(): number {
    return this.count;
  }

  /** Bytes of the addon: in use, kept for reuse, and the most that was in use at once. */
  override memory(): { unreliable: boolean; bytesInUse: number; bytesCached: number; peakBytes: number } {
    const [, , bytesInUse, bytesCached, peakBytes] = this.addon.memory();
    return { unreliable: false, bytesInUse, bytesCached, peakBytes };
  }

  /** Where the tensors that are alive were made, most first; empty unless `CARDIO_DEBUG_TENSORS=1`. */
  origins(): { origin: string; tensors: number }[] {
    const counts = new Map<string, number>();
    for (const reference of this.alive) {
      const data = reference.deref();
      if (!data || data.references === 0) this.alive.delete(reference);
      else if (data.memory.origin) counts.set(data.memory.origin, (counts.get(data.memory.origin) ?? 0) + 1);
    }
    return [...counts].map(([origin, tensors]) => ({ origin, tensors })).sort((a, b) => b.tensors - a.tensors);
  }

  override async time(f: () => void): Promise<{ kernelMs: number }> {
    const start = performance.now();
    f();
    return { kernelMs: performance.now() - start };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    // The tensors go with tfjs's own references to them.
  }

  private track(data: TensorData): TensorData {
    this.count++;
    if (this.debug) {
      data.memory.origin = callers();
      this.alive.add(new WeakRef(data));
    }
    this.collector.register(data, data.memory, data);
    return data;
  }

  private free({ handle, views }: Memory): void {
    for (const view of views.values()) this.addon.release(view);
    if (handle) this.addon.release(handle);
  }
}

/** Where we were called from, without the frames of TensorFlow.js and of this package. */
function callers(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50; // an op of TensorFlow.js alone is ten calls deep
  const frames = new Error().stack?.split('\n').slice(1) ?? [];
  Error.stackTraceLimit = stackTraceLimit;
  const own = /[\\/]tfjs-(core|layers|backend-torch[\\/](dist|src[\\/](kernels|backend|register)))\b(?!\.spec)/;
  return frames
    .filter((frame) => !own.test(frame))
    .slice(0, 8)
    .join('\n');
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function typedValues(values: unknown, dtype: tf.DataType): Float32Array | Int32Array | Uint8Array {
  const numbers = values as ArrayLike<number>;
  if (dtype === 'int32') return numbers instanceof Int32Array ? numbers : Int32Array.from(numbers);
  if (dtype === 'bool') return numbers instanceof Uint8Array ? numbers : Uint8Array.from(numbers, (v) => (v ? 1 : 0));
  return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers);
}
