import { describe, expect, test } from '@jest/globals';
import { createExpressionLanguage, type CellValue } from './expressions.js';

const language = createExpressionLanguage();
const cells = new Map<string, CellValue>([
  ['rhythm', 'AF'],
  ['age', 61],
  ['lvef', 35],
  ['height', language.quantity(180, 'cm')],
  ['potassium', language.quantity(5.6, 'mmol/L')],
  ['e', 7],
]);
const columns = [...cells.keys()];
const holds = (text: string): boolean => language.compile(text, columns, 'label `x`').holds(cells);

describe('expressions over columns', () => {
  test.each([
    ['rhythm == "AF"', true],
    ["rhythm == 'AF'", true],
    ['rhythm != "AF"', false],
    ['rhythm == "SR" or rhythm == "AF"', true],
    ['age > 60 and lvef < 40', true],
    ['age > 60 and not (lvef < 40)', false],
    ['18 <= age < 65', true],
    ['height > 1.75 m', true],
    ['height > 6 ft', false],
    ['height == 180 cm', true],
    ['potassium > 5.5 mmol/L', true],
    ['potassium > 5500 umol/L', true],
    ['max(age, lvef) >= 61', true],
    ['age / 2 + lvef ^ 2 > 1000', true],
    ['age > 60 ? lvef < 40 : false', true],
    ['e == 7', true],
    ['true', true],
  ])('%s is %p', (text, expected) => expect(holds(text)).toBe(expected));

  test('tells which columns it needs', () =>
    expect(language.compile('age > 60 and height > 1 m', columns, '').columns).toEqual(['age', 'height']));

  test.each([
    ['age', 'its value is 61, expected true or false'],
    ['agee > 60', '`agee` is no column. Did you mean `age`?'],
    ['age >', 'label `x`: `age >`: Unexpected end of expression'],
    ['rhythm > 3', 'Cannot convert "AF" to a number'],
    ['rhythm == 3', 'a text is compared with what is none'],
    ['height > 100', '(height = 180 cm)'],
    ['height > 1 kg', 'Cannot compare units'],
    ['', 'its value is undefined'],
    [`age > ${'1'.repeat(1000)}`, 'at most 1000 are allowed'],
  ])('%s is an error', (text, message) => expect(() => holds(text)).toThrow(message));

  // None of these may run, whatever it would do.
  test.each([
    'constructor',
    '__proto__ == 1',
    'rhythm.constructor == 1',
    'rhythm["constructor"]',
    'age.toString()',
    '"a".constructor.constructor("return process")()',
    'cos.constructor("return process")()',
    'f(x) = x; f(1)',
    'x = 5',
    'age = 5',
    'evaluate("1")',
    'parse("1")',
    'compile("1")',
    'import({})',
    'config({})',
    'createUnit("foo")',
    'simplify("x")',
    'derivative("x", "x")',
    'resolve("x")',
    'parser()',
    'chain(3)',
    'typed("a", {})',
    'print("$x", {x: 1})',
    'format(age, {})',
    'help("sin")',
    'reviver("a", 1)',
    'map([1], f)',
    '[1, 2]',
    '{a: 1}',
    'age[1]',
    '1:1000000000',
    '170!',
    '99999999!',
    'factorial(99999999)',
    'ones(1e5, 1e5)',
    'random() < 0.5',
    'concat("a", "b")',
    'age | 1',
    "age'",
    '1; 2',
    'end',
    'age .* 2',
    'bignumber(10) ^ 1000000',
    'toString',
    'hasOwnProperty("a")',
    'this',
    'process',
    'globalThis',
  ])('%s is refused before it runs', (text) =>
    expect(() => language.compile(text, columns, 'label `x`')).toThrow(/^label `x`: /),
  );

  test('a column named like a part of every object is but a column', () => {
    const odd = new Map<string, CellValue>([
      ['constructor', 3],
      ['__proto__', 4],
    ]);
    expect(language.compile('constructor == 3 and __proto__ == 4', [...odd.keys()], '').holds(odd)).toBe(true);
  });

  test('deep nesting is an error or a value, not a crash', () => {
    for (const text of [
      `${'('.repeat(490)}age > 1${')'.repeat(490)}`,
      `${'-'.repeat(900)}age > 1`,
      '9^9^9^9^9^9 > 1',
    ]) {
      try {
        expect(typeof holds(text)).toBe('boolean');
      } catch (error) {
        expect(String(error)).toContain('label `x`');
      }
    }
  });

  test('an unknown unit of a column is named', () =>
    expect(() => language.quantity(1, 'foo')).toThrow('`foo` is no unit'));
});
