"""Warnings, given at the line of the caller's own code that led to them."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from ._errors import ArgumentsWarning
from ._values import shown

if TYPE_CHECKING:
    from types import FrameType


def warn_caller(message: str, category: type[Warning] = ArgumentsWarning) -> None:
    """Warn at the line that called into the package, however deep below it this is."""
    from inspect import currentframe  # noqa: PLC0415  # slow to import, and few are warned

    level = 1
    frame: FrameType | None = currentframe()
    while frame is not None and str(frame.f_globals.get("__name__", "")).partition(".")[0] == __package__:
        level, frame = level + 1, frame.f_back
    warnings.warn(shown(message), category, stacklevel=level)
