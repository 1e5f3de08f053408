import type { EngineInfo } from '@cardio/engine';
import type { ExportOptions, Prediction, RunExport } from '@cardio/experiment';

import type { Explanation } from './explain.js';

/** What the computing process is asked. */
export type Task =
  | { readonly what: 'predict'; readonly runDir: string; readonly record: string }
  | { readonly what: 'explain'; readonly runDir: string; readonly record: string; readonly about: readonly string[] }
  | { readonly what: 'engine' }
  | { readonly what: 'export'; readonly runDir: string; readonly options: ExportOptions }
  | { readonly what: 'report'; readonly runDir: string; readonly lang: 'en' | 'pt-BR' };

/** What it answers, by task. */
export interface Results {
  readonly predict: Prediction;
  readonly explain: Explanation;
  readonly export: RunExport;
  readonly report: string;
  readonly engine: Pick<EngineInfo, 'name' | 'version' | 'device' | 'threads' | 'reason'>;
}

/** Sent to the process, and back. */
export interface Question {
  readonly id: number;
  readonly task: Task;
}
export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly code: string | null; readonly message: string } };
