import { CardioError } from '@cardio/core';
import { sessionIn, type Runtime, type Session } from './session.js';

export type { Floats, Session } from './session.js';

/**
 * Loads a model into ONNX Runtime for Node, which is an optional peer.
 *
 * @param load how the runtime is imported
 * @throws CardioError 'unavailable' if it isn't installed; whatever the runtime throws for a bad model
 */
export async function openSession(
  model: Uint8Array,
  load: () => Promise<Runtime> = () => import('onnxruntime-node'),
): Promise<Session> {
  const runtime = await load().catch((cause: unknown) => {
    throw new CardioError(
      'unavailable',
      'ONNX Runtime is needed to run exported models and is not installed: `npm install onnxruntime-node`.',
      { cause },
    );
  });
  return sessionIn(runtime, model);
}
