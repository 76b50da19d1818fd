"""What is told in the log: the standard logger `aerostack_dynamic`, method and template path, never a credential or a secret value."""

from __future__ import annotations

import logging
from datetime import date, time
from enum import Enum
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from ._codec import UndecodableError, decode_json
from ._mask import secret_places, shown_url
from ._media_type import best_match, family
from ._shape import masked, secret_texts, shape_at
from ._values import MASK, MAX_DEPTH, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._arguments import Layout
    from ._hidden import Hidden
    from ._http import Request
    from ._model import Argument, Operation
    from ._reference import Document
    from ._shape import Shape
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


def log_answer(
    logger: logging.Logger,
    document: Document,
    operation: Operation | None,
    request: Request,
    received: Received,
    attempts: int,
    request_id: str | None,
    hidden: Hidden,
) -> None:
    """Tell of an answer: where it came from, its status and time, and with `debug` its body."""
    logger.info(
        "%s %s %s -> %d in %.0f ms, attempt %d, request id %s",
        name_of(operation),
        request.method,
        operation.path if operation else shown_url(document, None, request.url).path,
        received.status,
        received.elapsed * 1000,
        attempts,
        printable(hidden.text(request_id or "none")),
    )
    if operation is not None and logger.isEnabledFor(logging.DEBUG):
        logger.debug("%s answered %s", operation.dotted, told_body(document, operation, received, hidden))


def told_body(document: Document, operation: Operation, received: Received, hidden: Hidden) -> str:
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
    told = masked(hidden.value(value), shape_at(document, media_type.schema.pointer), secret_places(document).properties)
    return printable(str(told), 1000)


def told_arguments(document: Document, layout: Layout, arguments: Mapping[str, Any]) -> str:
    """The arguments of a call for a log line, secrets masked."""
    names = secret_places(document).properties
    told: dict[str, Any] = {}
    for name, value in arguments.items():
        argument = layout.accepted.get(name)
        if argument is None or argument.secret:
            told[name] = MASK
        elif argument.binary:
            told[name] = f"<{type(value).__name__}>"
        else:
            told[name] = masked(_told(value), _shape_of(document, layout, argument), names)
    return printable(str(told), 1000)


def secret_arguments(document: Document, layout: Layout, arguments: Mapping[str, Any]) -> Iterator[str]:
    """What stands in the arguments of a call where the document calls it secret."""
    names = secret_places(document).properties
    for name, value in arguments.items():
        argument = layout.accepted.get(name)
        if argument is not None and argument.secret:
            yield from secret_texts(_told({MASK: value}), None, {MASK})
        elif argument is not None and not argument.binary:
            yield from secret_texts(_told(value), _shape_of(document, layout, argument), names)


def _shape_of(document: Document, layout: Layout, argument: Argument) -> Shape | None:
    if argument.parameter is not None:
        one = argument.parameter
        schema = one.content.schema if one.content else one.schema
        return shape_at(document, schema.pointer) if schema else None
    body = layout.body_shape
    return body.properties.get(argument.wire) if body and argument.wire else body


def _told(value: Any, depth: int = 0) -> Any:
    """A value of the caller's as JSON would have it, as far as it is JSON: an object of another kind may show anything."""
    if depth > MAX_DEPTH:
        return "..."
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, dict):
        return {str(key): _told(item, depth + 1) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, (list, tuple)):
        return [_told(item, depth + 1) for item in value]  # pyright: ignore[reportUnknownVariableType]
    known = value is None or isinstance(value, (str, int, float, date, time, UUID))
    return value if known else f"<{type(value).__name__}>"


def name_of(operation: Operation | None) -> str:
    """How a call is called in the log."""
    return operation.dotted if operation else "send"
