import { problemOf, type Problem } from './problem.js';

const tokenKey = 'token';

/** A request that was refused, with the service's reason. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

/** The bearer token of this tab; kept until it is closed. */
export const token = {
  get: (): string | null => sessionStorage.getItem(tokenKey),
  set: (value: string): void => sessionStorage.setItem(tokenKey, value),
  forget: (): void => sessionStorage.removeItem(tokenKey),
};

/** Told when the service asks for a token. */
let onUnauthorized: () => void = () => undefined;

/** Says what to do when the service asks for a token. */
export function whenUnauthorized(listener: () => void): void {
  onUnauthorized = listener;
}

/** What a request says besides its path. */
interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** Sent as JSON, or as it is if a form. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends a request with the tab's token and gives its response.
 *
 * @throws {ApiError} for any status but 2xx, with what the problem document says; status 0 where nothing answers
 */
export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = 'GET', body, signal } = options;
  const headers = new Headers({ accept: 'application/json', ...options.headers });
  const bearer = token.get();
  if (bearer) headers.set('authorization', `Bearer ${bearer}`);
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers.set('content-type', 'application/json');
  let response: Response;
  try {
    response = await fetch(path, {
      ...{ method, headers },
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError({ status: 0, title: '', detail: '', fields: [] });
  }
  if (response.ok) return response;
  if (response.status === 401) onUnauthorized();
  throw new ApiError(problemOf(response.status, await response.text()));
}

/** The JSON that a path answers; its shape is the API's contract. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await request(path, { signal })).json()) as T;
}
