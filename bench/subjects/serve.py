"""The side of a subject in Python: see serve.ts."""

import json
import resource
import sys
import time

import numpy as np


def read_task():
    """The task whose path is the first argument, with its tensors."""
    with open(sys.argv[1]) as f:
        task = json.load(f)
    task["tensors"] = {
        name: np.fromfile(t["file"], t["dtype"]).reshape(t["shape"])
        for name, t in task["tensors"].items()
    }
    return task


def rows_of(step, batch_size, examples):
    """The rows of a step's batch; see work.ts."""
    return (np.arange(step * batch_size, (step + 1) * batch_size) * 7919) % examples


def params_of(task):
    return {n: t for n, t in task["tensors"].items() if not n.startswith("data.")}


def serve(run):
    """Answers until the input ends; run(first, steps) trains and gives the last step's loss."""
    done = 0
    print(json.dumps({"ready": True, "peakMiB": peak_mib()}), flush=True)
    idle_from, used_from = time.perf_counter(), time.process_time()
    for line in sys.stdin:
        steps = int(line)
        started = time.perf_counter()
        idle = {"ms": (started - idle_from) * 1e3, "cpuMs": (time.process_time() - used_from) * 1e3}
        loss = run(done, steps)
        ms = (time.perf_counter() - started) * 1e3
        print(json.dumps({"ms": ms, "loss": loss, "peakMiB": peak_mib(), "idle": idle}), flush=True)
        done += steps
        idle_from, used_from = time.perf_counter(), time.process_time()


def peak_mib():
    """The most memory that this process has held: see serve.ts."""
    try:
        with open("/proc/self/status") as f:
            kib = next(line for line in f if line.startswith("VmHWM")).split()[1]
    except (OSError, StopIteration):
        kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(kib) / 1024
