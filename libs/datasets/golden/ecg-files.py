"""Writes the small ECG files in ecg-files/ and expected.json, what other tools read in them.

MAT files are written by scipy.io.savemat (SciPy 1.17.1); the DICOM file is written and read by pydicom 3.0.2; EDF and aECG, for which no writer
was at hand, are written here by their specifications and read by BioSig (python3-biosig 2.5.0 of Debian 12), whose values are the expected ones.

BIOSIG_PYTHON=python3 python ecg-files.py    # BioSig's module may belong to another Python than SciPy
"""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import scipy
import scipy.io
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

out = Path(__file__).parent / "ecg-files"
out.mkdir(exist_ok=True)
rate, n = 250, 500
rng = np.random.default_rng(5)
t = np.arange(n) / rate
beat = (t % 0.8) - 0.3
wave = 1.1 * np.exp(-0.5 * (beat / 0.012) ** 2) + 0.25 * np.exp(-0.5 * ((beat - 0.25) / 0.04) ** 2)
ecg = np.stack([g * wave + 0.02 * rng.standard_normal(n) for g in (0.6, 1.0, -0.4)])  # mV, I II V1
counts = np.round(ecg * 1000).astype(np.int16)
ecg = counts / 1000
expected = {"scipy": scipy.__version__, "pydicom": pydicom.__version__, "mV": ecg.tolist(), "biosig": {}, "dicom": {}}


def biosig(path):
    """What BioSig reads, [samples, channels] in the channels' units."""
    code = "import sys, json, biosig; print(json.dumps(biosig.data(sys.argv[1]).tolist()))"
    done = subprocess.run([os.environ.get("BIOSIG_PYTHON", "python3"), "-c", code, path], check=True, capture_output=True, text=True, env={})
    return np.array(json.loads(done.stdout[done.stdout.index("[[") :]))


# --- MAT
scipy.io.savemat(out / "v4.mat", {"val": counts, "fs": 250.0, "note": "text"}, format="4")
scipy.io.savemat(out / "v5.mat", {"ecg": ecg.T, "fs": np.float32(250)}, format="5")
scipy.io.savemat(
    out / "v5-compressed.mat",
    {"ECG": {"sex": "Male", "age": 60, "data": ecg, "more": {"Fs": 250}}, "names": np.array(["I", "II", "V1"], dtype=object)},
    do_compression=True,
)
scipy.io.savemat(out / "two.mat", {"a": ecg, "b": counts}, do_compression=True)


# --- EDF
def field(value, width):
    text = str(value)
    assert len(text) <= width, text
    return text.ljust(width).encode("latin-1")


def write_edf(path, kind, channels, records):
    """channels: (label, unit, physical, digital, samples a record, int16 data or annotation bytes a record)"""
    ns = len(channels)
    head = field(0, 8)
    head += field("p17 F 02-MAR-1960 Jane_Doe" if kind else "patient 17", 80)
    head += field("Startdate 02-FEB-2091 X X X" if kind else "a recording", 80)
    head += b"02.02.91" + b"10.11.12" + field(256 * (ns + 1), 8) + field(kind, 44) + field(records, 8) + field(0.5, 8) + field(ns, 4)
    columns = [
        (16, lambda c: c[0]),
        (80, lambda c: "electrode"),
        (8, lambda c: c[1]),
        (8, lambda c: c[2][0]),
        (8, lambda c: c[2][1]),
        (8, lambda c: c[3][0]),
        (8, lambda c: c[3][1]),
        (80, lambda c: "HP:0.05Hz"),
        (8, lambda c: c[4]),
        (32, lambda c: ""),
    ]
    for width, get in columns:
        head += b"".join(field(get(c), width) for c in channels)
    body = b""
    for r in range(records):
        for *_, samples, data in channels:
            if isinstance(data, bytes):
                body += (f"+{r * 0.5:g}\x14\x14\x00".encode() + data).ljust(2 * samples, b"\0")
            else:
                body += data[r * samples : (r + 1) * samples].astype("<i2").tobytes()
    path.write_bytes(head + body)


digital = np.round((ecg - 0.1) / 5e-3 * 2).astype(int)  # 0.0025 mV a step around 0.1 mV
step = (-2048, 2047)
mv = (round(0.1 - 2048 * 0.0025, 4), round(0.1 + 2047 * 0.0025, 4))
uv = (-5120, 5117.5)
resp = np.round(1000 * np.sin(t[::10])).astype(int)
write_edf(
    out / "plain.edf",
    "",
    [("ECG I", "mV", mv, step, 125, digital[0]), ("ECG II", "uV", uv, step, 125, digital[1]), ("ecg v1", "uV", uv, step, 125, digital[2])],
    4,
)
write_edf(
    out / "plus.edf",
    "EDF+C",
    [
        ("Resp", "mV", (-5, 5), (-2048, 2047), 12, resp[:48]),
        ("II", "uV", uv, step, 125, digital[1]),
        ("EDF Annotations", "", (-1, 1), (-32768, 32767), 20, b"+0.2\x14beat\x14\x00"),
    ],
    4,
)
edf = biosig(str(out / "plain.edf"))
# BioSig gives values in the units of the channels.
expected["biosig"]["plain.edf"] = (edf * [1, 1e-3, 1e-3]).T.round(7).tolist()

