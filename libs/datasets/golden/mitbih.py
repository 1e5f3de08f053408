"""Expected values for the dataset `mitbih`, by numpy and SciPy from the original files, independent of our own readers.

    python3 mitbih.py <folder of MIT-BIH 1.0.0> > mitbih.json      (numpy 2.4.6 and SciPy 1.17.1 made the file here)
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy.ndimage import median_filter

TRAIN = "101 106 108 109 112 115 116 118 119 122 201 203 207 208 209 215 230".split()
CODES = {1: "N", 2: "N", 3: "N", 34: "N", 11: "N", 8: "S", 4: "S", 7: "S", 9: "S", 5: "V", 10: "V", 6: "F", 12: "Q", 38: "Q", 13: "Q"}
RATE = 360


def beats(path):
    words = np.frombuffer(path.read_bytes(), "<u2").astype("i8")
    at, time, found = 0, 0, []
    while words[at] != 0:
        code, interval = words[at] >> 10, words[at] & 1023
        at += 1
        if code == 59:
            time += (words[at] << 16) + words[at + 1]
            at += 2
        elif code == 63:
            at += (interval + 1) // 2
        elif code < 59:
            time += interval
            if code in CODES:
                found.append((int(time), CODES[code]))
    return found


def mlii(folder, name):
    lines = (folder / f"{name}.hea").read_text().split("\n")
    column = next(i for i, line in enumerate(lines[1:3]) if line.split()[-1] == "MLII")
    a, b, c = np.frombuffer((folder / f"{name}.dat").read_bytes(), "u1").reshape(-1, 3).astype("i4").T
    adc = ((b & 15) << 8) + a if column == 0 else ((b >> 4) << 8) + c
    return ((np.where(adc > 2047, adc - 4096, adc) - 1024) / 200).astype("f4")


def features(peaks):
    rr = np.clip(np.diff(peaks) / RATE, 0.15, 2)
    pre = np.concatenate([rr[:1], rr])
    post = np.concatenate([rr, rr[-1:]])
    local = np.array([pre[max(0, i - 9) : i + 1].mean() for i in range(len(pre))])
    whole = np.cumsum(pre) / np.arange(1, len(pre) + 1)
    seconds = np.stack([pre, post, local, whole], axis=1)
    return np.concatenate([seconds, seconds / pre.mean()], axis=1)


def windows(folder, name):
    signal = mlii(folder, name)
    signal = signal - median_filter(median_filter(signal, 71, mode="reflect"), 215, mode="reflect")
    marks = beats(folder / f"{name}.atr")
    peaks = np.array([sample for sample, _ in marks])
    at = np.clip(peaks[:, None] + np.arange(-90, 90), 0, len(signal) - 1)
    kept = np.array([aami != "Q" for _, aami in marks])
    return peaks[kept], signal[at][kept], features(peaks)[kept]


folder = Path(sys.argv[1])
parts = [windows(folder, name) for name in TRAIN]
x = np.concatenate([part[1] for part in parts]).astype("f8")
f = np.concatenate([part[2] for part in parts])
mean, std = x.mean(), x.std()
examples = {}
for name in ("208", "114", "232"):
    peaks, own, rr = windows(folder, name)
    for i in (0, 1, 57, len(peaks) - 1):
        examples[f"{name}:{peaks[i]}"] = {
            "x": [round(float(v), 6) for v in (own[i] - mean) / std],
            "features": [round(float(v), 6) for v in (rr[i] - f.mean(0)) / f.std(0)],
        }
result = {"beats": len(x), "mean": mean, "std": std, "featureMean": f.mean(0).tolist(), "featureStd": f.std(0).tolist()}
print(json.dumps({**result, "examples": examples}))
