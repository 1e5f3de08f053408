import { describe, expect, test } from '@jest/globals';
import { parseScpCodes, parseScpStatements } from './scp.js';

describe('scp_codes', () => {
  test.each([
    ["{'NORM': 100.0, 'SR': 0.0}", ['NORM', 'SR']],
    ["{'LAO/LAE': 100.0, 'PRC(S)': 0}", ['LAO/LAE', 'PRC(S)']],
    ['{"NORM":1e2,\'SR\' : 0.0 , }', ['NORM', 'SR']],
    ["{'1AVB': nan}", ['1AVB']],
    [' { } ', []],
  ])('%s', (text, codes) => expect(parseScpCodes(text)).toEqual(codes));

  test.each(['', 'NORM', "{'NORM'}", "{'NORM': 100.0", "{'NORM': 100.0 'SR': 0.0}", "['NORM']"])('refuses %j', (text) =>
    expect(() => parseScpCodes(text)).toThrow(`Received: ${JSON.stringify(text)}`),
  );
});

test('a statement table lacking a column is named with what it has', () =>
  expect(() => parseScpStatements(',description,form\nSR,sinus rhythm,\n')).toThrow(
    'scp_statements.csv has no column `diagnostic`, `rhythm`, `diagnostic_class`, `diagnostic_subclass`. It has: , description, form.',
  ));
