"""Reads the records of written.json by BioSig, a reader written by others, and compares the values.

    python3 other-reader.py            (Debian: python3-biosig; BioSig 2.5.0 was used)

BioSig has no formats 8, 310 and 311; of several signals it reads format 212 rightly, but not the others (nor PTB-XL's own files), so
those are left to written.py. It takes the largest value a format holds for an overflow and gives NaN.
"""

import json
import tempfile
from pathlib import Path

import biosig
import numpy as np

same = 0
for record in json.loads((Path(__file__).parent / "written.json").read_text()):
    fmt, adc = record["format"], np.array(record["adc"], dtype=float)  # None becomes NaN
    if fmt in (8, 310, 311) or (len(adc) > 1 and fmt != 212):
        continue
    with tempfile.TemporaryDirectory() as folder:
        name = record["header"].split()[0]
        Path(folder, f"{name}.hea").write_text(record["header"])
        Path(folder, f"{name}.dat").write_bytes(bytes.fromhex(record["hex"]))
        read = np.asarray(biosig.data(f"{folder}/{name}.hea")).T * record["gain"]
    unknown = np.isnan(adc) | ((adc == np.nanmax(adc)) & np.isnan(read))
    assert read.shape == adc.shape and np.allclose(read[~unknown], adc[~unknown], rtol=1e-7, atol=1e-6), name
    print(f"{name}: the same {np.sum(~unknown)} samples")
    same += 1
print(f"{same} records read the same")
