import { margins, unitAxis } from './axes.js';
import { bandOf, curveLegend, curveMarks, pointsOf, scored, styled, undefinedNote, type Curve } from './curves.js';
import { frame, widthOf, type FigureOptions } from './frame.js';
import { ink } from './palette.js';
import { loadPlot } from './plot.js';
import type { Point } from './simplify.js';
import { language } from './words.js';

/** One ROC curve. */
export interface RocFigureCurve {
  readonly name: string;
  /** What `rocCurve` gives, `null` where there are no positives or no negatives. */
  readonly curve: {
    readonly falsePositiveRate: ArrayLike<number>;
    readonly truePositiveRate: ArrayLike<number>;
  } | null;
  /** Where the curves of other patients like these would be: bounds of the true positive rate. */
  readonly band?: {
    readonly falsePositiveRate: ArrayLike<number>;
    readonly lower: ArrayLike<number>;
    readonly upper: ArrayLike<number>;
  } | null;
  /** AUROC. Default: the area under `curve` by trapezoids. */
  readonly area?: number | null;
  readonly interval?: readonly [low: number, high: number] | null;
}

/** Options of {@link rocFigure} and `precisionRecallFigure`. */
export interface CurveFigureOptions extends FigureOptions {
  /** Up to six classes to show in colour where there are more than six; the default are the three worst and the three best. */
  readonly highlight?: readonly string[];
}

/**
 * ROC curves of the classes and of their average, with AUROC in the legend. Classes beyond six are grey and counted in the legend;
 * undefined curves are named below.
 *
 * @throws {CardioError} `usage` for rates that are not from 0 to 1, `unavailable` without Observable Plot
 * @example await rocFigure({ classes: [{ name: 'AF', curve: rocCurve(scores, labels) }] })
 */
export async function rocFigure(
  data: { readonly classes: readonly RocFigureCurve[]; readonly average?: Omit<RocFigureCurve, 'name'> },
  options: CurveFigureOptions = {},
): Promise<string> {
  const drawing = await loadPlot();
  const { Plot } = drawing;
  const lang = language(options.lang, options.words);
  const { words } = lang;
  const classes = data.classes.map(curveOf);
  const average = data.average && curveOf({ ...data.average, name: words.average });
  const curves = styled(classes, average, options.highlight);
  const all = average ? [average, ...classes] : classes;
  const width = widthOf(options);
  return frame(
    {
      title: words.roc,
      description: all
        .slice(0, 100)
        .map(({ name, area, interval }) => `${name}: AUROC ${scored(area, interval, lang)}`)
        .join('; '),
      legend: curveLegend(curves, lang, { area: 'AUROC', average: average?.name }),
      notes: undefinedNote(
        all.filter(({ points }) => points.length === 0).map(({ name }) => name),
        lang,
      ),
      plotHeight: width - 20,
      draw: (box) => [
        drawing.draw(
          {
            ...margins,
            width: box.width,
            height: box.height,
            x: unitAxis(words.fpr, lang),
            y: unitAxis(words.tpr, lang),
            marks: [
              Plot.line([[0, 0], [1, 1]], { stroke: ink.second, strokeDasharray: '3,3', strokeWidth: 1 }), // prettier-ignore
              ...curveMarks(drawing, curves, box.width),
            ],
          },
          0,
          box.y,
        ),
      ],
    },
    options,
  );
}

function curveOf({ name, curve, band, area, interval = null }: RocFigureCurve): Curve {
  const points = curve ? pointsOf(name, { ...curve }, 'falsePositiveRate', 'truePositiveRate') : [];
  return {
    name,
    points,
    band: bandOf(band?.falsePositiveRate, band),
    area: area !== undefined ? area : trapezoids(points),
    interval,
    level: null,
  };
}

function trapezoids(points: readonly Point[]): number | null {
  let area = 0;
  for (let i = 1; i < points.length; i++) {
    area += ((points[i][0] - points[i - 1][0]) * (points[i][1] + points[i - 1][1])) / 2;
  }
  return points.length > 1 ? area : null;
}
