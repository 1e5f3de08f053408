"""Writes uncertainty.json: what SciPy and a DeLong by definition give, which the tests of @cardio/eval compare with.

    pip install scipy scikit-learn && python uncertainty.py

The variance of DeLong et al. (Biometrics 44:837, 1988) is taken from the whole matrix of pairs, not from ranks: another way than ours.
"""
import json
from pathlib import Path

import numpy as np
import scipy
from scipy import special, stats
from sklearn.metrics import roc_auc_score

random = np.random.default_rng(20261123)


def normal():
    x = [-37.5, -12, -6, -3.001, -2.999, -1.96, -0.5, -1e-9, 0, 0.3, 1.2, 3.5, 8]
    p = [1e-300, 1e-20, 1e-6, 0.001, 0.025, 0.3, 0.5, 0.500001, 0.9, 0.975, 0.999999]
    return {"x": x, "cdf": special.ndtr(x).tolist(), "p": p, "quantile": special.ndtri(p).tolist()}


def intervals(statistic, size):
    """The intervals that SciPy takes from a given bootstrap distribution."""
    data = random.lognormal(0, 1, size)
    samples = np.array([statistic(random.choice(data, size)) for _ in range(400)])

    class Given:
        bootstrap_distribution = samples

    found = {}
    for method in ("percentile", "basic", "bca"):
        result = stats.bootstrap((data,), statistic, n_resamples=0, bootstrap_result=Given, confidence_level=0.9, method=method)
        found[method] = [float(v) for v in result.confidence_interval]
    return {"data": data.tolist(), "samples": samples.tolist(), "standardError": float(result.standard_error), "intervals": found}


def delong(y, first, second):
    def pairs(p):
        positive, negative = p[y == 1][:, None], p[y == 0][None, :]
        return (positive > negative) + 0.5 * (positive == negative)

    a, b = pairs(first), pairs(second)
    m, n = a.shape
    covariance = np.cov([a.mean(1), b.mean(1)]) / m + np.cov([a.mean(0), b.mean(0)]) / n
    aurocs = [roc_auc_score(y, first), roc_auc_score(y, second)]
    se = float(np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]))
    z = (aurocs[0] - aurocs[1]) / se
    return {
        "labels": y.tolist(), "first": first.tolist(), "second": second.tolist(), "aurocs": aurocs,
        "standardErrors": np.sqrt(np.diag(covariance)).tolist(), "differenceError": se, "z": z,
        "pValue": float(2 * stats.norm.sf(abs(z))),
    }


def paired(n, decimals):
    y = (random.random(n) < 0.3).astype(int)
    shared = random.normal(size=n)
    first, second = (special.expit(gain * y + shared + random.normal(size=n)).round(decimals) for gain in (2, 1.2))
    return delong(y, first, second)


Path(__file__).with_name("uncertainty.json").write_text(
    json.dumps({
        "scipy": scipy.__version__, "normal": normal(),
        "intervals": {"mean": intervals(np.mean, 25), "variance": intervals(np.var, 40)},
        "delong": {"distinct scores": paired(120, 15), "ties": paired(60, 1), "long": paired(700, 3)},
    }) + "\n"
)
