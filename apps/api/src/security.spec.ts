import { connect } from 'node:net';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { InjectOptions } from 'fastify';

import { readTokens } from './security/tokens.js';
import { openApi, type OpenedApi } from './testing/open-api.js';

const secrets = {
  admin: 'admin-0123456789abcdef',
  researcher: 'researcher-0123456789',
  viewer: 'viewer-0123456789abc',
};
const origin = 'https://cardio.example';
let [open, guarded]: (OpenedApi | undefined)[] = [];
let port = 0;

beforeAll(async () => {
  const limits = { bodyBytes: 10_000, uploadBytes: 20_000, requestSeconds: 1 };
  open = await openApi({ limits });
  const text = Object.entries(secrets).map(([role, secret]) => `${role}:${secret}`);
  guarded = await openApi({ tokens: readTokens(text.join(',')), allowedOrigins: [origin] });
  port = Number(new URL(await open.app.listen({ host: '127.0.0.1', port: 0 })).port);
}, 60_000);
afterAll(async () => {
  await open?.close();
  await guarded?.close();
});

const ask = async (options: InjectOptions, api = open) => {
  const headers = { host: 'localhost', ...options.headers };
  const response = await (api as OpenedApi).app.inject({ ...options, headers });
  const isProblem = response.headers['content-type']?.toString().startsWith('application/problem+json');
  const problem = isProblem ? response.json<{ detail: string; errors?: { field: string; message: string }[] }>() : null;
  return { status: response.statusCode, body: response.body, headers: response.headers, problem };
};
const start = (payload: object, headers: Record<string, string> = {}) =>
  ask({ method: 'POST', url: '/training/start', payload, headers });
const good = { model_name: 'cnn_lstm', dataset_name: 'mitbih', epochs: 1 };

/** What the server answers to bytes, until it closes or goes silent. */
const raw = (text: string, ms = 5000): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
    setTimeout(() => socket.destroy(), ms).unref();
  });

test.each([
  '/runs/..%2f..%2fsecret',
  '/runs/outside',
  '/runs/one/files/../../secret',
  '/runs/one/files/..%2f..%2fsecret',
  '/runs/one/files/%2e%2e%2f%2e%2e%2fsecret',
  '/runs/one/files/link.html',
  '/runs/one/files/%00secret',
  '/runs/outside/files/secret',
  '/datasets/mitbih/files/../../secret',
  '/datasets/mitbih/files/..%2f..%2fsecret',
  '/datasets/mitbih/files/up/secret',
  '/datasets/mitbih/files//etc/passwd',
  '/datasets/..%2f..%2f/files/secret',
  '/..%2f..%2fsecret',
  '/docs/static/..%2f..%2f..%2fpackage.json',
])('%s leads nowhere', async (url) => {
  const { status, body } = await ask({ url });
  expect([400, 404]).toContain(status);
  expect(body).not.toContain('nobody may read this');
  expect(body).not.toContain('root:');
});

test('a file inside is sent, and a range of it', async () => {
  expect((await ask({ url: '/datasets/mitbih/files/100.hea' })).body).toBe('100 1 360 10');
  const part = await ask({ url: '/datasets/mitbih/files/100.hea', headers: { range: 'bytes=4-8' } });
  expect([part.status, part.body, part.headers['content-range']]).toEqual([206, '1 360', 'bytes 4-8/12']);
});

test.each([
  ['data_dir', '/etc'],
  ['data_dir', '../..'],
  ['data_dir', 'mitbih/up'],
  ['data_dir', 'dangling/x'],
  ['store_dir', '/tmp/elsewhere'],
  ['store_dir', '../secret'],
  ['run_id', '..'],
  ['run_id', '../x'],
  ['run_id', '.hidden'],
  ['from', '/etc/passwd'],
  ['from', 'outside'],
  ['mlflow', 'http://169.254.169.254/latest'],
  ['config.plugins', { config: { plugins: ['/tmp/evil.mjs'] } }],
  ['plugin', ['/tmp/evil.mjs']],
  ['config.output.runsDir', { config: { output: { runsDir: '/tmp' } } }],
  ['runs_dir', '/tmp'],
])("a start can't reach outside by %s %j", async (field, value) => {
  const more = field.startsWith('config.') ? (value as object) : { [field]: value };
  const { status, problem } = await start({ ...good, ...more });
  expect(status).toBe(400);
  expect(problem?.errors?.[0].field).toBe(field);
});

