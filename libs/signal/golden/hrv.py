"""Writes hrv.json: heart rate variability by numpy's formulas, scipy.signal.welch and scipy.signal.lombscargle (SciPy 1.17.1 made the file).

python hrv.py > hrv.json
"""

import json
import sys

import numpy as np
import scipy
from scipy.interpolate import CubicSpline
from scipy.signal import lombscargle, welch

BANDS = {"vlf": (0.0033, 0.04), "lf": (0.04, 0.15), "hf": (0.15, 0.4)}


def powers(f, p):
    return {name: p[(f >= low) & (f < high)].sum() * (f[1] - f[0]) for name, (low, high) in BANDS.items()}


def time_domain(rr):
    known = rr[~np.isnan(rr)]
    d = np.diff(rr)
    d = d[~np.isnan(d)]
    sdnn, sdsd = known.std(ddof=1), d.std(ddof=1)
    edges = np.arange(0, known.max() + 16, 1000 / 128)
    return {
        "intervals": len(known),
        "meanMs": known.mean(),
        "sdnnMs": sdnn,
        "rmssdMs": np.sqrt((d**2).mean()),
        "sdsdMs": sdsd,
        "pnn50Percent": 100 * (abs(d) > 50 + 1e-6).mean(),  # 18 samples of 360 Hz are 50 ms, not more
        "pnn20Percent": 100 * (abs(d) > 20 + 1e-6).mean(),
        "triangularIndex": len(known) / np.histogram(known, edges - 1e-6)[0].max(),
        "sd1Ms": sdsd / np.sqrt(2),
        "sd2Ms": np.sqrt(2 * sdnn**2 - sdsd**2 / 2),
    }


def spectra(rr, t, seconds):
    ok = ~np.isnan(rr)
    rr, t = rr[ok], t[ok]
    span = t[-1] - t[0]
    even = CubicSpline(t, rr, bc_type="natural")(t[0] + np.arange(int(span * 4) + 1) / 4)
    f, p = welch(even, 4, "hann", nperseg=min(len(even), round(seconds * 4)))
    grid = np.arange(1, int(0.4 * span) + 1) / span
    lomb = lombscargle(t, rr - rr.mean(), 2 * np.pi * grid) * 2 * span / (len(t) - 1)
    return {
        "welch": {**powers(f, p), "density": p[f <= 0.4][::5].tolist()},
        "lombScargle": {**powers(grid, lomb), "density": lomb[::11].tolist()},
    }


rng = np.random.default_rng(11)
cases = []
for minutes, mean, seconds, spread in ((5, 850, 120, 12), (5, 640, 64, 4), (1.5, 1000, 120, 30)):
    peaks = [120.0]
    while peaks[-1] < minutes * 60 * 360:
        t = peaks[-1] / 360
        rr = mean + 35 * np.sin(2 * np.pi * 0.1 * t) + 25 * np.sin(2 * np.pi * 0.25 * t) + spread * rng.standard_normal()
        peaks.append(round(peaks[-1] + rr * 0.36))
    peaks = np.array(peaks)
    rr = np.diff(peaks) / 0.36
    t = peaks[1:] / 360
    left_out = [int(i) for i in rng.choice(len(rr), 5, replace=False)]
    gappy = rr.copy()
    gappy[left_out] = np.nan
    cases.append(
        {
            "peaks": [int(p) for p in peaks],
            "leftOut": sorted(left_out),
            "segmentSeconds": seconds,
            "whole": {"time": time_domain(rr), **spectra(rr, t, seconds)},
            "gappy": {"time": time_domain(gappy), **spectra(gappy, t, seconds)},
        }
    )
json.dump({"scipy": scipy.__version__, "cases": cases}, sys.stdout, separators=(",", ":"))
