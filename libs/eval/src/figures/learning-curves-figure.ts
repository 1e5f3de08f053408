import type { Markish, ScaleOptions } from '@observablehq/plot';
import { axis, logAxis, margins } from './axes.js';
import { frame, type FigureOptions } from './frame.js';
import { ink, palette } from './palette.js';
import { loadPlot } from './plot.js';
import { language } from './words.js';

/** One epoch; a line of a run's `metrics.jsonl` is one. */
export interface LearningEpoch {
  readonly epoch: number;
  readonly learningRate?: number;
  readonly train: { readonly loss: number };
  /** `loss` and scores. */
  readonly validation?: Readonly<Record<string, number | null>> | undefined;
  /** Whether it was the best so far. */
  readonly best?: boolean;
}

/** A run of {@link learningCurvesFigure}. */
export interface LearningRun {
  readonly name: string;
  readonly epochs: readonly LearningEpoch[];
  /** Default: the last epoch whose `best` is true. */
  readonly bestEpoch?: number | null;
}

/** Options of {@link learningCurvesFigure}. */
export interface LearningCurvesOptions extends FigureOptions {
  /** Which of the validation scores to show. Default: `macroAuroc` or, where no epoch has it, the first that is there. */
  readonly score?: string;
  /** Whether to show it. Default false. */
  readonly learningRate?: boolean;
}

/**
 * Loss of training and validation, a score of validation and, if wished for, the learning rate by epoch, of one run or several over each
 * other; the best epoch is marked. More than six runs share grey. What is not a number leaves a gap, and the figure says how often.
 *
 * @throws {CardioError} `unavailable` without Observable Plot
 */
export async function learningCurvesFigure(
  data: { readonly runs: readonly LearningRun[] },
  options: LearningCurvesOptions = {},
): Promise<string> {
  const drawing = await loadPlot();
  const { Plot } = drawing;
  const lang = language(options.lang, options.words);
  const { words } = lang;
  const score = options.score ?? usualScore(data.runs);
  const runs = data.runs.map((run, i) => ({
    ...run,
    best: run.bestEpoch !== undefined ? run.bestEpoch : (run.epochs.findLast(({ best }) => best)?.epoch ?? null),
    colour: palette[i] ?? ink.behind,
  }));
  const last = Math.max(2, ...runs.flatMap(({ epochs }) => epochs.map(({ epoch }) => epoch)));
  const linear = (label: string): ScaleOptions => axis(label, { ticks: 4, nice: true, tickFormat: lang.short });
  const panels: { y: ScaleOptions; series: Series[] }[] = [
    {
      y: linear(words.loss),
      series: [
        { of: ({ train }) => train.loss, training: true },
        { of: ({ validation }) => validation?.['loss'], training: false },
      ],
    },
  ];
  if (score !== undefined) panels.push({ y: linear(score), series: [{ of: valueOf(score), training: false }] });
  const rates = runs.flatMap(({ epochs }) => epochs.flatMap(({ learningRate = 0 }) => (learningRate > 0 ? [learningRate] : []))); // prettier-ignore
  if (options.learningRate && rates.length > 0) {
    panels.push({
      y: logAxis(words.learningRate, decades(rates), (rate) => rate.toExponential(0)),
      series: [{ of: ({ learningRate }) => learningRate || NaN, training: true }],
    });
  }
  const bad = runs.flatMap(({ epochs }) => epochs).filter(({ train }) => !Number.isFinite(train.loss)).length;
  const none = runs.every(({ epochs }) => epochs.length === 0);
  const marked = runs.filter(({ best }) => best !== null);
  return frame(
    {
      title: words.learningCurves,
      description: runs
        .map(({ name, epochs, best }) => {
          const at = epochs.find(({ epoch }) => epoch === best);
          const value = at && score !== undefined ? `, ${score} ${lang.number(at.validation?.[score])}` : '';
          return `${name}: ${lang.count(epochs.length)} × ${words.epoch}${at ? `, ${words.best} ${at.epoch}${value}` : ''}`;
        })
        .join('; '),
      legend: [
        ...runs.slice(0, palette.length).map(({ name, best, colour }) => ({
          label: name,
          ...(best !== null && { value: `(${words.best} ${lang.count(best)})` }),
          shape: 'line' as const,
          colour,
        })),
        ...(runs.length > palette.length
          ? [{ label: `${lang.count(runs.length - palette.length)} ${words.others}`, shape: 'line' as const, colour: ink.behind }] // prettier-ignore
          : []),
        { label: words.training, shape: 'line', colour: ink.second, dash: '4,3', strokeWidth: 1.25 },
        { label: words.validation, shape: 'line', colour: ink.second },
        ...(marked.length ? [{ label: words.best, shape: 'dot' as const, colour: ink.second }] : []),
      ],
      notes: [
        ...(none ? [words.noData] : []),
        ...(bad ? [`${words.notDrawn}: ${words.training}, ${lang.count(bad)} × ${words.epoch}`] : []),
      ],
      plotHeight: none ? 60 : 170 * panels.length + 20,
      draw: (box) =>
        (none ? [] : panels).map(({ y, series }, i) => {
          const height = (box.height - 20) / panels.length;
          const bottom = i === panels.length - 1;
          return drawing.draw(
            {
              ...margins,
              marginLeft: 60,
              marginBottom: bottom ? margins.marginBottom : 20,
              width: box.width,
              height: height + (bottom ? 20 : 0),
              x: axis(bottom ? words.epoch : null, {
                domain: [1, last],
                ticks: Math.min(10, last - 1),
                tickFormat: (epoch: number) => (Number.isInteger(epoch) ? lang.count(epoch) : ''),
              }),
              y,
              marks: [...runs].reverse().flatMap((run) => lines(run, series)),
            },
            0,
            box.y + i * height,
          );
        }),
    },
    options,
  );

  function lines(run: (typeof runs)[number], series: readonly Series[]): Markish[] {
    return series.flatMap(({ of, training }) => {
      const points = run.epochs.map((epoch) => [epoch.epoch, finite(of(epoch))] as const);
      const style = { x: (d: PointOfRun) => d[0], y: (d: PointOfRun) => d[1] };
      return [
        Plot.line(points, { ...style, stroke: run.colour, strokeWidth: training ? 1.25 : 2, strokeDasharray: training ? '4,3' : 'none' }), // prettier-ignore
        ...(points.length < 2 ? [Plot.dot(points, { ...style, stroke: run.colour, r: 2.5 })] : []),
        ...(training ? [] : [Plot.dot(points.filter(([epoch]) => epoch === run.best), { ...style, fill: run.colour, r: 4 })]), // prettier-ignore
      ];
    });
  }
}

type PointOfRun = readonly [epoch: number, value: number];

interface Series {
  of(epoch: LearningEpoch): number | null | undefined;
  readonly training: boolean;
}

const valueOf =
  (score: string) =>
  ({ validation }: LearningEpoch): number | null | undefined =>
    validation?.[score];

/** NaN, which breaks a line, for what is not a number. */
const finite = (value: number | null | undefined): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : NaN;

function usualScore(runs: readonly LearningRun[]): string | undefined {
  const names = runs.flatMap(({ epochs }) => epochs.flatMap(({ validation = {} }) => Object.keys(validation)));
  return names.includes('macroAuroc') ? 'macroAuroc' : names.find((name) => name !== 'loss');
}

/** The powers of ten around all values. */
const decades = (values: readonly number[]): [number, number] => [
  10 ** Math.floor(Math.log10(Math.min(...values))),
  10 ** Math.ceil(Math.log10(Math.max(...values)) + 1e-9),
];
