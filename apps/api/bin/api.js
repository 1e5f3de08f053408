#!/usr/bin/env node
// Runs the built service, or, inside the repository, its TypeScript sources, so that a change needs no build.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src/main.ts', import.meta.url));

if (existsSync(source)) {
  const args = ['--conditions=@cardio/source', '--import', import.meta.resolve('tsx'), source];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  process.on('SIGINT', () => undefined); // the terminal sends it to both; the child decides what it means
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
} else {
  await import('../dist/main.js');
}
