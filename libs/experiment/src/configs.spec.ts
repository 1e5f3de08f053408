import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, expect, test } from '@jest/globals';

import { readConfigFile, resolveConfig } from './resolve.js';
import { createSweep } from './sweep.js';

const configs = fileURLToPath(new URL('../../../configs', import.meta.url));
const runsDir = mkdtempSync(join(tmpdir(), 'cardio-configs-'));
afterAll(() => rmSync(runsDir, { recursive: true }));

test.each(readdirSync(configs))('configs/%s is what the platform understands', async (name) => {
  const file = join(configs, name);
  if ('search' in readConfigFile(file)) {
    expect(readdirSync(join(await createSweep(file, { runsDir }), 'trials')).length).toBeGreaterThan(1);
  } else {
    const { rows } = await resolveConfig({ file });
    expect(rows.filter(({ origin }) => origin === file).length).toBeGreaterThan(2);
  }
});
