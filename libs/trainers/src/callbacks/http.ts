import { CardioError } from '@cardio/core';

/**
 * Asks a tracker's server, in JSON both ways.
 *
 * @param request.absent what a status of 404 means: an error, or `null` as the answer
 * @throws CardioError `unavailable` that names method, address and answer, and no header or query
 */
export async function requestJson(
  method: 'GET' | 'POST',
  url: string,
  request: { headers: Readonly<Record<string, string>>; body?: unknown; absent?: 'error' | 'null'; seconds?: number },
): Promise<unknown> {
  const { headers, body, absent = 'error', seconds = 10 } = request;
  const where = `${method} ${url.split('?')[0]}`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(seconds * 1000),
    });
    text = await response.text();
  } catch (cause) {
    const { message, cause: inner } = cause as Error; // fetch says why in its cause
    const { message: why, code } = (inner ?? {}) as { message?: string; code?: string };
    throw new CardioError('unavailable', `${where}: ${why || code || message}`, { cause });
  }
  if (response.status === 404 && absent === 'null') return null;
  if (!response.ok) throw new CardioError('unavailable', `${where}: ${response.status} ${text.slice(0, 200)}`);
  try {
    return JSON.parse(text || '{}');
  } catch (cause) {
    throw new CardioError('unavailable', `${where}: the answer is not JSON: ${text.slice(0, 60)}`, { cause });
  }
}

/** The header of HTTP's basic authentication. */
export const basicAuth = (user: string, password: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
