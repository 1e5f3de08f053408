"""The Python side of the benchmark: computes macro AUROC for each JSON line on stdin, and answers on stdout in JSON lines.

scikit-learn as one would best use it: labels as integers in an array of their own, one call for all classes.
"""

import json
import sys
import time

import numpy as np
import sklearn
from sklearn.metrics import average_precision_score, roc_auc_score

print(json.dumps({"sklearn": sklearn.__version__, "python": sys.version.split()[0]}), flush=True)
labels, scores = None, {}


def run(precision):
    return roc_auc_score(labels, scores[precision])


for line in sys.stdin:
    task = json.loads(line)
    if task["what"] == "load":
        labels = np.fromfile(task["labels"], dtype="u1").reshape(-1, task["classes"]).astype("int64")
        x = np.fromfile(task["scores"], dtype="<f4").reshape(labels.shape)
        scores = {"float32": x, "float64": x.astype("float64")}
        answer = None
    elif task["what"] == "values":
        x = scores[task["precision"]]
        answer = {"macroAuroc": roc_auc_score(labels, x), "macroAuprc": average_precision_score(labels, x)}
    else:
        begin = time.perf_counter()
        run(task["precision"])
        answer = time.perf_counter() - begin
    print(json.dumps({"answer": answer}), flush=True)
