"""Writes golden/hparams.json: summaries of the hparams plugin as TensorBoard itself makes them, in base64.

Made with tensorboard 2.21.0:  python3 write_hparams.py
"""

import base64
import json
import pathlib

from tensorboard.compat.proto import summary_pb2
from tensorboard.plugins.hparams import api_pb2, metadata, plugin_data_pb2
from tensorboard.plugins.hparams.summary_v2 import hparams_pb

parameters = {"batchSize": 32, "learningRate": 1e-4, "model.name": "cnn_lstm", "nesterov": False, "seed": 0}
start = hparams_pb(parameters, trial_id="", start_time_secs=1700000000.25)
end = summary_pb2.Summary()
end.value.add(
    tag=metadata.SESSION_END_INFO_TAG,
    metadata=metadata.create_summary_metadata(
        plugin_data_pb2.HParamsPluginData(
            session_end_info=plugin_data_pb2.SessionEndInfo(status=api_pb2.STATUS_SUCCESS, end_time_secs=1700000009.5)
        )
    ),
    tensor=metadata.NULL_TENSOR,
)
# maps have no order in protobuf: the content once more, with its keys sorted
data = plugin_data_pb2.HParamsPluginData.FromString(start.value[0].metadata.plugin_data.content)
start.value[0].metadata.plugin_data.content = data.SerializeToString(deterministic=True)

golden = {
    "parameters": parameters,
    "start": base64.b64encode(start.SerializeToString(deterministic=True)).decode(),
    "end": base64.b64encode(end.SerializeToString(deterministic=True)).decode(),
}
pathlib.Path(__file__).with_name("hparams.json").write_text(json.dumps(golden, indent=1) + "\n")
