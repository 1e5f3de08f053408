/** What was found of one thing: all right, worth knowing, or a problem that keeps something from working. */
export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'note' | 'problem';
  readonly found: string;
  /** The command, or the deed, that mends it. */
  readonly mend?: string;
}

/** A finding; one with something to mend is a note unless it says that it is a problem. */
export const finding = (what: string, found: string, mend?: string, state?: Finding['state']): Finding => ({
  ...{ what, found, state: state ?? (mend === undefined ? 'ok' : 'note') },
  ...(mend !== undefined && { mend }),
});

/** In words: a line each, at most 80 columns wide but for single long words, what mends it below. */
export function findingsText(findings: readonly Finding[]): string {
  const marks = { ok: 'ok', note: '--', problem: '!!' } as const;
  const width = Math.max(...findings.map(({ what }) => what.length));
  const indent = ' '.repeat(4 + width + 2);
  return findings
    .flatMap(({ what, state, found, mend }) => [
      ...wrapped(found, 80 - indent.length).map((line, i) =>
        i === 0 ? `${marks[state]}  ${what.padEnd(width)}  ${line}` : indent + line,
      ),
      ...(mend === undefined ? [] : wrapped(`mend: ${mend}`, 80 - indent.length).map((line) => indent + line)),
    ])
    .join('\n');
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
