"""Writes resample.json: an ECG-like signal resampled by scipy.signal.resample_poly (SciPy 1.17.1 made the file that is checked in).

python resample.py > resample.json
"""

import json
import sys
from math import gcd

import numpy as np
import scipy
from scipy.signal import resample_poly

rng = np.random.default_rng(11)
n = 361
t = np.arange(n) / 360
beat = (t % 0.8) - 0.3
ecg = 0.4 + 0.3 * np.sin(2 * np.pi * 0.3 * t) + 1.2 * np.exp(-0.5 * (beat / 0.012) ** 2) + 0.03 * rng.standard_normal(n)
ecg = ecg.astype(np.float32).astype(np.float64)

cases = []
for source, target in [(360, 500), (500, 100), (100, 500), (250, 256), (1000, 360), (257, 100), (128, 500)]:
    g = gcd(source, target)
    for name in ("zero", "line"):
        slope = (ecg[-1] - ecg[0]) / (n - 1)
        line = (lambda t: ecg[0] + slope * t * source) if name == "line" else (lambda t: 0 * t)
        y = resample_poly(ecg - line(np.arange(n) / source), target // g, source // g)
        y = y + line(np.arange(len(y)) / target)
        cases.append({"fromHz": source, "toHz": target, "pad": name, "samples": [round(v, 8) for v in y]})
json.dump({"scipy": scipy.__version__, "samples": ecg.tolist(), "cases": cases}, sys.stdout, separators=(",", ":"))
