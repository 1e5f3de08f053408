/** A row of a table in Markdown, by the heads of its columns; of equal heads the last counts. */
type TableRow = Readonly<Record<string, string>>;

/** The rows of every table in a text, in order. */
export function tableRows(markdown: string): TableRow[] {
  const rows: TableRow[] = [];
  let heads: readonly string[] | undefined;
  for (const line of markdown.split('\n')) {
    const cells = cellsOf(line);
    if (!cells) heads = undefined;
    else if (!heads) heads = cells;
    else if (!cells.every((cell) => /^:?-+:?$/.test(cell)))
      rows.push(Object.fromEntries(cells.map((cell, i) => [heads?.[i] ?? '', cell])));
  }
  return rows;
}

/** A number at the beginning of a cell, such as `2.0x` or `0.18 %`; NaN where there is none. */
export const numberIn = (cell: string | undefined): number => Number.parseFloat(cell ?? '');

function cellsOf(line: string): string[] | undefined {
  if (!/^\|.*\|$/.test(line.trim())) return undefined;
  return line
    .trim()
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
}
