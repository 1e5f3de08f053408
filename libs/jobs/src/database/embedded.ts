import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { CardioError } from '@cardio/core';
import { PGlite, type Transaction } from '@electric-sql/pglite';

import type { Database, Queries } from './database.js';
import { takeLock } from './lock.js';

/**
 * PostgreSQL inside this process (PGlite), its files in a folder. One process at a time: several need a server.
 *
 * @throws {CardioError} `unavailable` while another process has the folder open
 */
export async function openEmbedded(folder: string): Promise<Database> {
  mkdirSync(folder, { recursive: true });
  const release = takeLock(join(folder, 'owner.json'), folder);
  const db = await PGlite.create(join(folder, 'postgres')).catch((cause: unknown) => {
    release();
    throw new CardioError('unavailable', `The database in \`${folder}\` does not open: ${String(cause)}`, { cause });
  });
  return {
    place: `embedded in ${folder}`,
    query: queriesOf(db).query,
    transaction: (work) => db.transaction((tx) => work(queriesOf(tx))),
    close: async () => {
      await db.close();
      release();
    },
  };
}

const queriesOf = (db: PGlite | Transaction): Queries => ({
  query: async <T extends object>(text: string, values?: readonly unknown[]): Promise<T[]> => {
    if (values && values.length > 0) return (await db.query<T>(text, [...values])).rows;
    return ((await db.exec(text)).at(-1)?.rows ?? []) as T[];
  },
});
