import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What the Python side reads. */
export type PeerTask = 'signals' | 'annotations' | 'contents';

/** Seconds by the clock, and of all the process's threads. */
export interface Taken {
  readonly wall: number;
  readonly cpu: number;
}

/** The Python side, a process that answers one line for one line. */
export class Peer {
  private errors = '';

  private constructor(
    private readonly process: ChildProcess,
    private readonly lines: AsyncIterator<string>,
  ) {
    process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    process.on('error', (error) => (this.errors += error.message));
    process.stdin?.on('error', () => undefined); // a process that is gone; what it said last tells why
  }

  /** Starts it; `name` is what it reads with. */
  static async start(python: string): Promise<{ readonly peer: Peer; readonly name: string; readonly python: string }> {
    const process = spawn(python, [fileURLToPath(new URL('./peer.py', import.meta.url))], { stdio: 'pipe' });
    const peer = new Peer(process, createInterface({ input: process.stdout })[Symbol.asyncIterator]());
    return { peer, ...(await peer.line<{ name: string; python: string }>()) };
  }

  /** Lets it read the records at `paths`; tells the {@link Taken time} or, of `contents`, what it found. */
  async ask<T>(what: PeerTask, paths: readonly string[]): Promise<T> {
    this.process.stdin?.write(`${JSON.stringify({ what, paths })}\n`);
    return (await this.line<{ answer: T }>()).answer;
  }

  /** Lets it end. */
  close(): void {
    this.process.stdin?.end();
  }

  private async line<T>(): Promise<T> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`The Python side ended: ${this.errors.trim().split('\n').at(-1)}`);
    return JSON.parse(value as string) as T;
  }
}
