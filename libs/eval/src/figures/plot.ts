import { CardioError } from '@cardio/core';
import type { PlotOptions } from '@observablehq/plot';

/** Observable Plot, and a way to place what it draws. */
export interface Drawing {
  readonly Plot: typeof import('@observablehq/plot');
  /** Draws a plot as an SVG group whose top left corner is at (x, y). The bytes are the same each time. */
  draw(options: PlotOptions, x?: number, y?: number): string;
}

/**
 * Loads Observable Plot, and linkedom where there is no `document` as in a browser. Both are optional: only figures other than ECG paper
 * need them.
 *
 * @throws {CardioError} `unavailable` where one is not installed
 */
export async function loadPlot(): Promise<Drawing> {
  const Plot = await installed(() => import('@observablehq/plot'), packages);
  const document = (globalThis as { document?: object }).document ?? (await madeDocument());
  return {
    Plot,
    draw(options, x = 0, y = 0) {
      const root = Plot.plot({ ...options, document, className: 'plot' } as PlotOptions) as { innerHTML: string };
      const content = root.innerHTML
        .replace(/<style>[^]*?<\/style>/g, '') // for pages; here it would only confuse other renderers
        .replaceAll('&nbsp;', '&#160;')
        .replace(/="[^"]*"/g, (value) => value.replace(/-?\d+\.\d{3,}/g, (number) => String(+(+number).toFixed(2))));
      return `<g transform="translate(${+x.toFixed(2)},${+y.toFixed(2)})" text-anchor="middle">${content}</g>`;
    },
  };
}

async function madeDocument(): Promise<object> {
  const { parseHTML } = await installed(() => import('linkedom'), packages);
  return parseHTML('<!doctype html><html><body></body></html>').document;
}

const packages = '@observablehq/plot linkedom';

/** What `load` imports, or an error that says which packages to install. */
export async function installed<T>(load: () => Promise<T>, packages: string): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new CardioError(
      'unavailable',
      `This figure needs optional packages of which one could not be loaded (${(cause as Error).message}). Install them: \`npm install ${packages}\`.`,
      { cause },
    );
  }
}
