"""Writes statistics.json: normalised leads by scikit-learn's scalers, kurtosis and band powers by SciPy (1.9.1 and 1.17.1 made the file).

python statistics.py > statistics.json
"""

import json
import sys

import numpy as np
import scipy
import sklearn
from scipy.signal import welch
from scipy.stats import kurtosis
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

rng = np.random.default_rng(3)
rate = 125
n = 21 * rate
t = np.arange(n) / rate
beat = (t % 0.8) - 0.3
wave = np.exp(-0.5 * (beat / 0.02) ** 2)
leads = np.array(
    [
        0.4 + 0.3 * np.sin(2 * np.pi * 0.3 * t) + 1.2 * wave + 0.03 * rng.standard_normal(n),
        -7 + 0.2 * np.sin(2 * np.pi * 50 * t) - 0.8 * wave + 0.05 * rng.standard_normal(n),
        0.02 * rng.standard_normal(n),
    ]
).round(4).astype(np.float32).astype(np.float64)
gappy = leads.copy()
gappy[0, 100:130] = np.nan
gappy[2, ::7] = np.nan

scalers = {"z-score": StandardScaler, "min-max": MinMaxScaler, "robust": RobustScaler}
picked = np.arange(0, n, 41)
cases = []
for method, scaler in scalers.items():
    per_lead = scaler().fit_transform(gappy.T).T
    per_record = scaler().fit_transform(gappy.reshape(-1, 1)).reshape(gappy.shape)
    for per, result in (("lead", per_lead), ("record", per_record)):
        values = [[None if np.isnan(v) else round(v, 9) for v in lead[picked]] for lead in result]
        cases.append({"method": method, "per": per, "samples": values})

f, p = welch(leads, rate, "boxcar", nperseg=10 * rate, noverlap=0, detrend="constant")
total = p[:, 1:].sum(1)
json.dump(
    {
        "scipy": scipy.__version__,
        "sklearn": sklearn.__version__,
        "sampleRateHz": rate,
        "samples": [[float(f"{v:.4f}") for v in lead] for lead in leads],
        "gaps": [[int(i) for i in np.flatnonzero(np.isnan(lead))] for lead in gappy],
        "picked": picked.tolist(),
        "normalised": cases,
        "kurtosis": kurtosis(gappy, axis=1, fisher=False, nan_policy="omit").tolist(),
        "baseline": (p[:, (f > 0) & (f < 0.5)].sum(1) / total).tolist(),
        "powerline50": (p[:, abs(f - 50) <= 1].sum(1) / total).tolist(),
        "powerline60": (p[:, abs(f - 60) <= 1].sum(1) / total).tolist(),
    },
    sys.stdout,
    separators=(",", ":"),
)
