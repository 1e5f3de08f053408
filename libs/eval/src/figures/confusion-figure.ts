import { CardioError } from '@cardio/core';
import { frame, type FigureOptions } from './frame.js';
import { ink } from './palette.js';
import { loadPlot } from './plot.js';
import { shortened, textWidth } from './text.js';
import { language } from './words.js';

/**
 * A confusion matrix: rows are the truth, columns what was predicted; colour is the share of the row, and cells with room say count and share.
 * With many classes there is only the colour, and the figure is wider; up to 500 cells say what they hold when pointed at.
 *
 * @param counts `[truth][predicted]`
 * @throws {CardioError} `usage` for counts that are not a row and a column per class, `unavailable` without Observable Plot
 * @example await confusionFigure({ classes: ['N', 'V'], counts: [[90, 10], [5, 45]] })
 */
export async function confusionFigure(
  { classes, counts }: { readonly classes: readonly string[]; readonly counts: readonly ArrayLike<number>[] },
  options: FigureOptions = {},
): Promise<string> {
  const k = classes.length;
  requireSquare(classes, counts);
  const drawing = await loadPlot();
  const { Plot } = drawing;
  const lang = language(options.lang, options.words);
  const { words } = lang;
  const longest = Math.min(
    110,
    0.24 * (options.width ?? 480),
    Math.max(...classes.map((name) => textWidth(name, k > 20 ? 10 : 12))),
  );
  const width = options.width ?? Math.max(480, Math.ceil(longest + 60 + 13 * k));
  const totals = classes.map((_, i) => Array.from(counts[i]).reduce((sum, count) => sum + count, 0));
  const cells = classes.flatMap((_, row) =>
    classes.flatMap((_, column) => {
      const count = counts[row][column];
      return count > 0 ? [{ row, column, count, share: count / totals[row] }] : [];
    }),
  );
  const right = classes.reduce((sum, _, i) => sum + counts[i][i], 0);
  const total = totals.reduce((sum, one) => sum + one, 0);
  const side = (width - longest - 60) / k;
  const labelSize = Math.max(8, Math.min(k > 20 ? 10 : 12, side - 1));
  const each = Math.ceil((labelSize + 1) / side); // where the width asked for is too small for every label
  const labels = classes.map((name, i) => (i % each === 0 ? shortened(name, labelSize, longest) : ''));
  const tilted = longest > side - 4;
  const below = (tilted ? longest : labelSize) + 36;
  const countSize = Math.min(14, side / 3.4);
  const written = countSize >= 8;
  const mistakes = cells.filter(({ row, column }) => row !== column).sort((a, b) => b.count - a.count).slice(0, 5); // prettier-ignore
  const ticks = { tickSize: 0, fontSize: labelSize, tickFormat: (i: number) => labels[i] };
  const empty = classes.filter((_, i) => totals[i] === 0);
  return frame(
    {
      title: words.confusion,
      description: [
        ...classes.slice(0, 100).map((name, i) => `${name}: ${lang.count(counts[i][i])} / ${lang.count(totals[i])}`),
        ...mistakes.map(({ row, column, count }) => `${classes[row]} → ${classes[column]}: ${lang.count(count)}`),
      ].join('; '),
      legend: [0.1, 0.5, 1].map((share) => ({
        label: lang.percent(share),
        shape: 'box' as const,
        colour: shade(share),
      })),
      notes: [
        `${words.rowShare}; ${words.correct}: ${lang.count(right)} / ${lang.count(total)}${total > 0 ? ` (${lang.percent(right / total)})` : ''}`,
        ...(empty.length
          ? [`${words.noPositives}: ${empty.slice(0, 8).join(', ')}${empty.length > 8 ? '…' : ''}`]
          : []),
      ],
      plotHeight: side * k + below + 8,
      draw: (box) => [
        drawing.draw(
          {
            width: box.width,
            height: box.height,
            marginLeft: longest + 44,
            marginRight: 16,
            marginTop: 8,
            marginBottom: below,
            padding: 0,
            x: { domain: classes.map((_, i) => i), label: null },
            y: { domain: classes.map((_, i) => i), label: null },
            marks: [
              Plot.cell(cells, {
                x: 'column',
                y: 'row',
                fill: ({ share }: Cell) => shade(share),
                ...(!written &&
                  cells.length < 500 && {
                    title: ({ row, column, count, share }: Cell) =>
                      `${classes[row]} → ${classes[column]}: ${lang.count(count)} (${lang.percent(share)})`,
                  }),
              }),
              Plot.frame({ stroke: ink.behind }),
              ...(written
                ? [
                    Plot.text(cells, {
                      x: 'column',
                      y: 'row',
                      text: ({ count, share }: Cell) => `${lang.count(count)}\n${lang.percent(share)}`,
                      fontSize: countSize,
                      fill: ({ share }: Cell) => (share > 0.5 ? '#fff' : ink.text),
                    }),
                  ]
                : []),
              Plot.axisX({ ...ticks, label: words.predicted, labelAnchor: 'center', labelArrow: 'none', labelOffset: below - 8, ...(tilted && { tickRotate: -90, textAnchor: 'end', lineAnchor: 'middle' }) }), // prettier-ignore
              Plot.axisY({ ...ticks, label: words.truth, labelAnchor: 'center', labelArrow: 'none', labelOffset: longest + 34 }), // prettier-ignore
            ],
          },
          0,
          box.y,
        ),
      ],
    },
    { ...options, width },
  );
}

interface Cell {
  readonly row: number;
  readonly column: number;
  readonly count: number;
  readonly share: number;
}

/** From white to the palette's blue; the smallest share that there is can be seen. */
function shade(share: number): string {
  const at = 0.06 + 0.94 * share;
  const mixed = [0x00, 0x72, 0xb2].map((channel) => Math.round(255 + at * (channel - 255)));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function requireSquare(classes: readonly string[], counts: readonly ArrayLike<number>[]): void {
  const k = classes.length;
  const numbers = Array.from(counts).every(
    (row) => row.length === k && Array.from(row).every((count) => count >= 0 && Number.isFinite(count)),
  );
  if (k > 0 && counts.length === k && numbers) return;
  throw new CardioError(
    'usage',
    `\`counts\` must have a row and a column of counts for each of the ${k} classes. Received: ${counts.length} rows of ${Array.from(counts, ({ length }) => length).join(', ')}.`,
  );
}
