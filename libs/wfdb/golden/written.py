"""Records that any writer must make of given ADC values, in each format, from signal(5) and header(5) of the WFDB manual in numpy.

    python3 written.py > written.json                              (numpy 2.4.6 made the file here)

Decoders of their own, after the formulas of wfdb-python's reader, check each file here.
"""

import json

import numpy as np

BITS = {8: 16, 16: 16, 24: 24, 32: 32, 61: 16, 80: 8, 160: 16, 212: 12, 310: 10, 311: 10}
LEADS = ["I", "II", "V 1"]


def pad(flat, size):
    """[k, size]: the row of samples cut into groups, zeros at the end."""
    return np.append(flat, np.zeros(-len(flat) % size, int)).reshape(-1, size)


def encode(fmt, flat):
    flat = np.asarray(flat, dtype="i8")
    if fmt == 8:
        return flat.astype("i1").tobytes()
    if fmt in (16, 61):
        return flat.astype("<i2" if fmt == 16 else ">i2").tobytes()
    if fmt == 32:
        return flat.astype("<i4").tobytes()
    if fmt == 24:
        return flat.astype("<i4").view("u1").reshape(-1, 4)[:, :3].tobytes()
    if fmt == 80:
        return (flat + 128).astype("u1").tobytes()
    if fmt == 160:
        return (flat + 32768).astype("<u2").tobytes()
    if fmt == 212:
        a, b = (pad(flat, 2) & 0xFFF).T
        triples = np.stack([a & 0xFF, (a >> 8) | ((b >> 8) << 4), b & 0xFF], axis=1)
        return triples.astype("u1").tobytes()[: -(-3 * len(flat) // 2)]
    a, b, c = (pad(flat, 3) & 0x3FF).T
    if fmt == 310:
        words = np.stack([(a << 1) | ((c & 0x1F) << 11), (b << 1) | ((c >> 5) << 11)], axis=1)
        return words.astype("<u2").tobytes()
    return (a | (b << 10) | (c << 20)).astype("<u4").tobytes()  # 311


def decode(fmt, raw, count):
    u = np.frombuffer(raw, "u1").astype("i8")
    if fmt == 8:
        return np.frombuffer(raw, "i1").astype("i8")
    if fmt in (16, 61, 32):
        return np.frombuffer(raw, {16: "<i2", 61: ">i2", 32: "<i4"}[fmt]).astype("i8")
    if fmt == 24:
        return u[0::3] + 256 * u[1::3] + 65536 * u[2::3].astype("i1").astype("i8")
    if fmt == 80:
        return u - 128
    if fmt == 160:
        return u[0::2] + 256 * u[1::2] - 32768
    out = np.zeros(count + 3, "i8")
    if fmt == 212:
        u = np.append(u, np.zeros(-len(u) % 3, int))
        out[0 : 2 * len(u) // 3 : 2] = u[0::3] + 256 * (u[1::3] & 0x0F)
        out[1 : 2 * len(u) // 3 : 2] = u[2::3] + 256 * (u[1::3] >> 4)
        return ((out + 2048) % 4096 - 2048)[:count]
    groups = len(u) // 4
    out = np.zeros(3 * groups, "i8")
    if fmt == 310:
        out[0::3] = (u[0::4] >> 1) + 128 * (u[1::4] & 0x07)
        out[1::3] = (u[2::4] >> 1) + 128 * (u[3::4] & 0x07)
        out[2::3] = (u[1::4] >> 3) + 32 * (u[3::4] >> 3)
    else:
        out[0::3] = u[0::4] + 256 * (u[1::4] & 0x03)
        out[1::3] = (u[1::4] >> 2) + 64 * (u[2::4] & 0x0F)
        out[2::3] = (u[2::4] >> 4) + 16 * (u[3::4] & 0x3F)
    return ((out + 512) % 1024 - 512)[:count]


def values(rng, fmt, signals, length):
    """[signals, length] ADC values: both ends of the range, zero, the invalid mark, and random ones."""
    if fmt == 8:
        return np.cumsum(rng.integers(-128, 128, (signals, length)), axis=1)
    most = 2 ** (BITS[fmt] - 1) - 1 if fmt != 32 else 2**31 - 128  # the largest a float32 holds
    adc = rng.integers(-most, most + 1, (signals, length))
    if fmt == 32:
        adc = adc >> 8 << 8  # exact in float32
    for row in adc:
        edges = [most, -most, 0, -(2 ** (BITS[fmt] - 1))]
        row[rng.permutation(length)[: len(edges)]] = edges
    return adc


def record(rng, fmt, signals, length):
    name, gain = f"r{fmt}_{signals}", 1 if BITS[fmt] > 16 else 200
    adc = values(rng, fmt, signals, length)
    stored = np.diff(adc, axis=1, prepend=adc[:, :1]) if fmt == 8 else adc
    flat = stored.T.reshape(-1)
    raw = encode(fmt, flat)
    assert (decode(fmt, raw, len(flat)) == flat).all(), fmt
    bits = 8 if fmt == 8 else BITS[fmt]
    lines = [f"{name} {signals} 250 {length} 13:05:00.5 23/11/2026"] + [
        f"{name}.dat {fmt} {gain}(0)/mV {bits} 0 {row[0]} {int(row.sum()) % 65536} 0 {lead}" for row, lead in zip(adc, LEADS)
    ]
    invalid = None if fmt == 8 else -(2 ** (BITS[fmt] - 1))
    mv = [[None if v == invalid else int(v) for v in row] for row in adc]
    return {"format": fmt, "gain": gain, "adc": mv, "header": "\n".join([*lines, "# made for a test", ""]), "hex": raw.hex()}


rng = np.random.default_rng(1)
print(json.dumps([record(rng, fmt, signals, 16 + signals % 2) for fmt in BITS for signals in (1, 2, 3)]))
