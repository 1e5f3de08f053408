import { leadName } from '@cardio/signal';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { agreedRate, ecgFile, fail, startOf, type EcgFile, type EcgFileOptions } from './ecg-file.js';
import { scaleOf } from './units.js';

/** An element: attributes and children under their names, elements always in arrays. */
interface Node {
  readonly [name: string]: string | readonly Node[] | undefined;
}

const attribute = '@';
const textName = '#text';
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: attribute,
  textNodeName: textName,
  alwaysCreateTextNode: true,
  removeNSPrefix: true,
  parseTagValue: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
});

/**
 * Reads an HL7 annotated ECG (aECG, HL7 v3 PORT_MT020001; Brown & Badilini, "HL7 aECG Implementation Guide", 2005): the first rhythm series;
 * representative beats, which stand in derived series, are not read.
 *
 * @throws {CardioError} `data` that names the line of what is no XML, or the part that is missing
 */
export function readAecg(bytes: Uint8Array, options: EcgFileOptions = {}): EcgFile {
  const text = new TextDecoder().decode(bytes);
  const root =
    childrenOf(parse(text, options), 'AnnotatedECG')[0] ??
    fail(options, 'its root is not `AnnotatedECG`: it is no HL7 aECG.');
  const series = path(root, 'component', 'series');
  const isRhythm = (one: Node): boolean => childrenOf(one, 'code')[0]?.[`${attribute}code`] === 'RHYTHM';
  const chosen = series.find(isRhythm) ?? series[0] ?? fail(options, 'it has no `component/series`.');
  const sequences = path(chosen, 'component', 'sequenceSet').map((set) => path(set, 'component', 'sequence'))[0] ?? [];
  const codeOf = (sequence: Node): string => attributeOf(childrenOf(sequence, 'code')[0], 'code') ?? '';
  const time = sequences.find((sequence) => codeOf(sequence).startsWith('TIME_'));
  const increment = time && path(time, 'value', 'increment')[0];
  const leads = sequences.filter((sequence) => codeOf(sequence).startsWith('MDC_ECG_LEAD_'));
  if (leads.length === 0) fail(options, 'its series has no sequence `MDC_ECG_LEAD_…`.');
  const samples = leads.map((lead) => samplesOf(lead, codeOf(lead), options));
  const other = samples.findIndex(({ length }) => length !== samples[0].length);
  if (other >= 0) {
    const [first, second] = [0, other].map((i) => `${codeOf(leads[i])} has ${samples[i].length} samples`);
    fail(options, `${first}, but ${second}.`);
  }
  const step = increment && quantity(increment, secondsIn, options);
  const rate = step === undefined ? undefined : Number((1 / step).toPrecision(9));
  const subject = path(
    root,
    'componentOf',
    'timepointEvent',
    'componentOf',
    'subjectAssignment',
    'subject',
    'trialSubject',
    'id',
  )[0];
  return ecgFile(
    { samples, sampleRateHz: agreedRate(rate, options), leads: leads.map((lead) => leadName(codeOf(lead))) },
    startIn(chosen),
    attributeOf(subject, 'extension'),
  );
}

function parse(text: string, options: EcgFileOptions): Node {
  if (/<!DOCTYPE/i.test(text)) fail(options, 'it has a DOCTYPE, which an aECG does not have and which is not read.');
  try {
    const checked = XMLValidator.validate(text);
    if (checked === true) return parser.parse(text) as Node;
    return fail(options, `line ${checked.err.line}, column ${checked.err.col}: ${checked.err.msg}`);
  } catch (cause) {
    return fail(options, `it is no XML that can be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** origin + scale * digit, in mV. */
function samplesOf(sequence: Node, name: string, options: EcgFileOptions): Float32Array {
  const value = childrenOf(sequence, 'value')[0];
  const [origin, scale, digits] = ['origin', 'scale', 'digits'].map(
    (part) => (value && childrenOf(value, part)[0]) ?? fail(options, `${name} has no \`value/${part}\`.`),
  );
  const millivolts = (unit: string): number => scaleOf(unit, options);
  const [zero, gain] = [quantity(origin, millivolts, options), quantity(scale, millivolts, options)];
  const written = digits[textName];
  const words = typeof written === 'string' && written.trim() !== '' ? written.trim().split(/\s+/) : [];
  return Float32Array.from(words, (word, i) => {
    const number = Number(word);
    if (!Number.isFinite(number)) {
      fail(options, `${name}, sample ${i + 1}: ${JSON.stringify(word.slice(0, 40))} is no number.`);
    }
    return zero + gain * number;
  });
}

function quantity(node: Node, toUnit: (unit: string) => number, options: EcgFileOptions): number {
  const [text, unit] = [attributeOf(node, 'value'), attributeOf(node, 'unit')];
  const value = text?.trim() ? Number(text) : NaN;
  if (!Number.isFinite(value) || unit === undefined) {
    fail(options, `a quantity needs a number and a unit, found \`${text ?? ''}\` and \`${unit ?? ''}\`.`);
  }
  return value * toUnit(unit);
}

const secondsIn = (unit: string): number => ({ s: 1, ms: 1e-3, us: 1e-6 })[unit] ?? NaN;

function startIn(series: Node): string | undefined {
  const low = path(series, 'effectiveTime', 'low')[0];
  const [, ...fields] = /^(\d{4})(\d\d)(\d\d)(\d\d)?(\d\d)?(\d\d)?/.exec(attributeOf(low, 'value') ?? '') ?? [];
  return startOf(fields);
}

const childrenOf = (node: Node, name: string): readonly Node[] => {
  const found = Object.hasOwn(node, name) ? node[name] : undefined;
  return Array.isArray(found) ? found.filter((child) => typeof child === 'object') : [];
};

const path = (node: Node, ...names: readonly string[]): readonly Node[] =>
  names.reduce<readonly Node[]>((nodes, name) => nodes.flatMap((one) => childrenOf(one, name)), [node]);

function attributeOf(node: Node | undefined, name: string): string | undefined {
  const value = node?.[attribute + name];
  return typeof value === 'string' ? value : undefined;
}
