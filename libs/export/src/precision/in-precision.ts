import type { OnnxGraph } from '../build.js';
import type { Batch } from '../inputs.js';
import type { Program } from '../program.js';
import type { Subject } from '../subject.js';
import { calibrate, type Calibration } from './calibrate.js';
import { toFloat16 } from './float16.js';
import { toDynamicInt8 } from './int8-dynamic.js';
import { toStaticInt8 } from './int8-static.js';
import { overflowing } from './overflow.js';
import type { Precision } from './precision.js';

/** Where a graph came from, and inputs by which to see how large its tensors get. */
interface Origin {
  readonly subject: Subject;
  readonly program: Program;
  readonly inputs: Batch;
}

/** A float32 graph in another precision; int8 is static where calibration records are given, otherwise dynamic. */
export async function inPrecision(
  graph: OnnxGraph,
  precision: Precision,
  { subject, program, inputs }: Origin,
  calibration: Calibration | undefined,
): Promise<OnnxGraph> {
  if (precision === 'float32') return graph;
  if (precision === 'float16') return toFloat16(graph, overflowing(subject, program, graph, inputs));
  return calibration ? toStaticInt8(graph, await calibrate(graph, calibration)) : toDynamicInt8(graph);
}