# --- HL7 aECG
leads = "".join(
    f"""<component><sequence classCode="OBS"><code code="MDC_ECG_LEAD_{lead}" codeSystem="2.16.840.1.113883.6.24"/>
<value xsi:type="SLIST_PQ"><origin value="{origin}" unit="uV"/><scale value="{scale}" unit="uV"/>
<digits>{" ".join(map(str, values))}</digits></value></sequence></component>"""
    for lead, origin, scale, values in (("I", 0, 1, counts[0]), ("II", 20, 2.5, digital[1]), ("V1", 0, 1, counts[2]))
)
(out / "aecg.xml").write_text(
    f"""<?xml version="1.0" encoding="UTF-8"?>
<AnnotatedECG xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" classCode="OBS" moodCode="EVN">
<id root="61d1a24f-b47e-41aa-ae95-f8ac302f4eeb"/><code code="93000" codeSystem="2.16.840.1.113883.6.12"/>
<effectiveTime><low value="20260301101112"/><high value="20260301101114"/></effectiveTime>
<componentOf><timepointEvent><componentOf><subjectAssignment><subject><trialSubject><id root="1.2" extension="p17"/></trialSubject></subject>
</subjectAssignment></componentOf></timepointEvent></componentOf>
<component><series classCode="OBSSER"><id root="3"/><code code="RHYTHM" codeSystem="2.16.840.1.113883.5.4"/>
<effectiveTime><low value="20260301101112.000"/></effectiveTime>
<component><sequenceSet classCode="OBSCOR">
<component><sequence classCode="OBS"><code code="TIME_ABSOLUTE" codeSystem="2.16.840.1.113883.5.4"/>
<value xsi:type="GLIST_TS"><head value="20260301101112.000"/><increment value="0.004" unit="s"/></value></sequence></component>
{leads}
</sequenceSet></component></series></component></AnnotatedECG>
"""
)
expected["biosig"]["aecg.xml"] = (biosig(str(out / "aecg.xml")) * 1e-3).T.round(7).tolist()


# --- DICOM
def code(value, scheme, meaning):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def group(data, originality, names):
    item = Dataset()
    item.WaveformOriginality = originality
    item.NumberOfWaveformChannels, item.NumberOfWaveformSamples = data.shape
    item.SamplingFrequency = "250"
    item.ChannelDefinitionSequence = []
    for i, (value, meaning) in enumerate(names):
        channel = Dataset()
        channel.ChannelSourceSequence = [code(value, "SCPECG", meaning)]
        channel.ChannelSensitivity = ["1", "2.5", "0.001"][i]
        channel.ChannelSensitivityUnitsSequence = [code(["uV", "uV", "mV"][i], "UCUM", "unit")]
        channel.ChannelSensitivityCorrectionFactor = ["1", "1.25", "1"][i]
        channel.ChannelBaseline = ["0", "12", "0.05"][i]
        channel.WaveformBitsStored = 16
        item.ChannelDefinitionSequence.append(channel)
    item.WaveformBitsAllocated, item.WaveformSampleInterpretation = 16, "SS"
    item.WaveformPaddingValue = (-32768).to_bytes(2, "little", signed=True)
    item.WaveformData = data.T.astype("<i2").tobytes()
    return item


names = (("5.6.3-9-1", "Lead I (Einthoven)"), ("5.6.3-9-2", "Lead II"), ("none", "Lead V1"))
for name, syntax in (
    ("explicit", ExplicitVRLittleEndian),
    ("implicit", ImplicitVRLittleEndian),
    ("deflated", DeflatedExplicitVRLittleEndian),
):
    file = Dataset()
    file.file_meta = FileMetaDataset()
    file.file_meta.TransferSyntaxUID = syntax
    file.file_meta.MediaStorageSOPClassUID = file.SOPClassUID = "1.2.840.10008.5.1.4.1.1.9.1.1"
    file.file_meta.MediaStorageSOPInstanceUID = file.SOPInstanceUID = "1.2.3.4"
    file.PatientID, file.AcquisitionDateTime, file.Modality = "p17", "20260301101112", "ECG"
    rhythm = counts.copy()
    rhythm[0, 7] = -32768  # padding: no sample
    file.WaveformSequence = [group(counts[:, 100:200], "DERIVED", names), group(rhythm, "ORIGINAL", names)]
    file.save_as(out / f"{name}.dcm", enforce_file_format=True)
read = pydicom.dcmread(out / "explicit.dcm").waveform_array(1)
expected["dicom"]["explicit.dcm"] = (read * [1e-3, 1e-3, 1]).T.round(7).tolist()

(out / "expected.json").write_text(json.dumps(expected, separators=(",", ":")))
