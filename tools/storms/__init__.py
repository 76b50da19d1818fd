"""Storms: many cancels, signals, forks, clients or calls at once, on any HTTP client that fits the port `Side`.

    from storms import SIDES, STORMS, in_process

    in_process("cancel", "ours", 0.1)   # a tenth of the storm, in a process of its own -> {"calls": ..., "probes": ..., ...}

`python -m storms cancel ours 0.1` prints the same as JSON. A storm may hang or leave its process in ruins; therefore the process.
"""

from __future__ import annotations

from .run import STORMS, in_process
from .sides import SIDES, Side

__all__ = ["SIDES", "STORMS", "Side", "in_process"]
