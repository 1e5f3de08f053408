"""Writes metrics.json: scores by scikit-learn that the tests of @cardio/eval compare with.

    pip install scikit-learn && python metrics.py

What scikit-learn warns of, because it is undefined, is null here, where it may give 0. Labels that are unknown are null; scikit-learn never sees them.
"""
import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

warnings.simplefilter("error")
random = np.random.default_rng(20261123)
bins = 15


def both(y):
    return y.size > 0 and y.min() != y.max()


def mean(values, weights=None):
    pairs = [(v, w) for v, w in zip(values, weights if weights is not None else [1] * len(values)) if v is not None]
    return float(np.average([v for v, _ in pairs], weights=[w for _, w in pairs])) if sum(w for _, w in pairs) else None


def ece(y, p):
    """Sum over the bins of calibration_curve of share x |positives - mean probability|."""
    positive, predicted = calibration_curve(y, p, n_bins=bins)
    edges = np.linspace(0, 1, bins + 1)
    counts = np.bincount(np.searchsorted(edges[1:-1], p), minlength=bins)
    return float(np.sum(counts[counts > 0] / len(y) * np.abs(positive - predicted)))


def log_loss(y, p):
    return m.log_loss(y, np.column_stack([1 - p, p]), labels=[0, 1])


def one_class(y, p, said):
    """All scores of one class against the rest."""
    some, given = y.any(), said.any()
    tn, fp, fn, tp = m.confusion_matrix(y, said, labels=[0, 1]).ravel().tolist()
    return {
        "counts": {"tp": tp, "fp": fp, "fn": fn, "tn": tn},
        "sensitivity": m.recall_score(y, said) if some else None,
        "specificity": m.recall_score(1 - y, 1 - said) if not y.all() else None,
        "positivePredictivity": m.precision_score(y, said) if given else None,
        "f1": m.f1_score(y, said) if some or given else None,
        "mcc": m.matthews_corrcoef(y, said) if both(y) and both(said) else None,
        "auroc": m.roc_auc_score(y, p) if both(y) else None,
        "auprc": m.average_precision_score(y, p) if some else None,
        "brier": m.brier_score_loss(y, p, labels=[0, 1]),
        "ece": ece(y, p),
        "logLoss": log_loss(y, p),
    }


def areas(y, p, per, weights):
    flat = ~np.isnan(y)
    return {
        "macroAuroc": mean([c["auroc"] for c in per]),
        "weightedAuroc": mean([c["auroc"] for c in per], weights),
        "microAuroc": m.roc_auc_score(y[flat], p[flat]) if both(y[flat]) else None,
        "macroAuprc": mean([c["auprc"] for c in per]),
        "weightedAuprc": mean([c["auprc"] for c in per], weights),
        "microAuprc": m.average_precision_score(y[flat], p[flat]) if y[flat].any() else None,
    }


def case(task, labels, scores, per, summary, calibration, confusion=None):
    return {
        "task": task, "k": labels.shape[1], "scores": scores.ravel().tolist(),
        "labels": [None if np.isnan(v) else int(v) for v in labels.ravel()],
        "perClass": per, "summary": summary, "calibration": calibration, "confusion": confusion,
    }


def multi_class(n, k, absent=(), decimals=6, constant=False):
    truth = random.choice([c for c in range(k) if c not in absent], n)
    scores = random.dirichlet(np.ones(k), n)
    scores[np.arange(n), truth] += random.uniform(0, 0.6, n)
    scores = (scores / scores.sum(1, keepdims=True)).round(decimals)
    scores[:, -1] = 1 - scores[:, :-1].sum(1)
    scores = np.clip(scores, 0, 1)
    if constant:
        scores[:] = 1 / k
    labels = np.eye(k)[truth]
    predicted = scores.argmax(1)
    used = sorted(set(truth) | set(predicted))
    given = np.eye(k)[predicted].astype(int)
    per = [one_class(labels[:, c].astype(int), scores[:, c], given[:, c]) for c in range(k)]
    confusion = m.confusion_matrix(truth, predicted, labels=range(k))
    many = len(set(truth)) > 1 and len(set(predicted)) > 1
    weights = labels.sum(0)
    summary = {
        "accuracy": m.accuracy_score(truth, predicted),
        "balancedAccuracy": mean([c["sensitivity"] for c in per]),
        "macroF1": m.f1_score(truth, predicted, labels=used, average="macro"),
        "weightedF1": m.f1_score(truth, predicted, labels=used, average="weighted"),
        "kappa": m.cohen_kappa_score(truth, predicted) if len(used) > 1 else None,
        "mcc": m.matthews_corrcoef(truth, predicted) if many else None,
        **areas(labels, scores, per, weights),
    }
    if not set(predicted) - set(truth):
        assert abs(summary["balancedAccuracy"] - m.balanced_accuracy_score(truth, predicted)) < 1e-12
    if k > 2 and not absent and n > 100:  # the means over classes are scikit-learn's
        one = {"macro": "macroAuroc", "weighted": "weightedAuroc", "micro": "microAuroc"}
        for average, name in one.items():
            assert abs(m.roc_auc_score(truth, scores, average=average, multi_class="ovr") - summary[name]) < 1e-12
    calibration = {
        "logLoss": m.log_loss(truth, scores, labels=range(k)),
        "brier": m.brier_score_loss(truth, scores, labels=range(k), scale_by_half=False),
        "ece": ece((truth == predicted).astype(int), scores.max(1)),
    }
    return case("multi-class", labels, scores, per, summary, calibration, confusion.tolist())


