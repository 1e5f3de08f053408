import { expect, test } from '@jest/globals';

import { href, parseRoute } from './router.js';

test.each([
  [['runs', 'compare'], { run: ['a b', 'c/d'] }],
  [['datasets', 'x?y#z'], {}],
  [[], {}],
])('the address of %j leads back to it', (parts, query: Record<string, readonly string[]>) => {
  const route = parseRoute(href(parts, query));
  expect(route.parts).toEqual(parts);
  expect(route.query.getAll('run')).toEqual(query['run'] ?? []);
});

test('a broken address is a page that is not there, not a crash', () => {
  expect(parseRoute('#/%E0%A4%A').parts).toEqual(['%E0%A4%A']);
});
