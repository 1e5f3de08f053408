import { codeOf, pseudo } from './annotation-codes.js';
import { notes, type Annotation, type AnnotationDefinition, type AnnotationFile } from './annotations.js';
import { WfdbError } from './errors.js';

/** What an annotation file says beside its annotations; all of it may be left out. */
export interface EncodeAnnotationsOptions extends Partial<Omit<AnnotationFile, 'annotations'>> {
  /** Whether a sample may lie before the one it follows; default false, since most readers count on the order of time. */
  readonly unordered?: boolean;
}

/** The longest distance one SKIP word can move the time. */
const longestSkip = 0x7fffffff;

/**
 * Makes the bytes of an annotation file in MIT format, as the WFDB library does: a distance above 1023 by SKIP words, then what differs
 * from the annotation before in the order subtype, channel, number, text.
 *
 * @throws {WfdbError} for an unknown symbol, an annotation out of order, a number its field can't hold, or a text of more than 255 bytes
 */
export function encodeAnnotations(
  annotations: readonly Annotation[],
  { sampleRateHz, definitions = [], zeroEnded = false, unordered = false }: EncodeAnnotationsOptions = {},
): Uint8Array {
  const bytes: number[] = [];
  const word = (code: number, value: number): void =>
    void bytes.push(value & 0xff, (code << 2) | ((value >> 8) & 0x03));
  const skip = (by: number): void => {
    word(pseudo.skip, 0);
    bytes.push((by >> 16) & 0xff, by >>> 24, by & 0xff, (by >> 8) & 0xff);
  };
  const own = new Map(definitions.map(({ code, symbol }) => [symbol, code]));
  let previous = { sample: 0, channel: 0, number: 0 };

  const write = (annotation: Annotation): void => {
    const { sample, symbol, subtype, channel, number, aux } = annotation;
    const place = `annotation \`${symbol}\` at sample ${sample}`;
    const code = own.get(symbol) ?? codeOf(symbol);
    if (!code) {
      throw new WfdbError(
        place,
        'the symbol is not one of the MIT format; name it in `definitions` with a code such as 42.',
      );
    }
    check(place, 'sample', sample, 0, Number.MAX_SAFE_INTEGER);
    check(place, 'subtype', subtype, -128, 127);
    check(place, 'channel', channel, 0, 255);
    check(place, 'number', number, -128, 127);
    let interval = sample - previous.sample;
    if (interval < 0 && !unordered) {
      throw new WfdbError(place, `it stands after sample ${previous.sample}; sort annotations by sample.`);
    }
    for (; interval > longestSkip; interval -= longestSkip) skip(longestSkip);
    for (; interval < -longestSkip; interval += longestSkip) skip(-longestSkip);
    if (interval > 0x3ff || interval < 0) {
      skip(interval);
      interval = 0;
    }
    word(code, interval);
    if (subtype !== 0) word(pseudo.subtype, subtype);
    if (channel !== previous.channel) word(pseudo.channel, channel);
    if (number !== previous.number) word(pseudo.number, number);
    if (aux !== '') {
      const text = byteText(zeroEnded ? `${aux}\0` : aux, place);
      word(pseudo.aux, text.length);
      bytes.push(...text, ...(text.length & 1 ? [0] : []));
    }
    previous = { sample, channel, number };
  };

  const note = (aux: string): void => write({ sample: 0, symbol: '"', subtype: 0, channel: 0, number: 0, aux });
  if (sampleRateHz !== undefined) note(`${notes.resolution}${sampleRateHz}`);
  if (definitions.length > 0) {
    note(notes.definitions);
    for (const definition of definitions) note(definitionText(definition));
    note(notes.endOfDefinitions);
  }
  if (bytes.length > 0) {
    // An empty annotation ends the notes about the file, so that a note at sample 0 after it is not taken for one of them.
    skip(-1);
    word(0, 1);
  }
  annotations.forEach(write);
  word(0, 0);
  return Uint8Array.from(bytes);
}

function definitionText({ code, symbol, description }: AnnotationDefinition): string {
  check(`definition of \`${symbol}\``, 'code', code, 1, pseudo.skip - 1);
  if (/^\S+$/.test(symbol)) return `${code} ${symbol} ${description}\n`;
  throw new WfdbError(`definition of \`${symbol}\``, 'a symbol has one character or more and no blanks.');
}

function check(place: string, field: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new WfdbError(place, `its ${field} is ${value}; an integer from ${least} to ${most} fits.`);
}

function byteText(text: string, place: string): number[] {
  const codes = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  const wide = codes.findIndex((code) => code > 0xff);
  if (wide >= 0) throw new WfdbError(place, `its text has \`${text[wide]}\`, which does not fit a byte.`);
  if (codes.length > 0xff) throw new WfdbError(place, `its text has ${codes.length} bytes; at most 255 fit.`);
  return codes;
}
