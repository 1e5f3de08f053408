import { CardioError } from '@cardio/core';
import { installed } from './plot.js';

/** Options of {@link svgToPng}. */
export interface PngOptions {
  /** Pixels of the picture per px of the figure. Default 2. */
  readonly scale?: number;
  /**
   * Files of fonts (TTF, OTF) to write with instead of those of the system. The first one's family is used. Give one where the system has none,
   * as in many containers.
   */
  readonly fontFiles?: readonly string[];
}

/**
 * A figure as a PNG, by resvg, an optional package; Node only.
 *
 * @throws {CardioError} `unavailable` without `@resvg/resvg-js` or any font, `usage` for a scale that is not positive, `data` for what is not an SVG
 * @example writeFileSync('roc.png', await svgToPng(await rocFigure(data), { scale: 3 }))
 */
export async function svgToPng(svg: string, { scale = 2, fontFiles }: PngOptions = {}): Promise<Uint8Array> {
  if (!(scale > 0 && scale <= 20)) {
    throw new CardioError('usage', `\`scale\` must be a number from 0 to 20. Received: ${scale}.`);
  }
  const { Resvg } = await installed(() => import('@resvg/resvg-js'), '@resvg/resvg-js');
  const font = fontFiles ? { loadSystemFonts: false, fontFiles: [...fontFiles] } : { loadSystemFonts: true };
  const letter = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9">M</text></svg>';
  if (svg.includes('<text') && !new Resvg(letter, { font }).getBBox()) {
    throw new CardioError(
      'unavailable',
      `There is no font to write with${fontFiles ? ` in ${fontFiles.join(', ')}` : ' on this system'}. Install one (Debian: \`apt-get install fonts-dejavu-core\`) or pass \`fontFiles\`.`,
    );
  }
  try {
    return new Resvg(svg, { fitTo: { mode: 'zoom', value: scale }, background: '#fff', font }).render().asPng();
  } catch (cause) {
    throw new CardioError('data', `This is not an SVG that can be drawn: ${(cause as Error).message}`, { cause });
  }
}
