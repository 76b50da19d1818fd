"""Typed clients for any document: one Python file that runs, and that type checkers and editors see all of."""

from __future__ import annotations

from ._file import write_stub

__all__ = ["write_stub"]
