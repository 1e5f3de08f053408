import { CardioError } from './errors.js';
import { suggestion } from './nearest.js';

/**
 * What a factory needs of a schema: the Standard Schema interface (https://standardschema.dev) with its JSON Schema part.
 * Every zod schema from 4.2 on has it, so this library needs no zod.
 */
export interface Schema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    readonly jsonSchema: { readonly input: (options: { target: 'draft-2020-12' }) => Record<string, unknown> };
  };
}

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

/** What a caller may write for a schema: fields with defaults are optional. */
export type InputOf<S> = S extends Schema<infer Input, unknown> ? Input : never;
/** What `create` receives: every default filled in. */
export type OutputOf<S> = S extends Schema<infer _Input, infer Output> ? Output : never;

/** Told how far a long creation is: steps done, of how many. */
export type Progress = (done: number, total: number) => void;

/** One thing a factory can make: a name, the schema of its configuration, and how to build it. */
export interface Definition<Name extends string = string, S extends Schema = Schema, Built = unknown> {
  readonly name: Name;
  /** One sentence for help texts. */
  readonly description: string;
  readonly config: S;
  create(config: OutputOf<S>, onProgress?: Progress): Built;
}

/** Types a definition from its parts, so that `create` sees the schema's output. */
export function define<const Name extends string, S extends Schema, Built, More extends object>(
  definition: Definition<Name, S, Built> & More,
): Definition<Name, S, Built> & More {
  return definition;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a table holds definitions of every config type
type AnyDefinition<Built> = Definition<string, any, Built>;
type Named<D, Name extends string> = Extract<D, { readonly name: Name }>;
type NameOf<D extends { name: string }> = D['name'];

/**
 * A table of definitions. `register` adds one and returns the factory with the wider type; `create` validates and builds.
 * Dashes and underscores are interchangeable in names.
 *
 * @example
 * const shapes = new Factory('shape', [circle]).register(square);
 * shapes.create('square', { side: 2 });
 */
export class Factory<D extends AnyDefinition<unknown>> {
  private readonly table = new Map<string, D>();

  constructor(
    /** What it makes, for messages: "model", "dataset". */
    readonly kind: string,
    definitions: readonly D[],
  ) {
    for (const definition of definitions) this.add(definition);
  }

  /** The registered names in order of registration. */
  get names(): string[] {
    return [...this.table.keys()];
  }

  /** Adds a definition; a name that is already taken is an error. Returns this factory, its type widened. */
  register<More extends AnyDefinition<ReturnType<D['create']>>>(definition: More): Factory<D | More> {
    this.add(definition as unknown as D); // the return value carries the wider type
    return this as unknown as Factory<D | More>;
  }

  /** The definition of that name. */
  get<Name extends NameOf<D>>(name: Name): Named<D, Name>;
  get(name: string): D;
  get(name: string): D {
    const definition = this.table.get(name) ?? [...this.table.values()].find((d) => plain(d.name) === plain(name));
    if (!definition)
      throw new CardioError('usage', `Unknown ${this.kind} \`${name}\`. ${suggestion(name, this.names)}`);
    return definition;
  }

  /** Validates `config` against the definition's schema and builds. A bad field is named with what was received. */
  create<Name extends NameOf<D>>(
    name: Name,
    config: InputOf<Named<D, Name>['config']>,
    onProgress?: Progress,
  ): ReturnType<Named<D, Name>['create']>;
  create(name: string, config: unknown, onProgress?: Progress): ReturnType<D['create']>;
  create(name: string, config: unknown, onProgress?: Progress): unknown {
    const definition = this.get(name);
    return definition.create(validate(definition.config, config, `${this.kind} \`${definition.name}\``), onProgress);
  }

  private add(definition: D): void {
    const taken = this.names.find((name) => plain(name) === plain(definition.name));
    if (taken) throw new CardioError('usage', `The ${this.kind} \`${taken}\` is already registered.`);
    this.table.set(definition.name, definition);
  }

  /** Name, description and JSON Schema of a definition, for help texts, the API and the docs. */
  describe(name: string): { name: string; description: string; config: Record<string, unknown> } {
    const { name: known, description, config } = this.get(name);
    return {
      name: known,
      description,
      config: (config as Schema)['~standard'].jsonSchema.input({ target: 'draft-2020-12' }),
    };
  }
}

/**
 * Parses a value with a schema or throws a {@link CardioError} that lists each bad field with what was received; an unknown key
 * names the nearest known one.
 *
 * @param what what the value is, for the message: "model `cnn_lstm`"
 * @param origin where the value at a dotted path was set, for the message: "--epochs"
 */
export function validate<S extends Schema>(
  schema: S,
  value: unknown,
  what: string,
  origin: (path: string) => string | undefined = () => undefined,
): OutputOf<S> {
  const result = schema['~standard'].validate(value);
  if (result instanceof Promise) throw new TypeError('Schemas with asynchronous checks are not supported.');
  if (!result.issues) return result.value as OutputOf<S>;
  const lines = result.issues.flatMap(deepest).map((issue) => {
    const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
    const received = path.reduce<unknown>((v, key) => (v as Record<string, unknown> | undefined)?.[key], value);
    const unknownKeys = 'keys' in issue && Array.isArray(issue.keys) ? (issue.keys as string[]) : [];
    if (unknownKeys.length > 0) {
      const known = keysAt(schema, path);
      return unknownKeys
        .map((key) => `  \`${[...path, key].join('.')}\` is not a known key. ${suggestion(key, known)}`)
        .join('\n');
    }
    const dotted = path.join('.');
    const from = origin(dotted);
    return `  ${dotted ? `\`${dotted}\`: ` : ''}${issue.message} (received ${JSON.stringify(received) ?? 'nothing'}${from ? ` from ${from}` : ''})`;
  });
  throw new CardioError('config', `Bad configuration of ${what}:\n${lines.join('\n')}`);
}

/** For a value that no alternative of a union takes: the issues of the alternative that got furthest (zod's `invalid_union`), else itself. */
function deepest(issue: Issue): readonly Issue[] {
  if (!('errors' in issue) || !Array.isArray(issue.errors)) return [issue];
  const alternatives = (issue.errors as (readonly Issue[])[]).map((issues) =>
    issues.flatMap(deepest).map((inner) => ({ ...inner, path: [...(issue.path ?? []), ...(inner.path ?? [])] })),
  );
  const depth = (issues: readonly Issue[]): number => Math.max(0, ...issues.map(({ path }) => path?.length ?? 0));
  const best = alternatives.sort((a, b) => depth(b) - depth(a)).at(0);
  return best && depth(best) > (issue.path?.length ?? 0) ? best : [issue];
}

/** The property names that a schema knows at a path; where it has alternatives, those of all of them. */
function keysAt(schema: Schema, path: readonly string[]): string[] {
  interface Node {
    properties?: Record<string, Node>;
    items?: Node;
    anyOf?: Node[];
    oneOf?: Node[];
  }
  const alternatives = (node: Node): Node[] => [
    node,
    ...[...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap(alternatives),
  ];
  let nodes = alternatives(schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' }));
  for (const key of path) {
    nodes = nodes.flatMap((node) => [node.properties?.[key] ?? node.items ?? []].flat().flatMap(alternatives));
  }
  return [...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {})))];
}

const plain = (name: string): string => name.toLowerCase().replaceAll('-', '_');
