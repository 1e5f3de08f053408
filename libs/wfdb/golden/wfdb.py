"""Expected values for @cardio/wfdb, by a decoder written on its own from the WFDB manual: vectorised numpy over whole files.

    python3 wfdb.py <folder of MIT-BIH 1.0.0> > wfdb.json          (numpy 2.4.6 made the file here)
"""

import hashlib
import json
import struct
import sys
from collections import Counter
from pathlib import Path

import numpy as np

SYMBOLS = {1: "N", 2: "L", 3: "R", 4: "a", 5: "V", 6: "F", 7: "J", 8: "A", 9: "S", 10: "E", 11: "j", 12: "/", 13: "Q", 14: "~",
           16: "|", 18: "s", 19: "T", 20: "*", 21: "D", 22: '"', 23: "=", 24: "p", 25: "B", 26: "^", 27: "t", 28: "+", 29: "u",
           30: "?", 31: "!", 32: "[", 33: "]", 34: "e", 35: "n", 36: "@", 37: "x", 38: "f", 39: "(", 40: ")", 41: "r"}


def decode_212(raw):
    """[n * 3] bytes -> [n, 2] samples; two signals, so each triple is one frame."""
    a, b, c = np.frombuffer(raw, "u1").reshape(-1, 3).astype("i4").T
    frames = np.stack([((b & 0x0F) << 8) + a, ((b >> 4) << 8) + c], axis=1)
    return np.where(frames > 2047, frames - 4096, frames)


def annotations(raw):
    words = np.frombuffer(raw, "<u2")
    at, time, found = 0, 0, []
    while words[at] != 0:
        code, interval = divmod(int(words[at]), 1024)
        at += 1
        if code == 59:
            time += struct.unpack("<i", struct.pack("<HH", words[at + 1], words[at]))[0]
            at += 2
        elif code == 63:
            found[-1][2] = raw[2 * at : 2 * at + interval].rstrip(b"\0").decode("latin1")
            at += (interval + 1) // 2
        elif code == 61:
            found[-1][3] = (interval + 128) % 256 - 128  # a signed byte
        elif code in (60, 62):
            raise NotImplementedError("NUM and CHN do not occur in this database")
        else:
            time += interval
            found.append([time, SYMBOLS[code], "", 0])
    return found


def rhythms(marks, length):
    """Each rhythm's episodes and samples in all: from one change of rhythm to the next."""
    changes = [(time, aux) for time, symbol, aux, _ in marks if symbol == "+"]
    lasts = np.diff([time for time, _ in changes], append=length)
    names = np.array([aux.lstrip("(") for _, aux in changes])
    return {str(name): [int((names == name).sum()), int(lasts[names == name].sum())] for name in np.unique(names)}


def record(folder, name):
    frames = decode_212((folder / f"{name}.dat").read_bytes())
    marks = annotations((folder / f"{name}.atr").read_bytes())
    text = "\n".join(f"{t} {s} {sub} {aux}" for t, s, aux, sub in marks)
    return {
        "sha256": [hashlib.sha256(frames[:, j].astype("<i2").tobytes()).hexdigest() for j in range(2)],
        "first": frames[:4].T.tolist(),
        "last": frames[-4:].T.tolist(),
        "annotations": len(marks),
        "symbols": dict(sorted(Counter(s for _, s, _, _ in marks).items())),
        "rhythms": rhythms(marks, len(frames)),
        "annotationsSha256": hashlib.sha256(text.encode()).hexdigest(),
    }


folder = Path(sys.argv[1])
names = sorted(path.stem for path in folder.glob("*.atr"))
print(json.dumps({"records": {name: record(folder, name) for name in names}}, indent=1))
