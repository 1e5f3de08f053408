import { CardioError, isCardioError } from '@cardio/core';
import { readFile } from 'node:fs/promises';
import type { TensorProto } from '../gen/onnx_pb.js';
import { decodeModel } from '../model-proto.js';
import { readSafetensors } from './safetensors.js';
import { tensorTypes, type FileTensor, type TensorFile, type TensorType } from './tensors.js';

/**
 * Reads the tensors of a safetensors file, or the constants of an ONNX file.
 *
 * @throws CardioError 'not-found' if there is no such file, 'data' if it is neither of the two or damaged
 */
export async function readTensors(path: string): Promise<TensorFile> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code === 'ENOENT' ? 'not-found' : 'data';
    throw new CardioError(code, `The file of weights \`${path}\` can't be read: ${String(cause)}`, { cause });
  });
  try {
    return path.endsWith('.onnx') ? readOnnx(bytes) : readSafetensors(bytes);
  } catch (cause) {
    if (!isCardioError(cause)) throw cause;
    throw new CardioError(cause.code, `\`${path}\`: ${cause.message}`, { cause });
  }
}

/**
 * The constants of an ONNX file.
 *
 * @throws CardioError 'data' for what is no ONNX file, or whose constants are not as long as their shapes say
 */
export function readOnnx(bytes: Uint8Array): TensorFile {
  const { graph, metadataProps } = decoded(bytes);
  if (!graph) throw damaged('it has no graph');
  return {
    metadata: Object.fromEntries(metadataProps.map(({ key, value }) => [key, value])),
    tensors: new Map(graph.initializer.map((tensor) => [tensor.name, fileTensor(tensor)])),
  };
}

function decoded(bytes: Uint8Array): ReturnType<typeof decodeModel> {
  try {
    return decodeModel(bytes);
  } catch (cause) {
    throw damaged('it is truncated or something else', cause);
  }
}

/** The types by ONNX's numbers. */
const typeOf: Readonly<Record<number, TensorType>> = {
  ...{ 1: 'F32', 2: 'U8', 3: 'I8', 6: 'I32', 7: 'I64', 9: 'BOOL', 10: 'F16' },
};

function fileTensor({ name, dims, dataType, rawData }: TensorProto): FileTensor {
  const dtype = typeOf[dataType] as TensorType | undefined;
  if (!dtype) throw damaged(`\`${name}\` has the type number ${dataType}`);
  const shape = dims.map(Number);
  const { size, array: TypedArray } = tensorTypes[dtype];
  if (
    shape.some((length) => !Number.isSafeInteger(length) || length < 0) ||
    shape.reduce((a, b) => a * b, size) !== rawData.length
  ) {
    throw damaged(
      `\`${name}\` of shape [${shape.join(', ')}] and type ${dtype} has ${rawData.length} bytes in the file`,
    );
  }
  return { dtype, shape, values: new TypedArray(Uint8Array.from(rawData).buffer) };
}

const damaged = (why: string, cause?: unknown): CardioError =>
  new CardioError('data', `This is not a whole ONNX file: ${why}. Export the model again.`, { cause });
