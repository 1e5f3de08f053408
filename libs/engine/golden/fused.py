"""Writes golden/fused.json: what PyTorch computes for the fused ops and their gradients.

Made with torch 2.13.0 (CPU):  python3 fused.py
"""

import json
import math
import pathlib

import torch
from torch import nn
from torch.nn import functional

torch.manual_seed(0)


def numbers(tensor):
    values = [float(f"{v:.9g}") for v in tensor.detach().flatten().tolist()]
    return {"shape": list(tensor.shape), "values": values}


def case(f, *inputs, **attrs):
    """Inputs, output, the gradient that comes to the output and the gradients it makes at the inputs."""
    leaves = [x.clone().requires_grad_() for x in inputs]
    y = f(*leaves)
    dy = torch.randn_like(y)
    y.backward(dy)
    return {
        **attrs,
        "inputs": [numbers(x) for x in inputs],
        "y": numbers(y),
        "dy": numbers(dy),
        "gradients": [numbers(x.grad) for x in leaves],
    }


def batch_norm(shape, epsilon):
    x, gamma, beta = torch.randn(shape) * 2 + 3, torch.randn(shape[-1]), torch.randn(shape[-1])
    f = lambda x, g, b: functional.batch_norm(x.flatten(0, -2), None, None, g, b, True, 0.1, epsilon).view(shape)
    flat = x.flatten(0, -2)
    moments = {"mean": numbers(flat.mean(0)), "variance": numbers(flat.var(0, unbiased=False))}
    return case(f, x, gamma, beta, epsilon=epsilon, **moments)


def layer_norm(shape, epsilon):
    x, gamma, beta = torch.randn(shape) * 2 + 3, torch.randn(shape[-1]), torch.randn(shape[-1])
    return case(lambda x, g, b: functional.layer_norm(x, shape[-1:], g, b, epsilon), x, gamma, beta, epsilon=epsilon)


def gelu(approximate):
    x = torch.cat([torch.linspace(-8, 8, 17), torch.randn(31)])
    return case(lambda x: functional.gelu(x, approximate=approximate), x, approximate=approximate)


def lstm(batch, steps, inputs, units, directions, reverse=False):
    """PyTorch's gates lie in the order of ours (input, forget, candidate, output), its matrices are the transposed."""
    x = torch.randn(batch, steps, inputs)
    weights = [
        torch.randn(shape) * 0.4
        for _ in range(directions)
        for shape in ((inputs, 4 * units), (units, 4 * units), (4 * units,))
    ]
    module = nn.LSTM(inputs, units, batch_first=True, bidirectional=directions == 2)

    def f(x, *weights):
        parameters = {}
        for d in range(directions):
            kernel, recurrent, bias = weights[3 * d : 3 * d + 3]
            suffix = "l0" + ("_reverse" if d else "")
            parameters[f"weight_ih_{suffix}"], parameters[f"weight_hh_{suffix}"] = kernel.T, recurrent.T
            parameters[f"bias_ih_{suffix}"], parameters[f"bias_hh_{suffix}"] = bias, torch.zeros(4 * units)
        flip = lambda t: t.flip(1) if reverse else t
        return flip(torch.func.functional_call(module, parameters, flip(x))[0])

    return case(f, x, *weights, directions=directions, reverse=reverse)


def attention(batch, heads, steps, width, with_bias, scale=None):
    q, k, v = (torch.randn(batch, heads, steps, width) for _ in range(3))
    bias = [torch.randn(heads, steps, steps)] if with_bias else []
    f = lambda q, k, v, b=None: functional.scaled_dot_product_attention(q, k, v, attn_mask=b, scale=scale)
    return case(f, q, k, v, *bias, scale=scale or 1 / math.sqrt(width))


def softmax_cross_entropy():
    logits = torch.randn(7, 5) * 3
    logits[0] = torch.tensor([1000.0, -1000.0, 0, 3, 3])
    labels = functional.one_hot(torch.arange(7) % 5, 5).float()
    labels[6] = torch.tensor([0.1, 0.2, 0.3, 0.4, 0.0])
    f = lambda x: functional.cross_entropy(x, labels, reduction="none")
    return case(f, logits, labels=numbers(labels))


def sigmoid_cross_entropy():
    logits = torch.randn(7, 5) * 3
    logits[0] = torch.tensor([1000.0, -1000.0, 0, 100, -100])
    labels = (torch.rand(7, 5) > 0.5).float()
    labels[6] = torch.tensor([0.1, 0.2, 0.3, 0.4, 0.0])
    f = lambda x: functional.binary_cross_entropy_with_logits(x, labels, reduction="none")
    return case(f, logits, labels=numbers(labels))


def optimizer(make, steps=6, **attrs):
    """Fixed gradients into an optimizer of a matrix that decays and a vector that doesn't, clipped to a norm of 1."""
    matrix, vector = nn.Parameter(torch.randn(3, 4)), nn.Parameter(torch.randn(4))
    start = [numbers(matrix), numbers(vector)]
    stepper = make([{"params": [matrix], "weight_decay": 0.1}, {"params": [vector], "weight_decay": 0.0}])
    trace = []
    for _ in range(steps):
        matrix.grad, vector.grad = torch.randn(3, 4), torch.randn(4)
        gradients = [numbers(matrix.grad), numbers(vector.grad)]
        norm = nn.utils.clip_grad_norm_([matrix, vector], 1.0).item()
        stepper.step()
        trace.append({"gradients": gradients, "norm": norm, "after": [numbers(matrix), numbers(vector)]})
    return {**attrs, "start": start, "steps": trace}


golden = {
    "torch": torch.__version__,
    "batchNorm": [batch_norm((6, 3), 1e-5), batch_norm((4, 9, 5), 1e-3), batch_norm((2, 3, 4, 3), 1e-5)],
    "layerNorm": [layer_norm((6, 8), 1e-5), layer_norm((2, 5, 7), 1e-3)],
    "gelu": [gelu("none"), gelu("tanh")],
    "lstm": [
        lstm(3, 6, 4, 5, 1),
        lstm(3, 6, 4, 5, 1, reverse=True),
        lstm(2, 7, 3, 4, 2),
        lstm(2, 1, 3, 1, 2),
    ],
    "attention": [
        attention(2, 3, 5, 4, False),
        attention(2, 3, 5, 4, True),
        attention(1, 1, 1, 8, True, scale=0.5),
    ],
    "softmaxCrossEntropy": [softmax_cross_entropy()],
    "sigmoidCrossEntropy": [sigmoid_cross_entropy()],
    "adamW": optimizer(lambda groups: torch.optim.AdamW(groups, lr=0.02), learningRate=0.02),
    "sgd": [
        optimizer(lambda groups, m=momentum: torch.optim.SGD(groups, lr=0.1, momentum=m), learningRate=0.1, momentum=momentum)
        for momentum in (0.0, 0.9)
    ],
}
pathlib.Path(__file__).with_name("fused.json").write_text(json.dumps(golden) + "\n")
