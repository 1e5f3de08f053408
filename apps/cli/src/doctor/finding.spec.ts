import { expect, test } from '@jest/globals';

import { finding, findingsText } from './finding.js';
import { folderFinding, portFinding } from './machine.js';

test('findings fit 80 columns, and what mends one stands below it', () => {
  const long = 'a folder that can not be written because it is on a disk that is read-only since this morning at seven';
  const text = findingsText([finding('node', '20.20.2'), finding('runs', long, 'name another folder', 'problem')]);
  const lines = text.split('\n');
  expect(lines[0]).toBe('ok  node  20.20.2');
  expect(lines[1]).toMatch(/^!! {2}runs {2}a folder/);
  expect(lines.at(-1)).toBe('          mend: name another folder');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
});

test('a folder that can not be written is a problem, one that can be made is none', async () => {
  expect(await folderFinding('runs', '/proc/1/nothing')).toMatchObject({ state: 'problem' });
  expect(await folderFinding('runs', '/tmp/not/there/yet')).toMatchObject({ what: 'runs', found: expect.stringContaining('GiB free') as unknown }); // prettier-ignore
});

test('a port that is taken is said', async () => {
  const { createServer } = await import('node:net');
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  expect(await portFinding(port)).toMatchObject({ state: 'note', found: `${port} is taken` });
  await new Promise((done) => server.close(done));
  expect(await portFinding(port)).toMatchObject({ state: 'ok' });
});
