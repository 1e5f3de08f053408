"""Writes golden/ptbxl.json: what PyTorch computes of the PTB-XL benchmark's networks, transcribed in bench/train/peer_ptbxl.py.

Of each in our tiny form: logits in inference, and for each weight the size and first element of the gradient of sum(logits * wave); weights, moving
averages and input are sines, so that they need not be stored. Of each in the benchmark's own form (12 leads, 5 classes): its number of parameters.
Made with torch 2.13.0 (CPU):  python3 ptbxl.py
"""

import json
import math
import pathlib
import re
import sys

import torch

here = pathlib.Path(__file__)
sys.path.insert(0, str(here.parents[3] / "bench/train"))
from peer_ptbxl import create_ptbxl  # noqa: E402

torch.set_default_dtype(torch.float64)
NAMES = ["xresnet1d101", "inception1d", "resnet1d_wang"]
LENGTHS = [100, 101]  # halved with and without a rest
BATCH, LEADS, CLASSES = 3, 2, 3
PARTS = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}


def wave(name, *shape):
    """0.3 sin(0.7 i² + the sum of the name's characters), row by row; scales and variances are 1 more."""
    values = 0.3 * torch.sin(0.7 * torch.arange(math.prod(shape)) ** 2 + sum(map(ord, name))).reshape(shape)
    return values + 1 if re.search("gamma|variance", name) else values


def our_name(name):
    module, part = re.sub(r"^blocks\.", "", name).rsplit(".", 1)
    is_norm = "norm" in module.rsplit(".", 1)[-1]
    return f"{module.replace('.', '_')}/{PARTS[part] if is_norm else part.replace('weight', 'kernel')}"


def turned(tensor):
    """Kernels lie the other way round: `[O, I]` ↔ `[I, O]`, of convolutions `[O, I, K]` ↔ `[K, I, O]`."""
    return tensor.permute(*range(tensor.ndim - 1, -1, -1))


def golden(name, length):
    net = create_ptbxl(name, "tiny", LEADS, CLASSES).eval()
    state = {key: tensor for key, tensor in net.state_dict().items() if "num_batches" not in key}
    for key, tensor in state.items():
        tensor.copy_(turned(wave(our_name(key), *turned(tensor).shape)))
    logits = net(wave("ecg", BATCH, length, LEADS).mul(3).transpose(1, 2))
    (logits * wave("loss", BATCH, CLASSES)).sum().backward()
    gradients = {our_name(key): turned(p.grad).flatten() for key, p in net.named_parameters()}
    summary = {key: [g.norm().item(), g[0].item()] for key, g in gradients.items()}
    return {"length": length, "logits": logits.flatten().tolist(), "gradients": summary}


def parameters(name):
    state = create_ptbxl(name, "base", 12, 5).state_dict()
    return sum(tensor.numel() for key, tensor in state.items() if "num_batches" not in key)


values = {name: {"parameters": parameters(name), "cases": [golden(name, length) for length in LENGTHS]} for name in NAMES}
here.with_name("ptbxl.json").write_text(json.dumps({"torch": torch.__version__} | values) + "\n")
