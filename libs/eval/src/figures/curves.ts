import { CardioError } from '@cardio/core';
import type { Drawing } from './plot.js';
import type { Markish } from '@observablehq/plot';
import type { LegendEntry } from './legend.js';
import { dashes, ink, palette } from './palette.js';
import { simplified, type Point } from './simplify.js';
import type { Language } from './words.js';

/** A curve in the unit square with what the legend says of it. */
export interface Curve {
  readonly name: string;
  /** As drawn, along x; empty where the curve is undefined. */
  readonly points: readonly Point[];
  /** x, low, high along x. */
  readonly band: readonly (readonly [x: number, low: number, high: number])[];
  readonly area: number | null;
  readonly interval: readonly [low: number, high: number] | null;
  /** Height of a line for comparison in the curve's colour. */
  readonly level: number | null;
}

/** A curve and how it is drawn; those without a colour of their own are grey and share an entry of the legend. */
interface StyledCurve extends Curve {
  readonly colour: string;
  readonly dash: string;
  readonly strokeWidth: number;
  readonly named: boolean;
}

/**
 * Gives colours: the average black and thick, up to six classes a colour each. Of more classes those named in `highlight`, by default the
 * three with the least area and the three with the most, and the others grey. Grey is first, to be drawn below, the average last.
 *
 * @throws {CardioError} `usage` for a class in `highlight` that there is not, or more than six
 */
export function styled(
  classes: readonly Curve[],
  average: Curve | undefined,
  highlight: readonly string[] | undefined,
): StyledCurve[] {
  const drawn = classes.filter(({ points }) => points.length > 0);
  const names = highlight ?? extremes(drawn);
  const unknown = names.find((name) => !classes.some((curve) => curve.name === name));
  if (unknown !== undefined || names.length > palette.length) {
    throw new CardioError(
      'usage',
      `\`highlight\` must name up to ${palette.length} of the classes ${classes.map(({ name }) => name).join(', ')}. Received: ${names.join(', ')}.`,
    );
  }
  const named = drawn.filter(({ name }) => names.includes(name));
  const others = drawn.filter(({ name }) => !names.includes(name));
  return [
    ...others.map((curve) => ({ ...curve, colour: ink.behind, dash: 'none', strokeWidth: 0.75, named: false })),
    ...named.map((curve, i) => ({ ...curve, colour: palette[i], dash: dashes[i], strokeWidth: 1.75, named: true })),
    ...(average && average.points.length > 0
      ? [{ ...average, colour: ink.text, dash: 'none', strokeWidth: 2.75, named: true }]
      : []),
  ];
}

function extremes(curves: readonly Curve[]): string[] {
  if (curves.length <= palette.length) return curves.map(({ name }) => name);
  const byArea = [...curves].sort((a, b) => (a.area ?? 0) - (b.area ?? 0)).map(({ name }) => name);
  const half = palette.length / 2;
  return [...byArea.slice(0, half), ...byArea.slice(-half)];
}

/** Bands, lines for comparison and curves, thinned to what can be seen in a plot of `size` px. */
export function curveMarks({ Plot }: Drawing, curves: readonly StyledCurve[], size: number): Markish[] {
  const named = curves.filter((curve) => curve.named);
  return [
    ...named
      .filter(({ band }) => band.length > 1)
      .map(({ band, colour }) =>
        Plot.areaY(band, { x: (d) => d[0], y1: (d) => d[1], y2: (d) => d[2], fill: colour, fillOpacity: 0.15 }),
      ),
    ...named
      .filter(({ level }) => level !== null)
      .map(({ level, colour }) => Plot.ruleY([level], { stroke: colour, strokeDasharray: '1,4', strokeWidth: 1.25 })),
    ...curves.map(({ points, colour, dash, strokeWidth, named }) =>
      Plot.line(simplified(points, (named ? 0.3 : 1.5) / size), {
        stroke: colour,
        strokeWidth,
        strokeDasharray: dash,
        strokeLinejoin: 'round',
      }),
    ),
  ];
}

/** The average first, then classes with a colour, then one entry for the others. */
export function curveLegend(
  curves: readonly StyledCurve[],
  language: Language,
  labels: { readonly area: string; readonly average: string | undefined },
): LegendEntry[] {
  const named = curves.filter((curve) => curve.named);
  const others = curves.filter((curve) => !curve.named);
  const ordered = [
    ...named.filter(({ name }) => name === labels.average),
    ...named.filter(({ name }) => name !== labels.average),
  ];
  const areas = others.flatMap(({ area }) => (area === null ? [] : [area]));
  return [
    ...ordered.map(({ name, area, interval, colour, dash, strokeWidth }) => ({
      label: name,
      value: `${labels.area} ${scored(area, interval, language)}`,
      shape: 'line' as const,
      colour,
      dash,
      strokeWidth,
    })),
    ...(others.length
      ? [
          {
            label: `${language.count(others.length)} ${language.words.others} ${labels.area} ${language.number(Math.min(...areas))}–${language.number(Math.max(...areas))}`,
            shape: 'line' as const,
            colour: ink.behind,
          },
        ]
      : []),
  ];
}

/** A score with its interval: `0.931 (0.902–0.955)`. */
export function scored(
  value: number | null,
  interval: readonly [low: number, high: number] | null | undefined,
  { number }: Language,
  digits = 3,
): string {
  return interval
    ? `${number(value, digits)} (${number(interval[0], digits)}–${number(interval[1], digits)})`
    : number(value, digits);
}

/** Says which curves are undefined, and up to eight names of them. */
export function undefinedNote(names: readonly string[], { words, count }: Language): string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, 8).join(', ');
  const more = names.length > 8 ? ` ${words.and} ${count(names.length - 8)} ${words.others}` : '';
  return [`${words.notDrawn} (${count(names.length)}): ${shown}${more}.`];
}

/**
 * Two fields of a curve as points, in the order of rising x.
 *
 * @throws {CardioError} `usage` for numbers that are not from 0 to 1, or fields of different lengths
 */
export function pointsOf<X extends string, Y extends string>(
  name: string,
  curve: Readonly<Record<X | Y, ArrayLike<number>>>,
  x: X,
  y: Y,
): Point[] {
  const points = Array.from(curve[x], (value, i): Point => [value, curve[y][i]]);
  const wrong = points.flat().find((value) => !(value >= 0 && value <= 1));
  if (wrong !== undefined || curve[x].length !== curve[y].length) {
    throw new CardioError(
      'usage',
      `\`${x}\` and \`${y}\` of the curve \`${name}\` must be as long as each other and from 0 to 1. Received: lengths ${curve[x].length} and ${curve[y].length}, and ${wrong ?? 'no number outside'}.`,
    );
  }
  const last = points[points.length - 1];
  const falls = points.length > 1 && (points[0][0] > last[0] || (points[0][0] === last[0] && points[0][1] > last[1]));
  return falls ? points.reverse() : points;
}

/** Bounds at each x. */
export function bandOf(
  x: ArrayLike<number> | undefined,
  bounds: { readonly lower: ArrayLike<number>; readonly upper: ArrayLike<number> } | null | undefined,
): Curve['band'] {
  return x && bounds ? Array.from(x, (value, i) => [value, bounds.lower[i], bounds.upper[i]] as const) : [];
}
