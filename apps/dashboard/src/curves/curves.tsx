import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

import { useSettings } from '../settings.js';
import './curves.css';

/** One line: values by epoch. */
export interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number | null])[];
  /** Index of its colour; lines of one run share it. */
  readonly colour: number;
  readonly dashed?: boolean;
}

/** Colours that colour-blind readers can tell apart (Okabe & Ito 2008), the same as in the report; lighter ones on dark ground. */
const light = ['#0072b2', '#d55e00', '#009e73', '#b05a8b', '#3b9bd4', '#b87f00'];
const dark = ['#56b4e9', '#f08a4b', '#3fc79a', '#d99abf', '#9ad0f0', '#e6b84d'];

/** Lines over the epochs; the pointer reads their values, dragging zooms, a double click shows all again. */
export function Curves(props: {
  readonly curves: readonly Curve[];
  readonly label: string;
  readonly logarithmic?: boolean;
  readonly height?: number;
}) {
  const { curves, label, logarithmic = false, height = 260 } = props;
  const settings = useSettings();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const shape = JSON.stringify([curves.map(({ name, colour, dashed }) => [name, colour, dashed]), logarithmic, height]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const axis = {
      stroke: colour('--second'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { stroke: colour('--line'), width: 1 },
      font: '12px system-ui, sans-serif',
    };
    const epoch = settings.words.jobs.epoch;
    const palette = settings.dark ? dark : light;
    const made = new uPlot(
      {
        ...{ width: element.clientWidth, height },
        scales: { x: { time: false }, y: logarithmic ? { distr: 3 } : { range: rangeOf } },
        axes: [
          { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] },
          {
            ...axis,
            size: 62,
            values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : settings.formats.number(tick, 5))),
          },
        ],
        cursor: { points: { size: 7 } },
        hooks: { setCursor: [lastWhereNone] },
        series: [
          { label: epoch },
          ...curves.map((curve) => ({
            label: curve.name,
            stroke: palette[curve.colour % palette.length],
            width: 2,
            ...(curve.dashed ? { dash: [5, 4] } : {}),
            spanGaps: true,
            points: { show: curve.points.length < 3, size: 6 },
            value: (_: uPlot, value: number | null) => settings.formats.short(value),
          })),
        ],
      },
      dataOf(curves),
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape, settings.dark, settings.language]);
  useEffect(() => {
    if (!plot.current) return;
    plot.current.setData(dataOf(curves));
    lastWhereNone(plot.current);
  }, [curves, shape, settings.dark, settings.language]);
  const last = curves.map(({ name, points }) => `${name} ${settings.formats.short(points.at(-1)?.[1])}`).join(', ');
  return <div class="curves" ref={box} role="img" aria-label={`${label}: ${last}`} />;
}

/** A little beyond the values; a line that is flat is in the middle. */
function rangeOf(_: uPlot, min: number | null, max: number | null): uPlot.Range.MinMax {
  if (min === null || max === null) return [0, 1];
  return min === max ? [min - 0.5, max + 0.5] : uPlot.rangeNum(min, max, 0.1, true);
}

/** Without a pointer the legend has each line's last value. */
function lastWhereNone(plot: uPlot): void {
  if (typeof plot.cursor.idx === 'number') return;
  const last = plot.data[0].length - 1;
  plot.setLegend({
    idx: last,
    idxs: plot.data.map((values, i) =>
      i === 0
        ? last
        : Math.max(
            0,
            Array.from(values).findLastIndex((v) => v !== null),
          ),
    ),
  });
}

/** uPlot's columns: all epochs, then each line's value at each of them. */
function dataOf(curves: readonly Curve[]): uPlot.AlignedData {
  const epochs = [...new Set(curves.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  return [
    epochs,
    ...curves.map(({ points }) => {
      const byEpoch = new Map(points);
      return epochs.map((epoch) => byEpoch.get(epoch) ?? null);
    }),
  ];
}
