"""A call that the page asks for: its request read as the document reads it, and made anew by the client, with its checks and credentials.

What the page sends is arguments alone. Where they go, with which credentials and how often, is the client's.
"""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

import anyio

from .._call import layout_of
from .._codec import encode_json
from .._errors import AerostackError, ArgumentsError, ResponseError, TimeoutError
from .._events import Event
from .._incoming import read_request, with_files
from .._media_type import essence, stream_form
from .._operation import ApiOperation
from .._received import by_name
from .._stream_rules import marks_of
from .._values import as_object, printable
from ._answers import Answer, of_error, of_http, of_response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._arguments import Layout
    from .._caller import Caller
    from .._client import AsyncClient
    from .._incoming import Incoming
    from .._values import Drift

logger = logging.getLogger("aerostack_dynamic.explore")
# A stream is shown when it has ended; one that goes on is left after so long, in seconds, or so many bytes.
_STREAM_SECONDS: Final = 30
_STREAM_BYTES: Final = 1024 * 1024
# What is wrong with a request and would be lost on the way, since no argument has it; keys within a body are not.
_LOST: Final = frozenset({"content", "undeclared"})


class Asked(NamedTuple):
    """A request as the page's viewer has built it."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The media type of the body as it was sent, without the boundary of its parts."""
        name = self.headers.get("content-type", "")
        return essence(name) if "boundary=" in name.lower() else name


def read_asked(told: str, content_type: str | None, body: bytes) -> Asked:
    """What the page says in the header of its request: a JSON object of `method`, `url` and `headers`. Raises ValueError."""
    facts = json.loads(told)
    method, url, headers = facts["method"], facts["url"], facts["headers"]
    if not (isinstance(method, str) and isinstance(url, str) and isinstance(headers, dict)):
        raise ValueError("a call is told by its method, url and headers")
    given = by_name({str(name): str(text) for name, text in headers.items()})  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # JSON
    # A browser writes the boundary of parts itself, so its own header tells it.
    return Asked(method, url, {**given, "content-type": content_type} if content_type and body else given, body)


class _Noted:
    """A hook that keeps what one call tells, and the name of its operation once that is known."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sentences: list[str] = []

    def on_drift(self, drift: Drift) -> None:
        """Note where the answer and the document disagree."""
        self.sentences.append(str(drift))


async def make_call(client: AsyncClient, asked: Asked) -> Answer:
    """The call's answer, or the error in its place. What is no error of ours, such as a mock's, reaches the caller."""
    noted = _Noted(printable(asked.method, 20))
    try:
        answer = await _made(client, asked, noted)
    except AerostackError as error:
        answer = of_error(error, () if error.sent == "no" else noted.sentences)
    if not answer.status:
        # The client's own log tells of the others.
        logger.info("%s: %s", noted.name, answer.reason)
    return answer


async def _made(client: AsyncClient, asked: Asked, noted: _Noted) -> Answer:
    caller: Caller = client._caller  # pyright: ignore[reportPrivateUsage]  # hooks of one call are no option of a client's
    spec, incoming = caller.spec, _read(caller, asked)
    noted.name = incoming.operation.dotted
    undeclared = [one for one in incoming.problems if one.rule == "undeclared" and one.location == "body" and one.pointer]
    lost = [one for one in incoming.problems if one.rule in _LOST and one not in undeclared]
    if lost:
        raise ArgumentsError("", lost)
    noted.sentences += [f"sent as given: {one}" for one in undeclared]
    media_type = asked.content_type if "body" in incoming.arguments and asked.content_type else None
    layout = layout_of(spec.document, incoming.operation, media_type)
    operation = ApiOperation(_for_one_call(caller, asked, media_type, noted), incoming.operation)
    flag = _flag(incoming, layout)
    given = incoming.arguments if flag is None else _without(incoming.arguments, flag)
    streams = flag.value is True if flag is not None else stream_form(asked.headers.get("accept", "")) != "bytes"
    arguments = _keywords(layout, given, asked)
    if streams:
        return await _streamed(operation, arguments, noted)
    return of_response(await operation.raw(**arguments), noted.sentences)


def _read(caller: Caller, asked: Asked) -> Incoming:
    """The request as the document reads it. Raises ArgumentsError where it has no such operation."""
    base, method = urlsplit(caller.options.base.url).path, asked.method
    # The viewer writes all methods alike; those of `additionalOperations` are what they are (OpenAPI 3.2, section 4.9.1).
    for spelt in dict.fromkeys((method.upper(), method, method.lower())):
        found = read_request(caller.spec, spelt, asked.url, asked.headers, asked.body, base=base, codecs=caller.options.codecs)
        if found is not None:
            return found
    raise ArgumentsError(f"the document has no operation {printable(f'{method} {urlsplit(asked.url).path}', 200)}")


def _for_one_call(caller: Caller, asked: Asked, media_type: str | None, noted: _Noted) -> Caller:
    """The client's caller, whose hooks note what this call tells, and which prefers the media type that was chosen on the page."""
    changes: dict[str, Any] = {} if media_type is None else {"media_type": media_type}
    accept = asked.headers.get("accept", "")
    if accept and "*" not in accept:
        changes["headers"] = {"Accept": accept}
    made = caller.updated(**changes)
    return made.over(replace(made.options, hooks=(*made.options.hooks, noted)))


