import { CardioError } from '@cardio/core';
import { openPlace, type OpenBundle } from '../bundle/open-place.js';
import { sessionIn } from '../session.js';
import { addressPlace, filesPlace, type BundleFileSet } from './places.js';

export type { BundleFileSet } from './places.js';

/** How ONNX Runtime is loaded in a page. */
export interface BrowserOptions {
  /** Address of the folder that has `ort-wasm-simd-threaded.mjs` and `.wasm` of `onnxruntime-web/dist`; default: as ONNX Runtime finds them. */
  readonly wasmPaths?: string;
  /** More than one needs a page that is cross-origin isolated. Default 1. */
  readonly threads?: number;
}

/**
 * Opens a bundle in a page, in ONNX Runtime for WebAssembly (`onnxruntime-web`).
 *
 * @param source address of the bundle's folder, or its files by name, such as those of an `<input type="file" webkitdirectory>`
 * @throws CardioError 'not-found' without a bundle, 'data' for a missing, additional, changed, truncated or too large file, 'unavailable' without
 *   `onnxruntime-web` or outside https and localhost
 * @example
 * const opened = await openBundle('/models/ecg/', { wasmPaths: '/ort/' });
 * const { whole } = await opened.predict({ samples, leads, sampleRateHz: 500 });
 */
export async function openBundle(
  source: string | URL | BundleFileSet,
  { wasmPaths, threads = 1 }: BrowserOptions = {},
): Promise<OpenBundle> {
  const isAddress = typeof source === 'string' || source instanceof URL;
  return openPlace(isAddress ? addressPlace(source) : filesPlace(source), async (model) => {
    const runtime = await import('onnxruntime-web/wasm').catch((cause: unknown) => {
      throw new CardioError(
        'unavailable',
        'Bundles run in a page by `onnxruntime-web`: `npm install onnxruntime-web`.',
        {
          cause,
        },
      );
    });
    runtime.env.wasm.numThreads = threads;
    if (wasmPaths !== undefined) runtime.env.wasm.wasmPaths = wasmPaths;
    return sessionIn(runtime, model);
  });
}
