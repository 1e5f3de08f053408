import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';

import { CardioError, define, Factory, isCardioError, validate } from './index.js';

const circle = define({
  name: 'circle',
  description: 'A circle.',
  config: z.strictObject({ radius: z.number().positive().default(1).describe('in metres') }),
  create: ({ radius }) => ({ area: Math.PI * radius ** 2 }),
});
const unit_square = define({
  name: 'unit_square',
  description: 'A square.',
  config: z.strictObject({ side: z.number() }),
  create: ({ side }) => ({ area: side ** 2 }),
});
const shapes = new Factory('shape', [circle]).register(unit_square);

const message = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(isCardioError(error)).toBe(true);
    return (error as Error).message;
  }
  throw new Error('expected an error');
};

describe('a factory', () => {
  test('builds with defaults filled in', () => {
    expect(shapes.create('circle', {}).area).toBeCloseTo(Math.PI, 12);
    expect(shapes.create('unit_square', { side: 3 }).area).toBe(9);
  });

  test('takes dashes for underscores', () => {
    expect(shapes.create('unit-square' as string, { side: 2 })).toEqual({ area: 4 });
  });

  test('lists the known names for an unknown one and suggests the nearest', () => {
    expect(message(() => shapes.create('cirlce', {}))).toBe(
      'Unknown shape `cirlce`. Did you mean `circle`? Known: circle, unit_square.',
    );
    expect(message(() => shapes.get('hexagon'))).toBe('Unknown shape `hexagon`. Known: circle, unit_square.');
  });

  test('names a bad field with what was received', () => {
    const text = message(() => shapes.create('circle', { radius: -2 }));
    expect(text).toContain('Bad configuration of shape `circle`');
    expect(text).toContain('`radius`');
    expect(text).toContain('received -2');
  });

  test('names the nearest known key for an unknown one', () => {
    expect(message(() => shapes.create('circle' as string, { radios: 2 }))).toContain(
      '`radios` is not a known key. Did you mean `radius`?',
    );
  });

  test('names the nearest known key of alternatives, in lists too', () => {
    const step = z.discriminatedUnion('name', [
      z.strictObject({ name: z.literal('noise'), snrDb: z.number() }),
      z.strictObject({ name: z.literal('shift'), seconds: z.number() }),
    ]);
    expect(
      message(() => validate(z.union([z.literal('none'), z.array(step)]), [{ name: 'noise', snrDB: 3 }], 'it')),
    ).toContain('Did you mean `snrDb`?');
  });

  test('refuses a name twice', () => {
    expect(() => shapes.register(circle)).toThrow(CardioError);
  });

  test('describes a definition as JSON Schema', () => {
    expect(shapes.describe('circle')).toMatchObject({
      name: 'circle',
      config: { properties: { radius: { type: 'number', default: 1, description: 'in metres' } } },
    });
  });

  test('checks names and configs at compile time', () => {
    // @ts-expect-error `side` is missing
    expect(() => shapes.create('unit_square', { size: 1 } satisfies { side: number })).toThrow();
    const built: { area: number } = shapes.create('unit_square', { side: 1 });
    expect(built.area).toBe(1);
  });
});
