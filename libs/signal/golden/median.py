"""Writes median.json: running medians of an ECG-like signal by SciPy (1.17.1 made the file that is checked in).

python median.py > median.json
"""

import json
import sys

import numpy as np
import scipy
from scipy.ndimage import median_filter
from scipy.signal import medfilt

rate = 360
n = 1500
rng = np.random.default_rng(7)
t = np.arange(n) / rate
beat = (t % 0.8) - 0.3
ecg = 0.4 + 0.3 * np.sin(2 * np.pi * 0.3 * t)
ecg += 1.2 * np.exp(-0.5 * (beat / 0.012) ** 2) + 0.25 * np.exp(-0.5 * ((beat - 0.25) / 0.04) ** 2)
ecg = np.round((ecg + 0.03 * rng.standard_normal(n)) * 200) / 200

windows = (71, 215)  # 0.2 s and 0.6 s at 360 Hz
mirrored, zeros = ecg, ecg
for taps in windows:
    mirrored = median_filter(mirrored, size=taps, mode="reflect")
    zeros = medfilt(zeros, taps)

units = lambda x: [round(v) for v in x * 200]  # 1/200 mV: every value is a multiple of it, so nothing is lost
json.dump(
    {
        "scipy": scipy.__version__,
        "sampleRateHz": rate,
        "samples": units(ecg),
        "first": units(median_filter(ecg, size=windows[0], mode="reflect")),
        "baseline": units(mirrored),
        "medfiltFirst": units(medfilt(ecg, windows[0])),
        "medfiltBaseline": units(zeros),
    },
    sys.stdout,
    separators=(",", ":"),
)
