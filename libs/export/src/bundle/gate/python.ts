import { CardioError } from '@cardio/core';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputNames } from '../../names.js';
import { sizeOf, type Batch } from '../../inputs.js';
import { pythonProgram } from './python-program.js';
import type { Missing, Runner } from './runner.js';

/** Windows run together. */
const batch = 16;

/** The bundle's model in ONNX Runtime for Python: that of `CARDIO_PYTHON`, or `python3`. */
export async function pythonRunner(folder: string, file: string): Promise<Runner | Missing> {
  const python = process.env['CARDIO_PYTHON'] ?? 'python3';
  const versions = 'import onnxruntime, numpy, platform; print(onnxruntime.__version__, platform.python_version())';
  const found = await told(python, ['-c', versions], '').catch((cause: unknown) => ({
    missing: (cause as Error).message,
  }));
  if (typeof found !== 'string') {
    return {
      missing: `\`${python}\` with onnxruntime and numpy, or CARDIO_PYTHON with the path of one (${found.missing})`,
    };
  }
  const [onnxruntime, version] = found.trim().split(' ');
  return {
    where: 'Python',
    runtime: `onnxruntime ${onnxruntime} in Python ${version}`,
    windows: async (inputs) => {
      const job = { bundle: folder, model: join(folder, file), outputs: [outputNames.probabilities], batch };
      const { [outputNames.probabilities]: probabilities } = await inPython(python, job, inputs);
      return probabilities;
    },
    run: (model, inputs) => inPython(python, { bundle: null, model, outputs: null, batch: sizeOf(inputs) }, inputs),
    close: () => Promise.resolve(),
  };
}

interface Job {
  readonly bundle: string | null;
  /** A path, or the bytes themselves. */
  readonly model: string | Uint8Array;
  readonly outputs: readonly string[] | null;
  readonly batch: number;
}

async function inPython(python: string, job: Job, inputs: Batch): Promise<Record<string, Float32Array>> {
  const work = await mkdtemp(join(tmpdir(), 'cardio-python-'));
  try {
    for (const [name, { data }] of Object.entries(inputs)) await writeFile(join(work, `${name}.f32`), data);
    const model = typeof job.model === 'string' ? job.model : join(work, 'model.onnx');
    if (typeof job.model !== 'string') await writeFile(model, job.model);
    const shapes = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape]));
    const answer = await told(python, ['-c', pythonProgram], JSON.stringify({ ...job, model, work, inputs: shapes }));
    const { outputs } = JSON.parse(answer) as { outputs: string[] }; // printed by the program above
    const read = outputs.map(async (name, i) => [name, floats(await readFile(join(work, `output-${i}.f32`)))] as const);
    return Object.fromEntries(await Promise.all(read));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

export const floats = (bytes: Uint8Array): Float32Array => new Float32Array(new Uint8Array(bytes).buffer);

/** What a program prints; its errors are ours. */
function told(command: string, parameters: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters);
    let [output, errors] = ['', ''];
    child.stdout.on('data', (text) => (output += String(text)));
    child.stderr.on('data', (text) => (errors += String(text)));
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) return resolve(output);
      reject(new CardioError('check', `Python fails: ${errors.trim().split('\n').at(-1) ?? `status ${status}`}`));
    });
    child.stdin.on('error', () => undefined); // it ended before it had read all; its status says why
    child.stdin.end(input);
  });
}
