import { createHash, timingSafeEqual } from 'node:crypto';

import { CardioError } from '@cardio/core';

/** What callers may do, each what those before it may: look and predict; start, cancel and export; download datasets. */
export const roles = ['viewer', 'researcher', 'admin'] as const;
export type Role = (typeof roles)[number];

/** A token, kept as its SHA-256 alone. */
export interface Token {
  readonly role: Role;
  readonly digest: Buffer;
}

const shortest = 16;

/**
 * Reads `TRAINING_API_TOKEN`: one token, whose bearer may do everything, or several with their roles, separated by commas.
 *
 * @example readTokens('admin:4f0c…,viewer:91ab…')
 * @throws {CardioError} `usage` for a short token or an unknown role; the message doesn't show the token
 */
export function readTokens(text: string | undefined): Token[] {
  if (text === undefined || text.trim() === '') return [];
  return text.split(',').map((part, i) => {
    const [, given, secret] = /^(?:([^:]*):)?(.*)$/s.exec(part.trim()) ?? [];
    const role = roles.find((one) => one === (given ?? 'admin'));
    const which = `Token ${i + 1} of \`TRAINING_API_TOKEN\``;
    if (!role)
      throw new CardioError('usage', `${which} has an unknown role. Write role:token with one of ${roles.join(', ')}.`);
    if (secret.length < shortest || !/^[\x21-\x7e]+$/.test(secret)) {
      throw new CardioError(
        'usage',
        `${which} has ${secret.length} characters; it must have at least ${shortest} visible ones of ASCII, such as those of \`openssl rand -hex 24\`.`,
      );
    }
    return { role, digest: digestOf(secret) };
  });
}

/** The role of who sends a secret; all tokens are compared, each in constant time, so that the time taken tells nothing. */
export function roleOf(secret: string, tokens: readonly Token[]): Role | undefined {
  const digest = digestOf(secret);
  return tokens.filter((token) => timingSafeEqual(token.digest, digest)).at(0)?.role;
}

/** Whether a role may do what another is needed for. */
export const mayAct = (role: Role, needed: Role): boolean => roles.indexOf(role) >= roles.indexOf(needed);

const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
