import type { Image } from './png.js';

/** `[red, green, blue]`, 0 to 255. */
export type Color = readonly [number, number, number];

/** A picture that can be drawn on, white at first; what is drawn outside is lost. */
interface Canvas extends Image {
  rect(x: number, y: number, width: number, height: number, color: Color): void;
  line(from: readonly [number, number], to: readonly [number, number], color: Color): void;
  /** Text whose left upper corner is (x, y); what is not printable ASCII is a `?`. */
  text(x: number, y: number, text: string, color?: Color): void;
}

/** Height of a text, and width of each of its characters, with the space beside them, in pixels. */
export const textHeight = 8;
export const characterWidth = 6;

/** An empty picture. */
export function createCanvas(width: number, height: number): Canvas {
  const rgb = new Uint8Array(width * height * 3).fill(255);
  const dot = (x: number, y: number, color: Color): void => {
    if (x >= 0 && y >= 0 && x < width && y < height) rgb.set(color, (y * width + x) * 3);
  };
  return {
    width,
    height,
    rgb,
    rect(left, top, w, h, color) {
      for (let y = top; y < top + h; y++) for (let x = left; x < left + w; x++) dot(x, y, color);
    },
    line([x0, y0], [x1, y1], color) {
      const n = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
      for (let i = 0; i <= n; i++)
        dot(Math.round(x0 + ((x1 - x0) * i) / n), Math.round(y0 + ((y1 - y0) * i) / n), color);
    },
    text(left, top, text, color = [0, 0, 0]) {
      [...text].forEach((character, i) => {
        const code = character.charCodeAt(0);
        const glyph = (code >= 32 && code < 127 ? code : 63) - 32;
        for (let column = 0; column < 5; column++) {
          const bits = parseInt(font.slice(glyph * 10 + column * 2, glyph * 10 + column * 2 + 2), 16);
          for (let row = 0; row < 8; row++)
            if ((bits >> row) & 1) dot(left + i * characterWidth + column, top + row, color);
        }
      });
    },
  };
}

/** ASCII 32 to 126 in 5 x 8 dots: a byte for each column from the left, its lowest bit at the top. */
const font =
  '000000000000005f00000007000700147f147f14242a7f2a12231308646236495620500008070300' +
  '001c2241000041221c002a1c7f1c2a08083e08080080703000080808080800006060002010080402' +
  '3e5149453e00427f400072494949462141494d331814127f1027454545393c4a4949314121110907' +
  '3649494936464949291e000014000000403400000008142241141414141400412214080201590906' +
  '3e415d594e7c1211127c7f494949363e414141227f4141413e7f494949417f090909013e41415173' +
  '7f0808087f00417f41002040413f017f081422417f404040407f021c027f7f0408107f3e4141413e' +
  '7f090909063e4151215e7f09192946264949493203017f01033f4040403f1f2040201f3f4038403f' +
  '631408146303047804036159494d43007f4141410204081020004141417f04020102044040404040' +
  '000307080020545478407f284444383844444428384444287f385454541800087e090218a4a49c78' +
  '7f0804047800447d40002040403d007f1028440000417f40007c047804787c080404783844444438' +
  'fc1824241818242418fc7c08040408485454542404043f44243c4040207c1c2040201c3c4030403c' +
  '44281028444c9090907c4464544c440008364100000077000000413608000201020402';
