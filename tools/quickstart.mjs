// `npm run quickstart`: installs what is missing, then the whole path on a synthetic set. Options go to `cardio quickstart`.
import { ensureInstalled, run, tryNativeEngine } from './install.mjs';

ensureInstalled();
tryNativeEngine();
process.exit(run(process.execPath, ['apps/cli/bin/cardio.js', 'quickstart', ...process.argv.slice(2)]).status ?? 1);
