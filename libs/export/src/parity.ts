import { CardioError, isCardioError } from '@cardio/core';
import type { OnnxGraph } from './build.js';
import { firstDifference } from './first-difference.js';
import { expectedOf, pick, pieces, randomInputs, sizeOf, type Batch } from './inputs.js';
import type { Precision } from './precision/precision.js';
import type { Program } from './program.js';
import { openSession, type Session } from './runtime.js';
import type { Subject } from './subject.js';

/** How far the exported model is from the trained one. */
export interface Parity {
  /** Largest difference of a probability. */
  readonly maxAbsDiff: number;
  /** How many inputs were compared, each in a batch and alone. */
  readonly inputs: number;
  /** How many of them were given, such as real records; the others are random. */
  readonly real: number;
  /** What the file had to pass, and how it did. */
  readonly gate: Verdict;
}

/** A measured difference, of which so much is allowed. */
export interface Verdict {
  /** What was measured, such as `difference of a probability`. */
  readonly what: string;
  readonly difference: number;
  readonly allowed: number;
}

/** Inputs to compare on besides random ones. */
export interface Examples {
  /** A tensor of N examples for each of the file's inputs, by name. */
  readonly inputs: Batch;
  /** What the file must say of them, `[N * K]`; what the model says unless given. */
  readonly expected?: Float32Array;
  /** Judges an int8 file by the model's probabilities and the file's, such as by AUROC; both `[N * K]`. Decisions are compared unless given. */
  readonly judge?: (expected: Float32Array, actual: Float32Array) => Verdict;
}

/** What is compared: a computation and the graph made from it. */
export interface Compared {
  readonly subject: Subject;
  readonly program: Program;
  readonly graph: OnnxGraph;
  readonly bytes: Uint8Array;
  readonly precision: Precision;
  readonly examples?: Examples | undefined;
}

/** The largest difference of a probability that an export may have. */
const tolerances = { float32: 1e-4, float16: 2e-3 } as const;
/** Random inputs that are compared. */
export const randomExamples = 16;
/** So many run at once, which bounds the memory. */
const batchSize = 16;

/**
 * Runs the exported bytes in ONNX Runtime on the examples given and on 16 random inputs, in batches and one by one, against the subject. Where
 * examples are given, lower precisions are judged by them alone: how they round noise says nothing of how they round records.
 *
 * @throws CardioError 'check' if the two differ by more than the precision allows, naming the first step that differs; 'unavailable' without
 *   ONNX Runtime
 */
export async function checkParity(compared: Compared): Promise<Parity> {
  const { subject, bytes, precision, examples } = compared;
  const random = { inputs: randomInputs(subject, randomExamples) };
  const sets: Examples[] = examples ? (precision === 'float32' ? [examples, random] : [examples]) : [random];
  const session = await openSession(bytes).catch((cause: unknown) => {
    if (isCardioError(cause)) throw cause;
    throw new CardioError('check', `ONNX Runtime refuses the exported model (${String(cause)}). No file was written.`, {
      cause,
    });
  });
  try {
    const results: Result[] = [];
    for (const set of sets) results.push(await compare(compared, set, session));
    const worst = results.reduce((a, b) => (b.maxAbsDiff > a.maxAbsDiff ? b : a));
    return {
      maxAbsDiff: worst.maxAbsDiff,
      inputs: sets.reduce((sum, { inputs }) => sum + sizeOf(inputs), 0),
      real: examples ? sizeOf(examples.inputs) : 0,
      gate: worst.verdict,
    };
  } finally {
    await session.close();
  }
}

interface Result {
  readonly maxAbsDiff: number;
  readonly verdict: Verdict;
}

async function compare(compared: Compared, examples: Examples, session: Session): Promise<Result> {
  const { inputs } = examples;
  const [name] = compared.subject.outputs;
  const expected = examples.expected ?? expectedInPieces(compared.subject, inputs);
  const together = await actualOf(session, inputs, name, batchSize);
  const alone = await actualOf(session, inputs, name, 1);
  const differences = Array.from(expected, (p, i) => Math.max(distance(p, together[i]), distance(p, alone[i])));
  const maxAbsDiff = differences.reduce((a, b) => Math.max(a, b), 0);
  const verdict = verdictOf(compared.precision, examples, expected, together, maxAbsDiff);
  if (verdict.difference <= verdict.allowed) return { maxAbsDiff, verdict };
  const worst = Math.floor(differences.indexOf(maxAbsDiff) / (expected.length / sizeOf(inputs)));
  // a batch of two, as some kernels go wrong only beyond the first example
  const two = pick(inputs, [worst === 0 && sizeOf(inputs) > 1 ? 1 : 0, worst]);
  const place =
    compared.precision === 'int8'
      ? 'Give calibration records of the same kind as it will meet, or keep float32.'
      : await firstDifference(compared, two, verdict.allowed);
  throw new CardioError(
    'check',
    `The exported model is not the trained one: ${verdict.what} by ${verdict.difference.toPrecision(3)} ` +
      `(allowed ${verdict.allowed}). ${place} No file was written.`,
  );
}

/** What a file of a precision has to pass, and how it does. */
export function verdictOf(
  precision: Precision,
  { judge = decisions }: Pick<Examples, 'judge'>,
  expected: Float32Array,
  actual: Float32Array,
  difference: number,
): Verdict {
  if (precision === 'int8') return judge(expected, actual);
  return { what: 'a probability differs', difference, allowed: tolerances[precision] };
}

/** The mean difference of a probability: what int8 has to keep small where no labels say what it costs. */
function decisions(expected: Float32Array, actual: Float32Array): Verdict {
  const sum = expected.reduce((total, p, i) => total + distance(p, actual[i]), 0);
  return { what: 'the probabilities differ on average', difference: sum / expected.length, allowed: 0.02 };
}

/** The subject's own probabilities of inputs, `[N * K]`. */
export function expectedInPieces(subject: Subject, inputs: Batch): Float32Array {
  return joined([...pieces(inputs, batchSize)].map((piece) => expectedOf(subject, piece)));
}

async function actualOf(session: Session, inputs: Batch, name: string, size: number): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for (const piece of pieces(inputs, size)) parts.push((await session.run(piece))[name]);
  return joined(parts);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** The distance of two numbers; NaN is infinitely far from everything. */
export function distance(a: number, b: number): number {
  const difference = Math.abs(a - b);
  return Number.isNaN(difference) ? Infinity : difference;
}
