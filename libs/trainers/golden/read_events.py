"""Prints what TensorBoard itself reads from a folder of event files, as JSON: scalars as {tag: [[step, wall_time, value], …]}, images as
{tag: [[step, width, height, SHA-256 of the pixels], …]}, and the parameters that the hparams tab shows.

Usage: python3 read_events.py FOLDER   (needs `pip install tensorboard pillow`; TensorFlow is not needed)
"""

import hashlib
import io
import json
import sys

from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata

accumulator = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "tensors": 0, "images": 0})
accumulator.Reload()
scalars = {
    tag: [[event.step, event.wall_time, event.value] for event in accumulator.Scalars(tag)]
    for tag in accumulator.Tags()["scalars"]
}


def picture(event):
    image = Image.open(io.BytesIO(event.encoded_image_string))
    assert (image.width, image.height, image.mode) == (event.width, event.height, "RGB")
    return [event.step, image.width, image.height, hashlib.sha256(image.tobytes()).hexdigest()]


images = {tag: [picture(event) for event in accumulator.Images(tag)] for tag in accumulator.Tags()["images"]}

hparams = {}
content = accumulator.PluginTagToContent(metadata.PLUGIN_NAME)
if metadata.SESSION_START_INFO_TAG in content:
    start = metadata.parse_session_start_info_plugin_data(content[metadata.SESSION_START_INFO_TAG])
    hparams["parameters"] = {
        name: getattr(value, value.WhichOneof("kind")) for name, value in sorted(start.hparams.items())
    }
if metadata.SESSION_END_INFO_TAG in content:
    hparams["status"] = metadata.parse_session_end_info_plugin_data(content[metadata.SESSION_END_INFO_TAG]).status
print(json.dumps({"scalars": scalars, "images": images, "hparams": hparams}))
