import { isCardioError } from '@cardio/core';

import { serveOptionsOf } from './serve-options.js';
import { serveUntilStopped } from './serve.js';

try {
  await serveUntilStopped(serveOptionsOf({}, process.env), (address) => console.log(`Listening on ${address}`));
  process.exit(0); // engines and pools of threads would hold the process
} catch (error) {
  console.error(isCardioError(error) ? `error: ${error.message}` : error);
  process.exit(1);
}
