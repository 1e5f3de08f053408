import { bashScript } from './bash.js';
import type { CommandNode } from './command-tree.js';

/** The script of bash, run by zsh's own `bashcompinit` (zshcompsys(1), "Bash compatibility"); `npx` keeps zsh's completion. */
export const zshScript = (tree: readonly CommandNode[]): string =>
  `#compdef cardio
# Completion of cardio for zsh, made by \`cardio completion zsh\`.
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
autoload -Uz bashcompinit && bashcompinit
${bashScript(tree)
  .split('\n')
  .filter((line) => !line.startsWith('#') && !line.endsWith(' npx'))
  .join('\n')}`;
