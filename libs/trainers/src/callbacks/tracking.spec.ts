import { expect, test } from '@jest/globals';

import { play } from './testing.js';
import { tracking, type TrackedRun } from './tracking.js';

test('a tracker that fails is warned of once and told everything again; the training goes on', async () => {
  const seen: (readonly [epochs: number, stopped: TrackedRun['stopped']])[] = [];
  const warnings: string[] = [];
  const failing = {
    name: 'Tool',
    remedy: 'Send it later.',
    update({ history, stopped }: TrackedRun): Promise<void> {
      seen.push([history.length, stopped]);
      return history.length === 1 || history.length === 2 ? Promise.reject(new Error('no answer')) : Promise.resolve();
    },
  };
  await play(
    tracking(failing, (message) => warnings.push(message)),
    { to: 3, stopped: 'early' },
  );
  expect(seen).toEqual([[0, undefined], [1, undefined], [2, undefined], [3, undefined], [3, 'early']]); // prettier-ignore
  expect(warnings).toEqual(['Tool: no answer. Training goes on. Send it later.']);
});
