"""Writes protocols.json: what the official scripts of three protocols give, which the tests of @cardio/eval compare with.

    pip install numpy && python protocols.py FOLDER

FOLDER holds the scripts, which are not copied here:
- evaluate_12ECG_score.py of github.com/physionetchallenges/evaluation-2020 (final version: load_weights merges equivalent classes)
- utils.py of github.com/helme/ecg_ptbxl_benchmarking, code/utils, commit ff776de (its functions of metrics need only numpy)
- score_py3.py of CPSC2018
The weights of the Challenge are random here, with those of equivalent classes alike, as in weights.csv.
"""
import contextlib
import importlib.util
import io
import json
import os
import sys
import tempfile
from pathlib import Path

import numpy as np

np.float, np.int = float, int  # names that NumPy had when the scripts were written
folder = Path(sys.argv[1])
random = np.random.default_rng(20261123)


def load(name):
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def challenge(n):
    official = load("evaluate_12ECG_score")
    equivalent = [["713427006", "59118001"], ["284470004", "63593006"], ["427172004", "17338001"]]
    names = ["270492004", "164889003", "713427006", "59118001", "426783006", "284470004", "63593006", "427172004", "17338001", "39732003"]
    alone = [x for x in names if x not in ("59118001", "63593006", "17338001")]
    w = random.uniform(0, 1, (len(alone), len(alone))).round(3)
    np.fill_diagonal(w, 1)
    at = [alone.index(x) if x in alone else alone.index(next(e[0] for e in equivalent if x in e)) for x in names]
    table = ["," + ",".join(names)] + [",".join([x] + [str(w[at[i], at[j]]) for j in range(len(names))]) for i, x in enumerate(names)]
    classes = [*names, "10370003"]  # one that is not scored
    labels = random.random((n, len(classes))) < 0.2
    given = np.where(random.random(labels.shape) < 0.8, labels, random.random(labels.shape) < 0.2)
    with tempfile.TemporaryDirectory() as at_work:
        work = Path(at_work)
        (work / "weights.csv").write_text("\n".join(table) + "\n")
        heads, outputs = [], []
        for i in range(n):
            head, output = work / f"{i}.hea", work / f"{i}.csv"
            head.write_text("#Dx: " + ",".join(c for c, on in zip(classes, labels[i]) if on) + "\n")
            output.write_text("\n".join([",".join(classes), ",".join(map(str, given[i].astype(int))), ",".join(map(str, given[i].astype(float)))]))
            heads.append(head)
            outputs.append(output)
        scored, weights = official.load_weights(work / "weights.csv", equivalent)
        y = official.load_labels(heads, scored, equivalent)
        said, _ = official.load_outputs(outputs, scored, equivalent)
    f_beta, g_beta = official.compute_beta_measures(y, said, beta=2)
    return {
        "weights": "\n".join(table) + "\n", "classes": classes,
        "labels": labels.astype(int).ravel().tolist(), "given": given.astype(int).ravel().tolist(),
        "score": official.compute_challenge_metric(weights, y, said, scored, "426783006"),
        "merged": {"classes": scored, "labels": y.astype(int).ravel().tolist(), "given": said.astype(int).ravel().tolist()},
        "fBeta": f_beta, "gBeta": g_beta,
    }


def benchmark(n, k):
    official = load("utils")
    y = (random.random((n, k)) < 0.25).astype(int)
    y[y.sum(1) == 0, 0] = 1
    p = np.clip(random.random((n, k)) * 0.7 + y * 0.3 * random.random((n, k)), 0, 1).round(2).astype("float32")
    thresholds = np.linspace(0.4, 0.7, k)
    said = official.apply_thresholds(p, thresholds)
    beta = official.challenge_metrics(y, said, beta1=2, beta2=2)
    return {
        "classes": k, "labels": y.ravel().tolist(), "scores": p.astype(float).ravel().tolist(), "thresholds": thresholds.tolist(),
        "given": said.ravel().tolist(), "fmax": official.F_max(y, p), "fBeta": beta["F_beta_macro"], "gBeta": beta["G_beta_macro"],
    }


def cpsc2018(n):
    official = load("score_py3")
    labels = [random.permutation(9)[: random.choice([1, 1, 1, 2, 3])].tolist() for _ in range(n)]
    predicted = [int(random.choice(l)) if random.random() < 0.6 else int(random.integers(9)) for l in labels]
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as work, contextlib.redirect_stdout(io.StringIO()) as printed:
        os.chdir(work)
        Path("answers.csv").write_text("Recording,Result\n" + "".join(f"A{i},{p + 1}\n" for i, p in enumerate(predicted)))
        rows = (",".join([f"A{i}", *[str(c + 1) for c in l], *[""] * (3 - len(l))]) for i, l in enumerate(labels))
        Path("REFERENCE.csv").write_text("Recording,First_label,Second_label,Third_label\n" + "\n".join(rows) + "\n")
        official.score("answers.csv", "REFERENCE.csv")
        os.chdir(here)
    scores = dict(line.split(": ", 1) for line in printed.getvalue().splitlines())
    return {"labels": labels, "predicted": predicted, "scores": {name.strip(): float(value) for name, value in scores.items()}}


Path(__file__).with_name("protocols.json").write_text(
    json.dumps({"challenge2020": challenge(60), "benchmark": benchmark(80, 6), "cpsc2018": cpsc2018(150)}) + "\n"
)
