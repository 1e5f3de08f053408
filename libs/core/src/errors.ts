const marker = Symbol.for('@cardio/core/error');

/** The machine-readable kinds of failure; the command line and the API choose exit and status codes by them. */
export type ErrorCode =
  /** A name or value the caller gave is wrong: usage, exit code 2, HTTP 400. */
  | 'usage'
  /** A configuration failed validation. */
  | 'config'
  /** A file or folder is missing or can't be read. */
  | 'not-found'
  /** A file is there but its content is not what its format demands. */
  | 'data'
  /** An optional part (engine, runtime) is not installed or can't start. */
  | 'unavailable'
  /** A check of the platform itself failed, such as the parity of an exported model. */
  | 'check';

/**
 * The error every library of the platform throws for a foreseeable failure. Its message says what was received and what to do,
 * and is meant to be shown as it is.
 *
 * Recognise it with {@link isCardioError}, not `instanceof`: two builds (ESM and CommonJS) may live in one process.
 */
export class CardioError extends Error {
  readonly code: ErrorCode;
  readonly [marker] = true;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'CardioError';
    this.code = code;
  }
}

/** Whether `error` is a {@link CardioError} of any copy of this library. */
export function isCardioError(error: unknown): error is CardioError {
  return typeof error === 'object' && error !== null && marker in error;
}
