import { CardioError, type ErrorCode } from '@cardio/core';

/**
 * A WFDB file whose content is not what the format demands, that is missing, or that asks for something this library can't do. Its
 * message names the file, the place in it, what was expected and what was found. `code` is `data`, or `not-found` for a missing file.
 */
export class WfdbError extends CardioError {
  constructor(
    /** The file's name as it was given or stands in the header. */
    readonly file: string,
    message: string,
    { code = 'data', ...options }: { cause?: unknown; code?: ErrorCode } = {},
  ) {
    super(code, `${file}: ${message}`, options);
    this.name = 'WfdbError';
  }
}
