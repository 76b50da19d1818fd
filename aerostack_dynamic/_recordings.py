"""Reading recordings: our own, cassettes of vcrpy and HAR files, told apart by what is in them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ._incoming import read_request
from ._media_type import family
from ._recorded import MARK, calls_of, is_line
from ._values import is_object, printable
from ._warn import warn_caller

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

    from ._recorded import RecordedCall
    from ._spec import BaseSpec


def read_calls(
    path: str | os.PathLike[str], spec: BaseSpec | None = None, *, on_skipped: Callable[[str], None] | None = None
) -> Iterator[RecordedCall]:
    """The calls of a recording, in the order of the file: one that `record` wrote, a cassette of vcrpy (YAML or JSON), or a HAR file.

    Recordings of other tools know no operations: with `spec` those are found, and the arguments read as its document has them. What
    fits no operation is left out, and `on_skipped` is told of it in a sentence; without that it is a warning. Without `spec` such calls
    have `""` for their operation and no arguments. Nothing of them is masked. Of a recording of ours the same is told of lines that were
    cut, and of those of a later version; a call that was sent by `client.send` is found with `spec` as well, and stays as it is where it
    fits no operation. Raises OSError, and ValueError for what is no recording.
    """
    return _read(Path(path), spec, on_skipped or (lambda text: warn_caller(text, UserWarning)))


def _read(path: Path, spec: BaseSpec | None, on_skipped: Callable[[str], None]) -> Iterator[RecordedCall]:
    try:
        for number, call in enumerate(_calls(path.read_bytes(), lambda text: on_skipped(f"{path}: {text}")), 1):
            found = call if spec is None or call.operation else with_operation(spec, call)
            if found is None and call.path:
                yield call
            elif found is None:
                sent = call.request
                where = printable(sent.url.partition("?")[0])
                on_skipped(f"{path}: call {number}, {printable(sent.method)} {where}, fits no operation of the document")
            else:
                yield found
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _calls(content: bytes, on_odd: Callable[[str], None]) -> Iterator[RecordedCall]:
    content = content.removeprefix(b"\xef\xbb\xbf")
    first = content.lstrip().partition(b"\n")[0]
    if is_line(first) or MARK in (_json(first) or ()):
        return calls_of(content, on_odd)
    from ._cassette import cassette_calls, load_cassette  # noqa: PLC0415  # few recordings are another tool's
    from ._har import har_calls  # noqa: PLC0415  # the same

    root: Any = _json(content) if first.startswith(b"{") else None
    root = load_cassette(content) if root is None else root
    if is_object(root) and "interactions" in root:
        return cassette_calls(root)
    if is_object(root) and is_object(root.get("log")):
        return har_calls(root)
    raise ValueError("this is no recording: neither lines of recorded calls, nor a cassette of vcrpy, nor a HAR file")


def _json(text: bytes) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if is_object(value) else None


def is_upload(call: RecordedCall) -> bool:
    """Whether a call of a recording of ours sent parts, which are not kept."""
    kind = next((text for name, text in call.request.headers if name.lower() == "content-type"), "")
    return bool(call.path) and not call.request.body and family(kind) == "multipart"


def with_operation(spec: BaseSpec, call: RecordedCall) -> RecordedCall | None:
    """The call with its operation and its arguments, as the document reads what was sent; None where no operation fits."""
    sent = call.request
    if is_upload(call):
        return None
    read = read_request(spec, sent.method, sent.url, sent.headers, sent.body, strict=False)
    if read is None:
        return None
    operation, arguments = read.operation, MappingProxyType(dict(read.arguments))
    return replace(
        call,
        operation=operation.operation_id,
        method=operation.method,
        path=operation.path,
        arguments=arguments,
        media_type=read.media_type,
    )
