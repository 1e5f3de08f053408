import { CardioError } from '@cardio/core';
import { axis, unitAxis } from './axes.js';
import { frame, widthOf, type FigureOptions } from './frame.js';
import { ink, palette } from './palette.js';
import { loadPlot } from './plot.js';
import { shortened, textElement } from './text.js';
import { language } from './words.js';

/** Probabilities of one class by its label. */
export interface ScoreHistogramClass {
  readonly name: string;
  /** Of examples that have the class. */
  readonly positives: ArrayLike<number>;
  /** Of those that don't. */
  readonly negatives: ArrayLike<number>;
  /** A line where the class begins to be predicted. */
  readonly threshold?: number | null;
}

/** Options of {@link scoreHistogramFigure}. */
export interface ScoreHistogramOptions extends FigureOptions {
  /** Bins from 0 to 1. Default 25. */
  readonly bins?: number;
  /** How many classes to show, the first ones. Default 12; those left out are counted below. */
  readonly top?: number;
}

/**
 * How a class's probabilities lie for positives and negatives, a small plot per class. Each group is shown as shares of its own size, so that
 * a rare class can be seen beside the many examples without it.
 *
 * @throws {CardioError} `usage` for probabilities that are not from 0 to 1, `unavailable` without Observable Plot
 */
export async function scoreHistogramFigure(
  { classes }: { readonly classes: readonly ScoreHistogramClass[] },
  options: ScoreHistogramOptions = {},
): Promise<string> {
  const { bins = 25, top = 12 } = options;
  const drawing = await loadPlot();
  const { Plot } = drawing;
  const lang = language(options.lang, options.words);
  const { words } = lang;
  const width = widthOf(options);
  const shown = classes.slice(0, top);
  const columns = Math.max(1, Math.min(shown.length, Math.floor(width / 220)));
  const rows = Math.ceil(shown.length / columns);
  const groups = [
    { field: 'negatives', none: words.noNegatives, colour: palette[0] },
    { field: 'positives', none: words.noPositives, colour: palette[1] },
  ] as const;
  return frame(
    {
      title: words.scoreHistogram,
      description: shown
        .map(
          ({ name, positives, negatives }) =>
            `${name}: ${lang.count(positives.length)} ${words.positives}, ${lang.count(negatives.length)} ${words.negatives}`,
        ) // prettier-ignore
        .join('; '),
      legend: [
        ...groups.map(({ field, colour }) => ({ label: words[field], shape: 'box' as const, colour, opacity: 0.5 })),
        ...(shown.some(({ threshold }) => typeof threshold === 'number')
          ? [{ label: words.threshold, shape: 'line' as const, colour: ink.text, dash: '3,3' }]
          : []),
      ],
      notes: [
        words.shareOfGroup,
        ...(classes.length === 0 ? [words.noData] : []),
        ...(classes.length > shown.length ? [`${lang.count(classes.length - shown.length)} ${words.notShown}`] : []),
      ],
      plotHeight: Math.max(60, rows * (columns === 1 ? 190 : 150)),
      draw: (box) =>
        shown.flatMap((one, i) => {
          const [cell, height] = [box.width / columns, box.height / rows];
          const [x, y] = [(i % columns) * cell, box.y + Math.floor(i / columns) * height];
          const counts = `${lang.count(one.positives.length)} / ${lang.count(one.negatives.length)}`;
          const missing = groups.filter(({ field }) => one[field].length === 0).map(({ none }) => none);
          const histograms = groups.map((group) => ({ ...group, shares: shares(one.name, one[group.field], bins) }));
          return [
            textElement(x + 16, y + 16, shortened(`${one.name} ${missing.join(', ') || counts}`, 12, cell - 28), 'font-weight="600"'), // prettier-ignore
            drawing.draw(
              {
                width: cell,
                height: height - 20,
                marginLeft: 58,
                marginRight: 12,
                marginTop: 8,
                marginBottom: 38,
                x: unitAxis(words.probability, lang, { grid: false, ticks: [0, 0.5, 1] }),
                y: axis(words.share, { ticks: 3, tickFormat: lang.percent, nice: true, domain: [0, Math.max(0.01, ...histograms.flatMap(({ shares }) => shares))] }), // prettier-ignore
                marks: [
                  ...histograms
                    .filter(({ field }) => one[field].length > 0)
                    .map(
                      ({ shares, colour }) =>
                      Plot.areaY(outline(shares), { x: (d) => d[0], y1: 0, y2: (d) => d[1], fill: colour, fillOpacity: 0.35, stroke: colour, strokeWidth: 1 }), // prettier-ignore
                    ),
                  Plot.ruleY([0], { stroke: ink.second }),
                  ...(typeof one.threshold === 'number'
                    ? [Plot.ruleX([one.threshold], { stroke: ink.text, strokeDasharray: '3,3' })]
                    : []),
                ],
              },
              x,
              y + 20,
            ),
          ];
        }),
    },
    options,
  );
}

function shares(name: string, scores: ArrayLike<number>, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < scores.length; i++) {
    if (!(scores[i] >= 0 && scores[i] <= 1)) {
      throw new CardioError(
        'usage',
        `Probabilities of \`${name}\` must be from 0 to 1; pass a model's logits through sigmoid or softmax first. Received: ${scores[i]}.`,
      );
    }
    counts[Math.min(bins - 1, Math.floor(scores[i] * bins))]++;
  }
  return counts.map((count) => count / Math.max(1, scores.length));
}

/** The corners of bars that touch. */
const outline = (shares: readonly number[]): (readonly [number, number])[] =>
  shares.flatMap((share, i) => [[i / shares.length, share] as const, [(i + 1) / shares.length, share] as const]);
