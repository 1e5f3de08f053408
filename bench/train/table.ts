import { tolerance, type Comparison } from './parity.js';
import type { Outcome, Timing } from './timing.js';

/** What came of a case. */
export interface Result {
  readonly model: string;
  readonly length: number;
  readonly batch: number;
  readonly parities: readonly Comparison[];
  readonly outcomes: readonly Outcome[];
}

const heading = [
  ['model', '12 ×', 'side', 'wall, ms', 'CPU, ms', 'peak, MB', 'samples/s', 'wall ×', 'CPU ×', 'peak ×', 'rounds'],
  ['---', '--:', '---', '--:', '--:', '--:', '--:', '--:', '--:', '--:', '--:'],
].map(row);

/** The heading of the table of timings. */
export const timingHeading = heading.join('\n');

/** The lines of the table of timings for one case: one for each side, with ratios ours / PyTorch where both were timed. */
export function timingRows({ model, length, batch, outcomes }: Result): string {
  const peer = outcomes.find(({ side }) => side === 'PyTorch');
  const lines = outcomes.map((outcome) => {
    if ('failure' in outcome)
      return row([model, length, outcome.side, `failed: ${outcome.failure}`, ...Array(7).fill('')]);
    const { side, wallMs, cpuMs, peakMB, steps } = outcome;
    const reference = peer && !('failure' in peer) && peer !== outcome ? peer : undefined;
    return row([
      model,
      length,
      side,
      wallMs.toFixed(0),
      cpuMs.toFixed(0),
      peakMB?.toFixed(0) ?? '',
      samplesPerSecond(batch, outcome),
      ratio(wallMs, reference?.wallMs),
      ratio(cpuMs, reference?.cpuMs),
      ratio(peakMB, reference?.peakMB),
      steps.length,
    ]);
  });
  return lines.join('\n');
}

/** Examples that a side trains on in a second. */
export const samplesPerSecond = (batch: number, { wallMs }: Timing): string => ((1000 * batch) / wallMs).toPrecision(3);

/** One line on how far an engine is from PyTorch in a case. */
export function parityLine({ model, length }: Pick<Result, 'model' | 'length'>, parity: Comparison): string {
  if ('failure' in parity) return `${model} 12 x ${length}, ${parity.engine}: not compared: ${parity.failure}`;
  const { engine, passed, loss, gradient, peerGradient, weight, beyond, weights } = parity;
  const [ours, peer] = parity.parameters.map((count) => count.toLocaleString('en'));
  const counts = ours === peer ? `${ours} parameters` : `${ours} parameters, PyTorch ${peer}`;
  const [l, g, p] = [loss, gradient, peerGradient].map((error) => error.toExponential(1));
  const errors = `loss off by ${l}, gradients at most by ${g} (${weight}; PyTorch's own float32 by ${p})`;
  const many = `${beyond} of ${weights} weights by more than ${tolerance}`;
  return `${model} 12 x ${length}, ${engine}: ${passed ? 'agrees' : 'DIFFERS'}; ${counts}; ${errors}; ${many}`;
}

const ratio = (ours: number | undefined, peer: number | undefined): string =>
  ours === undefined || peer === undefined ? '' : (ours / peer).toFixed(2);

/** A line of a table in Markdown. */
export function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}
