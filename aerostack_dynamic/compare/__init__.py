"""Two documents compared: what changed, and whether it breaks code written for the old one."""

from __future__ import annotations

from ._changes import Change, Comparison
from ._compare import compare

__all__ = ["Change", "Comparison", "compare"]
