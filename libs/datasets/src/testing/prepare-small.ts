import { loadSource } from '../load-source.js';
import { smallSource } from './small-source.js';

// A process to be killed: `prepare-small.ts '{"dataDir": …}'` prepares a store.
await loadSource(smallSource, JSON.parse(process.argv[2]) as never);
