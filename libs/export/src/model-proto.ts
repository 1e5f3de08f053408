import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import type { OnnxGraph } from './build.js';
import { decodeModel } from './decode-model.js';
import { isBatchDim, type Dim } from './dims.js';
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  NodeProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProtoSchema,
  type TensorProtoSchema,
} from './gen/onnx_pb.js';
import type { Attribute, Initializer } from './graph.js';
import { onnxType } from './kernels/elementwise.js';

export { decodeModel };

/**
 * The operator sets written, with the IR versions that belong to them. 20 has every operator of the mapping but one in its final form (axes as inputs
 * since 18, Gelu since 20), and every ONNX Runtime from 1.17 (January 2024) runs it; 23 has `Attention`, which takes ONNX Runtime 1.23 (September 2025).
 */
const opsets = { 20: 9n, 23: 11n } as const;

/** The operator set that a graph needs. */
export const opsetOf = ({ nodes }: Pick<OnnxGraph, 'nodes'>): keyof typeof opsets =>
  nodes.some(({ op }) => op === 'Attention') ? 23 : 20;

/** The operators of ONNX Runtime that are not in ONNX. */
export const contribDomain = 'com.microsoft';

/** An ONNX graph as the bytes of a `.onnx` file. */
export function encodeModel(graph: OnnxGraph, metadata: Readonly<Record<string, string>>): Uint8Array {
  const opset = opsetOf(graph);
  const model = create(ModelProtoSchema, {
    irVersion: opsets[opset],
    opsetImport: [
      { domain: '', version: BigInt(opset) },
      ...(graph.nodes.some(({ domain }) => domain) ? [{ domain: contribDomain, version: 1n }] : []),
    ],
    producerName: '@cardio/export',
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'model',
      node: graph.nodes.map(({ op, domain = '', inputs, outputs, attributes }) => ({
        opType: op,
        domain,
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

/** The model with more outputs, in float32 whatever they are inside, for looking inside it; and what the output of a tensor is called. */
export function withOutputs(
  bytes: Uint8Array,
  names: readonly string[],
): { bytes: Uint8Array; nameOf: (name: string) => string } {
  const model = decodeModel(bytes);
  const elemType = onnxType.float32;
  const nameOf = (name: string): string => `${name}/seen`;
  for (const name of names) {
    const type = { value: { case: 'tensorType' as const, value: { elemType } } };
    model.graph?.output.push(create(ValueInfoProtoSchema, { name: nameOf(name), type }));
    const attribute = [attributeProto('to', elemType)];
    model.graph?.node.push(
      create(NodeProtoSchema, { opType: 'Cast', input: [name], output: [nameOf(name)], attribute }),
    );
  }
  return { bytes: toBinary(ModelProtoSchema, model), nameOf };
}

function attributeProto(name: string, value: Attribute): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: BigInt(value) };
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.INTS, ints: value.map(BigInt) };
}

function tensorProto({ name, dims, dtype, values }: Initializer): MessageInitShape<typeof TensorProtoSchema> {
  const rawData = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
  return { name, dims: dims.map(BigInt), dataType: onnxType[dtype], rawData };
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
