"""Writes filters.json: filters designed and applied by scipy.signal (SciPy 1.17.1 made the file that is checked in).

python filters.py > filters.json
"""

import json
import math
import sys
from fractions import Fraction

import numpy as np
import scipy
from scipy import ndimage, signal


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


families = {
    "butterworth": ("butter", {}),
    "chebyshev1": ("cheby1", {"rippleDb": 0.5}),
    "chebyshev2": ("cheby2", {"attenuationDb": 40}),
    "elliptic": ("ellip", {"rippleDb": 0.5, "attenuationDb": 40}),
    "bessel": ("bessel", {}),
}
bands = [("lowpass", 40, 500), ("highpass", 0.5, 360), ("bandpass", [0.5, 40], 500), ("bandstop", [48, 52], 250)]
designs = [
    {"family": f, **extra, "band": band, "cutoffHz": cutoff, "sampleRateHz": rate, "order": order}
    for f, (_, extra) in families.items()
    for order in (1, 2, 3, 4, 5, 8)
    for band, cutoff, rate in bands
    if order < 5 or band == "lowpass"
]
designs += [
    {"family": "butterworth", "band": "bandpass", "cutoffHz": [0.05, 150], "sampleRateHz": rate, "order": 3}
    for rate in (360, 500, 1000)
]
iir = []
for i, d in enumerate(designs):
    sos = signal.iirfilter(
        d["order"], d["cutoffHz"], rp=d.get("rippleDb"), rs=d.get("attenuationDb"), btype=d["band"],
        ftype=families[d["family"]][0], output="sos", fs=d["sampleRateHz"],
    )
    n = (60, 157, 1000, 5000)[i % 4]
    x = noise(n, i)
    zi = signal.sosfilt_zi(sos)
    forward, _ = signal.sosfilt(sos, x, zi=zi * x[0])
    iir.append({
        "design": d, "n": n, "seed": i, "sos": sos.tolist(), "sosfilt": few(signal.sosfilt(sos, x)),
        "settled": few(forward), "sosfiltfilt": few(signal.sosfiltfilt(sos, x)),
    })

mains = []
for i, (hz, rate, q) in enumerate([(50, 500, 30), (60, 360, 30), (50, 250, 10), (60, 480, 35), (50, 1000, 5)]):
    x = noise(700 + i, i)
    b, a = signal.iirnotch(hz, q, rate)
    mains.append({
        "hz": hz, "rate": rate, "quality": q, "n": len(x), "seed": i, "b": b.tolist(), "a": a.tolist(),
        "notch": few(signal.filtfilt(b, a, x)), "comb": few(signal.filtfilt(*signal.iircomb(hz, q, fs=rate), x)),
    })

fir = []
for i, (taps, band, cutoff, window) in enumerate([
    (51, "lowpass", 40, "hamming"), (101, "highpass", 5, "hamming"), (101, "bandpass", [5, 40], "hamming"),
    (75, "bandstop", [45, 55], "hamming"), (51, "lowpass", 40, {"kaiserBeta": 5}), (101, "bandpass", [5, 40], {"kaiserBeta": 8.6}),
    (1, "lowpass", 40, "hamming"), (2, "lowpass", 40, "hamming"), (64, "lowpass", 40, "hamming"), (100, "bandpass", [5, 40], {"kaiserBeta": 5}),
]):
    x = noise(300, i)
    h = signal.firwin(taps, cutoff, window=window if window == "hamming" else ("kaiser", window["kaiserBeta"]), pass_zero=band, fs=500)
    fir.append({
        "design": {"taps": taps, "band": band, "cutoffHz": cutoff, "window": window, "sampleRateHz": 500}, "seed": i, "n": len(x),
        "taps": h.tolist(), "filtered": few(ndimage.convolve1d(x, h, mode="nearest")) if taps % 2 else None,
        "causal": few(signal.lfilter(h, 1, np.r_[np.full(taps - 1, x[0]), x])[taps - 1 :]),
    })

polynomials = []
for i, (window, order, derivative) in enumerate([
    (5, 2, 0), (11, 3, 0), (11, 3, 1), (31, 4, 2), (101, 5, 0), (7, 0, 0), (1, 0, 0)
]):
    for n in (max(window, 2), 157, 1000):
        y = signal.savgol_filter(noise(n, i), window, order, deriv=derivative, delta=0.5)
        ends = np.r_[y[: window // 2], y[len(y) - window // 2 :]]
        polynomials.append({
            "window": window, "order": order, "derivative": derivative, "spacing": 0.5, "n": n, "seed": i, "filtered": few(y), "ends": few(ends),
        })



def exact_weights(window, order, derivative):
    """The normal equations solved in fractions: SciPy's least squares is only good to 2e-8 for wide windows of high order."""
    half, n = window // 2, order + 1
    t = range(-half, half + 1)
    m = [[Fraction(sum(s ** (i + j) for s in t)) for j in range(n)] + [Fraction(int(i == derivative))] for i in range(n)]
    for i in range(n):
        pivot = next(r for r in range(i, n) if m[r][i] != 0)
        m[i], m[pivot] = m[pivot], m[i]
        m[i] = [v / m[i][i] for v in m[i]]
        for r in range(n):
            if r != i:
                m[r] = [a - m[r][i] * b for a, b in zip(m[r], m[i])]
    return [float(math.factorial(derivative) * sum(row[-1] * s**k for k, row in enumerate(m))) for s in t]


exact = {"window": 81, "order": 7, "derivative": 1, "weights": exact_weights(81, 7, 1)}

json.dump({"scipy": scipy.__version__, "iir": iir, "mains": mains, "fir": fir, "polynomials": polynomials, "exact": exact}, sys.stdout, separators=(",", ":"))
