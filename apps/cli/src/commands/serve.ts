import { serveOptionsOf, serveUntilStopped, type ServeFlags } from '@cardio/api';

/** `cardio serve`: API, dashboard, queue and a worker in one process, until it is told to stop. */
export async function serveCommand(flags: ServeFlags): Promise<void> {
  await serveUntilStopped(serveOptionsOf(flags, process.env), (address) =>
    console.log(`Dashboard ${address}/, API ${address}/docs. Ctrl-C stops it.`),
  );
  process.exit(0); // engines and pools of threads would hold the process
}