test.each([
  [{ ...good, epochs: '5' }, 'epochs', 'received "5"'],
  [{ ...good, epochs: -1 }, 'epochs', 'received -1'],
  [{ ...good, epocs: 5 }, 'epocs', 'Did you mean `epochs`?'],
  [{ ...good, records: 50 }, 'records', 'a field of dataset synthetic'],
  [{ ...good, model_name: 'cnn' }, 'model_name', 'Did you mean `cnn_lstm`?'],
  [{ ...good, dataset_name: 7 }, 'dataset_name', 'received 7'],
  [{ dataset_name: 'mitbih' }, 'model_name', 'received nothing'],
  [{ ...good, num_classes: 0 }, 'num_classes', 'received 0'],
  [{ ...good, config: { training: 5 } }, 'config.training', 'received 5'],
  [{ ...good, config: { trainin: {} } }, 'trainin', 'Did you mean `training`?'],
])('%j is refused by its field', async (body, field, message) => {
  const { status, problem } = await start(body);
  expect(status).toBe(400);
  expect(problem?.errors?.map((error) => error.field)).toContain(field);
  expect(problem?.errors?.find((error) => error.field === field)?.message).toContain(message);
});

test.each([
  ['{"model_name":', 'application/json', 400],
  ['', 'application/json', 400],
  ['[1]', 'application/json', 400],
  ['null', 'application/json', 400],
  ['{"__proto__":{"admin":true}}', 'application/json', 400],
  ['{"constructor":{"prototype":{"admin":true}}}', 'application/json', 400],
  ['\xff\xfe', 'application/json', 400],
  ['model_name=cnn', 'application/x-www-form-urlencoded', 415],
  ['<a/>', 'text/xml', 415],
  ['{}', 'text/plain', 400], // text is read, and is no object
  [`{"model_name":"${'x'.repeat(20_000)}"}`, 'application/json', 413],
  ['['.repeat(5000), 'application/json', 400],
])('a body %j of %s is refused', async (payload, type, status) => {
  const answer = await ask({ method: 'POST', url: '/training/start', payload, headers: { 'content-type': type } });
  expect(answer.status).toBe(status);
  expect(answer.problem).not.toBeNull();
});

test('uploads have a limit, and names of files are plain', async () => {
  const form = (name: string, bytes: number) =>
    `--b\r\ncontent-disposition: form-data; name="files"; filename="${name}"\r\n\r\n${'x'.repeat(bytes)}\r\n--b--\r\n`;
  const upload = (payload: string) =>
    ask({
      method: 'POST',
      url: '/predict/one',
      payload,
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    });
  expect((await upload(form('a.hea', 50_000))).status).toBeGreaterThanOrEqual(400);
  expect((await ask({ method: 'POST', url: '/predict/one', payload: { samples: Array(30_000).fill(0) } })).status).toBe(
    413,
  );
  expect((await upload('--b\r\nnonsense')).status).toBeLessThan(500);
});

test('a request that arrives slowly is cut off', async () => {
  const begun = performance.now();
  const head =
    'POST /training/start HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{';
  expect(await raw(head)).toContain('408');
  expect(performance.now() - begun).toBeLessThan(4500);
}, 15_000);