def _keywords(layout: Layout, given: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    """The arguments of a request, which are by location and wire name, by the names that a call takes."""
    names = {(one.location, one.wire): one.name for one in layout.accepted.values()}
    made: dict[str, Any] = {}
    for location in ("path", "query", "header", "cookie"):
        for wire, value in as_object(given.get(location)).items():
            made[names.get((location, wire), f"{location}_{wire}")] = value
    if "body" in given:
        body = with_files(asked.headers.get("content-type", ""), asked.body, given["body"])
        if layout.flat and "body" in layout.accepted:
            # A property of that name has taken the word for the whole.
            made |= {names.get(("body", wire), wire): value for wire, value in as_object(body).items()}
        else:
            made[names.get(("body", None), "body")] = body
    return made


# ---- streams


class _Flag(NamedTuple):
    """The argument that asks for a stream, as it was given."""

    location: str
    wire: str
    value: Any


def _flag(incoming: Incoming, layout: Layout) -> _Flag | None:
    """The argument that the document names for asking for a stream, where it was given."""
    marks = marks_of(incoming.operation)
    argument = layout.accepted.get(marks.flag) if marks is not None else None
    if argument is None or argument.wire is None:
        return None
    given = as_object(incoming.arguments.get(argument.location))
    return _Flag(argument.location, argument.wire, given[argument.wire]) if argument.wire in given else None


def _without(given: Mapping[str, Any], flag: _Flag) -> dict[str, Any]:
    """The arguments without the flag, which the client sets itself."""
    rest = {name: value for name, value in as_object(given[flag.location]).items() if name != flag.wire}
    return {**given, flag.location: rest}


async def _streamed(operation: ApiOperation, arguments: dict[str, Any], noted: _Noted) -> Answer:
    """What came of a stream while somebody would wait for it, written as it was sent."""
    pieces: list[bytes] = []
    size = 0
    async with operation.stream(**arguments) as items:
        form = stream_form(items.headers.get("content-type", ""))
        waiting = anyio.move_on_after(_STREAM_SECONDS)
        try:
            with waiting:
                async for item in items:
                    pieces.append(_written(item, form))
                    size += len(pieces[-1])
                    if size > _STREAM_BYTES:
                        noted.sentences.append(f"only the first {size} bytes of the stream are shown")
                        break
        except (ResponseError, TimeoutError) as error:
            noted.sentences.append(str(error))
        if waiting.cancelled_caught:
            noted.sentences.append(f"only the first {_STREAM_SECONDS} seconds of the stream are shown")
        return of_http(items.response, noted.sentences, b"".join(pieces))


def _written(item: Any, form: str) -> bytes:
    """An item of a stream as text: the fields of an event (the HTML standard, section 9.2), a line of JSON, or bytes as they are."""
    if isinstance(item, bytes):
        return item
    if not isinstance(item, Event):
        return encode_json(item) + b"\n"
    event: Event[Any] = item  # pyright: ignore[reportUnknownVariableType]  # narrowed from anything
    data = event.data if isinstance(event.data, str) else encode_json(event.data).decode()
    fields = [("event", item.event)] if item.event != "message" else []
    fields += [("id", item.id)] if item.id else []
    fields += [("data", line) for line in data.split("\n")]
    return "".join(f"{name}: {text}\n" for name, text in fields).encode("utf-8", "replace") + b"\n"
