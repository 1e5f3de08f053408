import type { CommandNode, Offer } from './command-tree.js';

/** A script for fish: one `complete` (fish's manual, "complete") for each command, option and argument, with its description. */
export function fishScript(tree: readonly CommandNode[]): string {
  const paths = tree.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  return `# Completion of cardio for fish, made by \`cardio completion fish\`.
function __cardio_at --description 'whether the words so far are of this command of cardio'
    set -l at ''
    for word in (commandline -opc)[2..-1]
        set -l next (string trim -- "$at $word")
        contains -- $next ${paths.join(' ')}; and set at $next
    end
    test "$at" = "$argv[1]"
end
complete -c cardio -f
${tree.flatMap(lines).join('\n')}
`;
}

function lines({ path, subcommands, options, argument }: CommandNode): string[] {
  const here = `complete -c cardio -n ${quoted(`__cardio_at ${quoted(path)}`)}`;
  return [
    ...subcommands.map(({ name, description }) => `${here} -a ${name} -d ${quoted(description)}`),
    ...options.map(
      ({ flag, description, value }) =>
        `${here} ${flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`}${value ? behind(value) : ''} -d ${quoted(firstWords(description))}`,
    ),
    ...(argument.words.length > 0 ? [`${here} -a ${quoted(argument.words.join(' '))}`] : []),
    ...(argument.files ? [`${here} -F`] : []),
  ];
}

const behind = ({ words, files }: Offer): string =>
  ` -r${files ? ' -F' : ' -f'}${words.length > 0 ? ` -a ${quoted(words.join(' '))}` : ''}`;

/** Descriptions of options can be paragraphs; a shell shows a line. */
const firstWords = (text: string): string => (text.length <= 70 ? text : `${text.slice(0, 69)}…`);

/** In fish's single quotes only the quote and the backslash are escaped. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
