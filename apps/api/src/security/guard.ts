import type { FastifyInstance, FastifyRequest } from 'fastify';

import { Problem } from '../http/problem.js';
import { mayAct, roleOf, type Role, type Token } from './tokens.js';

/** Who may call. */
interface GuardOptions {
  readonly tokens: readonly Token[];
  /** Origins of other pages that may call, such as `https://cardio.example`. */
  readonly allowedOrigins: readonly string[];
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What the caller may do. */
    role: Role | null;
  }
}

/** Names of this machine, by which a browser on it asks; any other name is that of a page that had its own name point here (DNS rebinding). */
const ownNames = ['localhost', '127.0.0.1', '[::1]'];

/** Refuses requests before their body is read: a foreign page, a missing token, a role that doesn't suffice. */
export function addGuard(app: FastifyInstance, { tokens, allowedOrigins }: GuardOptions): void {
  app.decorateRequest('role', null);
  app.addHook('onRequest', async (request, reply) => {
    assertOrigin(request, allowedOrigins);
    if (tokens.length === 0) {
      assertOwnName(request);
      request.role = 'admin';
      return;
    }
    const secret = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    request.role = secret === undefined ? null : (roleOf(secret, tokens) ?? null);
    const needed = request.routeOptions.config.role ?? 'anyone';
    if (needed === 'anyone') return;
    if (request.role === null) {
      void reply.header('www-authenticate', 'Bearer realm="cardio"');
      const why = secret === undefined ? 'No token was sent.' : 'The token is not known.';
      throw new Problem(
        401,
        `${why} Send \`Authorization: Bearer <token>\`, one of \`TRAINING_API_TOKEN\` of the service.`,
      );
    }
    if (!mayAct(request.role, needed)) {
      throw new Problem(403, `This needs the role ${needed}; the token's role is ${request.role}.`);
    }
  });
}

/** A browser names the page that asks: only the service's own and the allowed ones may change anything. */
function assertOrigin({ headers, method }: FastifyRequest, allowed: readonly string[]): void {
  const { origin, host } = headers;
  if (origin === undefined || method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return;
  if (allowed.includes(origin) || origin === `http://${host ?? ''}` || origin === `https://${host ?? ''}`) return;
  throw new Problem(
    403,
    `Pages of ${origin.slice(0, 200)} may not call this service. Allow them with \`--allow-origin\`.`,
  );
}

function assertOwnName({ headers }: FastifyRequest): void {
  const name = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  if (ownNames.includes(name)) return;
  throw new Problem(
    421,
    `This service has no tokens and answers to ${ownNames.join(', ')} only, not to \`${name.slice(0, 200)}\`. Set \`TRAINING_API_TOKEN\` to use it by another name.`,
  );
}