test.each([
  ['GET /health HTTP/1.1\r\n\r\n', 400],
  [`GET /health HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ['GET /health HTTP/1.1\r\nHost: localhost\r\nX\x01Y: a\r\n\r\n', 400],
  [
    'POST /training/start HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  ['GET http://evil.example/health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n', 421],
  ['NONSENSE\r\n\r\n', 400],
  ['GET /runs/.. HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
  ['GET /runs/%2e%2e HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
  ['GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 404],
  ['GET /runs/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
])('raw bytes %j get %i', async (text, status) => {
  expect(await raw(text)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect((await ask({ url: '/health' })).status).toBe(200);
});

test('pages of other sites may not change anything, nor ask by a name of their own', async () => {
  const evil = { origin: 'https://evil.example' };
  expect((await start(good, evil)).status).toBe(403);
  expect((await start(good, { origin: 'null' })).status).toBe(403);
  expect((await ask({ url: '/runs', headers: { host: 'evil.example' } })).status).toBe(421);
  expect((await ask({ url: '/runs', headers: evil })).headers['access-control-allow-origin']).toBeUndefined();
  const allowed = await ask({ url: '/health', headers: { origin } }, guarded);
  expect(allowed.headers['access-control-allow-origin']).toBe(origin);
});

test('tokens give what their roles may do', async () => {
  const as = (role: keyof typeof secrets | undefined, options: InjectOptions) =>
    ask({ ...options, headers: role ? { authorization: `Bearer ${secrets[role]}` } : {} }, guarded).then(
      ({ status }) => status,
    );
  const wrong = { authorization: 'Bearer admin-0123456789abcdee' };
  expect((await ask({ url: '/runs', headers: wrong }, guarded)).status).toBe(401);
  expect((await ask({ url: '/runs', headers: { authorization: 'Basic eDp5' } }, guarded)).status).toBe(401);
  const missing = await ask({ url: '/training/jobs' }, guarded);
  expect([missing.status, missing.headers['www-authenticate']]).toEqual([401, 'Bearer realm="cardio"']);
  expect(await as(undefined, { url: '/health' })).toBe(200);
  expect(await as('viewer', { url: '/runs' })).toBe(200);
  expect(await as('viewer', { method: 'POST', url: '/training/start', payload: good })).toBe(403);
  expect(await as('researcher', { method: 'POST', url: '/training/start', payload: good })).toBe(201);
  expect(await as('researcher', { method: 'POST', url: '/datasets/mitbih/download', payload: {} })).toBe(403);
  expect(await as('admin', { method: 'POST', url: '/datasets/mitbih/download', payload: {} })).toBe(202);
  expect(await as('admin', { method: 'POST', url: '/datasets/icentia11k/download', payload: {} })).toBe(400);
});

test.each(['short', 'boss:0123456789abcdef', 'ünïcödé-0123456789abcdef'])(
  'the token %s is refused without being shown',
  (text) => {
    expect(() => readTokens(text)).toThrow(/`TRAINING_API_TOKEN`/);
    expect(() => readTokens(text)).not.toThrow(text);
  },
);

test('an idempotency key gives the same job again, and belongs to one request', async () => {
  const key = { 'idempotency-key': 'once' };
  const [first, second] = [await start(good, key), await start(good, key)];
  expect([first.status, second.status]).toEqual([201, 201]);
  const idOf = ({ body }: { body: string }) => (JSON.parse(body) as { job_id: string }).job_id;
  expect(idOf(second)).toBe(idOf(first));
  expect((await start({ ...good, epochs: 2 }, key)).status).toBe(409);
});

test('who asks too often is told to wait', async () => {
  const limited = await openApi({ limits: { requestsPerMinute: 5 } });
  try {
    const statuses = [];
    for (let i = 0; i < 7; i++) statuses.push((await ask({ url: '/models' }, limited)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
  } finally {
    await limited.close();
  }
}, 30_000);

test('every answer has the headers that keep browsers safe', async () => {
  const { headers } = await ask({ url: '/health' });
  expect(headers['content-security-policy']).toContain("script-src 'self'");
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
});
