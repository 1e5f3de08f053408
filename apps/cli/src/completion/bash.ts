import type { CommandNode, Offer } from './command-tree.js';

/**
 * A script for bash that completes `cardio …` and `npx cardio …` by itself, without starting anything.
 * It reads bash's `COMP_WORDS` as documented in its manual, "Programmable Completion"; zsh runs it by `bashcompinit`.
 */
export function bashScript(tree: readonly CommandNode[]): string {
  const paths = tree.filter(({ path }) => path !== '').map(({ path }) => quoted(` ${path}`));
  return `# Completion of cardio for bash, made by \`cardio completion bash\`.
_cardio_words() { COMPREPLY+=( $(compgen -W "$1" -- "$cur") ); }
_cardio_files() { local IFS=$'\\n'; COMPREPLY+=( $(compgen -f -- "$cur") ); compopt -o filenames 2>/dev/null; }
_cardio() {
  local cur=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} at= i
  COMPREPLY=()
  # bash breaks --model=x into three words
  if [[ $cur == = ]]; then cur=
  elif [[ $before == = ]]; then before=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for (( i = 1; i < COMP_CWORD; i++ )); do
    case "$at \${COMP_WORDS[i]}" in ${paths.join('|')}) at="$at \${COMP_WORDS[i]}" ;; esac
  done
  [[ $cur == -* ]] || case "$at:$before" in
${tree.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${tree.map(commandCase).join('\n')}
  esac
}
_cardio_npx() {
  [[ \${COMP_WORDS[1]} == cardio && $COMP_CWORD -gt 1 ]] || return 0
  COMP_WORDS=( "\${COMP_WORDS[@]:1}" )
  COMP_CWORD=$(( COMP_CWORD - 1 ))
  _cardio
}
complete -F _cardio cardio
complete -o default -F _cardio_npx npx
`;
}

/** What stands behind each option that takes a value; options that take the same share a line. */
function valueCases({ path, options }: CommandNode): string[] {
  const flags = new Map<string, string[]>();
  for (const { flag, value } of options) {
    if (value === null) continue;
    const deed = offer(value);
    flags.set(deed, [...(flags.get(deed) ?? []), quoted(`${at(path)}:${flag}`)]);
  }
  return [...flags].map(([deed, names]) => `    ${names.join('|')}) ${deed} return ;;`);
}

function commandCase({ path, subcommands, options, argument }: CommandNode): string {
  const flags = options.map(({ flag }) => flag).join(' ');
  const words = [...subcommands.map(({ name }) => name), ...argument.words];
  return `    ${quoted(at(path))})
      if [[ $cur == -* ]]; then _cardio_words ${quoted(flags)}
      else ${offer({ words, files: argument.files }) || ':;'} fi ;;`;
}

/** Commands of the shell that offer words, files or both. */
const offer = ({ words, files }: Offer): string =>
  [words.length > 0 ? `_cardio_words ${quoted(words.join(' '))};` : '', files ? '_cardio_files;' : '']
    .filter((part) => part !== '')
    .join(' ');

const at = (path: string): string => (path === '' ? '' : ` ${path}`);
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
