/**
 * The known name closest to a mistyped one (Damerau-Levenshtein distance, case and dashes ignored), or `undefined` when none is
 * close enough to be meant: more than a third of its letters differ.
 *
 * @example nearest('se-resnet', ['cnn_lstm', 'se_resnet1d']) // 'se_resnet1d'
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[-_.\s]/g, '');
  const wanted = plain(name);
  let best: { name: string; distance: number } | undefined;
  for (const candidate of known) {
    const target = plain(candidate);
    const distance = target.startsWith(wanted) && wanted.length >= 3 ? 1 : editDistance(wanted, target);
    if (distance > Math.max(1, Math.max(wanted.length, target.length) / 3)) continue;
    if (!best || distance < best.distance) best = { name: candidate, distance };
  }
  return best?.name;
}

/** `Did you mean …? ` or nothing, then the known names: the tail of every "unknown name" message. */
export function suggestion(name: string, known: readonly string[]): string {
  const close = nearest(name, known);
  return `${close ? `Did you mean \`${close}\`? ` : ''}Known: ${known.join(', ')}.`;
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length];
}
