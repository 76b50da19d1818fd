"""The storms of `make soak`, each on one side, whose figures are gates here."""

from __future__ import annotations

from typing import Any

from storms import in_process

# How large each storm is. One that others don't come out of for minutes is smaller for them, and ends after some time.
SIZES: dict[str, dict[str, float]] = {
    "ours": {"cancel": 1, "signals": 1, "forks": 1, "outage": 1},
    "httpx": {"cancel": 0.1, "signals": 1, "forks": 1 / 3, "outage": 1},
    "replaced": {"cancel": 0.1, "signals": 1, "forks": 1 / 3, "outage": 0.1},
}
PATIENCE = {"ours": 240.0, "httpx": 90.0, "replaced": 90.0}


def measure(side: str, scale: float) -> dict[str, Any]:
    """What each storm told. An outage is never made smaller for a quick look: few calls would all have their retries."""
    sizes = {name: size if name == "outage" else size * scale for name, size in SIZES[side].items()}
    return {name: in_process(name, side, size, PATIENCE[side]) for name, size in sizes.items()}
