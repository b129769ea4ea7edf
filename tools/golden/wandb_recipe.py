"""Runs the recipe of docs/tracking.md for Weights & Biases on a file of the tracker, and stores what W&B recorded.

    deno task -q experiment digits --epochs 2 --optimizer sgd --tracker jsonl --out /tmp/run
    python tools/golden/wandb_recipe.py /tmp/run     # PyPI: wandb 0.31.0

W&B works offline (WANDB_MODE=offline): it writes a file of its own and sends nothing. The file is a log of protocol buffers in
blocks of 32 KiB, as LevelDB's; this script reads its records of history.
"""

import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

os.environ["WANDB_MODE"] = "offline"
os.environ["WANDB_SILENT"] = "true"

import wandb  # noqa: E402
from wandb.proto import wandb_internal_pb2  # noqa: E402

ROOT = pathlib.Path(__file__).parents[2]
TARGET = ROOT / "tests" / "golden" / "trackers"
BLOCK = 32768


def recipe():
    page = (ROOT / "docs" / "tracking.md").read_text()
    return re.search(r"```py\n(import json, pathlib, wandb\n.*?)```", page, re.S)[1]


def records(path):
    """Yields the records of a log: a header of 7 bytes, then pieces with checksum, length and type."""
    data = path.read_bytes()
    at, parts = 7, b""
    while at + 7 <= len(data):
        if BLOCK - at % BLOCK < 7:
            at += BLOCK - at % BLOCK
            continue
        _, length, kind = struct.unpack("<IHB", data[at : at + 7])
        piece = data[at + 7 : at + 7 + length]
        at += 7 + length
        parts = piece if kind in (1, 2) else parts + piece
        if kind in (1, 4):
            yield parts


def history(folder):
    (path,) = folder.glob("wandb/offline-run-*/*.wandb")
    for data in records(path):
        record = wandb_internal_pb2.Record()
        record.ParseFromString(data)
        if record.WhichOneof("record_type") == "history":
            items = {item.key or "/".join(item.nested_key): item.value_json for item in record.history.item}
            yield {name: value for name, value in items.items() if not name.startswith("_") or name == "_step"}


def main():
    run = pathlib.Path(sys.argv[1])
    (source,) = (run / "jsonl").glob("*.jsonl")
    lines = source.read_text().splitlines()
    # Few rows are enough; one of them with each number that JSON lacks.
    odd = [json.loads(lines[0]) | {"_step": 1000 + i, "batchLoss": v} for i, v in enumerate(["NaN", "Infinity", "-Infinity"])]
    ends = [line for line in lines if "trainLoss" in line]
    kept = lines[:3] + ends + [json.dumps(row, separators=(",", ":")) for row in odd]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "runs/digits/MY_RUN/jsonl").mkdir(parents=True)
        (folder / "runs/digits/MY_RUN/jsonl" / source.name).write_text("\n".join(kept) + "\n")
        code = recipe()
        # W&B writes the file out when the process ends.
        subprocess.run([sys.executable, "-c", code], cwd=folder, check=True)
        rows = list(history(folder))
    golden = {"wandb": wandb.__version__, "recipe": code, "lines": kept, "history": rows}
    (TARGET / "wandb.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
