"""`explore`: a page on this machine to browse a document and to try its calls, which a client makes."""

from __future__ import annotations

from ._explorer import Explorer, explore

__all__ = ["Explorer", "explore"]
