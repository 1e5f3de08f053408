import type { Measured, Suite } from './run-all-suites.js';

/** What came of a suite: figures, or why there are none. */
export interface Outcome {
  readonly suite: Suite;
  readonly seconds: number;
  readonly measured?: readonly Measured[];
  readonly problem?: string;
  /** Versions of the peer's packages. */
  readonly peer?: string;
}

/** What was asked of a figure, and what it may not fall short of; the two differ where the aim is known to be missed, and `why` says so. */
interface Target {
  readonly asked: number;
  readonly enforced: number;
  readonly why?: string;
}

/** Targets by suite and name of the figure. */
export type Targets = Readonly<Record<string, Readonly<Record<string, Target>>>>;

/** Whether a suite ran, has every figure of its targets, and none falls short. */
export function verdictOf(
  { suite, measured, problem }: Outcome,
  targets: Targets,
): { passed: boolean; missing: string[] } {
  const wanted = targets[suite.name] ?? {};
  const missing = Object.keys(wanted).filter((name) => !measured?.some((one) => one.name === name));
  const short = (measured ?? []).filter(
    ({ name, value }) => wanted[name] && !holds(suite, value, wanted[name].enforced),
  );
  return { passed: problem === undefined && missing.length === 0 && short.length === 0, missing };
}

/** The results as a page in Markdown. */
export function report(
  outcomes: readonly Outcome[],
  targets: Targets,
  machine: readonly string[],
  note?: string,
): string {
  const failed = outcomes.filter((outcome) => !verdictOf(outcome, targets).passed).map(({ suite }) => suite.name);
  const head = [
    '# Results of the benchmarks',
    `\`npm run bench\` wrote this page: ${machine.join('; ')}.${note ? ` ${note}` : ''} Budgets are modest; the READMEs have longer runs.`,
    '**asked** is the aim that was set; **enforced** is what a run may not fall short of, lower where the aim is known to be missed.',
    failed.length === 0 ? 'Every figure holds what is enforced.' : `**Falls short: ${failed.join(', ')}.**`,
  ];
  return [...head, ...outcomes.map((outcome) => section(outcome, targets))].join('\n\n') + '\n';
}

function section(outcome: Outcome, targets: Targets): string {
  const { suite, measured, problem, seconds } = outcome;
  const title = `## ${suite.name}\n\n${suite.figure[0].toUpperCase()}${suite.figure.slice(1)}; ${suite.better} is better. ${seconds.toFixed(0)} s.`;
  if (!measured) return `${title}\n\n**${problem ?? ''}**`;
  const rows = measured.map(({ name, value }) => {
    const target = targets[suite.name]?.[name];
    const cells = target ? [target.asked, target.enforced, judged(suite, value, target)] : ['', '', 'no target'];
    return `| ${[name, Number.isNaN(value) ? 'none' : value, ...cells].join(' | ')} |`;
  });
  const { missing } = verdictOf(outcome, targets);
  const table = ['| figure | measured | asked | enforced | |', '| --- | ---: | ---: | ---: | --- |', ...rows].join(
    '\n',
  );
  return `${title}\n\n${table}${missing.length > 0 ? `\n\n**Not measured: ${missing.join('; ')}.**` : ''}`;
}

function judged(suite: Suite, value: number, { asked, enforced, why }: Target): string {
  if (holds(suite, value, asked)) return 'reached';
  return `${holds(suite, value, enforced) ? 'short of the aim' : '**falls short**'}${why ? ` (${why})` : ''}`;
}

/** A figure that is not a number holds nothing. */
function holds({ better }: Suite, value: number, bound: number): boolean {
  return better === 'higher' ? value >= bound : value <= bound;
}
