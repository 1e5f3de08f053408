/** What a page does: opens the bundle beside it and answers; inputs are fetched, what is large is sent back by POST. */
export const pageProgram = `
import { openBundle } from '@cardio/export/browser';
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';

const wasmPaths = new URL('/ort/', location.href).href;
const bytes = async (name) => new Uint8Array(await (await fetch('/data/' + name)).arrayBuffer());
const floats = async (name) => new Float32Array((await bytes(name)).buffer);
const rows = ({ windows }) => windows.flatMap(({ probabilities }) => probabilities);
let opened;

globalThis.gate = {
  open: async () => {
    opened = await openBundle('/bundle/', { wasmPaths });
    return env.versions.web ?? env.versions.common;
  },
  windows: async (shapes) =>
    rows(
      await opened.predictWindows({
        ecg: await floats('ecg'),
        shape: shapes.ecg,
        ...(shapes.features && { features: await floats('features') }),
      }),
    ),
  record: async ({ leads, sampleRateHz }) => {
    const all = await floats('record');
    const length = all.length / leads.length;
    const samples = leads.map((_, l) => all.subarray(l * length, (l + 1) * length));
    return rows(await opened.predict({ samples, leads, sampleRateHz }));
  },
  run: async (shapes) => {
    const session = await InferenceSession.create(await bytes('model'), { logSeverityLevel: 3 });
    const feeds = {};
    for (const name of Object.keys(shapes)) feeds[name] = new Tensor('float32', await floats(name), shapes[name]);
    const outputs = await session.run(feeds);
    const names = Object.keys(outputs);
    for (const [i, name] of names.entries()) await fetch('/out/' + i, { method: 'POST', body: outputs[name].data });
    await session.release();
    return names;
  },
};
`;
