"""One storm on one side, in this process: `python -m storms STORM SIDE SCALE`."""

from __future__ import annotations

import json
import sys

from .run import one_storm

if __name__ == "__main__":
    name, side, scale = sys.argv[1:]
    print(json.dumps(one_storm(name, side, float(scale))))
