import type { Example, Preparation } from './dataset.js';
import { unseenWindows, windowRuleOf } from './fixed-windows.js';
import { prepareRecord } from './prepare.js';

/**
 * Prepares one unseen WFDB record for a model whose preparation has a window in its step `resample`: windows one after the other from the
 * record's start, a shorter rest left out.
 *
 * @param recordPath path without extension
 * @throws {CardioError} `data` for a missing lead, missing samples, or less than one window
 */
export async function consecutiveWindows(recordPath: string, preparation: Preparation): Promise<Example[]> {
  const rule = windowRuleOf(preparation);
  const { name, signal } = await prepareRecord(recordPath, preparation);
  return unseenWindows(recordPath, name, signal, rule);
}
