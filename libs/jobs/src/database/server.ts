import { CardioError } from '@cardio/core';
import pg from 'pg';

import type { Database, Queries } from './database.js';

/**
 * A PostgreSQL server, 13 or newer. Lost connections are made anew; what was asked on them fails.
 *
 * @param url postgres://user:password@host:port/database
 * @throws {CardioError} `unavailable` where none answers
 */
export async function openServer(url: string): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: 8, connectionTimeoutMillis: 10_000 });
  pool.on('error', () => undefined); // an idle connection was cut: the pool leaves it and makes another
  const place = placeOf(url);
  try {
    await pool.query('select 1');
  } catch (cause) {
    await pool.end();
    throw new CardioError('unavailable', `No PostgreSQL answers at ${place}: ${String(cause)}`, { cause });
  }
  return {
    place,
    query: queriesOf(pool).query,
    async transaction(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      // A connection that is cut fails what was asked on it; without this it would end the process as well.
      const lost = (error: Error): void => void (broken = error);
      client.on('error', lost);
      try {
        await client.query('begin');
        const result = await work(queriesOf(client));
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch((cause: Error) => (broken = cause));
        throw error;
      } finally {
        client.off('error', lost);
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

const queriesOf = (client: pg.Pool | pg.PoolClient): Queries => ({
  query: async <T extends object>(text: string, values?: readonly unknown[]): Promise<T[]> => {
    const result = await client.query(text, values && values.length > 0 ? [...values] : undefined);
    return ((Array.isArray(result) ? result.at(-1) : result) as { rows: T[] }).rows;
  },
});

function placeOf(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `postgres://${host}${pathname}`;
  } catch {
    throw new CardioError(
      'usage',
      'The address of the database is not one: expected postgres://user:password@host:5432/name.',
    );
  }
}
