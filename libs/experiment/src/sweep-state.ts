import type { ParameterValue, SweepConfig } from './sweep-config.js';
import type { Round, TrialParameters } from './sweep-plan.js';

/** One configuration that a sweep tries; its run is in `trials/<number>`. */
export interface Trial {
  /** From 1. */
  readonly number: number;
  readonly parameters: TrialParameters;
  /** `waiting`: not begun or between two rounds; `dropped`: others were better after a round; `trained`: to the end. */
  readonly status: 'waiting' | 'trained' | 'dropped' | 'failed';
  /** What was known at the end of each round: the monitored validation score of the weights chosen so far, and their epoch. */
  readonly rounds: readonly { readonly epochs: number; readonly score: number; readonly epoch: number }[];
  /** Why it failed. */
  readonly error: string | null;
}

/** A sweep as `sweep.json` holds it. */
export interface Sweep {
  readonly id: string;
  readonly config: SweepConfig;
  /** The validation score that decides; `null` until the first trial has begun. */
  readonly monitor: string | null;
  readonly rounds: readonly Round[];
  /** Folds of each trial's cross-validation, whose mean validation score then decides; `null` for a single division. */
  readonly folds: number | null;
  readonly trials: readonly Trial[];
  /** The number of the best trial; `null` until all rounds are done, or when every trial failed. */
  readonly best: number | null;
}

/** The folder name of a trial: `001`. */
export const trialName = (number: number): string => String(number).padStart(3, '0');

/** The last score of a trial. */
const scoreOf = (trial: Trial): number | undefined => trial.rounds.at(-1)?.score;

/** The trials best first: those that came further, then by score, equal ones by number; those without a score last. */
function ranking({ trials, monitor }: Pick<Sweep, 'trials' | 'monitor'>): Trial[] {
  const failed = (trial: Trial): number => Number(trial.status === 'failed');
  return trials.toSorted(
    (a, b) =>
      failed(a) - failed(b) ||
      b.rounds.length - a.rounds.length ||
      compareScores(monitor, scoreOf(a), scoreOf(b)) ||
      a.number - b.number,
  );
}

/** Below 0 when score `a` is better: a lower loss, a higher anything else. */
function compareScores(monitor: string | null, a: number | undefined, b: number | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return monitor === 'loss' ? a - b : b - a;
}

/** The sweep after a round: with more trials alive than the next one takes, the worst are dropped. */
export function afterRound(sweep: Sweep, round: number): Sweep {
  const next = sweep.rounds.at(round + 1);
  const done = ranking(sweep).filter(({ status, rounds }) => status !== 'failed' && rounds.length > round);
  if (!next) {
    const trained = new Set(done.map(({ number }) => number));
    const trials = sweep.trials.map((trial) =>
      trained.has(trial.number) ? { ...trial, status: 'trained' as const } : trial,
    );
    return { ...sweep, trials, best: done[0]?.number ?? null };
  }
  const dropped = new Set(done.slice(next.trials).map(({ number }) => number));
  const trials = sweep.trials.map((trial) =>
    dropped.has(trial.number) ? { ...trial, status: 'dropped' as const } : trial,
  );
  return { ...sweep, trials };
}

/** The rows of a sweep's table, best trial first: numbers as they are. The first row is the heading. */
export function sweepRows(sweep: Sweep): (string | number)[][] {
  const paths = Object.keys(sweep.config.parameters);
  const monitor = sweep.monitor ?? 'score';
  const score = sweep.folds === null ? monitor : `${monitor} (mean of ${sweep.folds} folds)`;
  return [
    ['trial', ...paths.map((path) => path.split('.').at(-1) ?? path), score, 'epoch', 'epochs', 'status'],
    ...ranking(sweep).map((trial) => {
      const last = trial.rounds.at(-1);
      const status = trial.number === sweep.best ? 'best' : trial.status;
      const values = paths.map((path) => textOf(trial.parameters[path]));
      return [trial.number, ...values, last?.score ?? '', last?.epoch ?? '', last?.epochs ?? '', status];
    }),
  ];
}

const textOf = (value: ParameterValue): string | number => (typeof value === 'number' ? value : String(value));

/** The table as CSV (RFC 4180), errors included. */
export function sweepCsv(sweep: Sweep): string {
  const quoted = (cell: string | number): string =>
    /[",\r\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell);
  const errors = ['error', ...ranking(sweep).map(({ error }) => error ?? '')];
  return `${sweepRows(sweep)
    .map((row, i) => [...row, errors[i]].map(quoted).join(','))
    .join('\r\n')}\r\n`;
}

/** The table as Markdown. */
export function sweepMarkdown(sweep: Sweep): string {
  const text = (cell: string | number): string =>
    typeof cell === 'number' ? String(Number(cell.toPrecision(4))) : cell.replaceAll('|', '\\|');
  const [heading, ...rows] = sweepRows(sweep).map((row) => row.map(text));
  const lines = [heading, heading.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  const failed = sweep.trials.filter(({ error }) => error !== null);
  const errors = failed.map(({ number, error }) => `- trial ${number} failed: ${error?.replaceAll('\n', ' ')}`);
  return `# Sweep ${sweep.id}\n\n${lines.join('\n')}\n${errors.length > 0 ? `\n${errors.join('\n')}\n` : ''}`;
}
