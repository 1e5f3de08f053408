"""Writes golden/recipes.json: losses, optimizers, schedules and averaged weights as PyTorch computes them, LAMB written out in numpy.

Made with torch 2.13.0 (CPU), numpy:  python3 recipes.py
"""

import json
import pathlib

import numpy
import torch
from torch import nn
from torch.nn import functional
from torch.optim import lr_scheduler, swa_utils

torch.manual_seed(1)


def numbers(tensor):
    tensor = torch.as_tensor(tensor)
    return {"shape": list(tensor.shape), "values": tensor.detach().flatten().tolist()}


# --- losses: (name, options of ours, function of logits) -------------------------------------------------------------------------------

LOGITS = torch.randn(6, 3) * 3
LOGITS[0] = torch.tensor([60.0, -60.0, 0.0])
LOGITS[1] = torch.tensor([-300.0, 300.0, 0.0])
TARGETS = torch.tensor([0, 0, 1, 2, 2, 1])
ONE_HOT = functional.one_hot(TARGETS, 3).float()
MULTI_HOT = torch.tensor([[1, 0, 1], [0, 1, 0], [0, 0, 0], [1, 1, 1], [0, 1, 1], [1, 0, 0]]).float()
WEIGHTS = torch.tensor([0.5, 2.0, 3.0])
UNKNOWN = torch.tensor([[0, 0, 1], [0, 0, 0], [1, 1, 1], [0, 0, 0], [0, 1, 0], [0, 0, 0]]).bool()


def softmax_focal(x, gamma, weight=None):
    """Lin et al. 2017, equation 4, with the weighted mean of cross_entropy."""
    log_p = functional.log_softmax(x, 1).gather(1, TARGETS[:, None])[:, 0]
    w = torch.ones(len(x)) if weight is None else weight[TARGETS]
    return -(w * (1 - log_p.exp()).clamp(min=0) ** gamma * log_p).sum() / w.sum()


def sigmoid_focal(x, y, gamma):
    """As torchvision.ops.sigmoid_focal_loss without alpha."""
    ce = functional.binary_cross_entropy_with_logits(x, y, reduction="none")
    p = torch.sigmoid(x)
    p_t = p * y + (1 - p) * (1 - y)
    return (ce * (1 - p_t) ** gamma).mean()


def asymmetric(x, y, positive, negative, clip):
    """Ridnik et al. 2021, equations 5 to 7, as a mean."""
    p = torch.sigmoid(x)
    lowered = (p - clip).clamp(min=0)
    log_not = torch.log(1 - lowered) if clip > 0 else functional.logsigmoid(-x)
    return -(y * torch.sigmoid(-x) ** positive * functional.logsigmoid(x) + (1 - y) * lowered**negative * log_not).mean()


def multi_class_cases():
    ignored = TARGETS.clone()
    ignored[UNKNOWN.any(1)] = -100
    y = ONE_HOT.clone()
    y[UNKNOWN] = torch.nan
    mixed = torch.tensor([[0.3, 0.7, 0], [1, 0, 0], [0, 0.5, 0.5], [0, 0, 1], [0.2, 0, 0.8], [0, 1, 0]])
    w = WEIGHTS.tolist()
    cross = functional.cross_entropy
    return [
        ("smoothing", {"labelSmoothing": 0.1}, ONE_HOT, lambda x: cross(x, TARGETS, label_smoothing=0.1)),
        ("smoothing and weights", {"labelSmoothing": 0.2, "classWeights": w}, ONE_HOT,
         lambda x: cross(x, TARGETS, weight=WEIGHTS, label_smoothing=0.2)),
        ("mixed labels", {}, mixed, lambda x: cross(x, mixed)),
        ("unknown labels", {}, y, lambda x: cross(x, ignored)),
        ("unknown labels and weights", {"classWeights": w}, y, lambda x: cross(x, ignored, weight=WEIGHTS)),
        ("focal", {"loss": "focal"}, ONE_HOT, lambda x: softmax_focal(x, 2)),
        ("focal 1.5 and weights", {"loss": "focal", "focalGamma": 1.5, "classWeights": w}, ONE_HOT,
         lambda x: softmax_focal(x, 1.5, WEIGHTS)),
    ]


