"""Writes metrics.json: scores by scikit-learn that the tests of @cardio/eval compare with.

    pip install scikit-learn && python metrics.py
"""
import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics as m

warnings.simplefilter("ignore")
random = np.random.default_rng(20261123)


def auroc(labels, scores):
    return None if labels.min() == labels.max() else m.roc_auc_score(labels, scores)


def multi_class(n, k, absent=(), decimals=None):
    truth = random.choice([c for c in range(k) if c not in absent], n)
    scores = random.dirichlet(np.ones(k), n)
    scores[np.arange(n), truth] += random.uniform(0, 0.6, n)
    if decimals is not None:
        scores = scores.round(decimals)
    labels = np.eye(k)[truth]
    predicted = scores.argmax(1)
    used = sorted(set(truth) | set(predicted))
    per = [auroc(labels[:, c], scores[:, c]) for c in range(k)]
    defined = [a for a in per if a is not None]
    kappa = m.cohen_kappa_score(truth, predicted)
    return {
        "task": "multi-class", "k": k, "scores": scores.ravel().tolist(), "labels": labels.ravel().astype(int).tolist(),
        "confusion": m.confusion_matrix(truth, predicted, labels=range(k)).tolist(),
        "accuracy": m.accuracy_score(truth, predicted),
        "balancedAccuracy": m.balanced_accuracy_score(truth, predicted),
        "macroF1": m.f1_score(truth, predicted, labels=used, average="macro"),
        "kappa": None if np.isnan(kappa) else kappa,
        "macroAuroc": float(np.mean(defined)) if defined else None,
        "auroc": per,
    }


def multi_label(n, k, decimals=None):
    labels = (random.random((n, k)) < random.uniform(0.05, 0.6, k)).astype(int)
    scores = np.clip(random.random((n, k)) * 0.7 + labels * 0.3 * random.random((n, k)), 0, 1)
    if decimals is not None:
        scores = scores.round(decimals)
    predicted = (scores >= 0.5).astype(int)
    f1 = [m.f1_score(labels[:, c], predicted[:, c]) for c in range(k) if labels[:, c].any() or predicted[:, c].any()]
    per = [auroc(labels[:, c], scores[:, c]) for c in range(k)]
    defined = [a for a in per if a is not None]
    return {
        "task": "multi-label", "k": k, "scores": scores.ravel().tolist(), "labels": labels.ravel().tolist(),
        "macroF1": float(np.mean(f1)) if f1 else None, "macroAuroc": float(np.mean(defined)) if defined else None, "auroc": per,
        "sensitivity": [m.recall_score(labels[:, c], predicted[:, c]) if labels[:, c].any() else None for c in range(k)],
        "positivePredictivity": [m.precision_score(labels[:, c], predicted[:, c]) if predicted[:, c].any() else None for c in range(k)],
    }


cases = {
    "four classes": multi_class(200, 4),
    "a class without examples": multi_class(120, 5, absent=(2,)),
    "coarse scores with ties": multi_class(150, 3, decimals=1),
    "one sample": multi_class(1, 3),
    "multi-label": multi_label(180, 6),
    "multi-label with ties": multi_label(90, 4, decimals=1),
    "multi-label, few samples": multi_label(4, 5),
}
Path(__file__).with_name("metrics.json").write_text(json.dumps({"scikit-learn": sklearn.__version__, "cases": cases}) + "\n")
