import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from '@jest/globals';

import { takeLock } from './lock.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-lock-'));
const path = join(folder, 'owner.json');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const leftBy = (owner: object | string): void =>
  writeFileSync(path, typeof owner === 'string' ? owner : JSON.stringify(owner));
const silent = (): void => utimesSync(path, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));

test('a folder is one process’s until it gives it back', () => {
  const release = takeLock(path, folder);
  expect(() => takeLock(path, folder)).toThrow('is open already');
  release();
  expect(existsSync(path)).toBe(false);
});

const onLinux = existsSync('/proc/self/stat') ? test : test.skip;

onLinux(
  'an owner that was killed is followed, though its number is ours or another’s, as after a container’s restart',
  () => {
    for (const pid of [process.pid, process.ppid]) {
      leftBy({ pid, host: hostname(), began: '1 before-the-restart' });
      takeLock(path, folder)();
    }
  },
);

onLinux('a live process keeps its folder', async () => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  const began = `${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]} ${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}`;
  leftBy({ pid: child.pid, host: hostname(), began });
  expect(() => takeLock(path, folder)).toThrow(`is open in process ${child.pid}. Ask that service`);
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
  takeLock(path, folder)();
});

test('an owner on another host, or one that is not readable, is gone once it is silent', () => {
  for (const owner of [{ pid: 1, host: 'another' }, '']) {
    leftBy(owner);
    expect(() => takeLock(path, folder)).toThrow('is open in');
    silent();
    takeLock(path, folder)();
  }
});
