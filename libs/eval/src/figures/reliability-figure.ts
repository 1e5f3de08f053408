import { expectedCalibrationError } from '../metrics/reliability.js';
import { axis, margins, unitAxis } from './axes.js';
import { undefinedNote } from './curves.js';
import { frame, widthOf, type FigureOptions } from './frame.js';
import { dashes, ink, palette } from './palette.js';
import { loadPlot } from './plot.js';
import { language } from './words.js';

/** A curve of {@link reliabilityFigure}, such as that before calibration. */
export interface ReliabilityFigureCurve {
  readonly name: string;
  /** What `reliabilityCurve` gives: of each bin the mean probability, the share of positives and the number of examples. */
  readonly curve: {
    readonly meanPredicted: ArrayLike<number>;
    readonly fractionPositive: ArrayLike<number>;
    readonly counts: ArrayLike<number>;
  };
}

/**
 * Observed against predicted shares with their 95 % intervals (Wilson, JASA 22:209, 1927) and, below, how many predictions each bin has: say
 * before and after calibration. The legend has the expected calibration error. Up to six curves.
 *
 * @throws {CardioError} `unavailable` without Observable Plot
 * @example await reliabilityFigure({ curves: [{ name: 'before', curve: reliabilityCurve(probabilities, labels) }] })
 */
export async function reliabilityFigure(
  data: { readonly curves: readonly ReliabilityFigureCurve[] },
  options: FigureOptions = {},
): Promise<string> {
  const drawing = await loadPlot();
  const { Plot } = drawing;
  const lang = language(options.lang, options.words);
  const { words } = lang;
  const curves = data.curves.slice(0, palette.length).map(({ name, curve }, i) => {
    const bins = binsOf(curve);
    const error = expectedCalibrationError({
      meanPredicted: Float64Array.from(curve.meanPredicted),
      fractionPositive: Float64Array.from(curve.fractionPositive),
      counts: Uint32Array.from(curve.counts),
    });
    return { name, bins, value: `ECE ${lang.number(error)}`, colour: palette[i], dash: dashes[i] };
  });
  const drawn = curves.filter(({ bins }) => bins.length > 0);
  const largest = Math.max(2, ...drawn.flatMap(({ bins }) => bins.map(({ count }) => count)));
  const frameOf = {
    ...margins,
    marginLeft: Math.max(margins.marginLeft, 30 + 8 * lang.count(largest).length),
    width: widthOf(options),
  };
  const bar = Math.max(2, Math.min(9, 16 / drawn.length));
  return frame(
    {
      title: words.reliability,
      description: curves
        .map(({ name, value, bins }) => {
          const pairs = bins.map(({ predicted, observed }) => `${lang.number(predicted, 2)} → ${lang.number(observed, 2)}`); // prettier-ignore
          return `${name} ${value}: ${pairs.join(', ') || words.noData}`;
        })
        .join('; '),
      legend: drawn.map(({ name, value, colour, dash }) => ({
        label: name,
        value,
        shape: 'line' as const,
        colour,
        dash,
      })),
      notes: [
        `${words.diagonal}; ${words.intervals}`,
        ...undefinedNote(curves.filter(({ bins }) => bins.length === 0).map(({ name }) => name), lang), // prettier-ignore
        ...(data.curves.length > curves.length ? [`${data.curves.length - curves.length} ${words.notShown}`] : []),
      ],
      plotHeight: frameOf.width + 60,
      draw: (box) => [
        drawing.draw(
          {
            ...frameOf,
            marginBottom: 24,
            height: box.height - below,
            x: unitAxis(null, lang),
            y: unitAxis(words.observed, lang),
            marks: [
              Plot.line([[0, 0], [1, 1]], { stroke: ink.second, strokeDasharray: '3,3', strokeWidth: 1 }), // prettier-ignore
              ...drawn.flatMap(({ bins, colour, dash }) => [
                Plot.ruleX(bins, { x: 'predicted', y1: 'low', y2: 'high', stroke: colour, strokeOpacity: 0.6 }),
                Plot.line(bins, { x: 'predicted', y: 'observed', stroke: colour, strokeWidth: 1.75, strokeDasharray: dash }), // prettier-ignore
                Plot.dot(bins, { x: 'predicted', y: 'observed', fill: colour, r: 3 }),
              ]),
            ],
          },
          0,
          box.y,
        ),
        drawing.draw(
          {
            ...frameOf,
            height: below,
            x: unitAxis(words.probability, lang, { grid: false }),
            y: axis(words.examples, { domain: [0, largest], ticks: 2, tickFormat: lang.count }),
            marks: [
              ...drawn.map(({ bins, colour }, i) =>
                Plot.ruleX(bins, {
                  x: 'predicted',
                  y1: 0,
                  y2: 'count',
                  stroke: colour,
                  strokeWidth: bar,
                  dx: (i - (drawn.length - 1) / 2) * bar,
                }),
              ),
              Plot.ruleY([0], { stroke: ink.second }),
            ],
          },
          0,
          box.y + box.height - below,
        ),
      ],
    },
    options,
  );
}

/** Height of the plot of counts, in px. */
const below = 110;

/** Bins that hold an example, with intervals. */
function binsOf({ meanPredicted, fractionPositive, counts }: ReliabilityFigureCurve['curve']) {
  return Array.from(meanPredicted, (predicted, i) => {
    const [observed, count] = [fractionPositive[i], counts[i]];
    const [low, high] = wilson(observed, count);
    return { predicted, observed, count, low, high };
  }).filter(({ count }) => count > 0);
}

/** Wilson's score interval of a share, 95 %. */
function wilson(share: number, n: number): [low: number, high: number] {
  const z2 = 1.959964 ** 2;
  const middle = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = Math.sqrt(z2 * ((share * (1 - share)) / n + z2 / (4 * n * n))) / (1 + z2 / n);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
