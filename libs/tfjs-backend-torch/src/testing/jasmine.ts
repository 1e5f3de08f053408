import { isDeepStrictEqual } from 'node:util';

/** As much of Jasmine as TensorFlow.js's own tests need: a collector of tests, matchers and spies. */

type Step = (done?: Done) => unknown;
interface Done {
  (): void;
  fail(why?: unknown): void;
}

/** A `describe` block. */
interface Suite {
  readonly name: string;
  readonly parent?: Suite;
  readonly before: Step[];
  readonly after: Step[];
  readonly beforeEach: Step[];
  readonly afterEach: Step[];
  readonly tests: { readonly name: string; readonly body: Step }[];
  readonly suites: Suite[];
}

const newSuite = (name: string, parent?: Suite): Suite => ({
  name,
  ...(parent && { parent }),
  before: [],
  after: [],
  beforeEach: [],
  afterEach: [],
  tests: [],
  suites: [],
});

let current = newSuite('');

/** Puts the functions that a Jasmine test file calls on the global object. */
export function installJasmine(): void {
  const it = (name: string, body: Step): unknown => current.tests.push({ name, body });
  const describe = (name: string, body: () => void): void => {
    const suite = newSuite(name, current);
    current.suites.push(suite);
    current = suite;
    body();
    current = suite.parent ?? suite;
  };
  const skip = (): void => undefined;
  const jasmine = { DEFAULT_TIMEOUT_INTERVAL: 0, createSpy: () => spy(skip), any: (type: unknown) => ({ any: type }) };
  Object.assign(globalThis, {
    describe,
    it,
    fdescribe: describe,
    fit: it,
    xdescribe: skip,
    xit: skip,
    beforeAll: (step: Step) => current.before.push(step),
    afterAll: (step: Step) => current.after.push(step),
    beforeEach: (step: Step) => current.beforeEach.push(step),
    afterEach: (step: Step) => current.afterEach.push(step),
    expect,
    fail: (why: unknown) => {
      throw new Error(String(why));
    },
    jasmine,
    spyOn: (object: Record<string, Step>, name: string) => {
      const original = object[name];
      const made = spy(original);
      object[name] = made as unknown as Step;
      restore.push(() => (object[name] = original));
      return made;
    },
  });
}

const restore: (() => void)[] = [];

/** The tests that were collected while `load` ran, to be run once. */
export async function collect(load: () => Promise<unknown> | unknown): Promise<Suite> {
  const root = newSuite('');
  current = root;
  await load();
  return root;
}

/** Runs a suite; gives for each test, by its full name, what went wrong, or nothing. */
export async function runSuite(suite: Suite, path: readonly string[] = []): Promise<Map<string, string | undefined>> {
  const here = [...path, suite.name].filter(Boolean);
  const results = new Map<string, string | undefined>();
  for (const step of suite.before) await call(step);
  for (const { name, body } of suite.tests) {
    let title = [...here, name].join(' ');
    while (results.has(title)) title += ' (again)';
    results.set(title, await outcome(suite, body));
  }
  for (const inner of suite.suites) for (const entry of await runSuite(inner, here)) results.set(...entry);
  for (const step of suite.after) await call(step);
  return results;
}

async function outcome(suite: Suite, body: Step): Promise<string | undefined> {
  const chain: Suite[] = [];
  for (let s: Suite | undefined = suite; s; s = s.parent) chain.unshift(s);
  try {
    for (const { beforeEach } of chain) for (const step of beforeEach) await call(step);
    await call(body);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    for (const { afterEach } of chain.reverse()) for (const step of afterEach) await call(step);
    for (const undo of restore.splice(0)) undo();
  }
}

/** Calls a step that is over when it returns, when its promise settles, or when it calls `done`. */
async function call(step: Step): Promise<void> {
  if (step.length === 0) return void (await step());
  await new Promise<void>((resolve, reject) => {
    const done = Object.assign(() => resolve(), { fail: (why?: unknown) => reject(new Error(String(why))) });
    Promise.resolve(step(done)).catch(reject);
  });
}

function spy(original: (...args: never[]) => unknown): object {
  const calls: unknown[][] = [];
  let behave: (...args: unknown[]) => unknown = () => undefined;
  const made = function (this: unknown, ...args: unknown[]): unknown {
    calls.push(args);
    return behave.apply(this, args);
  };
  const and = {
    callThrough: () => ((behave = original as typeof behave), made),
    callFake: (f: typeof behave) => ((behave = f), made),
    returnValue: (value: unknown) => ((behave = () => value), made),
  };
  return Object.assign(made, {
    and,
    calls: { count: () => calls.length, all: () => calls, reset: () => calls.splice(0) },
  });
}

type Check = (actual: never, ...expected: never[]) => boolean;

const thrown = (f: () => unknown): unknown => {
  try {
    f();
  } catch (error) {
    return error;
  }
  return undefined;
};

const checks: Record<string, Check> = {
  nothing: () => true,
  toBe: (a, b) => Object.is(a, b) || a === b,
  toEqual: (a, b) => isDeepStrictEqual(a, b),
  toBeNull: (a) => a === null,
  toBeUndefined: (a) => a === undefined,
  toBeDefined: (a) => a !== undefined,
  toBeTruthy: (a) => Boolean(a),
  toBeFalsy: (a) => !a,
  toBeTrue: (a) => a === true,
  toBeFalse: (a) => a === false,
  toBeNaN: (a) => Number.isNaN(a),
  toBeGreaterThan: (a, b) => a > b,
  toBeGreaterThanOrEqual: (a, b) => a >= b,
  toBeLessThan: (a, b) => a < b,
  toBeLessThanOrEqual: (a, b) => a <= b,
  toBeCloseTo: (a: number, b: number, digits = 2) => Math.abs(a - b) < 10 ** -digits / 2,
  toContain: (a: unknown[], b: unknown) => a.includes(b),
  toMatch: (a: string, b: RegExp | string) => new RegExp(b).test(a),
  toBeInstanceOf: (a: object, b: new () => object) => a instanceof b,
  toThrow: (f: () => unknown) => thrown(f) !== undefined,
  toThrowError: (f: () => unknown, expected?: string | RegExp) => {
    const error = thrown(f);
    if (!(error instanceof Error)) return false;
    return typeof expected === 'string'
      ? error.message === expected
      : !expected || !(expected instanceof RegExp) || expected.test(error.message);
  },
  toHaveBeenCalled: (a: { calls: { count(): number } }) => a.calls.count() > 0,
  toHaveBeenCalledTimes: (a: { calls: { count(): number } }, n: number) => a.calls.count() === n,
};

/** Jasmine's `expect`. */
function expect(actual: unknown): object {
  const matchers = (wanted: boolean): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(checks).map(([name, check]) => [
        name,
        (...expected: unknown[]) => {
          if (check(actual as never, ...(expected as never[])) === wanted) return;
          throw new Error(`expect(${brief(actual)})${wanted ? '' : '.not'}.${name}(${expected.map(brief).join(', ')})`);
        },
      ]),
    );
  return Object.assign(matchers(true), { not: matchers(false), withContext: () => expect(actual) });
}

const brief = (value: unknown): string => {
  const text = typeof value === 'function' ? value.name || 'function' : String(JSON.stringify(value) ?? value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
};
