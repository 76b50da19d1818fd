"""What the process of a document keeps to: an address space of so many bytes, and one JSON object a line."""

from __future__ import annotations

import json
from typing import Any


def tell(**found: Any) -> None:
    print(json.dumps(found), flush=True)


def bounded(memory: int) -> None:
    """Limit the address space, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
