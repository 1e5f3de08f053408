"""The PyTorch side of the inference benchmark: answers one JSON line for each line on stdin."""

import json
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent.parent / "train"))
from peer_models import create  # noqa: E402

net = None
batches = {}


def say(**message):
    print(json.dumps(message), flush=True)


def answer(task):
    """Makes a model, or takes the milliseconds of forward passes of a batch."""
    global net
    if "model" in task:
        torch.set_num_threads(task["threads"])
        net = create(task["model"], task["leads"], task["classes"], task["length"], dropout=False).eval()
        batches.clear()
        batches.update({size: torch.randn(size, task["leads"], task["length"]) for size in task["batches"]})
        return None
    times = []
    with torch.inference_mode():
        for _ in range(task["runs"]):
            start = time.perf_counter()
            torch.sigmoid(net(batches[task["batch"]])).numpy()
            times.append(1000 * (time.perf_counter() - start))
    return times


say(version=torch.__version__)
for line in sys.stdin:
    say(answer=answer(json.loads(line)))
