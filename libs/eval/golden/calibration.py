"""Writes calibration.json: calibrations by scikit-learn and SciPy that the tests of @cardio/eval compare with.

    pip install scikit-learn && python calibration.py
"""
import json
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy.optimize import minimize_scalar, root
from scipy.special import expit, log_expit, log_softmax, logit, softmax
from sklearn import metrics as m
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression

random = np.random.default_rng(20261123)
EPS = 1e-7


def inside(p):
    return np.clip(p, EPS, 1 - EPS)


def scalar(loss):
    """The temperature of the least loss, by Brent's method on its logarithm."""
    r = minimize_scalar(lambda t: loss(np.exp(t)), bounds=(np.log(0.01), np.log(100)), method="bounded", options={"xatol": 1e-12, "maxiter": 1000})
    return float(np.exp(r.x))


def binary_loss(z, y, t):
    return -np.mean(y * log_expit(z / t) + (1 - y) * log_expit(-z / t))


def platt(z, y):
    """Platt's a and b to the last digits; scikit-learn's stop earlier and are kept beside them."""
    p, n = y.sum(), (1 - y).sum()
    t = np.where(y > 0, (p + 1) / (p + 2), 1 / (n + 2))

    def gradient(ab):
        d = expit(ab[0] * z + ab[1]) - t
        return np.array([d @ z, d.sum()])

    def hessian(ab):
        q = expit(ab[0] * z + ab[1])
        w = q * (1 - q)
        return np.array([[w @ (z * z), w @ z], [w @ z, w.sum()]])

    exact = root(gradient, [0.0, np.log((p + 1) / (n + 1))], jac=hessian, options={"xtol": 1e-14}).x
    library = _SigmoidCalibration().fit(z, y)
    return {"slope": exact[0], "intercept": exact[1], "scikit-learn": [-library.a_, -library.b_]}


def ece(confidence, right, bins=15):
    at = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], confidence)
    return float(sum(abs(right[at == b].sum() - confidence[at == b].sum()) for b in range(bins)) / len(right))


def binary_scores(p, y):
    return {"logLoss": m.log_loss(y, p, labels=[0, 1]), "brier": m.brier_score_loss(y, p, labels=[0, 1], pos_label=1), "ece": ece(p, y)}


def binary(n, temperature=2.0, shift=0.0, decimals=None, rate=0.3, ends=False):
    y = (random.random(n) < rate).astype(int)
    y[:2] = [0, 1]
    z = temperature * (random.normal(size=n) + 1.5 * (y - 0.5)) + shift
    p = expit(z)
    if decimals is not None:
        p = p.round(decimals)
    if ends:
        p[y == 1] = np.where(random.random((y == 1).sum()) < 0.2, 1, p[y == 1])
        p[:6] = [1, 0, 0, 1, 1, 0]
    z = logit(inside(p))
    isotonic = IsotonicRegression(out_of_bounds="clip").fit(p, y)
    grid = np.concatenate([p, np.linspace(0, 1, 41)])
    t = scalar(lambda t: binary_loss(z, y, t))
    a = platt(z, y)
    after = {"temperature": expit(z / t), "platt": expit(a["slope"] * z + a["intercept"]), "isotonic": isotonic.predict(p)}
    return {
        "probabilities": p.tolist(), "labels": y.tolist(), "temperature": t, "platt": a,
        "isotonic": {"at": grid[n:].tolist(), "is": isotonic.predict(grid).tolist()},
        "before": binary_scores(p, y), "after": {k: binary_scores(v, y) for k, v in after.items()},
    }


def class_scores(p, truth):
    k = p.shape[1]
    return {
        "logLoss": m.log_loss(truth, p, labels=range(k)),
        "brier": m.brier_score_loss(truth, p, labels=range(k)), "ece": ece(p.max(1), (p.argmax(1) == truth).astype(float)),
    }


def multi_class(n, k, temperature):
    truth = random.integers(0, k, n)
    p = softmax(temperature * (random.normal(size=(n, k)) + 1.5 * np.eye(k)[truth]), 1)
    z = np.log(inside(p))
    t = scalar(lambda t: -np.mean(log_softmax(z / t, 1)[np.arange(n), truth]))
    rest = np.stack([IsotonicRegression(out_of_bounds="clip").fit(p[:, c], truth == c).predict(p[:, c]) for c in range(k)], 1)
    sums = rest.sum(1, keepdims=True)
    rest = np.where(sums == 0, 1 / k, rest / np.where(sums == 0, 1, sums))
    return {
        "probabilities": p.ravel().tolist(), "labels": np.eye(k, dtype=int)[truth].ravel().tolist(), "k": k, "temperature": t,
        "calibrated": softmax(z / t, 1).ravel().tolist(), "isotonic": rest.ravel().tolist(),
        "before": class_scores(p, truth), "after": class_scores(softmax(z / t, 1), truth),
    }


result = {
    "scikit-learn": sklearn.__version__, "scipy": scipy.__version__,
    "binary": {
        "overconfident": binary(300), "underconfident": binary(300, temperature=0.4), "shifted": binary(250, shift=2),
        "ties": binary(200, decimals=1), "probabilities 0 and 1": binary(150, ends=True), "rare": binary(400, rate=0.01), "twelve examples": binary(12),
    },
    "multiClass": {"overconfident": multi_class(200, 4, 2.5), "underconfident": multi_class(150, 3, 0.5)},
}
Path(__file__).with_name("calibration.json").write_text(json.dumps(result) + "\n")
