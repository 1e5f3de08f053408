"""Writes resample-methods.json: Fourier transforms, Fourier and linear resampling by SciPy and NumPy (SciPy 1.17.1 made the file that is checked in).

python resample-methods.py > resample-methods.json
"""

import json
import sys

import numpy as np
import scipy
from scipy import fft, signal


def noise(n, seed):
    """White noise and a random walk, by the generator that the spec has too."""
    state, walk, out = seed, 0.0, []
    for _ in range(n):
        state = (1664525 * state + 1013904223) % 2**32
        value = state / 2**32 - 0.5
        walk += value / 8
        out.append(value + walk + 1)
    return np.array(out)


def few(y):
    """About 16 samples, evenly spaced, to 13 digits."""
    return [float(f"{v:.13g}") for v in y[:: max(1, len(y) // 16)]]


transforms = []
for n in (1, 2, 3, 4, 7, 16, 30, 97, 256, 361, 1000, 4999, 5000):
    y = fft.fft(noise(n, n) + 1j * noise(n, n + 1))
    transforms.append({"n": n, "seed": n, "re": few(y.real), "im": few(y.imag)})

fourier = []
for n, m in (
    (100, 250), (100, 40), (101, 250), (101, 40), (100, 41), (101, 41), (100, 101), (101, 100), (100, 50), (100, 200),
    (1, 5), (5, 1), (2, 3), (3, 2), (5000, 1000), (3600, 5000), (997, 991),
):
    x = noise(n, n)
    slope = (x[-1] - x[0]) / max(1, n - 1)
    line = lambda t: x[0] + slope * t
    level = signal.resample(x - line(np.arange(n)), m) + line(np.arange(m) * n / m)
    fourier.append({"n": n, "seed": n, "m": m, "wrap": few(signal.resample(x, m)), "line": few(level)})

linear = []
for source, target in ((360, 500), (500, 100), (250, 256), (257, 100), (128, 500), (100, 333.3)):
    x = noise(361, 5)
    length = int(np.ceil(361 * target / source - 1e-9))
    y = np.interp(np.arange(length) / target, np.arange(361) / source, x)
    linear.append({"n": 361, "seed": 5, "fromHz": source, "toHz": target, "samples": few(y), "end": [float(y[-1])], "length": length})

json.dump({"scipy": scipy.__version__, "transforms": transforms, "fourier": fourier, "linear": linear}, sys.stdout, separators=(",", ":"))
