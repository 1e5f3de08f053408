import type { Case, Ready, Step } from './case.js';
import { Child } from './child.js';
import type { Options } from './options.js';
import { median } from '../median.js';

/** What one side took. */
export interface Timing {
  /** An engine of ours, or `PyTorch`. */
  readonly side: string;
  readonly version?: string;
  readonly parameters: number;
  /** Medians over the rounds. */
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMB: number | undefined;
  /** Of every round. */
  readonly steps: readonly Step[];
}

/** What became of a side: a timing, or why there is none. */
export type Outcome = Timing | { readonly side: string; readonly failure: string };

interface Side {
  readonly name: string;
  readonly child: Child;
  readonly ready: Ready;
  readonly steps: Step[];
  failure?: string;
}

/** Times a case on every engine of ours and in PyTorch, in turns: a step here, a step there, so that what slows the machine slows all. */
export async function timeCase(what: Case, options: Options, peer: boolean): Promise<Outcome[]> {
  const starts: [string, () => Child][] = options.engines.map((engine) => [
    engine,
    () => Child.ours({ ...what, engine, ...(engine !== 'torch' && { precision: 'float32' }) }),
  ]);
  if (peer) starts.push(['PyTorch', () => Child.peer(options.python, what)]);
  const sides: (Side | { name: string; failure: string })[] = [];
  for (const [name, start] of starts) {
    const child = start();
    try {
      sides.push({ name, child, ready: await child.answer<Ready>(), steps: [] });
    } catch (error) {
      sides.push({ name, failure: (error as Error).message });
    }
  }
  const running = sides.filter((side): side is Side => 'child' in side);
  await takeTurns(running, options);
  const outcomes = sides.map(outcomeOf);
  for (const { child } of running) await child.close();
  return outcomes;
}

/** Two turns to warm up, the second of which says how many more there is time for. */
async function takeTurns(sides: readonly Side[], { rounds, budget }: Options): Promise<void> {
  const turn = async (): Promise<void> => {
    for (const side of sides) {
      if (side.failure !== undefined) continue;
      try {
        side.steps.push(await side.child.step<Step>());
      } catch (error) {
        side.failure = (error as Error).message;
      }
    }
  };
  await turn();
  const begin = performance.now();
  await turn();
  const seconds = (performance.now() - begin) / 1000;
  for (const { steps } of sides) steps.length = 0;
  const turns = rounds ?? Math.min(15, Math.max(3, Math.floor(budget / seconds)));
  for (let i = 0; i < turns; i++) await turn();
}

function outcomeOf(side: Side | { name: string; failure: string }): Outcome {
  if (side.failure !== undefined || !('child' in side)) return { side: side.name, failure: side.failure ?? '' };
  const { name, child, ready, steps } = side;
  const { version, parameters } = ready;
  return {
    side: name,
    ...(version !== undefined && { version }),
    parameters,
    wallMs: median(steps.map((step) => step.wallMs)),
    cpuMs: median(steps.map((step) => step.cpuMs)),
    peakMB: child.peakMemoryMB(),
    steps,
  };
}
