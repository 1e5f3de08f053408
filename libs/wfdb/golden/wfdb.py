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


def encode_212(samples):
    padded = list(samples) + [0] * (len(samples) % 2)
    out = b""
    for first, second in zip(padded[::2], padded[1::2]):
        word = (first & 0xFFF) | (second & 0xFFF) << 12  # low 12 bits, then the high nibbles and the second's low byte
        low, high, second_low = word & 0xFF, (word >> 8) & 0x0F, (word >> 12) & 0xFF
        out += bytes([low, high | ((word >> 20) & 0x0F) << 4, second_low])
    return out[: -(-3 * len(samples) // 2)]


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
        "annotationsSha256": hashlib.sha256(text.encode()).hexdigest(),
    }


def written():
    """A record of 3 leads and 5 samples, and the bytes any writer must make of it."""
    adc = np.array([[0, 1, -1, 2047, -2047], [100, -2048, 0, -100, 5], [7, -7, 1000, -1000, 0]])
    flat = adc.T.reshape(-1)
    return {
        "adc": adc.tolist(),
        "checksums": [int(lead.sum()) % 65536 for lead in adc],
        "hex16": np.where(flat == -2048, -32768, flat).astype("<i2").tobytes().hex(),
        "checksums16": [int(np.where(lead == -2048, -32768, lead).sum()) % 65536 for lead in adc],
        "hex212": encode_212([int(v) for v in flat]).hex(),
    }


folder = Path(sys.argv[1])
names = sorted(path.stem for path in folder.glob("*.atr"))
print(json.dumps({"records": {name: record(folder, name) for name in names}, "written": written()}, indent=1))
