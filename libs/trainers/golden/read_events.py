"""Prints what TensorBoard itself reads from a folder of event files, as JSON: {tag: [[step, wall_time, value], …]}.

Usage: python3 read_events.py FOLDER   (needs `pip install tensorboard`; TensorFlow is not needed)
"""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

accumulator = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "tensors": 0})
accumulator.Reload()
scalars = {
    tag: [[event.step, event.wall_time, event.value] for event in accumulator.Scalars(tag)]
    for tag in accumulator.Tags()["scalars"]
}
print(json.dumps(scalars))
