import { CardioError, isCardioError, type Signal } from '@cardio/core';
import { interleave, prepareSignal } from '@cardio/signal';
import { readRecord } from '@cardio/wfdb';
import type { Preparation } from './dataset.js';

export { interleave, prepareSignal };

/**
 * Reads an unseen WFDB record and prepares it as {@link prepareSignal} does; its errors name the record.
 *
 * @param recordPath path without extension
 */
export async function prepareRecord(
  recordPath: string,
  preparation: Preparation,
): Promise<{ readonly name: string; readonly signal: Signal }> {
  const { name, signal } = await readRecord(recordPath);
  try {
    return { name, signal: prepareSignal(signal, preparation) };
  } catch (cause) {
    if (!isCardioError(cause)) throw cause;
    throw new CardioError(cause.code, `${recordPath}: ${cause.message}`, { cause });
  }
}
