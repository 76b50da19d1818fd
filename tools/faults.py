"""The fault suite as a program: the package `faults` of the tests, run with the arguments given. make faults"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    # In the place of this file's own folder, where `faults` would be this file.
    sys.path[0] = str(Path(__file__).resolve().parent.parent / "tests")
    runpy.run_module("faults", run_name="__main__", alter_sys=True)
