import { expect, test } from '@jest/globals';

import { exportCommand, type ExportFlags } from './export.js';

test.each<[string, Partial<ExportFlags>]>([
  ['--precision', { precision: 'int8' }],
  ['--with-preprocessing', { withPreprocessing: true }],
  ['--keep-normalisation', { keepNormalisation: true }],
  ['--profile', { profile: 'cardioai-pro' }],
  ['--calibrate', { calibrate: '16' }],
])('%s is refused by every format but onnx, before a run is opened', async (flag, flags) => {
  const given = { runsDir: 'none', format: 'tfjs-graph', precision: 'float32', ...flags } as const;
  await expect(exportCommand('none', given)).rejects.toMatchObject({
    code: 'usage',
    message: `\`${flag}\` is of --format onnx; tfjs-graph is float32 and takes prepared windows.`,
  });
});
