import { CardioError } from '@cardio/core';
import type { InferenceSession } from 'onnxruntime-node';

type Runtime = typeof import('onnxruntime-node');

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

/**
 * Loads a model into ONNX Runtime, which is an optional peer.
 *
 * @param load how the runtime is imported
 * @throws CardioError 'unavailable' if it isn't installed; whatever the runtime throws for a bad model
 */
export async function openSession(
  model: Uint8Array,
  load: () => Promise<Runtime> = () => import('onnxruntime-node'),
): Promise<Session> {
  const { InferenceSession: Sessions, Tensor } = await load().catch((cause: unknown) => {
    throw new CardioError(
      'unavailable',
      'ONNX Runtime is needed to run exported models and is not installed: `npm install onnxruntime-node`.',
      { cause },
    );
  });
  const session: InferenceSession = await Sessions.create(model, { logSeverityLevel: 3 });
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
