/** Rows of a query, by column. */
type Row = Readonly<Record<string, unknown>>;

/** What is asked of PostgreSQL: one statement with `$1…`, or several without values. */
export interface Queries {
  query<T extends object = Row>(text: string, values?: readonly unknown[]): Promise<T[]>;
}

/** PostgreSQL, in this process or on a server. */
export interface Database extends Queries {
  /** For people: where it is, without passwords. */
  readonly place: string;
  /** All of it is written, or nothing. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
