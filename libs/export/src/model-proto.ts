import { create, fromBinary, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import type { OnnxGraph } from './build.js';
import { isBatchDim, type Dim } from './dims.js';
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProtoSchema,
  type ModelProto,
  type TensorProtoSchema,
} from './gen/onnx_pb.js';
import type { Attribute, Initializer } from './graph.js';
import { onnxType } from './kernels/elementwise.js';

/**
 * The operator set written: 20 has every operator of the mapping in its final form (axes as inputs since 18) and Gelu and
 * LayerNormalization for later fusions, and every ONNX Runtime from 1.17 (January 2024) runs it. IR version 9 belongs to it.
 */
export const opset = 20;
const irVersion = 9;

/** An ONNX graph as the bytes of a `.onnx` file. */
export function encodeModel(graph: OnnxGraph, metadata: Readonly<Record<string, string>>): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(irVersion),
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    producerName: '@cardio/export',
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'model',
      node: graph.nodes.map(({ op, inputs, outputs, attributes }) => ({
        opType: op,
        name: outputs[0],
        input: [...inputs],
        output: [...outputs],
        attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
      })),
      initializer: graph.initializers.map(tensorProto),
      input: graph.inputs.map(({ name, dims, dtype }) => valueInfo(name, dims, dtype)),
      output: graph.outputs.map(({ name, classes }) => valueInfo(name, [{ perBatch: 1, plus: 0 }, classes], 'float32')),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

/** Reads a `.onnx` file; throws where the bytes are not protobuf. */
export const decodeModel = (bytes: Uint8Array): ModelProto => fromBinary(ModelProtoSchema, bytes);

/** The model with more outputs, for looking inside it. */
export function withOutputs(bytes: Uint8Array, names: readonly string[]): Uint8Array {
  const model = decodeModel(bytes);
  const value = { elemType: onnxType.float32 };
  for (const name of names) {
    model.graph?.output.push(create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value } } }));
  }
  return toBinary(ModelProtoSchema, model);
}

function attributeProto(name: string, value: Attribute): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: BigInt(value) };
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.INTS, ints: value.map(BigInt) };
}

function tensorProto({ name, dims, dtype, values }: Initializer): MessageInitShape<typeof TensorProtoSchema> {
  const rawData = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
  return { name, dims: dims.map(BigInt), dataType: onnxType[dtype as keyof typeof onnxType], rawData };
}

function valueInfo(name: string, dims: readonly Dim[], dtype: string): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = dims.map((length) => ({
    value: isBatchDim(length)
      ? { case: 'dimParam' as const, value: 'batch' }
      : { case: 'dimValue' as const, value: BigInt(length) },
  }));
  const elemType = onnxType[dtype as keyof typeof onnxType];
  return { name, type: { value: { case: 'tensorType', value: { elemType, shape: { dim } } } } };
}
