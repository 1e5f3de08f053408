import { codeOf, pseudo } from './annotation-codes.js';
import type { Annotation } from './annotations.js';
import { WfdbError } from './errors.js';

/**
 * Makes the bytes of an annotation file in MIT format; annotations must be in order of time. Only what differs from the
 * annotation before is written, as the WFDB library does.
 *
 * @throws {WfdbError} for an unknown symbol, an annotation out of order, or a text of more than 255 bytes
 */
export function encodeAnnotations(annotations: readonly Annotation[]): Uint8Array {
  const bytes: number[] = [];
  const word = (code: number, value: number): void =>
    void bytes.push(value & 0xff, (code << 2) | ((value >> 8) & 0x03));
  let previous = { sample: 0, channel: 0, number: 0 };
  for (const { sample, symbol, subtype, channel, number, aux } of annotations) {
    const place = `annotation \`${symbol}\` at sample ${sample}`;
    const code = codeOf(symbol);
    if (!code) throw new WfdbError(place, 'the symbol is not one of the MIT format.');
    if (sample < previous.sample)
      throw new WfdbError(place, `it stands after sample ${previous.sample}; sort annotations by sample.`);
    let interval = sample - previous.sample;
    if (interval > 0x3ff) {
      word(pseudo.skip, 0);
      bytes.push((interval >> 16) & 0xff, interval >>> 24, interval & 0xff, (interval >> 8) & 0xff);
      interval = 0;
    }
    word(code, interval);
    if (subtype !== 0) word(pseudo.subtype, subtype & 0x3ff);
    if (channel !== previous.channel) word(pseudo.channel, channel & 0xff);
    if (number !== previous.number) word(pseudo.number, number & 0x3ff);
    if (aux !== '') {
      const text = Uint8Array.from(aux, (letter) => letter.charCodeAt(0));
      if (text.length > 255) throw new WfdbError(place, `its text has ${text.length} bytes; at most 255 fit.`);
      word(pseudo.aux, text.length);
      bytes.push(...text, ...(text.length & 1 ? [0] : []));
    }
    previous = { sample, channel, number };
  }
  word(0, 0);
  return Uint8Array.from(bytes);
}
