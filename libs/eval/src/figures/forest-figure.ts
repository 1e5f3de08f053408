import { axis } from './axes.js';
import { scored } from './curves.js';
import { frame, widthOf, type FigureOptions } from './frame.js';
import { ink, palette } from './palette.js';
import { loadPlot } from './plot.js';
import { shortened, textElement, textWidth } from './text.js';
import { language } from './words.js';

/** One score of {@link forestFigure}. */
export interface ForestRow {
  readonly label: string;
  /** Rows of one group stand under its name; the rows of a group follow each other. */
  readonly group?: string;
  /** `null` where it is undefined: the row says so. */
  readonly value: number | null;
  readonly interval?: readonly [low: number, high: number] | null;
  /** Examples or positives behind it, written after the label. */
  readonly count?: number;
  /** Whether the count is too small to trust it: a hollow point. */
  readonly few?: boolean;
}

/** Options of {@link forestFigure}. */
export interface ForestOptions extends FigureOptions {
  /** What the scores are, below the axis. */
  readonly score?: string;
  /** A line to compare with, such as the score of all. */
  readonly reference?: number | null;
  /** Ends of the axis. Default: what the values and intervals need. */
  readonly domain?: readonly [low: number, high: number];
}

/**
 * Scores with intervals below each other: of subgroups, classes or runs.
 *
 * @throws {CardioError} `unavailable` without Observable Plot
 */
export async function forestFigure(
  { rows }: { readonly rows: readonly ForestRow[] },
  options: ForestOptions = {},
): Promise<string> {
  const drawing = await loadPlot();
  const { Plot } = drawing;
  const lang = language(options.lang, options.words);
  const { words } = lang;
  const { reference = null } = options;
  const width = widthOf(options);
  const lines = rows.flatMap((row, i) => [
    ...(row.group !== undefined && row.group !== rows[i - 1]?.group ? [{ header: row.group, row: undefined }] : []),
    { header: undefined, row },
  ]);
  const labelOf = ({ label, count }: ForestRow): string =>
    count === undefined ? label : `${label} (${lang.count(count)})`;
  const valueOf = ({ value, interval }: ForestRow): string =>
    value === null ? words.undefined : scored(value, interval, lang, 2);
  const rightWidth = Math.max(60, ...rows.map((row) => textWidth(valueOf(row), 11)));
  const leftWidth = Math.min(
    0.36 * width, Math.max(60, ...rows.map((row) => textWidth(labelOf(row), 12) + (row.group === undefined ? 0 : 10)))); // prettier-ignore
  const points = lines.flatMap(({ row }, y) =>
    row && row.value !== null ? [{ ...row, y, low: row.interval?.[0], high: row.interval?.[1] }] : [],
  );
  const all = points.flatMap(({ value, low = value, high = value }) => [
    value as number,
    low as number,
    high as number,
  ]);
  if (reference !== null) all.push(reference);
  const fixed = options.domain ?? (all.length ? [Math.min(...all), Math.max(...all)] : [0, 1]);
  return frame(
    {
      title: words.forest,
      description: rows.slice(0, 100).map((row) => `${row.group === undefined ? '' : `${row.group}, `}${labelOf(row)}: ${valueOf(row)}`).join('; '), // prettier-ignore
      legend:
        reference === null
          ? []
          : [{ label: `${words.overall} ${lang.number(reference)}`, shape: 'line', colour: ink.text, dash: '3,3', strokeWidth: 1 }], // prettier-ignore
      notes: [
        ...(rows.length === 0 ? [words.noData] : []),
        ...(rows.some(({ few }) => few) ? [words.fewPositives] : []),
      ],
      plotHeight: Math.max(60, 22 * lines.length + 48),
      draw: (box) => {
        if (rows.length === 0) return [];
        const [top, bottom] = [8, 40];
        const step = (box.height - top - bottom) / Math.max(1, lines.length);
        const middle = (i: number): number => box.y + top + (i + 0.5) * step + 4;
        return [
          ...lines.map(({ header, row }, i) =>
            row
              ? textElement(row.group === undefined ? 16 : 26, middle(i), shortened(labelOf(row), 12, leftWidth)) +
                textElement(box.width - 16, middle(i), valueOf(row), 'text-anchor="end" font-size="11"')
              : textElement(16, middle(i), shortened(header ?? '', 13, box.width - 32), 'font-weight="600"'),
          ),
          drawing.draw(
            {
              width: box.width,
              height: box.height,
              marginLeft: leftWidth + 32,
              marginRight: rightWidth + 28,
              marginTop: top,
              marginBottom: bottom,
              x: axis(options.score ?? words.score, { domain: fixed, nice: options.domain === undefined, ticks: Math.max(2, Math.floor((box.width - leftWidth - rightWidth - 60) / 60)), tickFormat: (value: number) => lang.number(value, 2) }), // prettier-ignore
              y: { type: 'linear', domain: [-0.5, lines.length - 0.5], reverse: true, axis: null },
              marks: [
                ...(reference === null ? [] : [Plot.ruleX([reference], { stroke: ink.text, strokeDasharray: '3,3' })]),
                Plot.ruleY(
                  points.filter(({ interval }) => interval),
                  { y: 'y', x1: 'low', x2: 'high', stroke: palette[0], strokeWidth: 2 },
                ),
                Plot.dot(points, { x: 'value', y: 'y', r: 4, stroke: palette[0], strokeWidth: 1.5, fill: ({ few }: ForestRow) => (few ? '#fff' : palette[0]) }), // prettier-ignore
              ],
            },
            0,
            box.y,
          ),
        ];
      },
    },
    options,
  );
}
