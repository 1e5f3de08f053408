import { CardioError } from '@cardio/core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { forms } from './export-safetensors.js';
import { placementsOf, weightsOf, writeWeights, type Placement } from './placements.js';
import { readTensors } from './read-tensors.js';
import type { FileTensor } from './tensors.js';

/** What may fail to match. */
export interface ImportOptions {
  /** Load what matches although other tensors do not. */
  readonly allowMismatch?: boolean;
  /** The last layer and the classes it is for: it keeps the weights it has where the file says that it is for others. */
  readonly head?: { readonly layer: string; readonly classes: readonly string[] };
}

/** What became of the model's weights and the file's tensors. */
export interface ImportReport {
  /** Weights of the model that have the file's values now. */
  readonly loaded: readonly string[];
  /** Weights of the head, kept because the file is for other classes. */
  readonly fresh: readonly string[];
  /** Tensors of the file for such a head. */
  readonly left: readonly string[];
  /** Weights of the model that the file lacks. */
  readonly missing: readonly string[];
  /** Tensors of the file that the model has no place for. */
  readonly unexpected: readonly string[];
  /** Of another shape, with both. */
  readonly shape: readonly string[];
}

/**
 * Puts the weights of a file into a model by their names: of `model.safetensors` as `exportSafetensors` and `exportTorch` write it, or of an ONNX
 * file exported with `normalisation: 'kept'` in float32. How the axes lie in the file is not guessed but taken from the graph that this model
 * itself would be exported as. What does not match is an error that lists all of it, and then nothing is loaded.
 *
 * @throws CardioError 'usage' for a mismatch, unless it is allowed, and where nothing at all matches; 'data' for a damaged file, and for one whose
 *   tensors contradict each other; 'not-found' if there is none
 */
export async function importWeights(
  model: tfl.LayersModel,
  path: string,
  { allowMismatch = false, head }: ImportOptions = {},
): Promise<ImportReport> {
  const { metadata, tensors } = await readTensors(path);
  const isForOthers = head && 'classes' in metadata && metadata['classes'] !== JSON.stringify(head.classes);
  const isFresh = (name: string): boolean => isForOthers === true && name.startsWith(`${head.layer}/`);
  const places = metadata['form'] === forms.model ? ownPlacements(model) : placementsOf(model);
  const pairs = paired(places, tensors);
  const own = weightsOf(model);
  const { flat, isFound, shape } = elementsOf(
    pairs.filter(({ place }) => !isFresh(place.name)),
    own.reduce((sum, { length }) => sum + length, 0),
    path,
  );
  let end = 0;
  const given = own.map(({ length }) => {
    end += length;
    const isWhole = !isFound.subarray(end - length, end).includes(0);
    return isWhole ? flat.subarray(end - length, end) : undefined;
  });
  const weights = model.weights.map(({ originalName }) => originalName);
  const isOfOtherShape = (name: string): boolean => shape.some((text) => text.startsWith(`${name}: `));
  const sources = new Set(pairs.map(({ source }) => source));
  const names = [...tensors.keys()];
  const report: ImportReport = {
    loaded: weights.filter((_, i) => given[i]),
    fresh: weights.filter(isFresh),
    left: names.filter(isFresh),
    missing: weights.filter((name, i) => !given[i] && !isOfOtherShape(name) && !isFresh(name)),
    unexpected: names.filter((name) => !sources.has(name) && !isUnnamed(name) && !isFresh(name)),
    shape,
  };
  refuse(report, path, allowMismatch);
  writeWeights(
    model,
    own.map((values, i) => given[i] ?? values),
  );
  return report;
}

/** The elements of all weights that the file has, by their numbers. */
function elementsOf(
  pairs: readonly Pair[],
  count: number,
  path: string,
): { flat: Float32Array; isFound: Uint8Array; shape: string[] } {
  const [flat, isFound] = [new Float32Array(count), new Uint8Array(count)];
  const shape: string[] = [];
  for (const { place, tensor } of pairs) {
    if (!tensor || !place.elements.some((element) => element >= 0)) continue;
    if (tensor.dtype !== 'F32' || tensor.shape.join() !== place.shape.join()) {
      const [own, there] = [describe('F32', place.shape), describe(tensor.dtype, tensor.shape)];
      shape.push(`${place.name}: ${own} in the model, ${there} in the file`);
      continue;
    }
    const { elements } = place;
    const values = tensor.values as Float32Array;
    for (let i = 0; i < elements.length; i++) {
      const element = elements[i];
      if (element < 0) continue;
      if (isFound[element] && !Object.is(flat[element], values[i])) {
        const why = `the tensor \`${place.name}\` has another value for a weight than a tensor before it`;
        throw new CardioError('data', `\`${path}\`: ${why}. Export the model again.`);
      }
      isFound[element] = 1;
      flat[element] = values[i];
    }
  }
  return { flat, isFound, shape };
}

/** Every weight where it is, in its own shape. */
function ownPlacements(model: tfl.LayersModel): Placement[] {
  let start = 0;
  return model.weights.map(({ originalName, shape }) => {
    const length = shape.reduce<number>((product, n) => product * (n ?? 1), 1);
    const elements = new Int32Array(length).map((_, i) => start + i);
    start += length;
    return { name: originalName, shape: shape as number[], elements };
  });
}

/** A constant of the model's graph and the tensor of the file that has its name. */
interface Pair {
  readonly place: Placement;
  readonly source?: string;
  readonly tensor?: FileTensor | undefined;
}

/** By name, then by name without the numbers that tfjs adds, in order. */
function paired(places: readonly Placement[], tensors: ReadonlyMap<string, FileTensor>): Pair[] {
  const exact = new Set(places.map(({ name }) => name));
  const left = new Map<string, string[]>();
  for (const name of tensors.keys()) {
    if (!exact.has(name)) left.set(plainName(name), [...(left.get(plainName(name)) ?? []), name]);
  }
  return places.map((place) => {
    const source = tensors.has(place.name) ? place.name : left.get(plainName(place.name))?.shift();
    return source === undefined ? { place } : { place, source, tensor: tensors.get(source) };
  });
}

/** `patches/kernel` of `patches/kernel_1`: tfjs numbers the weights of models that a process builds more than once. */
const plainName = (name: string): string => name.replaceAll(/(?<=\/.*)_\d+(?=\/|$)/g, '');
/** What in a graph is no weight. */
const isUnnamed = (name: string): boolean => /^constant(_\d+)?$/.test(name);
const describe = (dtype: string, shape: readonly number[]): string => `${dtype} [${shape.join(', ')}]`;

function refuse({ loaded, missing, unexpected, shape }: ImportReport, path: string, allowMismatch: boolean): void {
  const lines = [
    ...missing.map((name) => `  missing: ${name} (the model has it, the file does not)`),
    ...unexpected.map((name) => `  unexpected: ${name} (the file has it, the model does not)`),
    ...shape.map((text) => `  shape: ${text}`),
  ];
  if (loaded.length > 0 && (lines.length === 0 || allowMismatch)) return;
  const what =
    loaded.length === 0
      ? `No weight of ${path} fits this model`
      : `${lines.length} tensors of ${path} and this model do not match, ${loaded.length} do`;
  throw new CardioError(
    'usage',
    `${what}. Take the model that the file was made of, exported in float32 with its normalisation kept, or allow the mismatch to load the rest.\n${lines.join('\n')}`,
  );
}
