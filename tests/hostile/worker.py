"""Runs the rows of a table, each in a process of its own: `worker.py table.py`. A line of JSON tells how each ended.

The processes are forked from one that has imported the package, so that memory and time are the row's alone. Time is that of the
processor: a machine that is busy with something else makes no row fail.
"""

from __future__ import annotations

import json
import os
import resource
import runpy
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

import aerostack_dynamic
from aerostack_dynamic import AerostackError, _yaml_slow

_ = aerostack_dynamic.Spec.bundled(), _yaml_slow


def work(row: Callable[[], Any]) -> dict[str, Any]:
    """What a row gave or raised, the seconds of the processor that it took, and by how many MiB it made the process larger."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    try:
        told = f"ok: {row()}"
    except AerostackError as error:
        told = f"{type(error).__name__}: {error}"
    except BaseException as error:
        told = f"not ours: {type(error).__name__}: {error} {traceback.format_exc()[-600:]}"
    seconds = time.process_time() - began
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    return {"told": told[:2000], "seconds": seconds, "memory": grown / 1024 / (1024 if sys.platform == "darwin" else 1)}


def run(name: str, make: Callable[[], Callable[[], Any]]) -> dict[str, Any]:
    """One row in a forked process, ended after 20 seconds of the processor."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
        row = make()
        with os.fdopen(writing, "w") as file:
            json.dump(work(row), file)
            file.flush()
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as file:
        text = file.read()
    _, status = os.waitpid(child, 0)
    return {"name": name, "code": os.waitstatus_to_exitcode(status), **(json.loads(text) if text else {})}


if __name__ == "__main__":
    for each, maker in runpy.run_path(sys.argv[1])["rows"]().items():
        print(json.dumps(run(each, maker)), flush=True)
