import { setTimeout as sleep } from 'node:timers/promises';
import { cpus } from 'node:os';

import { startEngine } from '@cardio/engine';

import { median } from '../median.js';
import { Peer } from '../peer.js';
import { parseOptions, type Options } from './options.js';
import { ours, theirs, type Side } from './sides.js';

const options = parseOptions(process.argv.slice(2));
await startEngine('auto'); // the export is checked against it
const { peer, version } = await Peer.start<{ version: string }>(options.python, new URL('peer.py', import.meta.url));

console.log(
  `${cpus().length} cores (${cpus()[0].model.trim()}); Node ${process.versions.node}; PyTorch ${version}; 12 x ${options.length}\n`,
);
console.log(
  '| model | side | MB | batch | ms | windows/s | PyTorch / ours |\n| --- | --- | --: | --: | --: | --: | --: |',
);
for (const model of options.models) {
  const sides = [...(await ours(model, options.length, options.precisions)), await theirs(peer, { ...options, model })];
  for (const batch of options.batches) {
    const times = await takeTurns(sides, batch, options);
    sides.forEach(({ name, bytes }, i) => {
      const reference = times[sides.length - 1];
      const cells = [model, name, bytes ? (bytes / 1e6).toFixed(1) : '', batch, rounded(times[i])];
      const ratio = i < sides.length - 1 ? (reference / times[i]).toFixed(2) : '';
      console.log(`| ${[...cells, rounded((1000 * batch) / times[i]), ratio].join(' | ')} |`);
    });
  }
  for (const side of sides) await side.close();
}
peer.close();

/** Three digits, or all before the point. */
function rounded(value: number): string {
  return value < 100 ? value.toPrecision(3) : value.toFixed(0);
}

/** Median milliseconds of a forward pass of each side. The sides take turns, so that what slows the machine slows all; a pause lets waiting threads sleep. */
async function takeTurns(sides: readonly Side[], batch: number, { budget }: Options): Promise<number[]> {
  const runs = batch > 8 ? 1 : 5;
  const times = sides.map((): number[] => []);
  const turn = async (): Promise<void> => {
    for (const [i, side] of sides.entries()) {
      times[i].push(...(await side.run(batch, runs)));
      await sleep(20);
    }
  };
  await turn(); // warms up
  for (const one of times) one.length = 0;
  const end = performance.now() + 1000 * budget;
  for (let n = 0; n < 3 || (n < 40 && performance.now() < end); n++) await turn();
  return times.map(median);
}
