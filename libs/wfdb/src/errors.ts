import { CardioError } from '@cardio/core';

/**
 * A WFDB file whose content is not what the format demands, or asks for something this library can't do yet. Its message names the
 * file, the place in it, what was expected and what was found. `code` is `data`.
 */
export class WfdbError extends CardioError {
  constructor(
    /** The file's name as it was given or stands in the header. */
    readonly file: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super('data', `${file}: ${message}`, options);
    this.name = 'WfdbError';
  }
}
