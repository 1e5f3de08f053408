import type { InferenceSession, Tensor } from 'onnxruntime-node';

/** What is used of ONNX Runtime; the packages for Node and for browsers both have it. */
export interface Runtime {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor;
}

/** A float32 tensor outside any runtime. */
export interface Floats {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** An ONNX model in ONNX Runtime. */
export interface Session {
  readonly inputs: readonly { readonly name: string; readonly shape: readonly (number | string)[] }[];
  readonly outputNames: readonly string[];
  run(inputs: Readonly<Record<string, Floats>>): Promise<Record<string, Float32Array>>;
  close(): Promise<void>;
}

/** Loads a model into a runtime, which throws what it likes for a bad one. */
export async function sessionIn({ InferenceSession: Sessions, Tensor }: Runtime, model: Uint8Array): Promise<Session> {
  const session = await Sessions.create(model, { logSeverityLevel: 3 });
  return {
    inputs: session.inputMetadata.map((input) => ({ name: input.name, shape: input.isTensor ? input.shape : [] })),
    outputNames: session.outputNames,
    run: async (inputs) => {
      const feeds = Object.entries(inputs).map(
        ([name, { data, shape }]) => [name, new Tensor('float32', data, shape)] as const,
      );
      const outputs = await session.run(Object.fromEntries(feeds));
      return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, tensor.data as Float32Array]));
    },
    close: () => session.release(),
  };
}
