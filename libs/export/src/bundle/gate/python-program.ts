/**
 * What Python does: compares a bundle with its manifest, runs a model in ONNX Runtime on inputs in files, and writes every output into a file. The job comes by
 * the standard input, what came of it goes to the standard output, both JSON.
 */
export const pythonProgram = `
import hashlib
import json
import sys
from pathlib import Path

import numpy
import onnxruntime

job = json.load(sys.stdin)
folder, work = job["bundle"], Path(job["work"])
if folder:
    lines = (Path(folder) / "MANIFEST.sha256").read_text().splitlines()
    for digest, name in (line.split("  ", 1) for line in lines):
        assert hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest() == digest, name

session = onnxruntime.InferenceSession(job["model"], providers=["CPUExecutionProvider"])
feeds = {
    name: numpy.fromfile(work / f"{name}.f32", "<f4").reshape(shape) for name, shape in job["inputs"].items()
}
names = job["outputs"] or [output.name for output in session.get_outputs()]
count = len(next(iter(feeds.values())))
parts = [
    session.run(names, {name: feed[at : at + job["batch"]] for name, feed in feeds.items()})
    for at in range(0, count, job["batch"])
]
for i, pieces in enumerate(zip(*parts)):
    whole = pieces[0] if len(pieces) == 1 else numpy.concatenate(pieces)
    numpy.ascontiguousarray(whole, "<f4").tofile(work / f"output-{i}.f32")
print(json.dumps({"outputs": names}))
`;
