import { expect, test } from '@jest/globals';

import { en } from './en.js';
import { formatsOf } from './formats.js';
import { ptBR } from './pt-br.js';

/** Paths of all texts with what kind they are. */
const leaves = (words: object, path = ''): [string, string][] =>
  Object.entries(words).flatMap(([name, word]: [string, unknown]) =>
    typeof word === 'object' && word !== null ? leaves(word, `${path}${name}.`) : [[path + name, typeof word]],
  );

test('both languages have the same texts', () => {
  expect(leaves(ptBR)).toEqual(leaves(en));
});

test('no text is empty', () => {
  const texts = (words: object): unknown[] =>
    Object.values(words).flatMap((word: unknown) => (typeof word === 'object' && word !== null ? texts(word) : [word]));
  expect([...texts(en), ...texts(ptBR)].filter((word) => word === '')).toEqual([]);
});

test('sentences are translated, not copied', () => {
  const sentences = (words: object): string[] =>
    Object.values(words).flatMap((word: unknown) =>
      typeof word === 'string' ? [word] : typeof word === 'object' && word !== null ? sentences(word) : [],
    );
  const portuguese = new Set(sentences(ptBR));
  expect(sentences(en).filter((text) => text.split(' ').length > 2 && portuguese.has(text))).toEqual([]);
});

test('numbers, sizes and times are written as in the language', () => {
  const [english, portuguese] = [formatsOf('en'), formatsOf('pt-BR')];
  expect([english.number(12_345.67, 1), portuguese.number(12_345.67, 1)]).toEqual(['12,345.7', '12.345,7']);
  expect([english.short(0.00025), portuguese.short(0.00025)]).toEqual(['2.5e-4', '2,5e-4']);
  expect([english.short(0.69315), portuguese.short(0.69315)]).toEqual(['0.693', '0,693']);
  expect(english.short(undefined)).toBe('–');
  expect([english.bytes(0), english.bytes(1536), english.bytes(3 * 2 ** 30)]).toEqual(['0 B', '2 KiB', '3 GiB']);
  expect([english.duration(63), english.duration(3723.9)]).toEqual(['1:03', '1:02:03']);
  expect(english.ago('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:05:10Z'))).toBe('5 minutes ago');
  expect(portuguese.ago('2026-01-01T00:00:00Z', Date.parse('2026-01-01T02:05:10Z'))).toBe('há 2 horas');
});
