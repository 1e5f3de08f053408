"""Writes golden/transformers.json: logits and gradients of the tiny transformers as PyTorch computes them.

Weights and input are sines, so that they need not be stored; see `wave`. Written after the papers, not after our code.
Made with torch 2.13.0 (CPU):  python3 transformers.py
"""

import json
import math
import pathlib

import torch
from torch.nn import functional

torch.set_default_dtype(torch.float64)
BATCH, LENGTH, LEADS, CLASSES, PATCH, WIDTH, DEPTH, HEADS = 3, 37, 2, 3, 20, 16, 2, 2
STEPS = math.ceil(LENGTH / PATCH)


def wave(name, *shape):
    """0.3 sin(0.7 i² + the sum of the name's characters), row by row; scales of norms are 1 more."""
    size = math.prod(shape)
    values = 0.3 * torch.sin(0.7 * torch.arange(size) ** 2 + sum(map(ord, name))).reshape(shape)
    return values + 1 if name.endswith("gamma") else values


class Weights(dict):
    def __call__(self, name, *shape):
        self[name] = wave(name, *shape).requires_grad_()
        return self[name]


def dense(w, name, x, units):
    return x @ w(f"{name}/kernel", x.shape[-1], units) + w(f"{name}/bias", units)


def norm(w, name, x):
    return functional.layer_norm(x, x.shape[-1:], w(f"{name}/gamma", WIDTH), w(f"{name}/beta", WIDTH), 1e-5)


def patches(w, x):
    missing = STEPS * PATCH - LENGTH
    padded = functional.pad(x, (0, 0, missing // 2, missing - missing // 2))
    flat = padded.reshape(BATCH, STEPS, PATCH * LEADS)
    return flat @ w("patches/kernel", PATCH, LEADS, WIDTH).reshape(PATCH * LEADS, WIDTH) + w("patches/bias", WIDTH)


def attention(w, name, x, bias):
    split = lambda t: t.reshape(BATCH, STEPS, HEADS, WIDTH // HEADS).transpose(1, 2)
    qkv = x @ w(f"{name}/qkv_kernel", WIDTH, 3 * WIDTH) + w(f"{name}/qkv_bias", 3 * WIDTH)
    q, k, v = map(split, qkv.split(WIDTH, 2))
    logits = q @ k.transpose(2, 3) / math.sqrt(WIDTH // HEADS)
    mixed = (logits + bias).softmax(-1) @ v
    return mixed.transpose(1, 2).reshape(BATCH, STEPS, WIDTH) @ w(f"{name}/output_kernel", WIDTH, WIDTH) + w(f"{name}/output_bias", WIDTH)


def ecg_transformer(w, x):
    t, c = torch.arange(STEPS)[:, None], torch.arange(WIDTH)[None, :]
    angle = t / 10_000 ** ((c - c % 2) / WIDTH)
    x = patches(w, x) + torch.where(c % 2 == 0, angle.sin(), angle.cos())
    for i in range(1, DEPTH + 1):
        x = x + attention(w, f"block{i}_attention", norm(w, f"block{i}_norm1", x), 0)
        y = functional.gelu(dense(w, f"block{i}_dense1", norm(w, f"block{i}_norm2", x), 32))
        x = x + dense(w, f"block{i}_dense2", y, WIDTH)
    return dense(w, "logits", norm(w, "norm", x).mean(1), CLASSES)


def heartbeit(w, x):
    x = patches(w, x)
    table = w("relative_positions/table", 2 * STEPS - 1, HEADS)
    step = torch.arange(STEPS)
    bias = table[step[None, :] - step[:, None] + STEPS - 1].permute(2, 0, 1)  # key minus query
    scale = lambda name, y: y * w(f"{name}_scale/gamma", WIDTH)
    for i in range(1, DEPTH + 1):
        y = attention(w, f"block{i}_attention", norm(w, f"block{i}_norm1", x), bias)
        x = x + scale(f"block{i}_branch1", y)
        y = functional.gelu(dense(w, f"block{i}_dense1", norm(w, f"block{i}_norm2", x), 4 * WIDTH))
        x = x + scale(f"block{i}_branch2", dense(w, f"block{i}_dense2", y, WIDTH))
    return dense(w, "logits", norm(w, "norm", x.mean(1)), CLASSES)


def golden(model):
    """Logits, and for each weight the size and first element of the gradient of sum(logits * wave)."""
    weights = Weights()
    logits = model(weights, wave("ecg", BATCH, LENGTH, LEADS) * 3)
    (logits * wave("loss", BATCH, CLASSES)).sum().backward()
    gradients = {name: [w.grad.norm().item(), w.grad.flatten()[0].item()] for name, w in weights.items()}
    return {"logits": logits.flatten().tolist(), "gradients": gradients}


values = {"torch": torch.__version__} | {model.__name__: golden(model) for model in (ecg_transformer, heartbeit)}
pathlib.Path(__file__).with_name("transformers.json").write_text(json.dumps(values) + "\n")
