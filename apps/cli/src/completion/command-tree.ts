import type { Command, Option } from 'commander';

/** What can be written behind an option or as an argument: words that are known, and names of files where any text is taken. */
export interface Offer {
  readonly words: readonly string[];
  readonly files: boolean;
}

/** An option as a shell completes it. */
export interface OptionNode {
  /** With its dashes: `--model`. */
  readonly flag: string;
  readonly description: string;
  /** `null` for one that takes nothing. */
  readonly value: Offer | null;
}

/** A command as a shell completes it. */
export interface CommandNode {
  /** Its words after `cardio`: `datasets download`; '' for `cardio` itself. */
  readonly path: string;
  readonly subcommands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly OptionNode[];
  readonly argument: Offer;
}

/** An option that knows more than commander: the values that its field takes, spelled in the usual way. */
export interface OfferingOption extends Option {
  offers?: readonly string[];
}

/**
 * All commands of a program, the outermost first, as plain data.
 *
 * @param named words that an argument of this name can be, by the path of its command: `{ 'datasets download': ['mitbih', …] }`
 */
export function commandTree(
  program: Command,
  named: Readonly<Record<string, readonly string[]>> = {},
  parents: readonly string[] = [],
): CommandNode[] {
  const path = parents.join(' ');
  const choices = program.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const runs = program.registeredArguments.some((argument) => argument.name().startsWith('run')) ? ['latest'] : [];
  const words = [...(named[path] ?? []), ...choices, ...runs];
  const node: CommandNode = {
    path,
    subcommands: program.commands.map((command) => ({ name: command.name(), description: command.description() })),
    options: [
      ...program.options.map(optionNode),
      { flag: '--help', description: 'display help for command', value: null },
    ],
    argument: { words, files: program.registeredArguments.length > 0 && words.length === runs.length },
  };
  return [node, ...program.commands.flatMap((command) => commandTree(command, named, [...parents, command.name()]))];
}

function optionNode(option: OfferingOption): OptionNode {
  const words = option.offers ?? option.argChoices ?? [];
  return {
    flag: option.long ?? option.short ?? '',
    description: option.description,
    value: option.isBoolean() ? null : { words, files: words.length === 0 },
  };
}
