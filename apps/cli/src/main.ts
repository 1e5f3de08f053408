import { isCardioError } from '@cardio/core';
import { CommanderError } from 'commander';

import { buildProgram } from './program.js';

/** Exit codes: 0 done, 1 it failed, 2 it was called wrongly. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const program = await buildProgram(argv);
    await program.parseAsync([...argv], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed its message
    const debug = argv.includes('--debug');
    if (debug) console.error(error);
    else if (isCardioError(error)) console.error(`error: ${error.message}`);
    else
      console.error(
        `error: ${(error as Error).message}\nThis was not expected; run it again with --debug for the stack trace.`,
      );
    return isCardioError(error) && (error.code === 'usage' || error.code === 'config') ? 2 : 1;
  }
}

// `cardio … | head` ends early: what reads has had enough, and that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await main(process.argv.slice(2));
