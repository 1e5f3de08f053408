import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The Python side of a benchmark, a process that answers one line for one line. */
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

  /** Starts `script`; `Hello` is the line that it begins with. */
  static async start<Hello extends object>(
    python: string,
    script: URL,
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly peer: Peer } & Hello> {
    const child = spawn(python, [fileURLToPath(script)], { stdio: 'pipe', env: { ...process.env, ...env } });
    const peer = new Peer(child, createInterface({ input: child.stdout })[Symbol.asyncIterator]());
    return { peer, ...(await peer.line<Hello>()) };
  }

  /** Sends it a task and waits for the answer. */
  async ask<T>(task: object): Promise<T> {
    this.process.stdin?.write(`${JSON.stringify(task)}\n`);
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
