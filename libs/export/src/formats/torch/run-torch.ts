import { CardioError } from '@cardio/core';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Batch } from '../../inputs.js';
import { encodeSafetensors } from '../safetensors.js';

const run = promisify(execFile);

/** The version of torch that a Python has; `undefined` where there is no such Python, or no torch in it. */
export const torchVersion = (python: string): Promise<string | undefined> =>
  run(python, ['-c', 'import torch; print(torch.__version__)']).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );

/** Loads a module as its users do and writes the probabilities of each batch, in batches' order, as float32. */
const program = `
import importlib.util, sys
import torch

module_path, inputs_path, outputs_path, count = sys.argv[1:]
spec = importlib.util.spec_from_file_location('model', module_path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
model = module.load()
inputs = module.read_tensors(inputs_path)
with torch.no_grad(), open(outputs_path, 'wb') as outputs:
    for i in range(int(count)):
        batch = [inputs[f'{i}/{name}'] for name in ('ecg', 'features') if f'{i}/{name}' in inputs]
        outputs.write(model(*batch)[0].contiguous().numpy().tobytes())
`;

/**
 * The probabilities of each batch, `[B * K]`, by a generated module in a Python with torch.
 *
 * @param path of `model.py`
 * @throws CardioError 'check' with what Python says, where the module fails
 */
export async function runTorch(
  python: string,
  path: string,
  batches: readonly Batch[],
  classes: number,
): Promise<Float32Array[]> {
  const work = await mkdtemp(join(tmpdir(), 'cardio-torch-'));
  const [inputs, outputs] = ['inputs.safetensors', 'outputs.f32'].map((name) => join(work, name));
  const tensors = batches.flatMap((batch, b) =>
    Object.entries(batch).map(
      ([name, { data, shape }]) => [`${b}/${name}`, { dtype: 'F32' as const, shape, values: data }] as const,
    ),
  );
  try {
    await writeFile(inputs, encodeSafetensors({ metadata: {}, tensors: new Map(tensors) }));
    await run(python, ['-c', program, path, inputs, outputs, String(batches.length)]).catch((cause: unknown) => {
      const said = String((cause as { stderr?: string }).stderr)
        .trim()
        .split('\n')
        .at(-1);
      throw new CardioError('check', `The generated PyTorch module fails in \`${python}\`: ${said}`, { cause });
    });
    const values = new Float32Array(Uint8Array.from(await readFile(outputs)).buffer);
    let end = 0;
    return batches.map(({ ecg }) => values.subarray(end, (end += ecg.shape[0] * classes)));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
