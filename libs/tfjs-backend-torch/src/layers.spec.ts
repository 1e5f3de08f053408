import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tfl from '@tensorflow/tfjs-layers';
import { networks, untested } from './testing/models.js';
import { addon, startTorch } from './testing/torch.js';
import { train, traceDifferences } from './testing/training.js';
import { trainings } from './testing/trainings.js';

/** Single precision is off by 1e-6 an op; a few hundred ops and the divisions of the optimizers leave 1e-4 of the largest value. */
const tolerance = 1e-4;

beforeAll(startTorch);

const withAddon = addon ? describe : describe.skip;
if (!addon) console.warn('Skipped: these tests need the native engine; set it up with `npx cardio engine install`.');

withAddon.each(Object.entries(trainings))('torch trains as cpu does: %s', (_, rows) => {
  test.each(rows)('%s', async (_name, which) => {
    const expected = await train(which, 'cpu');
    const actual = await train(which, 'torch');
    expect(traceDifferences(actual, expected, tolerance)).toEqual([]);
  });
});

test('the table has every layer of tfjs-layers', () => {
  const aliases = /^(avgPool|globalMaxPool\dd$|maxPool\dd$)/;
  const known = networks()
    .map(({ name }) => name)
    .concat(Object.keys(untested), 'gruCell lstmCell simpleRNNCell in rnn of stacked cells')
    .join(' ');
  const missing = Object.keys(tfl.layers).filter((name) => !aliases.test(name) && !known.split(/[ ,]+/).includes(name));
  expect(missing).toEqual([]);
});
