"""Writes thresholds.json: the best cut by each rule among scikit-learn's curves, that the tests of @cardio/eval compare with.

    pip install scikit-learn && python thresholds.py
"""
import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics as m

random = np.random.default_rng(20261123)


def best(labels, scores, rule):
    """The lowest score that is called positive, its value by the rule, and the next lower score."""
    fpr, tpr, cuts = m.roc_curve(labels, scores, drop_intermediate=False)
    cuts, fpr, tpr = cuts[1:], fpr[1:], tpr[1:]  # the first calls nobody positive
    precision, recall, pr_cuts = m.precision_recall_curve(labels, scores)
    assert np.array_equal(pr_cuts, cuts[::-1]) and np.array_equal(recall[:-1][::-1], tpr)
    if rule == "youden":
        values = np.round(tpr - fpr, 12)  # ties up to rounding
    elif rule == "f1":
        values = np.array([m.f1_score(labels, scores >= c) for c in cuts])
    elif "fBeta" in rule:
        values = np.round([m.fbeta_score(labels, scores >= c, beta=rule["fBeta"]) for c in cuts], 12)
    elif "sensitivity" in rule:
        values = np.where(tpr >= rule["sensitivity"], 1 - fpr, -1)
    else:
        values = np.where(1 - fpr >= rule["specificity"] - 1e-12, tpr, -1)
    at = int(values.argmax())  # cuts fall: of equals the highest
    if values[at] < 0:
        return None
    called = scores >= cuts[at]
    tn, fp, fn, tp = m.confusion_matrix(labels, called, labels=[0, 1]).ravel().tolist()
    return {
        "cut": cuts[at], "below": cuts[at + 1] if at + 1 < len(cuts) else None, "tp": tp, "fp": fp, "fn": fn, "tn": tn,
        "f1": m.f1_score(labels, called), "precision": precision[len(cuts) - 1 - at], "recall": tpr[at], "specificity": tn / (tn + fp),
    }


rules = ["f1", "youden", {"fBeta": 2}, {"fBeta": 0.5}, {"sensitivity": 0.95}, {"sensitivity": 1}, {"specificity": 0.9}, {"specificity": 1}]


def case(n, rate, decimals=None, signal=0.5, scores=None):
    labels = (random.random(n) < rate).astype(int)
    labels[:2] = [0, 1]
    if scores is None:
        scores = np.clip(random.random(n) * (1 - signal) + labels * signal * random.random(n), 0, 1)
    if decimals is not None:
        scores = scores.round(decimals)
    return {"labels": labels.tolist(), "scores": scores.tolist(), "best": [{"by": r, "is": best(labels, scores, r)} for r in rules]}


cases = {
    "random": case(200, 0.3),
    "rare": case(300, 0.02),
    "ties": case(150, 0.4, decimals=1),
    "two examples": case(2, 0.5),
    "constant": case(40, 0.25, scores=np.full(40, 0.3)),
    "worse than chance": case(80, 0.5, scores=np.linspace(1, 0, 80)),
    "separated": case(60, 0.3, signal=1.0),
    "float32": case(120, 0.2, scores=random.random(120).astype(np.float32).astype(float)),
}
Path(__file__).with_name("thresholds.json").write_text(json.dumps({"scikit-learn": sklearn.__version__, "cases": cases}) + "\n")
