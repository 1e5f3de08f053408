/** Where one of two signals goes: its samples, by a table of the physical values of all stored ones, from -2048 on. */
interface PairTarget {
  readonly samples: Float32Array;
  readonly table: Float32Array;
}

/**
 * Decodes two signals in format 212 in one pass, since that is how most old databases are stored: a frame is three bytes, and four frames
 * are three 32-bit words, which takes a third of the loads.
 *
 * @param at the byte of the first frame
 * @returns the sums of the stored values of both, in 32 bits
 */
export function decodePair212(
  bytes: Uint8Array,
  at: number,
  frames: number,
  first: PairTarget,
  second: PairTarget,
): [number, number] {
  const { samples: x, table: xTable } = first;
  const { samples: y, table: yTable } = second;
  // To the first frame at a whole word: three bytes a frame, so that is as many frames on as the address is bytes past one.
  const start = bytes.byteOffset + at;
  const begin = Math.min(frames, start % 4);
  const groups = littleEndian ? (frames - begin) >> 2 : 0;
  const end = begin + 4 * groups;
  const words = groups > 0 ? new Uint32Array(bytes.buffer, start + 3 * begin, 3 * groups) : new Uint32Array();
  let xSum = 0;
  let ySum = 0;
  for (let i = begin, w = 0; i < end; i += 4, w += 3) {
    // Turning the sign bits over makes stored values count from -2048 on.
    const a = words[w] ^ 0x00008800;
    const b = words[w + 1] ^ 0x88000088;
    const c = words[w + 2] ^ 0x00880000;
    const p0 = a & 0xfff;
    const q0 = ((a >>> 16) & 0xff) | ((a >>> 4) & 0xf00);
    const p1 = (a >>> 24) | ((b & 0x0f) << 8);
    const q1 = ((b >>> 8) & 0xff) | ((b << 4) & 0xf00);
    const p2 = (b >>> 16) & 0xfff;
    const q2 = (c & 0xff) | ((b >>> 20) & 0xf00);
    const p3 = (c >>> 8) & 0xfff;
    const q3 = (c >>> 24) | ((c >>> 12) & 0xf00);
    x[i] = xTable[p0];
    y[i] = yTable[q0];
    x[i + 1] = xTable[p1];
    y[i + 1] = yTable[q1];
    x[i + 2] = xTable[p2];
    y[i + 2] = yTable[q2];
    x[i + 3] = xTable[p3];
    y[i + 3] = yTable[q3];
    xSum = (xSum + p0 + p1 + p2 + p3) | 0;
    ySum = (ySum + q0 + q1 + q2 + q3) | 0;
  }
  // What is before and after the words, frame by frame.
  for (let i = begin > 0 ? 0 : end; i < frames; i = i + 1 === begin ? end : i + 1) {
    const from = at + 3 * i;
    const high = bytes[from + 1] ^ 0x88;
    const p = bytes[from] | ((high & 0x0f) << 8);
    const q = bytes[from + 2] | ((high & 0xf0) << 4);
    x[i] = xTable[p];
    y[i] = yTable[q];
    xSum += p;
    ySum += q;
  }
  return [(xSum - 0x800 * frames) | 0, (ySum - 0x800 * frames) | 0];
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
