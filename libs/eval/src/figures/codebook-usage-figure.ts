import { CardioError } from '@cardio/core';
import { axis, logAxis, margins } from './axes.js';
import { frame, type FigureOptions } from './frame.js';
import { ink, palette } from './palette.js';
import { loadPlot } from './plot.js';
import type { Point } from './simplify.js';
import { language } from './words.js';

/**
 * How often each code of a codebook is used, most used first, on a logarithmic scale, with its perplexity (`exp` of the entropy: the number of
 * codes that would be as varied if all were used alike).
 *
 * @param counts how often each code is used, in any order, unused ones with 0
 * @throws {CardioError} `usage` for counts that are not whole, `unavailable` without Observable Plot
 */
export async function codebookUsageFigure(
  { counts }: { readonly counts: ArrayLike<number> },
  options: FigureOptions = {},
): Promise<string> {
  const sorted = Float64Array.from(counts).sort().reverse();
  const wrong = sorted.find((count) => !(Number.isInteger(count) && count >= 0));
  if (wrong !== undefined) {
    throw new CardioError('usage', `\`counts\` must be whole numbers, one per code. Received: ${wrong}.`);
  }
  const drawing = await loadPlot();
  const { Plot } = drawing;
  const lang = language(options.lang, options.words);
  const { words } = lang;
  const total = sorted.reduce((sum, count) => sum + count, 0);
  const used = sorted.filter((count) => count > 0);
  const entropy = used.reduce((sum, count) => sum - (count / total) * Math.log(count / total), 0);
  const facts = [
    `${lang.count(used.length)} / ${lang.count(sorted.length)} ${words.codes} ${words.used}`,
    `${words.perplexity} ${total > 0 ? lang.number(Math.exp(entropy), 1) : words.undefined}`,
    ...(used.length < sorted.length ? [`${lang.count(sorted.length - used.length)} ${words.never}`] : []),
  ];
  return frame(
    {
      title: words.codebookUsage,
      description: facts.join('; '),
      legend: total > 0 ? [{ label: `${words.evenUse}: ${lang.number(total / sorted.length, 1)}`, shape: 'line', colour: ink.text, dash: '3,3' }] : [], // prettier-ignore
      notes: [facts.join('; '), ...(total > 0 ? [] : [words.noData])],
      plotHeight: 240,
      draw: (box) =>
        total === 0
          ? []
          : [
              drawing.draw(
                {
                  ...margins,
                  marginLeft: 70,
                  width: box.width,
                  height: box.height,
                  x: axis(words.codesByUse, {
                    domain: [0, sorted.length],
                    ticks: Math.max(2, Math.floor((box.width - 90) / 75)),
                    grid: false,
                    tickFormat: lang.count,
                  }),
                  y: logAxis(words.use, [0.7, Math.max(10, sorted[0])], lang.count),
                  marks: [
                    Plot.areaY(stairs(used, box.height / 2), { x: (d) => d[0], y1: 0.7, y2: (d) => d[1], fill: palette[0], fillOpacity: 0.35, stroke: palette[0] }), // prettier-ignore
                    Plot.ruleY([total / sorted.length], { stroke: ink.text, strokeDasharray: '3,3' }),
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

/** Corners of bars of width 1 that touch; those within one of so many steps of the logarithm of the height are one bar. */
function stairs(heights: Float64Array, steps: number): Point[] {
  const corners: Point[] = [];
  const step = Math.max(1e-6, Math.log(heights[0]) / steps);
  for (let start = 0; start < heights.length;) {
    let end = start + 1;
    while (end < heights.length && Math.log(heights[start] / heights[end]) < step) end++;
    corners.push([start, heights[start]], [end, heights[start]]);
    start = end;
  }
  return corners;
}
