/** The parts of JSON Schema that configurations use. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly required?: readonly string[];
  readonly pattern?: string;
  /** To which part of an experiment a field of a request belongs. */
  readonly 'x-group'?: string;
}

/** How a field is entered. */
type FieldKind = 'integer' | 'number' | 'text' | 'flag' | 'choice' | 'list' | 'json';

/** One input of a form. */
export interface FormField {
  /** Where it stands in what is sent, such as `learning_rate` or `config.seed`. */
  readonly path: string;
  readonly name: string;
  /** Of the schema's `x-group`; empty without one. */
  readonly group: string;
  readonly kind: FieldKind;
  /** In English, as the configuration's schema has it. */
  readonly description: string;
  /** What holds where the field is left empty; `undefined` where the schema says none. */
  readonly default: unknown;
  /** Of a choice; of a list, words that stand for one. */
  readonly options: readonly (string | number)[];
  /** Kind of a list's items. */
  readonly items: 'number' | 'text';
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
}

/**
 * Inputs for the properties of an object's schema, in its order; objects within are entered as their own properties.
 *
 * @param prefix path of the object, such as `training`
 */
export function formFields(schema: JsonSchema | undefined, prefix: string): FormField[] {
  return Object.entries(schema?.properties ?? {}).flatMap(([name, property]) => {
    const path = prefix ? `${prefix}.${name}` : name;
    if (property.properties) return formFields(property, path);
    if (property.const !== undefined) return [];
    return [fieldOf(path, name, property)];
  });
}

function fieldOf(path: string, name: string, schema: JsonSchema): FormField {
  const simple = chosen(schema);
  const options = optionsOf(schema);
  const kind = kindOf(simple);
  const largest = simple.maximum ?? simple.exclusiveMaximum;
  return {
    ...{ path, name, options },
    group: schema['x-group'] ?? '',
    kind: options.length > 0 && !(kind === 'list') ? 'choice' : kind,
    description: schema.description ?? '',
    default: schema.default,
    items: simple.items?.type === 'number' || simple.items?.type === 'integer' ? 'number' : 'text',
    minimum: simple.minimum ?? simple.exclusiveMinimum,
    maximum: largest !== undefined && largest < Number.MAX_SAFE_INTEGER ? largest : undefined,
  };
}

/** Of alternatives, the one that a field is drawn for: a list if there is one, since its items can't be chosen. */
function chosen(schema: JsonSchema): JsonSchema {
  return schema.anyOf?.find(({ type }) => type === 'array') ?? schema.anyOf?.[0] ?? schema;
}

/** The values that can be chosen from. Alternatives that are lists of objects are left to files. */
function optionsOf(schema: JsonSchema): (string | number)[] {
  return (schema.anyOf ?? [schema])
    .flatMap(({ enum: values, const: value }): unknown[] => (value === undefined ? [...(values ?? [])] : [value]))
    .filter((value) => typeof value === 'string' || typeof value === 'number');
}

function kindOf({ type, items }: JsonSchema): FieldKind {
  if (type === 'integer' || type === 'number') return type;
  if (type === 'boolean') return 'flag';
  if (type === 'array') return items?.properties || items?.anyOf || items?.type === 'array' ? 'json' : 'list';
  return type === 'string' ? 'text' : 'json';
}

/**
 * What a user entered, as JSON: `undefined` for an empty field, which leaves the default. What can't be read as the field's kind is sent as it
 * is, so that the service says what is wrong with it.
 */
export function valueOf({ kind, items, options }: FormField, entered: string): unknown {
  const text = entered.trim();
  if (text === '') return undefined;
  switch (kind) {
    case 'integer':
    case 'number':
      return numberOr(text);
    case 'flag':
      return text === 'true';
    case 'choice':
      return options.find((option) => String(option) === text) ?? text;
    case 'list':
      if (options.includes(text)) return text;
      return text.split(',').map((item) => (items === 'number' ? numberOr(item.trim()) : item.trim()));
    case 'json':
      try {
        return JSON.parse(text) as unknown;
      } catch {
        return text;
      }
    default:
      return text;
  }
}

const numberOr = (text: string): unknown => (Number.isFinite(Number(text)) ? Number(text) : text);

/** Entered values by path as one nested object, empty ones left out. */
export function nested(
  fields: readonly FormField[],
  entered: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const field of fields) {
    const value = valueOf(field, entered[field.path] ?? '');
    if (value === undefined) continue;
    const parts = field.path.split('.');
    let at = body;
    for (const part of parts.slice(0, -1)) at = (at[part] ??= {}) as Record<string, unknown>; // made here
    at[parts[parts.length - 1]] = value;
  }
  return body;
}

/** `learning_rate` or `learningRate` as words: `Learning rate`. */
export function humanName(name: string): string {
  const words = name
    .replaceAll('_', ' ')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/ hz\b/, ' Hz');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `learning_rate` as `learningRate`, so that fields are found in either spelling. */
export const camelCase = (name: string): string =>
  name.replace(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
