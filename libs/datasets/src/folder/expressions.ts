import { CardioError, suggestion } from '@cardio/core';
import { all, create, type MathJsInstance, type MathNode, type SymbolNode } from 'mathjs';

/** A cell as an expression sees it: a text, a number, or a number with a unit (made by {@link ExpressionLanguage.quantity}). */
export type CellValue = string | number | object;

/** An expression over the columns of a table, checked and compiled. */
export interface ColumnExpression {
  /** The columns that it needs. */
  readonly columns: readonly string[];
  /**
   * Whether it holds.
   *
   * @param cells a value for each of {@link columns}
   * @throws {CardioError} `config` when the values' kinds don't go together or the result is neither true nor false
   */
  holds(cells: ReadonlyMap<string, CellValue>): boolean;
}

/** What {@link createExpressionLanguage} gives. */
export interface ExpressionLanguage {
  /** @throws {CardioError} `config` for what is not in the language, naming the place or the nearest column */
  compile(text: string, columns: readonly string[], what: string): ColumnExpression;
  /** A number with a unit, such as 180 cm; `config` for a unit that mathjs does not know. */
  quantity(value: number, unit: string): CellValue;
}

/** All that an expression may call. None makes a text, an array, a function or an object, and none takes long. */
const functions = ['abs', 'ceil', 'exp', 'floor', 'log', 'log10', 'log2', 'max', 'min', 'pow', 'round', 'sqrt'];
/** Functions of mathjs that reach beyond their arguments (its "Security" page names them); disabled although none can be written. */
const dangerous = [
  'import', 'config', 'createUnit', 'evaluate', 'parse', 'parser', 'compile', 'simplify', 'simplifyCore', 'simplifyConstant',
  'derivative', 'rationalize', 'resolve', 'reviver', 'replacer', 'chain', 'help', 'symbolicEqual', 'print', 'format',
]; // prettier-ignore
const constants = ['true', 'false', 'pi', 'e'];
const nodes = [
  'ConstantNode',
  'SymbolNode',
  'OperatorNode',
  'RelationalNode',
  'ParenthesisNode',
  'ConditionalNode',
  'FunctionNode',
];
/** `!` is the factorial, which takes long; bits and matrices are for others. */
const operators = [
  'add', 'subtract', 'multiply', 'divide', 'mod', 'pow', 'unaryMinus', 'unaryPlus', 'equal', 'unequal', 'smaller', 'larger', 'smallerEq',
  'largerEq', 'and', 'or', 'xor', 'not', 'to',
]; // prettier-ignore
const longest = 1000;

/**
 * The expressions of `labels`: mathjs without anything but arithmetic, comparison, logic, units and a few functions. What an expression is made
 * of is checked against a list before it runs: no property, index, assignment, function of its own, array or object can be written, and names
 * are columns, units or constants. `==` and `!=` compare texts too.
 *
 * @example
 * const language = createExpressionLanguage();
 * language.compile('rhythm == "AF" and age > 60', ['rhythm', 'age'], 'label `old_af`').holds(new Map([['rhythm', 'AF'], ['age', 61]])); // true
 */
export function createExpressionLanguage(): ExpressionLanguage {
  const math = create(all, {});
  const parse = math.parse.bind(math);
  const isUnit = (name: string): boolean =>
    (math.Unit as unknown as { isValuelessUnit(name: string): boolean }).isValuelessUnit(name);
  lock(math);
  return {
    compile(text, columns, what) {
      const wrong = (message: string): never => {
        throw new CardioError('config', `${what}: \`${text.slice(0, 200)}\`: ${message}`);
      };
      if (text.length > longest) wrong(`it has ${text.length} characters, at most ${longest} are allowed.`);
      let tree: MathNode;
      try {
        tree = parse(text);
      } catch (cause) {
        return wrong(`${messageOf(cause)}.`);
      }
      const needed = namesIn(tree, columns, isUnit, wrong);
      const code = tree.compile();
      return {
        columns: needed,
        holds(cells) {
          let result: unknown;
          try {
            result = code.evaluate(new Map(cells));
          } catch (cause) {
            const values = needed.map((name) => `${name} = ${shown(cells.get(name))}`).join(', ');
            return wrong(`${messageOf(cause)} (${values}).`);
          }
          return typeof result === 'boolean'
            ? result
            : wrong(`its value is ${String(result)}, expected true or false: compare it with something.`);
        },
      };
    },
    quantity(value, unit) {
      try {
        return math.unit(value, unit);
      } catch {
        throw new CardioError(
          'config',
          `\`columnUnits\`: \`${unit}\` is no unit. Examples: cm, kg, mmol/L, ms, mmHg, degC.`,
        );
      }
    },
  };
}

/** Makes `==` compare texts, and disables {@link dangerous}. */
function lock(math: MathJsInstance): void {
  const equal = math.equal as unknown as (a: unknown, b: unknown) => boolean;
  const alike = (a: unknown, b: unknown): boolean => {
    if (typeof a !== 'string' && typeof b !== 'string') return equal(a, b);
    if (typeof a === 'string' && typeof b === 'string') return a === b;
    throw new TypeError('a text is compared with what is none');
  };
  const disabled = (name: string) => (): never => {
    throw new Error(`Function ${name} is disabled`);
  };
  math.import(
    {
      ...Object.fromEntries(dangerous.map((name) => [name, disabled(name)])),
      equal: alike,
      unequal: (a: unknown, b: unknown) => !alike(a, b),
    },
    { override: true },
  );
}

/** Checks every node; gives the columns named. */
function namesIn(
  tree: MathNode,
  columns: readonly string[],
  isUnit: (name: string) => boolean,
  wrong: (message: string) => never,
): string[] {
  const needed = new Set<string>();
  tree.traverse((node, path, parent) => {
    if (!nodes.includes(node.type)) wrong(`${node.type.replace('Node', '').toLowerCase()}s are not allowed in it.`);
    const called = parent?.type === 'FunctionNode' && path === 'fn';
    if (node.type === 'OperatorNode' && !operators.includes(String((node as unknown as { fn: unknown }).fn))) {
      wrong(`the operator \`${String((node as unknown as { op: unknown }).op)}\` is not allowed in it.`);
    }
    if (node.type === 'FunctionNode' && (node as unknown as { fn: MathNode }).fn.type !== 'SymbolNode') {
      wrong('only functions with a name can be called.');
    }
    if (node.type !== 'SymbolNode') return;
    const { name } = node as SymbolNode;
    if (called) {
      if (!functions.includes(name)) wrong(`\`${name}\` is no function of it. ${suggestion(name, functions)}`);
    } else if (columns.includes(name)) needed.add(name);
    else if (!constants.includes(name) && !isUnit(name))
      wrong(`\`${name}\` is no column. ${suggestion(name, columns)}`);
  });
  return [...needed];
}

const shown = (cell: CellValue | undefined): string => (typeof cell === 'string' ? JSON.stringify(cell) : String(cell));

const messageOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, '');
