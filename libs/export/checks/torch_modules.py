"""Runs generated PyTorch modules: `torch_modules.py FOLDER...`.

Each folder has model.py, model.safetensors and inputs.json (a list of nested lists); outputs.json gets probabilities and logits.
"""

import importlib.util
import json
import sys
from pathlib import Path

import torch


def load_module(path):
    spec = importlib.util.spec_from_file_location('model', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


for folder in map(Path, sys.argv[1:]):
    module = load_module(folder / 'model.py')
    inputs = [torch.tensor(x) for x in json.loads((folder / 'inputs.json').read_text())]
    model = module.load()
    with torch.no_grad():
        probabilities, logits = model(*inputs)

    # the reader of the file itself reads what the package reads, where that is installed
    tensors = module.read_tensors(folder / 'model.safetensors')
    sys.modules['safetensors.torch'] = None
    own = module.read_tensors(folder / 'model.safetensors')
    del sys.modules['safetensors.torch']
    assert tensors.keys() == own.keys() and all(torch.equal(tensors[name], own[name]) for name in own)

    # it can be trained on
    model(*inputs)[1].sum().backward()
    missing = [name for name, parameter in model.named_parameters() if parameter.grad is None]

    result = {'probabilities': probabilities.tolist(), 'logits': logits.tolist(), 'withoutGradient': missing}
    (folder / 'outputs.json').write_text(json.dumps(result))
