import { loadSource } from '../load-source.js';
import { createLoader } from '../loader.js';
import { smallSource } from './small-source.js';

// A process that leaves epochs while threads are at work, and at last ends without closing its loader: `leave-early.ts '{"dataDir": …}'`.
const { splits } = await loadSource(smallSource, JSON.parse(process.argv[2]) as never);
const options = { batchSize: 2, workers: 1, prefetch: 12 };
for (let i = 0; i < 4; i++) {
  const loader = createLoader(splits.train, options);
  for await (const { shape } of loader.epoch(0)) if (shape.size > 0) break;
  await loader.close();
}
let count = 0;
for await (const { shape } of createLoader(splits.train, options).epoch(0)) count += shape.size;
console.log(`${count} of ${splits.train.size}`);