def multi_label_cases():
    y = MULTI_HOT.clone()
    y[UNKNOWN] = torch.nan
    known = (~UNKNOWN).float()
    bce = functional.binary_cross_entropy_with_logits
    masked = lambda x, **o: (bce(x, MULTI_HOT, reduction="none", **o) * known).sum() / known.sum()
    w = WEIGHTS.tolist()
    return [
        ("smoothing", {"labelSmoothing": 0.1}, MULTI_HOT, lambda x: bce(x, MULTI_HOT * 0.9 + 0.05)),
        ("unknown labels", {}, y, masked),
        ("unknown labels and weights", {"classWeights": w}, y, lambda x: masked(x, pos_weight=WEIGHTS)),
        ("focal", {"loss": "focal"}, MULTI_HOT, lambda x: sigmoid_focal(x, MULTI_HOT, 2)),
        ("asymmetric", {"loss": "asymmetric"}, MULTI_HOT, lambda x: asymmetric(x, MULTI_HOT, 1, 4, 0.05)),
        ("asymmetric 0/2 without clip",
         {"loss": "asymmetric", "asymmetricGammaPositive": 0, "asymmetricGammaNegative": 2, "asymmetricClip": 0}, MULTI_HOT,
         lambda x: asymmetric(x, MULTI_HOT, 0, 2, 0)),
    ]


def losses():
    cases = []
    for task, table in (("multi-class", multi_class_cases()), ("multi-label", multi_label_cases())):
        for name, options, labels, function in table:
            x = LOGITS.clone().requires_grad_()
            loss = function(x)
            loss.backward()
            y = [None if v != v else v for v in labels.flatten().tolist()]
            cases.append({"task": task, "name": name, "options": options, "labels": {"shape": [6, 3], "values": y},
                          "loss": loss.item(), "gradient": numbers(x.grad)})
    return {"logits": numbers(LOGITS), "cases": cases}


# --- optimizers ------------------------------------------------------------------------------------------------------------------------

SHAPES = [(3, 4), (4,), (4, 2)]
DECAYS = [0.1, 0.0, 0.1]
FACTORS = [0.25, 1.0, 1.0]


def lamb_numpy(p, g, state, rate, decay, step, betas=(0.9, 0.999), epsilon=1e-6):
    """You et al. 2020, algorithm 2, in float64; the trust ratio is 1 where a norm is 0."""
    m = state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * g
    v = state["v"] = betas[1] * state.get("v", 0) + (1 - betas[1]) * g * g
    update = m / (1 - betas[0] ** step) / (numpy.sqrt(v / (1 - betas[1] ** step)) + epsilon) + decay * p
    norms = numpy.linalg.norm(p), numpy.linalg.norm(update)
    trust = norms[0] / norms[1] if norms[0] > 0 and norms[1] > 0 else 1.0
    return p - rate * trust * update


def optimizer(name, options, make, steps=12):
    """Groups with a decay and a factor of the rate each; the last variable has no gradient in the first four steps."""
    torch.manual_seed(2)
    parameters = [nn.Parameter(torch.randn(shape)) for shape in SHAPES]
    start = [numbers(p) for p in parameters]
    groups = [{"params": [p], "weight_decay": d, "lr": 0.02 * f} for p, d, f in zip(parameters, DECAYS, FACTORS)]
    run = make(groups) if make else None
    state = [{} for _ in parameters]
    taken = [0] * len(parameters)
    values = [p.detach().double().numpy() for p in parameters]
    trace = []
    for step in range(steps):
        gradients = []
        for i, p in enumerate(parameters):
            g = torch.randn(p.shape) * 10.0 ** (step % 5 - 3)
            p.grad = None if i == 2 and step < 4 else g
            gradients.append(None if p.grad is None else numbers(g))
            if run is None and p.grad is not None:
                taken[i] += 1
                values[i] = lamb_numpy(values[i], g.double().numpy(), state[i], 0.02 * FACTORS[i], DECAYS[i], taken[i])
        if run:
            run.step()
        after = parameters if run else values
        trace.append({"gradients": gradients, "after": [numbers(p) for p in after]})
    return {"name": name, "options": options, "learningRate": 0.02, "weightDecays": DECAYS, "factors": FACTORS, "start": start,
            "steps": trace}


