"""Prints what the protobuf classes of Weights & Biases read from a transaction log, one JSON per record: [kind, record].

Usage: python3 read_wandb.py run-ID.wandb   (needs `pip install --no-deps wandb` and `pip install protobuf`)

The frames are read here, by LevelDB's log_format.md: wandb's own reader is part of its program `wandb sync`.
"""

import importlib.util
import json
import struct
import sys
import types
import zlib

# wandb.proto alone: the package itself would import much that its records don't need
package = types.ModuleType("wandb")
package.__path__ = list(importlib.util.find_spec("wandb").submodule_search_locations)
sys.modules["wandb"] = package

from google.protobuf.json_format import MessageToDict  # noqa: E402
from wandb.proto import wandb_internal_pb2  # noqa: E402


def frames(data):
    at = 7
    while at < len(data):
        left = 32768 - at % 32768
        if left < 7:
            at += left
            continue
        crc, length, kind = struct.unpack("<IHB", data[at : at + 7])
        part = data[at + 7 : at + 7 + length]
        assert length <= left - 7 and zlib.crc32(bytes([kind]) + part) == crc
        yield kind, part
        at += 7 + length


with open(sys.argv[1], "rb") as file:
    content = file.read()
assert content[:7] == b":W&B\xe1\xbe\x00"
parts = []
for kind, part in frames(content):
    assert (kind in (1, 2)) == (not parts)
    parts.append(part)
    if kind in (1, 4):
        record = wandb_internal_pb2.Record.FromString(b"".join(parts))
        parts = []
        print(json.dumps([record.WhichOneof("record_type"), MessageToDict(record, preserving_proto_field_name=True)]))
assert not parts
