import type { Case } from './case.js';
import type { Options } from './options.js';
import { row, samplesPerSecond, type Result } from './table.js';
import { timeCase, type Outcome } from './timing.js';

/** Times a case on every engine of ours and in PyTorch, one after the other, so that each has the machine for itself and as many steps as fit. */
export async function timeEach(what: Case, options: Options, peer: boolean): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const engine of options.engines)
    outcomes.push(...(await timeCase(what, { ...options, engines: [engine] }, false)));
  if (peer) outcomes.push(...(await timeCase(what, { ...options, engines: [] }, true)));
  return outcomes;
}

/** Markdown: a row for each model, a column for each side, samples per second in training; below it why any is missing. */
export function throughputTable(results: readonly Result[]): string {
  const sides = [...new Set(results.flatMap(({ outcomes }) => outcomes.map(({ side }) => side)))];
  const rows = results.map(({ model, length, batch, outcomes }) => {
    const cells = sides.map((name) => {
      const outcome = outcomes.find(({ side }) => side === name);
      return outcome && 'wallMs' in outcome ? samplesPerSecond(batch, outcome) : '–';
    });
    return row([`\`${model}\``, `${parametersOf(outcomes)} M`, length, ...cells]);
  });
  const missing = results.flatMap(({ model, outcomes }) =>
    outcomes.flatMap((outcome) =>
      'failure' in outcome ? [`- \`${model}\` on ${outcome.side}: ${outcome.failure}`] : [],
    ),
  );
  const heading = [row(['model', 'weights', '12 ×', ...sides]), row(['---', '--:', '--:', ...sides.map(() => '--:')])];
  return [...heading, ...rows, ...(missing.length > 0 ? ['', ...missing] : [])].join('\n');
}

/** In millions. */
function parametersOf(outcomes: readonly Outcome[]): string {
  const timing = outcomes.find((outcome) => 'parameters' in outcome);
  return timing && 'parameters' in timing ? (timing.parameters / 1e6).toFixed(1) : '–';
}