def optimizers():
    o = torch.optim
    return [
        optimizer("adamw", {}, lambda g: o.AdamW(g, foreach=False)),
        optimizer("adam", {}, lambda g: o.Adam(g, foreach=False)),
        optimizer("sgd", {"momentum": 0}, lambda g: o.SGD(g, foreach=False)),
        optimizer("sgd", {"momentum": 0.9}, lambda g: o.SGD(g, momentum=0.9, foreach=False)),
        optimizer("sgd", {"momentum": 0.9, "nesterov": True}, lambda g: o.SGD(g, momentum=0.9, nesterov=True, foreach=False)),
        optimizer("lamb", {}, None),
    ]


# --- schedules: 6 epochs of 5 steps ----------------------------------------------------------------------------------------------------


def course(make, per_epoch, scores=None):
    p = nn.Parameter(torch.zeros(1))
    sgd = torch.optim.SGD([p], lr=0.4, momentum=0.9)
    schedule = make(sgd)
    rates, momenta = [], []
    for epoch in range(6):
        for _ in range(5):
            sgd.step()
            rates.append(sgd.param_groups[0]["lr"])
            momenta.append(sgd.param_groups[0]["momentum"])
            if not per_epoch:
                schedule.step()
        if per_epoch:
            schedule.step(scores[epoch]) if scores else schedule.step()
    return {"rates": rates, "momenta": momenta}


def one_cycle():
    p = nn.Parameter(torch.zeros(1))
    sgd = torch.optim.SGD([p], lr=0.4, momentum=0.9)
    schedule = lr_scheduler.OneCycleLR(sgd, max_lr=0.4, total_steps=30, pct_start=0.3)
    rates, momenta = [], []
    for step in range(30):
        sgd.step()
        rates.append(sgd.param_groups[0]["lr"])
        momenta.append(sgd.param_groups[0]["momentum"])
        if step < 29:
            schedule.step()
    return {"rates": rates, "momenta": momenta}


def schedules():
    scores = [0.5, 0.6, 0.6, 0.59, 0.6, 0.7]
    losses_ = [0.5, 0.4, 0.41, 0.40001, 0.4, 0.3]
    plateau = lambda mode: lambda o: lr_scheduler.ReduceLROnPlateau(o, mode=mode, factor=0.3, patience=1)
    return {
        "one-cycle": one_cycle(),
        "step": course(lambda o: lr_scheduler.StepLR(o, 2, 0.3), True),
        "plateau": {"score": {"values": scores, **course(plateau("max"), True, scores)},
                    "loss": {"values": losses_, **course(plateau("min"), True, losses_)}},
    }


# --- averaged weights ------------------------------------------------------------------------------------------------------------------


def average(decay=0.9):
    model = nn.Linear(3, 1, bias=False)
    averaged = swa_utils.AveragedModel(model, multi_avg_fn=swa_utils.get_ema_multi_avg_fn(decay))
    weights = torch.randn(8, 1, 3)
    trace = []
    for w in weights:
        model.weight.data.copy_(w)
        averaged.update_parameters(model)
        trace.append(averaged.module.weight.flatten().tolist())
    return {"decay": decay, "weights": weights[:, 0].tolist(), "averages": trace}


golden = {"torch": torch.__version__, "losses": losses(), "optimizers": optimizers(), "schedules": schedules(), "average": average()}
pathlib.Path(__file__).with_name("recipes.json").write_text(json.dumps(golden) + "\n")