def multi_label(n, k, decimals=6, empty=(), full=(), constant=False, unknown=0.0, at_least_one=False):
    labels = (random.random((n, k)) < random.uniform(0.05, 0.6, k)).astype(float)
    labels[:, list(empty)] = 0
    labels[:, list(full)] = 1
    if at_least_one:
        labels[labels.sum(1) == 0, 0] = 1
    scores = np.clip(random.random((n, k)) * 0.7 + labels * 0.3 * random.random((n, k)), 0, 1).round(decimals)
    if constant:
        scores[:] = 0.5
    labels[random.random((n, k)) < unknown] = np.nan
    said = (scores >= 0.5).astype(int)
    known = ~np.isnan(labels)
    whole = known.all(1)
    per = [one_class(labels[known[:, c], c].astype(int), scores[known[:, c], c], said[known[:, c], c]) for c in range(k)]
    weights = np.nansum(labels, 0)
    y, given = labels[known].astype(int), said[known]
    summary = {
        "macroF1": mean([c["f1"] for c in per]),
        "weightedF1": mean([c["f1"] for c in per], weights),
        "microF1": m.f1_score(y, given) if y.any() or given.any() else None,
        "exactMatch": m.accuracy_score(labels[whole].astype(int), said[whole]) if whole.any() else None,
        "fmax": fmax(labels[whole], scores[whole]),
        **areas(labels, scores, per, weights),
    }
    if known.all() and all(c["auroc"] is not None for c in per):  # the means over classes are scikit-learn's
        for average in ("macro", "weighted", "micro"):
            assert abs(m.roc_auc_score(labels, scores, average=average) - summary[average + "Auroc"]) < 1e-12
            assert abs(m.average_precision_score(labels, scores, average=average) - summary[average + "Auprc"]) < 1e-12
    calibration = {name: mean([c[name] for c in per]) for name in ("logLoss", "brier", "ece")}
    return case("multi-label", labels, scores, per, summary, calibration)


def fmax(y, p):
    """As the PTB-XL benchmark defines it, with scikit-learn's precision and recall of each example."""
    if len(y) == 0 or (y.sum(1) == 0).any():
        return None
    best = []
    for t in np.arange(0.00, 1.01, 1.0 / 100, float):
        said = (p >= t).astype(int)
        some = said.any(1)
        if not some.any():
            continue
        precision = m.precision_score(y[some].astype(int), said[some], average="samples")
        recall = m.recall_score(y.astype(int), said, average="samples")
        if precision + recall > 0:
            best.append(2 * precision * recall / (precision + recall))
    return max(best) if best else None


def curves(y, p):
    fpr, tpr, at = m.roc_curve(y, p, drop_intermediate=False)
    precision, recall, thresholds = m.precision_recall_curve(y, p)
    reliability = {
        binning: dict(zip(("fractionPositive", "meanPredicted"), (v.tolist() for v in calibration_curve(y, p, n_bins=7, strategy=binning))))
        for binning in ("uniform", "quantile")
    }
    return {
        "labels": y.tolist(), "scores": p.tolist(),
        "roc": {"falsePositiveRate": fpr.tolist(), "truePositiveRate": tpr.tolist(), "thresholds": [None, *at[1:].tolist()]},
        "precisionRecall": {"precision": precision.tolist(), "recall": recall.tolist(), "thresholds": thresholds.tolist()},
        "reliability": reliability,
        "fBeta": {str(beta): m.fbeta_score(y, (p >= 0.5).astype(int), beta=beta) for beta in (0.5, 1, 2)},
    }


def binary(n, decimals):
    y = (random.random(n) < 0.3).astype(int)
    return y, np.clip(random.random(n) * 0.7 + y * 0.3 * random.random(n), 0, 1).round(decimals)


cases = {
    "four classes": multi_class(200, 4),
    "two classes": multi_class(60, 2),
    "a class without examples": multi_class(120, 5, absent=(2,)),
    "coarse scores with ties": multi_class(150, 3, decimals=1),
    "constant scores": multi_class(20, 3, constant=True),
    "one sample": multi_class(1, 3),
    "multi-label": multi_label(180, 6),
    "multi-label with ties": multi_label(90, 4, decimals=1),
    "multi-label, few samples": multi_label(4, 5),
    "multi-label, every example has a class": multi_label(120, 5, at_least_one=True, decimals=2),
    "multi-label, a class without positives and one of positives only": multi_label(60, 4, empty=(1,), full=(3,)),
    "multi-label, one sample": multi_label(1, 4, at_least_one=True),
    "multi-label, constant scores": multi_label(30, 3, constant=True),
    "multi-label, unknown labels": multi_label(100, 4, unknown=0.2),
    "multi-label, long enough for a radix sort": multi_label(700, 2, decimals=3),
}
Path(__file__).with_name("metrics.json").write_text(
    json.dumps({
        "scikit-learn": sklearn.__version__,
        "cases": cases,
        "curves": {"distinct scores": curves(*binary(40, 9)), "ties": curves(*binary(80, 1))},
    }) + "\n"
)
