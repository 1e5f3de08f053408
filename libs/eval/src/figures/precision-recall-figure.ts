import { margins, unitAxis } from './axes.js';
import { bandOf, curveLegend, curveMarks, pointsOf, scored, styled, undefinedNote, type Curve } from './curves.js';
import { frame, widthOf } from './frame.js';
import { ink } from './palette.js';
import { loadPlot } from './plot.js';
import type { CurveFigureOptions } from './roc-figure.js';
import type { Point } from './simplify.js';
import { language } from './words.js';

/** One precision-recall curve. */
export interface PrecisionRecallFigureCurve {
  readonly name: string;
  /** What `precisionRecallCurve` gives, `null` where there are no positives. */
  readonly curve: { readonly recall: ArrayLike<number>; readonly precision: ArrayLike<number> } | null;
  /** Where the curves of other patients like these would be: bounds of the precision. */
  readonly band?: {
    readonly recall: ArrayLike<number>;
    readonly lower: ArrayLike<number>;
    readonly upper: ArrayLike<number>;
  } | null;
  /** Average precision. Default: the area under the steps of `curve`, sum of `(R[n] - R[n - 1]) P[n]`. */
  readonly area?: number | null;
  readonly interval?: readonly [low: number, high: number] | null;
  /** Share of positives, the precision of chance: a dotted line. */
  readonly prevalence?: number | null;
}

/**
 * Precision-recall curves of the classes and of their average, with average precision (AP) in the legend and prevalence as dotted lines.
 * Between points they are steps, as straight lines there would promise what no threshold gives (Davis & Goadrich, ICML 2006). Otherwise as
 * {@link rocFigure}.
 *
 * @throws {CardioError} `usage` for numbers that are not from 0 to 1, `unavailable` without Observable Plot
 */
export async function precisionRecallFigure(
  data: {
    readonly classes: readonly PrecisionRecallFigureCurve[];
    readonly average?: Omit<PrecisionRecallFigureCurve, 'name'>;
  },
  options: CurveFigureOptions = {},
): Promise<string> {
  const drawing = await loadPlot();
  const lang = language(options.lang, options.words);
  const { words } = lang;
  const classes = data.classes.map(curveOf);
  const average = data.average && curveOf({ ...data.average, name: words.average });
  const curves = styled(classes, average, options.highlight);
  const all = average ? [average, ...classes] : classes;
  const levels = curves.some(({ named, level }) => named && level !== null);
  return frame(
    {
      title: words.precisionRecall,
      description: all
        .slice(0, 100)
        .map(({ name, area, interval, level }) => {
          const chance = level === null ? '' : `, ${words.prevalence} ${lang.number(level)}`;
          return `${name}: AP ${scored(area, interval, lang)}${chance}`;
        })
        .join('; '),
      legend: [
        ...curveLegend(curves, lang, { area: 'AP', average: average?.name }),
        ...(levels ? [{ label: words.prevalence, shape: 'line' as const, colour: ink.second, dash: '1,4' }] : []),
      ],
      notes: undefinedNote(all.filter(({ points }) => points.length === 0).map(({ name }) => name), lang), // prettier-ignore
      plotHeight: widthOf(options) - 20,
      draw: (box) => [
        drawing.draw(
          {
            ...margins,
            width: box.width,
            height: box.height,
            x: unitAxis(words.recall, lang),
            y: unitAxis(words.precision, lang),
            marks: curveMarks(drawing, curves, box.width),
          },
          0,
          box.y,
        ),
      ],
    },
    options,
  );
}

function curveOf({ name, curve, band, area, interval = null, prevalence = null }: PrecisionRecallFigureCurve): Curve {
  const points = curve ? pointsOf(name, { ...curve }, 'recall', 'precision') : [];
  let steps = 0;
  const corners = points.flatMap(([recall, precision], i): Point[] => {
    if (i === 0) return [[recall, precision]];
    const before = points[i - 1][0];
    steps += (recall - before) * precision;
    return [[before, precision], [recall, precision]]; // prettier-ignore
  });
  return {
    name,
    points: corners,
    band: bandOf(band?.recall, band),
    area: area !== undefined ? area : points.length > 1 ? steps : null,
    interval,
    level: prevalence,
  };
}
