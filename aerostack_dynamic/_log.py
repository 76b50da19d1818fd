"""What is told in the log: the standard logger `aerostack_dynamic`, method and template path, never a credential or a secret value."""

from __future__ import annotations

import inspect
import logging
import warnings
from typing import TYPE_CHECKING, Any, Final

from ._codec import UndecodableError, decode_json
from ._errors import ArgumentsWarning
from ._media_type import best_match, family
from ._shape import Shape, masked, shape_at
from ._values import MASK, printable, shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType

    from ._model import Argument, Operation
    from ._reference import Document
    from ._steps import Received

LOGGER: Final = logging.getLogger("aerostack_dynamic")
_LEVELS: Final = ("debug", "info", "warning", "error", "critical")


def set_up(level: str | None) -> None:
    """Write records of `level` and above to stderr, once for the process; what `AEROSTACK_LOG` asks for. Other values do nothing."""
    name = (level or "").strip().lower()
    if name not in _LEVELS or any(getattr(one, "aerostack_dynamic", False) for one in LOGGER.handlers):
        return
    handler = logging.StreamHandler()
    handler.aerostack_dynamic = True  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]  # marks it as ours
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    LOGGER.addHandler(handler)
    LOGGER.setLevel(name.upper())


def told_body(document: Document, operation: Operation, received: Received) -> str:
    """An answer's body for a log line: JSON that the document describes with its secrets masked, else its size alone."""
    if received.unread is not None:
        return "a stream"
    documented = operation.responses.get(str(received.status))
    media_type = best_match(documented.content, received.headers.get("content-type", "")) if documented else None
    if media_type is None or media_type.schema is None or family(media_type.name) != "json":
        return f"{len(received.body)} bytes"
    try:
        value = decode_json(received.body)
    except UndecodableError:
        return f"{len(received.body)} bytes"
    return printable(str(masked(value, shape_at(document, media_type.schema.pointer))), 1000)


def warn_caller(message: str, category: type[Warning] = ArgumentsWarning) -> None:
    """Warn at the line that called into the package, however deep below it this is."""
    level = 1
    frame: FrameType | None = inspect.currentframe()
    while frame is not None and str(frame.f_globals.get("__name__", "")).partition(".")[0] == __package__:
        level, frame = level + 1, frame.f_back
    warnings.warn(shown(message), category, stacklevel=level)


def told_arguments(
    arguments: Mapping[str, Any], accepted: Mapping[str, Argument], body_shape: Shape | None, document: Document
) -> str:
    """The arguments of a call for a log line, secrets masked."""
    shown: dict[str, Any] = {}
    for name, value in arguments.items():
        argument = accepted.get(name)
        if argument is None or argument.secret or argument.binary:
            shown[name] = MASK if argument is None or argument.secret else f"<{type(value).__name__}>"
        elif argument.parameter is not None:
            shape = shape_at(document, argument.schema.pointer) if argument.schema else None
            shown[name] = masked(value, shape)
        else:
            shown[name] = masked(value, body_shape.properties.get(argument.wire) if body_shape and argument.wire else body_shape)
    return printable(str(shown), 1000)


def name_of(operation: Operation | None) -> str:
    """How a call is called in the log."""
    return operation.dotted if operation else "send"
