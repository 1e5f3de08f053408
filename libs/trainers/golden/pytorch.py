"""Writes golden/pytorch.json: what PyTorch computes for the optimizer, the losses and a whole training loop.

Made with torch 2.13.0 (CPU):  python3 pytorch.py
"""

import json
import pathlib

import torch
from torch import nn
from torch.nn import functional

torch.manual_seed(0)


def numbers(tensor):
    return {"shape": list(tensor.shape), "values": tensor.detach().flatten().tolist()}


def adamw(clip, steps=12):
    """Fixed gradients into AdamW: a kernel that decays and a bias that doesn't, with or without clipping by global norm."""
    kernel = nn.Parameter(torch.randn(3, 4))
    bias = nn.Parameter(torch.randn(4))
    start = [numbers(kernel), numbers(bias)]
    groups = [{"params": [kernel], "weight_decay": 0.1}, {"params": [bias], "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=0.02, betas=(0.9, 0.999), eps=1e-8, foreach=False)
    trace = []
    for step in range(steps):
        scale = 10.0 ** (step % 5 - 3)
        kernel.grad, bias.grad = torch.randn(3, 4) * scale, torch.randn(4) * scale
        gradients = [numbers(kernel.grad), numbers(bias.grad)]
        norm = nn.utils.clip_grad_norm_([kernel, bias], clip if clip else float("inf")).item()
        optimizer.step()
        trace.append({"gradients": gradients, "norm": norm, "after": [numbers(kernel), numbers(bias)]})
    return {"learningRate": 0.02, "weightDecay": 0.1, "clip": clip, "start": start, "steps": trace}


def losses():
    logits = torch.randn(6, 3) * 4
    logits[0] = torch.tensor([200.0, -200.0, 0.0])
    logits[1] = torch.tensor([-1000.0, 1000.0, 0.0])
    one_hot = functional.one_hot(torch.tensor([0, 0, 1, 2, 2, 1]), 3).float()
    multi_hot = torch.tensor([[1, 0, 1], [0, 1, 0], [0, 0, 0], [1, 1, 1], [0, 1, 1], [1, 0, 0]]).float()
    weights = torch.tensor([0.5, 2.0, 3.0])
    cases = []
    for task, labels in (("multi-class", one_hot), ("multi-label", multi_hot)):
        for w in (None, weights):
            x = logits.clone().requires_grad_()
            if task == "multi-class":
                loss = functional.cross_entropy(x, labels.argmax(1), weight=w)
            else:
                loss = functional.binary_cross_entropy_with_logits(x, labels, pos_weight=w)
            loss.backward()
            cases.append(
                {
                    "task": task,
                    "weights": w.tolist() if w is not None else None,
                    "labels": numbers(labels),
                    "loss": loss.item(),
                    "gradient": numbers(x.grad),
                }
            )
    return {"logits": numbers(logits), "cases": cases}


def loop(epochs=3, batches=4, size=8):
    """A two-layer network on fixed batches: cross-entropy with class weights, clipping, AdamW."""
    first, second = nn.Linear(6, 5), nn.Linear(5, 3)
    model = nn.Sequential(first, nn.ReLU(), second)
    parameters = lambda: [first.weight.T, first.bias, second.weight.T, second.bias]
    start = [numbers(p) for p in parameters()]
    x = torch.randn(batches, size, 6)
    y = torch.randint(0, 3, (batches, size))
    weights = torch.tensor([1.0, 2.0, 0.5])
    groups = [
        {"params": [first.weight, second.weight], "weight_decay": 0.05},
        {"params": [first.bias, second.bias], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=0.01)
    step_losses, norms = [], []
    for _ in range(epochs):
        for b in range(batches):
            optimizer.zero_grad()
            loss = functional.cross_entropy(model(x[b]), y[b], weight=weights)
            loss.backward()
            norms.append(nn.utils.clip_grad_norm_(model.parameters(), 0.5).item())
            optimizer.step()
            step_losses.append(loss.item())
    logits = model(x.reshape(-1, 6))
    return {
        "epochs": epochs,
        "learningRate": 0.01,
        "weightDecay": 0.05,
        "clip": 0.5,
        "classWeights": weights.tolist(),
        "start": start,
        "x": numbers(x),
        "y": numbers(functional.one_hot(y, 3).float()),
        "losses": step_losses,
        "norms": norms,
        "end": [numbers(p) for p in parameters()],
        "finalLoss": functional.cross_entropy(logits, y.flatten(), weight=weights).item(),
        "probabilities": numbers(logits.softmax(1)),
    }


golden = {"torch": torch.__version__, "adamw": [adamw(None), adamw(1.0)], "losses": losses(), "loop": loop()}
pathlib.Path(__file__).with_name("pytorch.json").write_text(json.dumps(golden) + "\n")
