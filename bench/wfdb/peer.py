"""The Python side of the benchmark: reads records and annotations for each JSON line on stdin, and answers on stdout in JSON lines.

By the package wfdb where it can be imported (installed, or its source checkout in PYTHONPATH). Else by what wfdb-python 4.3 does, step
for step, in numpy: the same arrays of the same types are made in the same order, and annotations are taken pair of bytes by pair of
bytes out of an array. Its classes, field checks and label tables are left out, so that this is rather faster than the package.
"""

import json
import re
import sys
import time

import numpy as np

try:
    import wfdb
except ImportError:
    wfdb = None


def read_header(path):
    """The signal lines' file, gain, baseline, and the record's length."""
    with open(path + ".hea", encoding="ascii", errors="ignore") as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    length = int(lines[0].split()[3])
    signals = []
    for line in lines[1:]:
        name, fmt, scale, _, zero, *_ = line.split()
        assert fmt == "212", fmt
        gain, baseline = re.match(r"([\d.]+)(?:\((-?\d+)\))?", scale).groups()
        signals.append((name, float(gain), int(baseline if baseline is not None else zero)))
    return length, signals


def unpack_212(raw, count):
    raw = raw.astype("int16")
    samples = np.zeros(count, dtype="int16")
    samples[0::2] = raw[0::3] + 256 * np.bitwise_and(raw[1::3], 0x0F)
    samples[1::2] = raw[2::3] + 256 * np.bitwise_and(raw[1::3] >> 4, 0x0F)
    samples[samples > 2047] -= 4096
    return samples


def read_signals(path):
    """[length, signals] in mV, float64."""
    if wfdb:
        return wfdb.rdrecord(path).p_signal
    length, signals = read_header(path)
    with open(path.rsplit("/", 1)[0] + "/" + signals[0][0], "rb") as file:
        raw = np.fromfile(file, dtype="<u1", count=3 * length * len(signals) // 2)
    frames = unpack_212(raw, length * len(signals)).reshape(-1, len(signals))
    rows = [frames[:, i : i + 1].reshape(-1) for i in range(len(signals))]
    for i, (_, gain, baseline) in enumerate(signals):
        invalid = rows[i] == -2048
        row = rows[i].astype("float64", copy=False)
        np.subtract(row, baseline, row)
        np.divide(row, gain, row)
        row[invalid] = np.nan
        rows[i] = row
    signal = np.empty((length, len(signals)), dtype="float64")
    for i, row in enumerate(rows):
        signal[:, i] = row
    return signal


def read_annotations(path):
    """Sample, code, subtype, channel and number of each annotation as arrays, and the texts."""
    if wfdb:
        annotation = wfdb.rdann(path, "atr")
        return annotation.sample, annotation.symbol, annotation.subtype, annotation.chan, annotation.num, annotation.aux_note
    pairs = np.fromfile(path + ".atr", "<u1").reshape([-1, 2]).astype(np.int32)
    samples, codes, subtypes, channels, numbers, texts = [], [], [], [], [], []
    now, at = 0, 0
    while at < len(pairs) - 1:
        while pairs[at, 1] >> 2 == 59:
            step = (int(pairs[at + 1, 0]) << 16) + (int(pairs[at + 1, 1]) << 24) + int(pairs[at + 2, 0]) + (int(pairs[at + 2, 1]) << 8)
            now += step - (1 << 32) if step > 0x7FFFFFFF else step
            at += 3
        codes.append(pairs[at, 1] >> 2)
        now += int(pairs[at, 0] + 256 * (pairs[at, 1] & 3))
        samples.append(now)
        at += 1
        subtype, text = 0, ""
        channel, number = (channels[-1], numbers[-1]) if channels else (0, 0)
        code = pairs[at, 1] >> 2
        while code > 59:
            if code == 61:
                subtype = pairs[at, 0].astype("i1")
            elif code == 62:
                channel = pairs[at, 0]
            elif code == 60:
                number = pairs[at, 0].astype("i1")
            else:
                count = pairs[at, 0]
                more = int(np.ceil(count / 2.0))
                text = "".join([chr(char) for char in pairs[at + 1 : at + 1 + more, :].flatten()[:count]])
                at += more
            at += 1
            code = pairs[at, 1] >> 2
        subtypes.append(subtype)
        channels.append(channel)
        numbers.append(number)
        texts.append(text)
    kept = [i for i in range(len(codes)) if codes[i] != 0 and not (codes[i] == 22 and samples[i] == 0)]
    fields = ([field[i] for i in kept] for field in (samples, codes, subtypes, channels, numbers))
    return *(np.array(field, dtype="int") for field in fields), [texts[i] for i in kept]


def contents(path):
    """What tells whether both sides read the same."""
    signal, (samples, *_) = read_signals(path), read_annotations(path)
    return [signal.size, float(np.nansum(signal)), len(samples), int(np.sum(samples))]


def taken(read, paths):
    wall, cpu = time.perf_counter(), time.process_time()
    for path in paths:
        read(path)
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


name = f"wfdb-python {wfdb.__version__}" if wfdb else f"wfdb-python's steps in numpy {np.__version__}"
print(json.dumps({"name": name, "python": sys.version.split()[0]}), flush=True)
for line in sys.stdin:
    task = json.loads(line)
    if task["what"] == "contents":
        answer = [contents(path) for path in task["paths"]]
    else:
        answer = taken({"signals": read_signals, "annotations": read_annotations}[task["what"]], task["paths"])
    print(json.dumps({"answer": answer}), flush=True)
