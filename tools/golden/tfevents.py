"""Writes tests/golden/trackers/tfevents.json: an event file of TensorBoard, in the bytes that TensorFlow writes.

Needs PyPI's tensorflow-cpu 2.21.0.  Run:  python tools/golden/tfevents.py
Protocol buffers and records with their checksums are TensorFlow's own (tf.compat.v1.Event, tf.io.TFRecordWriter); wall
times and values are fixed, so that the same versions write the same bytes.
"""

import base64
import json
import tempfile
from pathlib import Path

import tensorflow as tf

PATH = Path(__file__).resolve().parents[2] / "tests" / "golden" / "trackers" / "tfevents.json"
TIME = 1700000000.125

# Steps around the lengths of varints; numbers that float32 rounds or cannot store, and special values.
ROWS = [
    (1, {"batchLoss": 2.302585092994046}),
    (2, {"batchLoss": 0.1, "epoch": 1}),
    (127, {"trainLoss": 1e-45, "testLoss": -0.0}),
    (128, {"trainLoss": 1e39, "testLoss": -1e39}),
    (16384, {"trainLoss": float("nan"), "testLoss": float("inf"), "testAccuracy": float("-inf")}),
    (2**31, {"loss of größe μ": 16777217.0}),
    (2**40 + 1, {"a" * 200: 3.4028234663852886e38}),
    (300, {f"m{i}": i / 7 for i in range(40)}),
]


def named(value):
    return value if abs(value) < float("inf") else {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/events"
        with tf.io.TFRecordWriter(path) as writer:
            head = tf.compat.v1.Event(wall_time=TIME, file_version="brain.Event:2")
            writer.write(head.SerializeToString())
            for step, values in ROWS:
                event = tf.compat.v1.Event(wall_time=TIME, step=step)
                for tag, value in values.items():
                    event.summary.value.add(tag=tag, simple_value=value)
                writer.write(event.SerializeToString())
        # TensorFlow verifies the checksums while it reads.
        read = list(tf.compat.v1.train.summary_iterator(path))
        assert [e.step for e in read[1:]] == [step for step, _ in ROWS]
        data = Path(path).read_bytes()
    rows = [{"step": step, "values": {k: named(v) for k, v in values.items()}} for step, values in ROWS]
    PATH.parent.mkdir(parents=True, exist_ok=True)
    golden = {"tensorflow": tf.__version__, "time": TIME, "rows": rows, "file": base64.b64encode(data).decode()}
    PATH.write_text(json.dumps(golden, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    print(f"{PATH.name}: {len(data)} bytes, {len(ROWS)} events")


main()
