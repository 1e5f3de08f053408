import type { Signal } from '@cardio/core';
import { modelIn, type OnnxInput, type OpenModel } from '../onnx-model.js';
import type { Session } from '../session.js';
import { assertSize, bundleFiles, damaged, largestFile, type BundlePlace } from './files.js';
import { assertHash, readManifest } from './manifest.js';
import { parseBundle } from './parse.js';
import { axesOf, predictSignal, predictWindows, type BundlePrediction } from './predict.js';
import type { Bundle } from './schema.js';

/** A bundle whose files are as they were written, ready to be used. */
export interface OpenBundle {
  readonly bundle: Bundle;
  /** The model card, in Markdown. */
  readonly card: string;
  /**
   * What the bundle says of a record of any length in millivolts, prepared as it says.
   *
   * @throws CardioError 'data' for another rate, a missing lead, missing samples or less than one window; 'usage' for a model of beats
   */
  predict(signal: Signal): Promise<BundlePrediction>;
  /**
   * What it says of windows that are prepared already, as one record.
   *
   * @throws CardioError 'usage' if a shape is not what the model takes
   */
  predictWindows(input: OnnxInput): Promise<BundlePrediction>;
  /** Frees the runtime's memory. */
  close(): Promise<void>;
}

/**
 * Opens a bundle wherever it is. Nothing of it is used before its SHA-256 is the manifest's, and no file is read that the manifest doesn't name.
 *
 * @throws CardioError 'not-found' without a bundle, 'data' for one that is not whole, 'unavailable' without a runtime
 */
export async function openPlace(
  place: BundlePlace,
  openSession: (model: Uint8Array) => Promise<Session>,
): Promise<OpenBundle> {
  const hashes = await readManifest(place);
  const { description, card } = bundleFiles;
  const read = async (name: string, most: number): Promise<Uint8Array> => {
    if (!hashes.has(name)) throw damaged(place.name, `its ${bundleFiles.manifest} does not name \`${name}\`.`);
    const bytes = await place.read(name, most);
    assertSize(place.name, name, bytes.length, most);
    await assertHash(place.name, name, bytes, hashes.get(name));
    return bytes;
  };
  const bundle = parseBundle(await read(description, largestFile[description]), place.name);
  const { file, bytes: size } = bundle.model;
  const other = [...hashes.keys()].find((name) => ![description, card, file].includes(name));
  if (other !== undefined) throw damaged(place.name, `\`${other}\` is no part of a bundle.`);
  const text = new TextDecoder().decode(await read(card, largestFile[card]));
  const bytes = await read(file, size);
  if (bytes.length !== size) throw damaged(place.name, `\`${file}\` has ${bytes.length} of its ${size} bytes.`);
  const model = await modelIn(bytes, file, bundle.outputs, openSession);
  const why = disagreement(bundle, model);
  if (why !== undefined) {
    await model.close();
    throw damaged(place.name, why);
  }
  return {
    bundle,
    card: text,
    predict: (signal) => predictSignal(bundle, model, signal),
    predictWindows: (input) => predictWindows(bundle, model, input),
    close: () => model.close(),
  };
}

/** How a file is not what its description says. */
function disagreement(bundle: Bundle, { inputs, classes }: OpenModel): string | undefined {
  const names = bundle.classes.map(({ name }) => name);
  if (JSON.stringify(names) !== JSON.stringify(classes)) return 'its model has other classes than its description.';
  const wanted = [axesOf(bundle), ...(bundle.features.length > 0 ? [[bundle.features.length]] : [])];
  const takes = inputs.map(({ shape }) => shape.slice(1));
  if (JSON.stringify(takes) === JSON.stringify(wanted)) return undefined;
  return `its model takes ${JSON.stringify(takes)}, and its description says ${JSON.stringify(wanted)}.`;
}
