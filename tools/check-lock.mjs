// Fails when package-lock.json lacks a platform's optional package that its parent names: `npm ci` would refuse such a lock.
import { readFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
const places = Object.keys(packages);
const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
  Object.keys(optionalDependencies)
    .filter((name) => !places.some((p) => p === `node_modules/${name}` || p.endsWith(`/node_modules/${name}`)))
    .map((name) => `${place || 'the root'} names ${name}, which the lock does not hold`),
);
const external = places.filter((place) => packages[place].resolved?.startsWith('http'));
for (const line of missing) console.error(line);
if (external.length > 0) console.error(`${external.length} entries carry download addresses, first ${external[0]}`);
if (missing.length > 0 || external.length > 0) process.exit(1);
console.log(`package-lock.json: ${places.length} packages, complete`);
