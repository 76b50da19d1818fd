"""The soak from its start to its verdict."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from storms.measure import open_files, settled, threads

from .checker import faults, table
from .history import Entry, kept
from .workload import Workload

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = 20


@contextmanager
def soak_server(seed: int, history: list[Entry]) -> Iterator[str]:
    """The address of the server; at the end of the block its history is in the list."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "history")
        command = [sys.executable, "-m", "soaking.server", str(seed), str(path)]
        here = Path(__file__).resolve().parent.parent
        with subprocess.Popen(command, cwd=here, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdin is not None
            try:
                yield f"http://127.0.0.1:{int(process.stdout.readline())}"
                process.stdin.close()
                process.wait(60)
                history += kept(path)
            finally:
                process.kill()


def soak(minutes: float, seed: int) -> tuple[int, int]:
    """Run it and print what came of it; gives how many calls there were, and how many faults were found."""
    history: list[Entry] = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        before = open_files(), threads()
        with soak_server(seed, history) as url:
            work = Workload(url, seed, minutes * 60, Path(folder))
            work.run()
        # One thread stays that asyncio made to run what blocks; it has none by now.
        work.found["files left"] = max(0, settled(open_files, before[0]) - before[0])
        work.found["threads left"] = max(0, settled(threads, before[1]) - before[1])
    found = faults(work.calls, history) + [f"{name}: {count}" for name, count in work.found.items() if count]
    print(table(work.calls, history))
    print(f"\n{len(history)} requests in {time.monotonic() - began:.0f} s, seed {seed}")
    print(f"the machine was late by {work.loop_heart.worst:.2f} s at worst in the loop, {work.thread_heart.worst:.2f} s in threads")
    print("\n".join(found[:SHOWN]), flush=True)
    for rule, count in Counter(one.partition(":")[0] for one in found).items():
        print(f"FAULT {rule}: {count} times")
    return len(work.calls), len(found)
