import { z } from 'zod';

/** One leaf of the configuration and the names it goes by. */
export interface Field {
  /** Dotted path in the configuration: `training.batchSize`. */
  readonly path: string;
  /** Its flag, without dashes: `batch-size`. */
  readonly flag: string;
  /** Its environment variable: `TRAINING_BATCH_SIZE`. */
  readonly env: string;
  readonly description: string;
  /** What it takes, for help texts: `number`, `auto|wasm|cpu`. */
  readonly type: string;
  readonly default: unknown;
  /** Reads a text of the command line or the environment; what can't be read is left for validation to name. */
  parse(text: string): unknown;
}

interface Node {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Node[];
  items?: Node;
  default?: unknown;
  description?: string;
  flag?: string;
  properties?: Record<string, Node>;
}

/** Where short names come from first: an earlier section keeps the plain name, a later one gets its section before it. */
const sections = ['', 'training', 'output', 'dataset', 'model', 'pretraining', 'transfer', 'tracking'];

/** All leaves of an experiment schema. `dataset.name` and `model.name` are `--dataset` and `--model`. */
export function fieldsOf(schema: z.ZodType): Field[] {
  const root = z.toJSONSchema(schema, { io: 'input' }) as Node;
  const leaves = Object.entries(root.properties ?? {}).flatMap(([key, node]) =>
    node.properties
      ? Object.entries(node.properties).map(([name, leaf]) => ({ section: key, name, leaf }))
      : [{ section: '', name: key, leaf: node }],
  );
  leaves.sort((a, b) => sections.indexOf(a.section) - sections.indexOf(b.section));
  const taken = new Set(sections);
  return leaves.map(({ section, name, leaf }) => {
    const plain = leaf.flag ?? kebab(name);
    const flag = name === 'name' ? section : taken.has(plain) ? `${section}-${plain}` : plain;
    taken.add(flag);
    return {
      path: section ? `${section}.${name}` : name,
      flag,
      env: `TRAINING_${flag.replaceAll('-', '_').toUpperCase()}`,
      description: leaf.description ?? '',
      type: typeName(leaf),
      default: leaf.default,
      parse: (text) => parse(leaf, text),
    };
  });
}

function parse(node: Node, text: string): unknown {
  const choice = node.anyOf?.find((option) => String(option.const) === text);
  if (choice) return choice.const;
  const list = node.anyOf?.find((option) => option.type === 'array');
  if (list && !node.anyOf?.some((option) => option.enum?.includes(text))) return parse(list, text);
  if (node.type === 'number' || node.type === 'integer')
    return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  if (node.type === 'boolean')
    return { true: true, yes: true, '1': true, false: false, no: false, '0': false }[text.toLowerCase()] ?? text;
  if (node.type === 'array') return text.split(',').map((part) => parse(node.items ?? {}, part.trim()));
  return text;
}

function typeName(node: Node): string {
  if (node.enum) return node.enum.join('|');
  if (node.anyOf)
    return node.anyOf.map((option) => ('const' in option ? String(option.const) : typeName(option))).join('|');
  if (node.type === 'array') return `${typeName(node.items ?? {})},…`;
  return node.type === 'integer' ? 'number' : (node.type ?? 'text').replace('string', 'text');
}

const kebab = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
