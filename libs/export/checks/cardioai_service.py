"""What the inference service of CardioAI Pro does with a record, for comparing its answer with ours.

python cardioai_service.py MODEL < record.json > answers.json, a record being {"rate": Hz, "signals": [[mV, ...] for each lead]}: pads or cuts leads to 12,
resamples to 500 Hz, scales each lead to mean 0 and deviation 1, pads or cuts to 5000 samples, and runs the model.
"""

import json
import sys

import numpy as np
import onnxruntime

LEADS, RATE, SAMPLES = 12, 500, 5000


def resampled(signals, rate):
    """By the Fourier transform, as scipy.signal.resample does it."""
    if rate == RATE:
        return signals
    samples = signals.shape[1]
    length = round(samples * RATE / rate)
    spectrum = np.fft.rfft(signals)
    kept = np.zeros((len(signals), length // 2 + 1), complex)
    both = min(spectrum.shape[1], kept.shape[1])
    kept[:, :both] = spectrum[:, :both]
    return np.fft.irfft(kept, length) * (length / samples)


def prepared(signals, rate):
    leads = np.zeros((LEADS, signals.shape[1]))
    leads[: min(LEADS, len(signals))] = signals[:LEADS]
    leads = resampled(leads, rate)
    spread = leads.std(axis=1, keepdims=True)
    leads = (leads - leads.mean(axis=1, keepdims=True)) / np.where(spread == 0, 1, spread)
    whole = np.zeros((1, LEADS, SAMPLES), np.float32)
    length = min(SAMPLES, leads.shape[1])
    whole[0, :, :length] = leads[:, :length]
    return whole


session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
record = json.load(sys.stdin)
first = session.get_inputs()[0]
answer = session.run([session.get_outputs()[0].name], {first.name: prepared(np.array(record["signals"]), record["rate"])})
print(json.dumps({"input": [first.name, first.type, first.shape], "probabilities": answer[0][0].tolist()}))
