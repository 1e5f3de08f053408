import type { OnnxGraph } from '../../build.js';
import type { Initializer, Node } from '../../graph.js';
import { callOf, unmapped, type OperatorTable } from './call.js';
import { computing } from './computing.js';
import { elementwise } from './elementwise.js';
import { helpersOf } from './helpers.js';
import { moving } from './moving.js';
import { identifiers } from './names.js';

/** How each ONNX operator is written in PyTorch. A new one is one more line in the table of its family. */
const operators: OperatorTable = { ...elementwise, ...computing, ...moving };

/** A module in Python and the tensors that it loads. */
interface TorchModule {
  readonly source: string;
  /** Those of the graph that the module has, under their names in the graph. */
  readonly tensors: readonly Initializer[];
}

/** What is said at the top of the module, and the file beside it. */
interface ModuleText {
  readonly title: string;
  readonly weightsFile: string;
}

/**
 * Writes a graph as a module of PyTorch: a class whose parameters are the constants of the graph, and a forward pass of one line for each node.
 *
 * @throws CardioError 'usage' naming operator and layer, if an operator has no mapping
 */
export function torchModule(graph: OnnxGraph, { title, weightsFile }: ModuleText): TorchModule {
  const constants = new Map(graph.initializers.map((constant) => [constant.name, constant]));
  const attributeOf = identifiers(['training', 'forward', 'dump_patches', 'call_super_init', 'constant_']);
  const variableOf = identifiers(['self', 'ecg', 'features', 'torch', 'math', 'F', 'nn', ...Object.keys(pythonWords)]);
  for (const { name } of graph.inputs) variableOf(name, name);
  const nameOf = (name: string): string => (constants.has(name) ? `self.${attributeOf(name)}` : variableOf(name));

  const lines = graph.nodes.map((node) => {
    if (node.domain || !Object.hasOwn(operators, node.op)) {
      throw unmapped(node, `the operator is not mapped; mapped are ${Object.keys(operators).sort().join(', ')}`);
    }
    const call = callOf(node, { nameOf, constant: (name) => constants.get(name) });
    const expression = operators[node.op](call);
    const targets = node.outputs.map((name) => variableOf(name));
    const several = targets.length > 1 || node.op === 'Split' ? ',' : '';
    return `        ${targets.join(', ')}${targets.length === 1 ? several : ''} = ${expression}  # ${commentOf(node)}`;
  });
  const body = lines.join('\n');
  const tensors = graph.initializers.filter(({ name }) => body.match(new RegExp(`self\\.${attributeOf(name)}\\b`)));
  const inputs = graph.inputs.map(({ name, dims }) => `${name} [batch, ${dims.slice(1).join(', ')}]`).join(' and ');
  const outputs = graph.outputs.map(({ name, classes }) => `${name} [batch, ${classes}]`).join(' and ');
  const table = tensors.map((tensor) => `    ${rowOf(tensor, attributeOf(tensor.name), graph.nodes)}`).join('\n');
  const source = `"""${title}

Written by @cardio/export. Needs torch alone; its weights are in ${weightsFile} beside it. Takes ${inputs}; gives ${outputs}.
"""

import json
import math
import struct
from pathlib import Path

import torch
import torch.nn.functional as F

# of each tensor: its name in ${weightsFile}, its name in the model, its shape, its type, whether it is trained
TENSORS = [
${table}
]


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        for _, attribute, shape, dtype, trained in TENSORS:
            empty = torch.zeros(shape, dtype=dtype)
            if trained:
                self.register_parameter(attribute, torch.nn.Parameter(empty))
            else:
                self.register_buffer(attribute, empty)

    def forward(self, ecg, features=None):
${body}
        return ${graph.outputs.map(({ name }) => variableOf(name)).join(', ')}


${helpersOf(body)
  .map((helper) => `${helper}\n\n\n`)
  .join('')}${loading(weightsFile)}`;
  return { source, tensors };
}

const types: Readonly<Record<string, string>> = {
  ...{
    float32: 'float32',
    float16: 'float16',
    int32: 'int32',
    int64: 'int64',
    int8: 'int8',
    uint8: 'uint8',
    bool: 'bool',
  },
};

/** A constant's line in the table; statistics and what isn't a float is not trained. */
function rowOf({ name, dims, dtype }: Initializer, attribute: string, nodes: readonly Node[]): string {
  const isStatistic = nodes.some(({ op, inputs }) => op === 'BatchNormalization' && inputs.indexOf(name) > 2);
  const isTrained = dtype === 'float32' && !isStatistic;
  return `(${JSON.stringify(name)}, '${attribute}', [${dims.join(', ')}], torch.${types[dtype]}, ${isTrained ? 'True' : 'False'}),`;
}

/** The layer and the operator. */
function commentOf({ op, outputs: [name] }: Node): string {
  const end = name.lastIndexOf('/');
  return `${end < 0 ? '' : `${name.slice(0, end)}: `}${op}`.replaceAll(/[^ -~]/g, '?');
}

/** Python's keywords that a name in a graph could be. */
const pythonWords = Object.fromEntries(
  'and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'
    .split(' ')
    .concat(['json', 'struct', 'range', 'zip', 'enumerate', 'map', 'max', 'tuple', 'float'])
    .map((word) => [word, true]),
);

const loading = (weightsFile: string): string => `def load(path=Path(__file__).with_name('${weightsFile}')):
    """The model with the weights of a file. It can be trained on; normalisation keeps its statistics then, and nothing is dropped out."""
    tensors = read_tensors(path)
    model = Model()
    model.load_state_dict({attribute: tensors[name] for name, attribute, *_ in TENSORS})
    return model.eval()


def read_tensors(path):
    """The tensors of a safetensors file by name: 8 bytes of header length, a header in JSON, then the values."""
    try:
        from safetensors.torch import load_file
        return load_file(path)
    except ImportError:
        pass
    content = Path(path).read_bytes()
    start = 8 + struct.unpack('<Q', content[:8])[0]
    header = json.loads(content[8:start])
    types = {'F32': torch.float32, 'F16': torch.float16, 'I64': torch.int64, 'I32': torch.int32, 'I8': torch.int8, 'U8': torch.uint8, 'BOOL': torch.bool}
    tensors = {}
    for name, entry in header.items():
        if name != '__metadata__':
            begin, end = entry['data_offsets']
            values = torch.frombuffer(bytearray(content[start + begin:start + end]), dtype=types[entry['dtype']])
            tensors[name] = values.reshape(entry['shape'])
    return tensors
`;
