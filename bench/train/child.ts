import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { Case } from './case.js';

/** A process of the benchmark, which answers with one JSON line each: first of itself, then of every step it is asked for. */
export class Child {
  private readonly process: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private errors = '';

  private constructor(command: string, args: readonly string[], { threads }: Case) {
    const counts = { OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads) };
    const env = { ...process.env, ...counts, OMP_WAIT_POLICY: 'passive' };
    this.process = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    this.process.on('error', (error) => (this.errors += error.message));
    this.process.stdin?.on('error', () => undefined); // a process that is gone; what it said last tells why
    this.lines = createInterface({ input: this.process.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  }

  /** Our side; runs as this process does. */
  static ours(what: Case): Child {
    const script = fileURLToPath(new URL('./ours.ts', import.meta.url));
    return new Child(process.execPath, [...process.execArgv, script, JSON.stringify(what)], what);
  }

  static peer(python: string, what: Case): Child {
    const script = fileURLToPath(new URL('./peer.py', import.meta.url));
    return new Child(python, [script, JSON.stringify(what)], what);
  }

  /** The next answer. Rejects with what the process complained of if it ends instead. */
  async answer<T>(): Promise<T> {
    for (;;) {
      const { value, done } = await this.lines.next();
      if (done) throw new Error(await this.complaint());
      if (value.startsWith('{')) return JSON.parse(value) as T;
    }
  }

  /** Asks for a step. */
  step<T>(): Promise<T> {
    this.process.stdin?.write('\n');
    return this.answer<T>();
  }

  /** The largest memory it has had so far, in MB; `undefined` where the system doesn't say. */
  peakMemoryMB(): number | undefined {
    try {
      const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.process.pid}/status`, 'utf8'));
      return peak ? Number(peak[1]) / 1000 : undefined;
    } catch {
      return undefined;
    }
  }

  /** Lets it end, and waits until it has. */
  async close(): Promise<void> {
    this.process.stdin?.end();
    await this.ended();
  }

  private async complaint(): Promise<string> {
    const { exitCode, signalCode } = await this.ended();
    const lines = this.errors.trim().split('\n');
    return (
      lines.find((line) => /^\w*Error/.test(line))?.replace(/^\w*Error: /, '') ||
      lines.at(-1) ||
      `it ended with ${signalCode ?? exitCode}`
    );
  }

  private async ended(): Promise<ChildProcess> {
    const { exitCode, signalCode, pid } = this.process;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      await new Promise((resolve) => this.process.once('close', resolve));
    }
    return this.process;
  }
}
