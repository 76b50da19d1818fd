"""`--dry-run` and `--curl`: a call as it would be sent, secrets masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._carried import carried
from .._mask import secret_places, shown_headers, shown_pairs, shown_url, telling_names, telling_of, tells_secret
from .._media_type import family
from .._shape import masked
from .._values import MASK, UNSET, is_array, printable
from ._show import as_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .. import _http
    from .._operation import ApiOperation
    from ._operation import OperationCommand


def curl_text(operation: ApiOperation, arguments: Mapping[str, Any]) -> str:
    """A command for a POSIX shell, an argument a line. Raises ArgumentsError."""
    return operation.curl(**arguments)


def request_text(command: OperationCommand, operation: ApiOperation, arguments: Mapping[str, Any]) -> str:
    """The request as a person reads it: its line, headers, and body. Raises ArgumentsError."""
    request = operation.prepare(**arguments)
    document, one = command.spec.document, command.operation
    also = telling_of(request)
    lines = [f"{request.method} {shown_url(document, one, request.url, also)}"]
    lines += [f"{name.lower()}: {text}" for name, text in shown_headers(document, one, request.headers.raw, also)]
    return "\n".join([*(printable(line, 100_000) for line in lines), *_credentials(command), *_body(command, request, arguments)])


def _credentials(command: OperationCommand) -> Iterator[str]:
    """What is added as it is sent."""
    schemes = [" and ".join(map(printable, one)) for one in command.operation.security if one]
    if schemes:
        yield f"(credentials of {' or '.join(schemes)} are added as it is sent)"


def _body(command: OperationCommand, request: _http.Request, arguments: Mapping[str, Any]) -> Iterator[str]:
    kind = request.headers.get("content-type")
    if kind is None:
        return
    yield ""
    content = carried(command.spec.document, command.operation, request).content
    if content and family(kind) == "json":
        from .._codec import decode_json  # noqa: PLC0415  # only for what is shown

        yield as_json(masked(decode_json(content, allow_nan=True), None, telling_of(request)))
    elif content:
        text = content.decode(errors="replace")
        yield shown_pairs(text, telling_of(request), "&") if family(kind) == "form" else text
    else:
        yield from _parts(command, arguments)


def _parts(command: OperationCommand, arguments: Mapping[str, Any]) -> Iterator[str]:
    """What a body is made of that is not shown as it is: its parts, and files by their names."""
    names = secret_places(command.spec.document).properties
    for field in command.fields.options:
        one = field.argument
        value = arguments.get(one.name, UNSET)
        if one.location != "body" or value is UNSET:
            continue
        if tells_secret(one.wire or ""):
            told = MASK
        elif one.binary:
            told = "the content of " + ", ".join(printable(str(file)) for file in ([*value] if is_array(value) else [value]))
        else:
            told = as_json(value, indent=None)
            told = as_json(masked(masked(value, field.shape, names), None, telling_names(told)), indent=None)
        yield f"({one.wire or 'the body'}: {told})"
