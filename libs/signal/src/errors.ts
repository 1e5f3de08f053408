import { CardioError, type ErrorCode } from '@cardio/core';

/** What a {@link SignalError} is made of. */
export interface SignalErrorOptions {
  /** `usage` (default) for an argument that can't be, `data` for samples that can't be worked on. */
  readonly code?: ErrorCode;
  /** What to do about it, as whole sentences. */
  readonly advice?: string;
  readonly cause?: unknown;
}

/**
 * An argument or a signal outside what a function can work on. Its message reads "`what` must be `bound`. Received: `value`.", with
 * advice behind it where there is some; the three are also fields, for programs.
 *
 * @example throw new SignalError('`order`', 'a whole number from 1 to 10', 0) // "`order` must be a whole number from 1 to 10. Received: 0."
 */
export class SignalError extends CardioError {
  constructor(
    /** What is wrong, as the message names it. */
    readonly what: string,
    /** What it must be, unit included. */
    readonly bound: string,
    /** What it is. */
    readonly value: unknown,
    { code = 'usage', advice, cause }: SignalErrorOptions = {},
  ) {
    super(code, `${what} must be ${bound}. Received: ${shown(value)}.${advice ? ` ${advice}` : ''}`, { cause });
    this.name = 'SignalError';
  }
}

const shown = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value));
