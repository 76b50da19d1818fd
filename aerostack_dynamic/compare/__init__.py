"""Two documents compared: what changed, and whether it breaks code written for the old one."""

from __future__ import annotations

from ._changes import Change, Comparison

__all__ = ["Change", "Comparison"]
