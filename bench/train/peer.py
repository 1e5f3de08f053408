"""The PyTorch side of the benchmark. One argument, a JSON object; answers on stdout in JSON lines.

With `folder`, compares gradients with those written there. Otherwise takes one training step for each line on stdin.
"""

import json
import math
import os
import re
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from peer_models import create

LEARNING_RATE, WEIGHT_DECAY, CLIP_NORM = 1e-4, 1e-2, 1.0


def say(**message):
    print(json.dumps(message), flush=True)


def parameters(net):
    """Parameters to be counted: an LSTM has two biases here, of which only the sum matters."""
    return sum(p.numel() for name, p in net.named_parameters() if "bias_hh" not in name)


def training_step(net, optimizer, x, y, bfloat16):
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
        logits = net(x)
    loss = F.binary_cross_entropy_with_logits(logits.float(), y)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), CLIP_NORM)
    optimizer.step()
    return loss.item()


def time_steps(options):
    net = create(options["model"], options["leads"], options["classes"], options["length"], dropout=True).train()
    decayed = [p for p in net.parameters() if p.ndim > 1]
    others = [p for p in net.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=LEARNING_RATE, fused=True)
    x = torch.randn(options["batch"], options["leads"], options["length"])
    y = (torch.rand(options["batch"], options["classes"]) > 0.5).float()
    bfloat16 = options["precision"] == "bfloat16"
    say(version=torch.__version__, threads=torch.get_num_threads(), parameters=parameters(net))
    for _ in sys.stdin:
        wall, cpu = time.perf_counter(), time.process_time()
        loss = training_step(net, optimizer, x, y, bfloat16)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        say(loss=loss, wallMs=1000 * wall, cpuMs=1000 * cpu)


def our_name(name):
    """Our name of the weight that is `name` here."""
    lstm = re.fullmatch(r"lstm\.(weight|bias)_ih_l(\d)(_reverse)?|lstm\.(weight)_hh_l(\d)(_reverse)?", name)
    if lstm:
        layer = int(lstm[2] or lstm[5]) + 1
        direction = "backward" if name.endswith("_reverse") else "forward"
        part = "bias" if "bias" in name else "recurrent_kernel" if "_hh_" in name else "kernel"
        return f"lstm{layer}_{direction}_{part}"
    name = re.sub(r"^blocks\.", "", name).replace(".", "_")
    if re.search(r"norm\d?_(weight|bias)$", name):
        return name.replace("weight", "gamma").replace("bias", "beta")
    return re.sub(r"_scale$", "_scale_gamma", re.sub(r"_weight$", "_kernel", name))


def from_ours(name, weight):
    """Kernels lie the other way round: `[I, O]` → `[O, I]`, convolutions `[K, I, O]` → `[O, I, K]`."""
    return weight.transpose() if weight.ndim > 1 and not name.endswith("_table") else weight


def load(net, ours, read):
    """Puts our weights in, and returns the parameters by our names."""
    pairs = {our_name(name): p for name, p in net.named_parameters() if "bias_hh" not in name}
    if set(pairs) != set(ours):
        sys.exit(f"the weights differ: {sorted(set(pairs) ^ set(ours))}")
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if "bias_hh" in name:
                parameter.zero_()
        for name, parameter in pairs.items():
            weight = from_ours(name, read(ours[name]["weight"]))
            if weight.shape != tuple(parameter.shape):
                sys.exit(f"{name} has the shape {weight.shape}, here {tuple(parameter.shape)}")
            parameter.copy_(torch.from_numpy(np.ascontiguousarray(weight)))
    return pairs


def compare(options):
    """How far our gradients, and those computed here in float32, are from those computed here in float64."""
    folder = options["folder"]
    with open(os.path.join(folder, "index.json")) as file:
        index = json.load(file)

    def read(entry):
        return np.fromfile(os.path.join(folder, entry["file"]), "<f4").reshape(entry["shape"])

    net = create(options["model"], options["leads"], options["classes"], options["length"], dropout=False).train()
    ours = {entry["name"]: entry for entry in index["weights"]}
    pairs = load(net, ours, read)
    x = torch.from_numpy(np.ascontiguousarray(read(index["x"]).transpose(0, 2, 1)))
    y = torch.from_numpy(read(index["y"]))

    def gradients(dtype):
        net.zero_grad()
        net.to(dtype)
        loss = F.binary_cross_entropy_with_logits(net(x.to(dtype)), y.to(dtype))
        loss.backward()
        return loss.item(), {name: p.grad.double().numpy() for name, p in pairs.items()}

    _, single = gradients(torch.float32)
    loss, double = gradients(torch.float64)
    norm = np.linalg.norm
    compared = []
    for name, truth in double.items():
        off = norm(from_ours(name, read(ours[name]["gradient"])) - truth)
        compared.append({"name": name, "norm": norm(truth), "off": off, "peerOff": norm(single[name] - truth)})
    say(loss=loss, gradients=compared, parameters=parameters(net))


if __name__ == "__main__":
    options = json.loads(sys.argv[1])
    torch.set_num_threads(options["threads"])
    torch.manual_seed(0)
    (compare if "folder" in options else time_steps)(options)
