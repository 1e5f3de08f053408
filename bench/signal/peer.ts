import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The Python side, a process with one thread that answers one line for one line. */
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

  /** Starts it. */
  static async start(
    python: string,
  ): Promise<{ readonly peer: Peer; readonly scipy: string; readonly python: string }> {
    const threads = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
    // Without these the C library may give memory back and take it again for every array, which can double SciPy's times.
    const memory = { MALLOC_MMAP_THRESHOLD_: '1073741824', MALLOC_TRIM_THRESHOLD_: '1073741824' };
    const child = spawn(python, [fileURLToPath(new URL('./peer.py', import.meta.url))], {
      stdio: 'pipe',
      env: { ...process.env, ...threads, ...memory },
    });
    const peer = new Peer(child, createInterface({ input: child.stdout })[Symbol.asyncIterator]());
    return { peer, ...(await peer.line<{ scipy: string; python: string }>()) };
  }

  async ask<T>(task: Readonly<Record<string, string | number>>): Promise<T> {
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
