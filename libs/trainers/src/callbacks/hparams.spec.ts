import { readFileSync } from 'node:fs';

import { create, toBinary } from '@bufbuild/protobuf';
import { expect, test } from '@jest/globals';

import { SummarySchema } from './event_pb.js';
import { sessionEnd, sessionStart } from './hparams.js';

const golden = JSON.parse(readFileSync(new URL('../../golden/hparams.json', import.meta.url), 'utf8')) as {
  parameters: Record<string, string | number | boolean>;
  start: string;
  end: string;
};
const bytes = (summary: ReturnType<typeof sessionEnd>): string =>
  Buffer.from(toBinary(SummarySchema, create(SummarySchema, summary))).toString('base64');

test("equal parameters give the bytes of TensorBoard's own summaries", () => {
  expect(bytes(sessionStart(golden.parameters, 1700000000.25))).toBe(golden.start);
  expect(bytes(sessionEnd(1700000009.5))).toBe(golden.end);
});
