"""One measure on one side, in this process: `python -m accepting MEASURE SIDE SCALE`."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent.parent / "tests"

if __name__ == "__main__":
    # In front of the folder of the tools, in which another `faults` is.
    sys.path.insert(0, str(TESTS))
    name, side, *more = sys.argv[1:]
    found = importlib.import_module(f"accepting.{name}").measure(side, float(more[0]))
    print(json.dumps(found))
    sys.stdout.flush()
