import { pseudo, symbolOf } from './annotation-codes.js';
import { WfdbError } from './errors.js';

/** One annotation: a beat label, a rhythm change, a note. */
export interface Annotation {
  /** The sample it belongs to. */
  readonly sample: number;
  /** What it says, such as `N` for a normal beat, `V` for a ventricular one, `+` for a rhythm change. */
  readonly symbol: string;
  /** -128 to 127. */
  readonly subtype: number;
  /** 0 to 255. */
  readonly channel: number;
  /** -128 to 127. */
  readonly number: number;
  /** Text, such as `(AFIB` with a `+`; empty for most. One character for each byte; a zero byte ends it. */
  readonly aux: string;
}

/** A symbol that a file defines for itself, such as code 15, `c`, `calibration pulse`. */
export interface AnnotationDefinition {
  readonly code: number;
  readonly symbol: string;
  readonly description: string;
}

/** All that an annotation file says. `encodeAnnotations(file.annotations, file)` makes the file again. */
export interface AnnotationFile {
  /** In the file's order; its own symbols are applied and the notes at its start that define things are taken out. */
  readonly annotations: Annotation[];
  /** Samples per second, in Hz, by the note `## time resolution: 250`; `undefined` when the file has none: the record's rate holds. */
  readonly sampleRateHz: number | undefined;
  /** By the notes between `## annotation type definitions` and `## end of definitions`; empty for most. */
  readonly definitions: readonly AnnotationDefinition[];
  /** Whether every text ends in a zero byte (which `aux` does not show), as in most of MIT-BIH. */
  readonly zeroEnded: boolean;
}

/** The texts of the notes at sample 0 that are about the file itself. */
export const notes = {
  resolution: '## time resolution: ',
  definitions: '## annotation type definitions',
  endOfDefinitions: '## end of definitions',
} as const;

/**
 * Reads annotations in MIT format: {@link parseAnnotationFile} without what the file says about itself.
 *
 * @param file the file's name, for messages
 * @throws {WfdbError} that names the byte where the file breaks off
 */
export function parseAnnotations(bytes: Uint8Array, file: string): Annotation[] {
  return parseAnnotationFile(bytes, file).annotations;
}

/**
 * Reads a file in MIT format as annot(5) of the WFDB manual defines it: 16-bit words, the top 6 bits a code, the low 10 the distance
 * from the annotation before. Code 0 only moves the time.
 *
 * @param file the file's name, for messages
 * @throws {WfdbError} that names the byte where the file breaks off
 */
export function parseAnnotationFile(bytes: Uint8Array, file: string): AnnotationFile {
  const annotations: Annotation[] = [];
  const word = (at: number): number => {
    if (at + 2 <= bytes.length) return bytes[at] | (bytes[at + 1] << 8);
    throw new WfdbError(file, `the annotations break off at byte ${bytes.length} without their end mark. ${retry}`);
  };

  let sample = 0;
  let channel = 0;
  let number = 0;
  let zeroEnded = true;
  let texts = 0;
  let at = 0;
  for (let head = word(0); head !== 0; head = word(at)) {
    while (head >> 10 === pseudo.skip) {
      sample += (word(at + 2) << 16) | word(at + 4); // the high word comes first; below zero it goes back
      at += 6;
      head = word(at);
    }
    const code = head >> 10;
    if (code >= pseudo.number) {
      throw new WfdbError(file, `byte ${at}: code ${code} must follow an annotation. ${retry}`);
    }
    sample += head & 0x3ff;
    at += 2;
    if (head === 0 && at === bytes.length) break; // a skip before the end mark

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
        const text = String.fromCharCode(...bytes.subarray(at, at + value));
        const end = text.indexOf('\0');
        aux = end < 0 ? text : text.slice(0, end);
        if (end !== value - 1) zeroEnded = false;
        texts++;
        at += value + (value & 1);
      }
    }
    if (code !== 0) annotations.push({ sample, symbol: symbolOf(code), subtype, channel, number, aux });
  }
  return { ...takeNotes(annotations, file), zeroEnded: zeroEnded && texts > 0 };
}

const retry = 'The file is damaged; download it again.';

const signedByte = (value: number): number => (value << 24) >> 24;

/** Takes out the notes at a file's start that are about the file, and applies the symbols they define. */
function takeNotes(annotations: Annotation[], file: string): Omit<AnnotationFile, 'zeroEnded'> {
  const definitions: AnnotationDefinition[] = [];
  let sampleRateHz: number | undefined;
  let first = 0;
  const note = (): string | undefined => {
    const { symbol, sample, aux } = annotations[first] ?? {};
    return symbol === '"' && sample === 0 ? aux : undefined;
  };
  for (;;) {
    const rate = Number(/^## time resolution: (\d+(?:\.\d+)?)\s*$/.exec(note() ?? '')?.[1]);
    if (rate > 0) sampleRateHz = rate;
    else if (note() === notes.definitions) {
      for (first++; note() !== notes.endOfDefinitions; first++) definitions.push(definition(note(), file));
    } else break;
    first++;
  }
  const own = new Map(definitions.map(({ code, symbol }) => [symbolOf(code), symbol]));
  const rest = first === 0 ? annotations : annotations.slice(first);
  return {
    annotations: own.size === 0 ? rest : rest.map((a) => ({ ...a, symbol: own.get(a.symbol) ?? a.symbol })),
    sampleRateHz,
    definitions,
  };
}

function definition(note: string | undefined, file: string): AnnotationDefinition {
  const [, code, symbol, description = ''] = /^(\d{1,2})\s+(\S+)(?:\s+(.*))?$/.exec(note?.trimEnd() ?? '') ?? [];
  if (Number(code) >= 1 && Number(code) < pseudo.skip) return { code: Number(code), symbol, description };
  const found = note === undefined ? 'none follows' : `found \`${note}\``;
  throw new WfdbError(
    file,
    `after the note \`${notes.definitions}\` each note must be such as \`15 c calibration pulse\`, until \`${notes.endOfDefinitions}\`; ${found}. ${retry}`,
  );
}
