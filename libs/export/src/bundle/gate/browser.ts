import { CardioError } from '@cardio/core';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Batch } from '../../inputs.js';
import { pageProgram } from './page-program.js';
import { servePage, type PageServer } from './page-server.js';
import { floats } from './python.js';
import { joined, type Missing, type Runner } from './runner.js';

/** Where Chromium is: `CARDIO_CHROMIUM`, or the first of its usual names on the PATH; `undefined` where there is none. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [process.env['CARDIO_CHROMIUM'] ?? '', ...found].find((path) => path !== '' && existsSync(path));
}

/** The bundle in a page of a headless Chromium. */
export async function browserRunner(folder: string): Promise<Runner | Missing> {
  const executablePath = findChromium();
  if (executablePath === undefined) return { missing: 'chromium on the PATH, or CARDIO_CHROMIUM with the path of one' };
  const packages = await Promise.all([import('esbuild'), import('playwright-core')]).catch(() => undefined);
  const ort = ortFolder();
  if (!packages || ort === undefined) return { missing: '`npm install esbuild playwright-core onnxruntime-web`' };
  const [{ build }, { chromium }] = packages;
  const server = await servePage(await pageScript(build), { bundle: folder, ort });
  const browser = await chromium.launch({ executablePath }).catch(async (cause: unknown) => {
    await server.close();
    throw new CardioError('unavailable', `Chromium (${executablePath}) does not start: ${String(cause)}`, { cause });
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await server.close();
  };
  const page = await browser.newPage();
  /** Runs a function of the page program. */
  const ask = async <T>(name: string, argument?: unknown): Promise<T> => {
    try {
      const source = `globalThis.gate.${name}(${JSON.stringify(argument) ?? ''})`;
      return await page.evaluate<T>(source);
    } catch (cause) {
      throw new CardioError('check', `The page fails: ${(cause as Error).message.split('\n')[0]}`, { cause });
    }
  };
  try {
    await page.goto(server.address);
    await page.waitForFunction('globalThis.gate !== undefined');
    const version = await ask<string>('open');
    return { ...runnerOf(server, ask), runtime: `onnxruntime-web ${version} in Chromium ${browser.version()}`, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

function runnerOf(
  { data, sent }: PageServer,
  ask: <T>(name: string, argument?: unknown) => Promise<T>,
): Pick<Runner, 'where' | 'windows' | 'records' | 'run'> {
  const give = (inputs: Batch): Record<string, readonly number[]> => {
    for (const [name, values] of Object.entries(inputs)) data.set(name, bytesOf(values.data));
    return Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape]));
  };
  return {
    where: 'bundle in the browser',
    windows: async (inputs) => Float32Array.from(await ask<number[]>('windows', give(inputs))),
    records: async (signals) => {
      const rows: number[][] = [];
      for (const { samples, leads, sampleRateHz } of signals) {
        data.set('record', bytesOf(joined(samples)));
        rows.push(await ask<number[]>('record', { leads, sampleRateHz }));
      }
      return joined(rows);
    },
    run: async (model, inputs) => {
      data.set('model', model);
      sent.clear();
      const names = await ask<string[]>('run', give(inputs));
      return Object.fromEntries(names.map((name, i) => [name, floats(sent.get(i) ?? new Uint8Array())]));
    },
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** The folder of the runtime's WebAssembly. */
export function ortFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'));
  } catch {
    return undefined;
  }
}

/** A program for a page with all that it imports, as one script. */
export async function pageScript(build: typeof import('esbuild').build, program = pageProgram): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: dirname(fileURLToPath(import.meta.url)), loader: 'js' },
    ...{ bundle: true, write: false, format: 'esm', platform: 'browser', target: 'es2022', minify: true },
    conditions: ['@cardio/source'], // the libraries' sources are in their packages
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}
