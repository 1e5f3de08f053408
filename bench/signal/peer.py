"""The Python side of the benchmark: processes one record for each JSON line on stdin, and answers on stdout in JSON lines.

SciPy as one would best use it: filters designed once, all leads in one call, and where two of its functions give the same values, the faster.
What it is given lies in a file of float64, leads by samples; it is converted once for each precision.
"""

import json
import sys
import time

import numpy as np
import scipy
from scipy import ndimage, signal, stats

sos = signal.butter(3, [0.5, 40], "bandpass", fs=500, output="sos")
low_pass = signal.firwin(2 * 10 * 5 + 1, 1 / 5, window=("kaiser", 5.0))


def band_pass(x):
    return signal.sosfiltfilt(sos, x, axis=1)


def resample(x):
    return signal.resample_poly(x, 1, 5, axis=1, window=low_pass)


def per_lead(baseline):
    """Both median filters are slower on two dimensions than lead by lead."""

    def run(x):
        out = np.empty_like(x)
        for i, lead in enumerate(x):
            out[i] = lead - baseline(lead)
        return out

    return run


def z_numpy(x):
    return (x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True)


def pipeline(x, z):
    return z(resample(band_pass(x[:])))


# Name of the work -> ways of doing it.
works = {
    "band-pass": {"sosfiltfilt": band_pass},
    "resample": {"resample_poly": resample},
    "median": {
        "ndimage.median_filter": per_lead(lambda x: ndimage.median_filter(ndimage.median_filter(x, size=99), size=299)),
        "signal.medfilt": per_lead(lambda x: signal.medfilt(signal.medfilt(x, 99), 299)),
    },
    "z-score": {"stats.zscore": lambda x: stats.zscore(x, axis=1), "numpy": z_numpy},
    "pipeline": {"SciPy and numpy": lambda x: pipeline(x, z_numpy)},
}

print(json.dumps({"scipy": scipy.__version__, "python": sys.version.split()[0]}), flush=True)
leads, at = {}, 0
for line in sys.stdin:
    task = json.loads(line)
    if task["what"] == "load":
        x = np.fromfile(task["path"], dtype="<f8").reshape(task["leads"], -1)
        leads = {"float64": x, "float32": x.astype("float32")}
        answer = {work: list(ways) for work, ways in works.items()}
    else:
        run, x = works[task["work"]][task["way"]], leads[task["precision"]]
        if task["what"] == "values":
            run(x).astype("<f8").tofile(task["path"])
            answer = None
        else:
            begin = time.perf_counter()
            for _ in range(task["times"]):
                run(x)
            answer = (time.perf_counter() - begin) / task["times"]
    print(json.dumps({"answer": answer}), flush=True)
