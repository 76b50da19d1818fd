"""Whether a call is like a recorded one, and if not, where they differ. What a recording has masked is like anything.

Calls of operations are compared by their arguments, as JSON values: the order of keys means nothing, and a file is its description. What
is known of no operation is compared by what was sent: method, path, query and body, whatever the server and the credentials are.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from .._incoming import read_request
from .._mask import secret_places
from .._media_type import family
from .._shape import masked
from .._values import MASK, UNSET, as_object, is_array, is_object, pointer_token
from ._keeping import arguments_of, masked_arguments
from ._masks import Masks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from .._call import Call
    from .._recorded import RecordedCall
    from .._reference import Document
    from .._spec import BaseSpec

_FILE: Final = frozenset({"filename", "content_type", "size"})


class Asked(NamedTuple):
    """A request that wants an answer. `arguments` are None where its operation is not known, `shown` those that may be shown.

    `ignored` are the names in its query that credentials stand under.
    """

    operation: str
    method: str
    path: str
    url: str
    content_type: str
    body: bytes
    arguments: Mapping[str, Any] | None
    shown: Any
    ignored: Collection[str]

    @property
    def called(self) -> str:
        """What it is called in a sentence."""
        return f"{self.operation} ({self.method} {self.path})" if self.operation else f"{self.method} {urlsplit(self.url).path}"


class Sent(NamedTuple):
    """What is seen of a request as it is sent."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    ignored: Collection[str]


def asked(sent: Sent, call: Call | None, document: Document | None, spec: BaseSpec | None) -> Asked:
    """What a request asks for, by the call that it was made for, or else as a document reads it."""
    content_type = next((text for name, text in sent.headers if name.lower() == "content-type"), "")
    rest = (sent.url, content_type, sent.body)
    if call is not None and document is not None:
        arguments, operation = arguments_of(call), call.operation
        shown = masked_arguments(document, call, arguments, Masks(document, operation, frozenset(), ()))
        return Asked(operation.operation_id, operation.method, operation.path, *rest, arguments, shown, sent.ignored)
    read = None if spec is None else read_request(spec, sent.method, sent.url, sent.headers, sent.body, strict=False)
    if spec is None or read is None:
        return Asked("", sent.method, "", *rest, None, None, sent.ignored)
    shown = masked(dict(read.arguments), None, secret_places(spec.document).properties)
    operation = read.operation
    return Asked(operation.operation_id, operation.method, operation.path, *rest, read.arguments, shown, sent.ignored)


def is_of(recorded: RecordedCall, one: Asked) -> bool:
    """Whether both are calls of one operation, by its name or, in another document, by its method and path; or of one address."""
    if recorded.operation and one.operation:
        return recorded.operation == one.operation or (recorded.method, recorded.path) == (one.method, one.path)
    return recorded.request.method == one.method and _like(_path(recorded.request.url), _path(one.url))


def differences(recorded: RecordedCall, one: Asked) -> Iterator[str]:
    """Each place where a call differs from a recorded one, in a sentence that holds no secret. They are calls of one operation."""
    if recorded.operation and one.operation:
        yield from _differences(dict(recorded.arguments), dict(one.arguments or {}), as_object(one.shown), "")
        return
    if not has_same_query(recorded, one):
        yield "the query differs"
    if not _same_body(recorded, one):
        yield "the body differs"


def has_same_query(recorded: RecordedCall, one: Asked) -> bool:
    """Whether the queries are the same, but for credentials and the order."""
    before, after = ([pair for pair in _query(url) if pair[0] not in one.ignored] for url in (recorded.request.url, one.url))
    left = [*after]
    for name, text in before:
        found = next((pair for pair in left if pair[0] == name and _like(text, pair[1])), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def has_same_target(recorded: RecordedCall, one: Asked) -> bool:
    """Whether the addresses are the same, but for server and credentials: pages of a list differ in nothing else."""
    return _like(_path(recorded.request.url), _path(one.url)) and has_same_query(recorded, one)


def _path(url: str) -> str:
    return unquote(urlsplit(url).path)


def _query(url: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


def _same_body(recorded: RecordedCall, one: Asked) -> bool:
    before, after, kind = recorded.request.body, one.body, family(one.content_type)
    if before == after or kind == "multipart":  # its boundary is another each time
        return True
    if kind == "form":
        return next(_differences(_fields(before), _fields(after), None, ""), None) is None
    try:
        return next(_differences(json.loads(before), json.loads(after), None, ""), None) is None
    except (ValueError, RecursionError):
        return _like(before.decode("latin-1"), after.decode("latin-1"))


def _fields(body: bytes) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {}
    for name, text in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True):
        made.setdefault(name, []).append(text)
    return made


def _like(before: str, after: str) -> bool:
    """Whether a text is as it was recorded, masks standing for anything."""
    if before == after:
        return True
    return MASK in before and re.fullmatch(".*".join(map(re.escape, before.split(MASK))), after, re.DOTALL) is not None


def _differences(before: Any, after: Any, shown: Any, place: str) -> Iterator[str]:
    if before == MASK:
        return
    if is_object(before) and is_object(after):
        if before.keys() >= _FILE and after.keys() >= _FILE:
            both = [key for key in before if before[key] is not None and after.get(key) is not None]
            before, after = ({key: one[key] for key in both} for one in (before, after))
        yield from _members(before, after, as_object(shown), place)
    elif is_array(before) and is_array(after) and len(before) == len(after):
        several = shown if is_array(shown) and len(shown) == len(after) else [UNSET] * len(after)
        for index, (one, other, told) in enumerate(zip(before, after, several, strict=True)):
            yield from _differences(one, other, told, place + pointer_token(index))
    elif isinstance(before, str) and isinstance(after, str):
        if not _like(before, after):
            yield f"{_named(place)}: recorded {_short(before)}, asked {_short(shown)}"
    elif isinstance(before, bool) is not isinstance(after, bool) or before != after:
        yield f"{_named(place)}: recorded {_short(before)}, asked {_short(shown)}"


def _members(before: dict[str, Any], after: dict[str, Any], shown: dict[str, Any], place: str) -> Iterator[str]:
    left = dict(after)
    for key, one in before.items():
        found = key if key in left else next((name for name in left if MASK in key and _like(key, name)), None)
        if found is None:
            yield f"{_named(place + pointer_token(key))}: recorded {_short(one)}, not asked"
        else:
            yield from _differences(one, left.pop(found), shown.get(found, UNSET), place + pointer_token(found))
    for key in left:
        yield f"{_named(place + pointer_token(key))}: not recorded, asked {_short(shown.get(key, UNSET))}"


def _named(place: str) -> str:
    return place.removeprefix("/") or "the whole"


def _short(value: Any) -> str:
    if value is UNSET:
        return "what is not shown"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."
