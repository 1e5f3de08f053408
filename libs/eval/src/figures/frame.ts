import { CardioError } from '@cardio/core';
import { legendRows, type LegendEntry } from './legend.js';
import { ink } from './palette.js';
import { textElement, wrapped } from './text.js';
import type { FigureLanguage, FigureWords } from './words.js';
import { escaped } from './xml.js';

/** What all figures have. */
export interface FigureOptions {
  /** In px, 240 or more. Default 480, which can be read on a phone; 360 is for a phone's whole width without being made smaller. */
  readonly width?: number;
  /** In px, of the whole figure. By default it follows from the content. */
  readonly height?: number;
  /** Written above; the default says what the figure is. */
  readonly title?: string;
  /** Default `en`. */
  readonly lang?: FigureLanguage;
  /** Words of your own in place of some that figures write. */
  readonly words?: Partial<FigureWords>;
}

/** What one figure puts into the frame. */
interface FigureContent {
  /** Where `options` has none. */
  readonly title: string;
  /** For readers who don't see it: the numbers in a sentence. */
  readonly description: string;
  readonly legend?: readonly LegendEntry[];
  /** Small print below, such as what is not drawn and why. */
  readonly notes?: readonly string[];
  /** In px, unless the caller fixes the height of the whole. */
  readonly plotHeight: number;
  /** The plots, in a box of this size whose top is at `y`. */
  draw(box: { readonly y: number; readonly width: number; readonly height: number }): readonly string[];
}

/** The width that a figure of these options has. */
export function widthOf({ width = 480 }: FigureOptions): number {
  if (width >= 240 && width < 10_000) return width;
  throw new CardioError('usage', `\`width\` must be a number of px from 240. Received: ${width}.`);
}

const side = 16;
const size = { title: 14, text: 12, note: 11 } as const;

/**
 * Title, plots, legend and notes below each other as one self-contained SVG.
 *
 * @throws {CardioError} `usage` for a width under 240 px or a height that leaves less than 60 px to the plots
 */
export function frame(content: FigureContent, options: FigureOptions): string {
  const width = widthOf(options);
  const title = options.title ?? content.title;
  const inner = width - 2 * side;
  const head = wrapped(title, size.title * 1.1, inner); // bold is wider
  const legend = legendRows(content.legend ?? [], size.text, inner);
  const notes = (content.notes ?? []).flatMap((note) => wrapped(note, size.note, inner));
  const top = 12 + 18 * head.length;
  const bottom = 8 + legend.height + (notes.length ? 4 + 15 * notes.length : 0) + 8;
  const plotHeight = options.height === undefined ? content.plotHeight : options.height - top - bottom;
  if (!(plotHeight >= 60)) {
    throw new CardioError(
      'usage',
      `\`height\` must leave 60 px to the plots: ${top + bottom + 60} px or more for this figure. Received: ${options.height}.`,
    );
  }
  const height = Math.ceil(top + plotHeight + bottom);
  const below = top + plotHeight + 8;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}" style="max-width:100%;height:auto" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif" font-size="${size.text}" fill="${ink.text}" color="${ink.text}">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(content.description)}</desc>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...head.map((line, i) =>
      textElement(side, 22 + 18 * i, line, `font-size="${size.title}" font-weight="600" class="figure-title"`),
    ),
    ...content.draw({ y: top, width, height: plotHeight }),
    ...legend.draw(side, below),
    ...notes.map((line, i) =>
      textElement(
        side,
        below + legend.height + 15 + 15 * i,
        line,
        `font-size="${size.note}" fill="${ink.second}" class="figure-note"`,
      ),
    ),
    '</svg>',
    '',
  ].join('\n');
}
