import { expect, test } from '@jest/globals';

import { parseEvents, type ServerEvent } from './events.js';
import { problemOf } from './problem.js';

const stream =
  ': hello\n\nevent: metrics\nid: 4\ndata: {"epoch":1,\ndata: "loss":2}\n\ndata:plain\r\n\r\nevent: state\n\n';

test.each([1, 2, 3, 7, 1000])('events are the same in pieces of %i characters', async (size) => {
  async function* pieces(): AsyncGenerator<string> {
    for (let at = 0; at < stream.length; at += size) yield stream.slice(at, at + size);
  }
  const events: ServerEvent[] = [];
  for await (const event of parseEvents(pieces())) events.push(event);
  expect(events).toEqual([
    { type: 'metrics', id: '4', data: '{"epoch":1,\n"loss":2}' },
    { type: 'message', id: '4', data: 'plain' },
  ]);
});

test('a problem document names its fields', () => {
  const text = JSON.stringify({
    ...{ type: 'about:blank', title: 'Bad Request', status: 400, detail: '2 fields are wrong.' },
    errors: [
      { field: 'training.epochs', message: 'must be positive' },
      { pointer: '#/training/learning_rate', detail: 'must be a number' },
    ],
  });
  expect(problemOf(400, text)).toEqual({
    ...{ status: 400, title: 'Bad Request', detail: '2 fields are wrong.' },
    fields: [
      { field: 'training.epochs', message: 'must be positive' },
      { field: 'training.learning_rate', message: 'must be a number' },
    ],
  });
});

test('an answer that is no problem document is not lost', () => {
  expect(problemOf(502, 'upstream is down')).toEqual({
    status: 502,
    title: '',
    detail: 'upstream is down',
    fields: [],
  });
  expect(problemOf(502, '<html>…').detail).toBe('');
});
