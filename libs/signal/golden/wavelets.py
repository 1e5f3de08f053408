"""Writes wavelets.json: signals taken apart, put together and denoised by PyWavelets (1.1.1 made the file that is checked in).

python wavelets.py > wavelets.json
"""

import json
import sys
import warnings

import numpy as np
import pywt

warnings.simplefilter("ignore")  # levels beyond pywt.dwt_max_level are wanted too


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


names = [f"db{k}" for k in range(1, 11)] + [f"sym{k}" for k in range(4, 9)]
filters = {name: pywt.Wavelet(name).filter_bank[:2] for name in names}
modes = ("symmetric", "periodization")

transforms = []
for i, name in enumerate(names):
    for k, mode in enumerate(modes):
        for n, level in ((64 + 7 * i, 2), (1000 + i, 4), (357, 8))[k :: 2 if i % 2 else 1]:
            x = noise(n, i)
            parts = pywt.wavedec(x, name, mode=mode, level=level)
            # Another gain for each part, so that a wrong one shows.
            scaled = [part * (j + 1) for j, part in enumerate(parts)]
            transforms.append({
                "wavelet": name, "mode": mode, "level": level, "n": n, "seed": i, "lengths": [len(p) for p in parts],
                "parts": [few(p) for p in parts], "ends": [[p[0], p[-1]] for p in parts],
                "scaled": few(pywt.waverec(scaled, name, mode=mode)),
            })


def denoise(x, name, mode, level, threshold, noise_of):
    """Universal threshold sigma sqrt(2 ln n), sigma = median |d| / 0.6745 (Donoho & Johnstone 1994)."""
    approximation, *details = pywt.wavedec(x, name, mode=mode, level=level)
    sigma = lambda d: np.median(np.abs(d)) / 0.6745
    universal = np.sqrt(2 * np.log(len(x)))
    kept = [
        pywt.threshold(d, universal * sigma(d if noise_of == "level" else details[-1]), threshold) for d in details
    ]
    return pywt.waverec([approximation, *kept], name, mode=mode)[: len(x)]


denoised = []
for i, name in enumerate(("db6", "sym4", "sym8")):
    for mode in modes:
        for threshold in ("soft", "hard"):
            for noise_of in ("level", "finest"):
                n, level = 901 + 40 * i, 3 + i
                denoised.append({
                    "wavelet": name, "mode": mode, "level": level, "threshold": threshold, "noise": noise_of, "n": n, "seed": i,
                    "samples": few(denoise(noise(n, i), name, mode, level, threshold, noise_of)),
                })

baselines = []
for i, (name, level, n) in enumerate((("db6", 9, 5000), ("sym4", 9, 5001), ("sym4", 7, 1000), ("db4", 7, 1000))):
    for mode in modes:
        x = noise(n, i)
        parts = pywt.wavedec(x, name, mode=mode, level=level)
        parts[0] = np.zeros_like(parts[0])
        baselines.append({
            "wavelet": name, "mode": mode, "level": level, "n": n, "seed": i,
            "samples": few(pywt.waverec(parts, name, mode=mode)[:n]),
        })

json.dump(
    {"pywavelets": pywt.__version__, "filters": filters, "transforms": transforms, "denoised": denoised, "baselines": baselines},
    sys.stdout, separators=(",", ":"),
)
