import { crc32, deflateSync } from 'node:zlib';

/** A picture, 8 bits a channel. */
export interface Image {
  readonly width: number;
  readonly height: number;
  /** `[height * width * 3]`, row by row from the top, red, green and blue. */
  readonly rgb: Uint8Array;
}

/** A PNG file (W3C, Portable Network Graphics, third edition): colour type 2, no filter, no interlacing. */
export function encodePng({ width, height, rgb }: Image): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8); // bits, colour type, compression, filter, interlacing
  const rows = Buffer.alloc(height * (1 + width * 3)); // each row begins with its filter, 0 for none
  for (let y = 0; y < height; y++) rows.set(rgb.subarray(y * width * 3, (y + 1) * width * 3), y * (1 + width * 3) + 1);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Length, type, data, CRC-32 of type and data. */
function chunk(type: string, data: Buffer): Buffer {
  const framed = Buffer.alloc(data.length + 12);
  framed.writeUInt32BE(data.length, 0);
  framed.write(type, 4, 'latin1');
  framed.set(data, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, 8 + data.length)), 8 + data.length);
  return framed;
}
