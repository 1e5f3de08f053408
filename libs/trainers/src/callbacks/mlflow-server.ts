import { CardioError } from '@cardio/core';

import { basicAuth, requestJson } from './http.js';

/** What a run is made with. */
interface MlflowRun {
  readonly experiment: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** One value of one metric. */
interface MlflowMetric {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
}

/** The requests to an MLflow server that a training needs. */
interface MlflowServer {
  /** The address, without user and password. */
  readonly url: string;
  /** Makes a run, and its experiment where there is none of that name; its id. */
  createRun(run: MlflowRun): Promise<string>;
  logParameters(runId: string, parameters: Readonly<Record<string, string | number | boolean>>): Promise<void>;
  /** At most 1000 at once. */
  logMetrics(runId: string, metrics: readonly MlflowMetric[]): Promise<void>;
  /** @param end whether the run ends now */
  setStatus(runId: string, status: 'RUNNING' | 'FINISHED' | 'KILLED' | 'FAILED', end: boolean): Promise<void>;
}

/**
 * An MLflow server over its REST API 2.0. Names lose the characters that it refuses, long values their end.
 *
 * @param uri such as `http://localhost:5000`; a user and a password in it are sent as basic authentication, as are those in `env`
 * @throws CardioError `usage` when `uri` is not an address of HTTP
 */
export function mlflowServer(uri: string, env: Readonly<Record<string, string | undefined>>): MlflowServer {
  const { url, headers } = addressOf(uri, env);
  const post = (what: string, body: object): Promise<unknown> =>
    requestJson('POST', `${url}/api/2.0/mlflow/${what}`, { headers, body });
  return {
    url,
    async createRun({ experiment, name, startTime, tags }) {
      const query = `experiments/get-by-name?experiment_name=${encodeURIComponent(experiment)}`;
      const known = await requestJson('GET', `${url}/api/2.0/mlflow/${query}`, { headers, absent: 'null' });
      const experimentId = known
        ? textAt(known, ['experiment', 'experiment_id'])
        : textAt(await post('experiments/create', { name: experiment }), ['experiment_id']);
      const body = {
        experiment_id: experimentId,
        run_name: name,
        start_time: startTime,
        tags: Object.entries(tags).map(([key, value]) => ({ key: nameOf(key), value: value.slice(0, longestTag) })),
      };
      return textAt(await post('runs/create', body), ['run', 'info', 'run_id']);
    },
    async logParameters(runId, parameters) {
      const params = Object.entries(parameters).map(([key, value]) => ({
        key: nameOf(key),
        value: String(value).slice(0, longestParameter),
      }));
      for (let i = 0; i < params.length; i += parametersAtOnce)
        await post('runs/log-batch', { run_id: runId, params: params.slice(i, i + parametersAtOnce) });
    },
    async logMetrics(runId, metrics) {
      await post('runs/log-batch', { run_id: runId, metrics: metrics.map((m) => ({ ...m, key: nameOf(m.key) })) });
    },
    async setStatus(runId, status, end) {
      await post('runs/update', { run_id: runId, status, ...(end && { end_time: Date.now() }) });
    },
  };
}

// limits of mlflow/utils/validation.py; a parameter may have 6000 characters now, and 500 in servers before 2.8
const [parametersAtOnce, longestParameter, longestTag, longestName] = [100, 500, 5000, 250];

const nameOf = (name: string): string => name.replaceAll(/[^/\w.\- ]/g, '_').slice(0, longestName);

function addressOf(
  uri: string,
  env: Readonly<Record<string, string | undefined>>,
): { url: string; headers: Record<string, string> } {
  const parsed = URL.canParse(uri) ? new URL(uri) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    const shown = uri.replace(/\/\/[^/@]*@/, '//');
    throw new CardioError(
      'usage',
      `The address of the MLflow server is \`${shown}\`; give one such as http://localhost:5000 (files and databases are not supported).`,
    );
  }
  const user = decodeURIComponent(parsed.username) || env['MLFLOW_TRACKING_USERNAME'];
  const password = decodeURIComponent(parsed.password) || env['MLFLOW_TRACKING_PASSWORD'];
  const token = env['MLFLOW_TRACKING_TOKEN'];
  const headers: Record<string, string> = user
    ? basicAuth(user, password ?? '')
    : token
      ? { authorization: `Bearer ${token}` }
      : {};
  return { url: `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, ''), headers };
}

/** The text at a path of an answer. */
function textAt(answer: unknown, path: readonly string[]): string {
  const value = path.reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], answer);
  if (typeof value === 'string') return value;
  throw new CardioError('unavailable', `The MLflow server's answer has no \`${path.join('.')}\`. Is it one of MLflow?`);
}
