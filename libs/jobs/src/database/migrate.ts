import { CardioError } from '@cardio/core';

import type { Database } from './database.js';

/** Each makes the tables of its version of those of the one before; never changed once published. */
const migrations = [
  `create table cardio.job (
     id uuid primary key,
     kind text not null,
     state text not null default 'queued',
     config jsonb not null,
     share jsonb,
     priority int not null default 0,
     attempts int not null default 0,
     claims int not null default 0,
     max_attempts int not null default 3,
     time_limit_seconds double precision,
     memory_limit_mb double precision,
     "group" text,
     idempotency_key text unique,
     request_hash text,
     progress double precision not null default 0,
     epoch int not null default 0,
     epochs int not null default 0,
     metrics jsonb not null default '{}',
     scores jsonb,
     run_id text not null unique,
     run_dir text not null,
     worker text,
     lease_until timestamptz,
     cancel_requested boolean not null default false,
     error jsonb,
     created_at timestamptz not null default now(),
     started_at timestamptz,
     updated_at timestamptz not null default now(),
     finished_at timestamptz
   );
   create index job_by_state on cardio.job (state, created_at);
   create index job_by_group on cardio.job ("group") where "group" is not null;
   create table cardio.metric (
     job_id uuid not null references cardio.job on delete cascade,
     epoch int not null,
     row jsonb not null,
     primary key (job_id, epoch)
   );
   create table cardio.event (
     id bigint generated always as identity primary key,
     job_id uuid not null references cardio.job on delete cascade,
     type text not null,
     data jsonb not null,
     at timestamptz not null default now()
   );
   create index event_by_job on cardio.event (job_id, id);
   create table cardio.worker (
     name text primary key,
     host text not null,
     pid int not null,
     concurrency int not null,
     seen_at timestamptz not null default now()
   );`,
];

/**
 * Makes the tables, or brings them to this version. Several processes may do so at once.
 *
 * @throws {CardioError} `unavailable` for tables of a newer version
 */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [7_274_001]);
    await tx.query(
      'create schema if not exists cardio; create table if not exists cardio.version (number int not null)',
    );
    const [{ number: have }] = await tx.query<{ number: number }>(
      'select coalesce(max(number), 0)::int as number from cardio.version',
    );
    if (have > migrations.length) {
      throw new CardioError(
        'unavailable',
        `The tables at ${database.place} are of version ${have}, newer than this program's ${migrations.length}: update it.`,
      );
    }
    for (const migration of migrations.slice(have)) await tx.query(migration);
    if (have < migrations.length) await tx.query('insert into cardio.version values ($1)', [migrations.length]);
  });
}
