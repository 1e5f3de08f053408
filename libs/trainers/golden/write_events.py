"""Writes golden/events.json: an event file as TensorBoard's own writer makes it, in base64, with the events it holds.

Made with tensorboard 2.21.0:  python3 write_events.py
"""

import base64
import io
import json
import pathlib

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

scalars = [
    {"wall_time": 1700000001.25, "step": 1, "values": {"train/loss": 0.6931471805599453, "val/macroF1": 0.5}},
    {"wall_time": 1700000002.5, "step": 2, "values": {"train/loss": 1.0e-4, "val/macroF1": 1.0, "learning_rate": 0.0}},
    {"wall_time": 1700000003.75, "step": 5_000_000_000, "values": {"train/loss": -3.5e20, "Größe µV": 1e-40}},
]


class Buffer(io.BytesIO):
    def write(self, data):
        return super().write(bytes(data))


file = Buffer()
writer = RecordWriter(file)
writer.write(event_pb2.Event(wall_time=1700000000.0, file_version="brain.Event:2").SerializeToString())
writer.write(
    event_pb2.Event(
        wall_time=1700000000.5, step=3, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START)
    ).SerializeToString()
)
for entry in scalars:
    values = [summary_pb2.Summary.Value(tag=tag, simple_value=value) for tag, value in entry["values"].items()]
    event = event_pb2.Event(wall_time=entry["wall_time"], step=entry["step"], summary=summary_pb2.Summary(value=values))
    writer.write(event.SerializeToString())

golden = {"file": base64.b64encode(file.getvalue()).decode(), "scalars": scalars}
pathlib.Path(__file__).with_name("events.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")
