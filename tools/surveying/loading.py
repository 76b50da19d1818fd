"""How a document of a survey is loaded."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from aerostack_dynamic import Spec

if TYPE_CHECKING:
    from pathlib import Path


def loaded(document: Path, root: Path) -> Spec:
    """The document, its references allowed to reach into `root`."""
    more: dict[str, Any] = {"root": root} if "root" in inspect.signature(Spec.load).parameters else {}
    return Spec.load(document, **more)
