"""The memory of this process, as the system counts it. Linux tells all of it."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

STATUS = Path("/proc/self/status")


def _field(name: str) -> int:
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024


def peak() -> int:
    """The most bytes that this program has held in memory so far.

    It is the system's own count for the program that runs: what `getrusage` tells is not less than the peak of the process that started it.
    """
    try:
        return _field("VmHWM")
    except (OSError, StopIteration):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def resident() -> int | None:
    """Bytes of memory in use, after which the peak is counted anew; None where the system does not tell."""
    gc.collect()
    try:
        Path("/proc/self/clear_refs").write_text("5")
        return _field("VmRSS")
    except OSError:
        return None


def risen(before: int | None) -> int | None:
    """Bytes by which the peak is above what was in use `before`."""
    return None if before is None else max(0, _field("VmHWM") - before)
