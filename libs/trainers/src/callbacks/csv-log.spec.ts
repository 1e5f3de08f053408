import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from '@jest/globals';

import { csvLog, csvOf } from './csv-log.js';
import { epochRecord, play } from './testing.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a resumed run has every epoch once, under one heading', async () => {
  const path = join(folder, 'new', 'metrics.csv');
  await play(csvLog(path), { to: 3 });
  await play(csvLog(path), { from: 1, to: 2, stopped: 'completed' });
  expect(readFileSync(path, 'utf8')).toBe(
    'epoch,step,seconds,best,train/loss,train/gradient_norm,val/loss,val/macroF1,learning_rate\n' +
      '1,10,2.5,true,1,1,0.5,0.25,0.001\n' +
      '2,20,2.5,true,0.5,1,0.25,0.25,0.001\n',
  );
});

test('an undefined score is an empty cell, a name with a comma is quoted', () => {
  const records = [epochRecord(1, { validation: {} }), epochRecord(2, { validation: { 'auroc, "all"': 0.5 } })];
  expect(csvOf(records)).toBe(
    'epoch,step,seconds,best,train/loss,train/gradient_norm,learning_rate,"val/auroc, ""all"""\n' +
      '1,10,2.5,true,1,1,0.001,\n' +
      '2,20,2.5,true,0.5,1,0.001,0.5\n',
  );
});
