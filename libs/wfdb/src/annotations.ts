import { pseudo, symbolOf } from './annotation-codes.js';
import { WfdbError } from './errors.js';

/** One annotation: a beat label, a rhythm change, a note. */
export interface Annotation {
  /** The sample it belongs to. */
  readonly sample: number;
  /** What it says, such as `N` for a normal beat, `V` for a ventricular one, `+` for a rhythm change. */
  readonly symbol: string;
  readonly subtype: number;
  readonly channel: number;
  readonly number: number;
  /** Free text, such as `(AFIB` with a `+`; empty for most. */
  readonly aux: string;
}

/**
 * Reads annotations in MIT format as annot(5) of the WFDB manual defines it: 16-bit words, the top 6 bits a code, the low 10 the
 * distance from the annotation before. Code 0 only moves the time. A file's own symbols (`## annotation type definitions`) are
 * applied; the note of its time resolution comes out as it stands.
 *
 * @param file the file's name, for messages
 * @throws {WfdbError} that names the byte where the file breaks off
 */
export function parseAnnotations(bytes: Uint8Array, file: string): Annotation[] {
  const annotations: Annotation[] = [];
  const text = new TextDecoder('latin1');
  const word = (at: number): number => {
    if (at + 2 <= bytes.length) return bytes[at] | (bytes[at + 1] << 8);
    throw new WfdbError(file, `the annotations break off at byte ${bytes.length} without their end mark. ${retry}`);
  };

  let sample = 0;
  let channel = 0;
  let number = 0;
  let at = 0;
  for (;;) {
    let head = word(at);
    at += 2;
    if (head === 0) return withOwnSymbols(annotations);
    while (head >> 10 === pseudo.skip) {
      sample += (word(at) << 16) | word(at + 2);
      head = word(at + 4);
      at += 6;
    }
    const code = head >> 10;
    if (code >= pseudo.number)
      throw new WfdbError(file, `byte ${at - 2}: code ${code} must follow an annotation. ${retry}`);
    sample += head & 0x3ff;

    let subtype = 0;
    let aux = '';
    for (let more = word(at); more >> 10 >= pseudo.number; more = word(at)) {
      const value = more & 0x3ff;
      at += 2;
      if (more >> 10 === pseudo.number) number = signedByte(value);
      else if (more >> 10 === pseudo.subtype) subtype = signedByte(value);
      else if (more >> 10 === pseudo.channel) channel = value & 0xff;
      else {
        if (at + value > bytes.length) {
          throw new WfdbError(file, `byte ${at}: a text of ${value} bytes goes past the file's end. ${retry}`);
        }
        aux = text.decode(bytes.subarray(at, at + value)).replace(/\0.*$/s, '');
        at += value + (value & 1);
      }
    }
    if (code !== 0) annotations.push({ sample, symbol: symbolOf(code), subtype, channel, number, aux });
  }
}

const retry = 'The file is damaged; download it again.';

const signedByte = (value: number): number => (value << 24) >> 24;

/** Applies and takes out the notes at a file's start that define its own symbols, such as `15 c calibration pulse`. */
function withOwnSymbols(annotations: Annotation[]): Annotation[] {
  if (annotations[0]?.aux !== '## annotation type definitions') return annotations;
  const end = annotations.findIndex(({ aux }) => aux === '## end of definitions');
  const own = new Map<string, string>();
  for (const { aux } of annotations.slice(1, end)) {
    const [code, symbol] = aux.split(/\s+/);
    own.set(symbolOf(Number(code)), symbol);
  }
  return annotations
    .slice(end + 1)
    .map((annotation) => ({ ...annotation, symbol: own.get(annotation.symbol) ?? annotation.symbol }));
}
