"""A call that was made, as it is kept: one JSON object, one line of a recording, with masks in place of secrets.

A line is `{"aerostack_call": 1, "operation": ..., "method": ..., "path": ..., "arguments": {...}, "request": {...}, "answer": {...}}`, and
what else is known of the call. A body is `{"json": value}`, `{"text": "..."}` or `{"base64": "..."}`, whichever is the plainest that
loses nothing but the white space of JSON; where there is none it is left out. Lines of a later version are read as far as they are
understood: what this one does not know is kept in `extra` and written again.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NoReturn

from ._late import pattern
from ._media_type import family
from ._values import JSON, as_array, as_object, as_string, is_object, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ._values import Sent

MARK: Final = "aerostack_call"
VERSION: Final = 1
# What a line begins with.
_BEGINNING: Final = b'{"aerostack_call":'
_START: Final = pattern(rb'\{"aerostack_call" ?:')
_SENT: Final[Mapping[str, Sent]] = MappingProxyType({"no": "no", "maybe": "maybe", "answered": "answered"})


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request as it was sent, secrets masked. `body` is its content, an empty one where there was none.

    Uploads are not kept: their `body` is empty, and the arguments describe the files.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """An answer as it came, secrets masked, its content decoded (RFC 9110, section 8.4) and, of a stream, what was read of it."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class RecordedFailure:
    """How the network failed, in the words of NoResponseError; `timed_out` where a time limit passed, `kind` the class of httpx."""

    stage: str = "request"
    sent: Sent = "maybe"
    timed_out: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One call: the operation by its key in the document, what it was given, what was sent, and what came.

    `arguments` are JSON values by location and wire name: `{"path": {...}, "query": {...}, "header": {...}, "cookie": {...}, "body": ...}`,
    a location without any left out; files within the body are their descriptions. `answer` is None where none came, and `error` then
    says why and `failure` where; of a stream that was cut there are all three. `fields` are the places of the answer that were read
    (`200/choices/*/message`), None where nobody looked. `document` is the SHA-256 of the document, `""` for calls of other tools.
    `elapsed` is in seconds, `at` when the call began, in seconds since 1970, 0 where that is not known.
    """

    operation: str
    method: str
    path: str
    arguments: Mapping[str, JSON]
    request: RecordedRequest
    answer: RecordedAnswer | None
    error: str = ""
    document: str = ""
    fields: frozenset[str] | None = None
    media_type: str | None = None
    elapsed: float = 0.0
    failure: RecordedFailure | None = None
    at: float = 0.0
    extra: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def to_json(self) -> dict[str, Any]:
        """The call as the JSON object of a line."""
        made: dict[str, Any] = {MARK: VERSION, "operation": self.operation, "method": self.method, "path": self.path}
        made["arguments"] = dict(self.arguments)
        if self.media_type is not None:
            made["media_type"] = self.media_type
        made["request"] = _message_out({"method": self.request.method, "url": self.request.url}, self.request)
        made["answer"] = None if self.answer is None else _message_out({"status": self.answer.status}, self.answer)
        made |= {"error": self.error} if self.error else {}
        if self.failure is not None:
            one = self.failure
            made["failure"] = {"stage": one.stage, "sent": one.sent, "timed_out": one.timed_out, "kind": one.kind}
        if self.fields is not None:
            made["fields"] = sorted(self.fields)
        return {**made, "document": self.document, "elapsed": round(self.elapsed, 6), "at": round(self.at, 6), **self.extra}

    @classmethod
    def from_json(cls, value: object) -> RecordedCall:
        """The call that the JSON object of a line tells. Raises ValueError for anything else."""
        root = as_object(value)
        if not isinstance(root.get(MARK), int) or not is_object(root.get("request")):
            raise ValueError(f"this is no recorded call: it should be an object with {MARK!r} and a request")
        request, answer, failure = as_object(root["request"]), root.get("answer"), root.get("failure")
        media_type = root.get("media_type")
        headers, body = _message_in(request)
        return cls(
            as_string(root.get("operation")),
            as_string(root.get("method")),
            as_string(root.get("path")),
            MappingProxyType(as_object(root.get("arguments"))),
            RecordedRequest(as_string(request.get("method")), as_string(request.get("url")), headers, body),
            _answer_in(answer) if is_object(answer) else None,
            as_string(root.get("error")),
            as_string(root.get("document")),
            None if root.get("fields") is None else frozenset(map(str, as_array(root["fields"]))),
            media_type if isinstance(media_type, str) else None,
            _seconds(root.get("elapsed")),
            _failure_in(failure) if is_object(failure) else None,
            _seconds(root.get("at")),
            MappingProxyType({name: one for name, one in root.items() if name not in _KNOWN}),
        )

    def line(self) -> bytes:
        """The line of a recording, with its line break."""
        return _encoded(self.to_json()) + b"\n"


_KNOWN: Final = frozenset(
    {MARK, "operation", "method", "path", "arguments", "media_type", "request", "answer", "error", "failure", "fields"}
    | {"document", "elapsed", "at"}
)


def _seconds(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def calls_of(lines: bytes | str, on_odd: Callable[[str], None]) -> Iterator[RecordedCall]:
    """The calls of a recording's lines, empty ones left out. Raises ValueError that names the line that is none.

    A line that was cut as it was written is left out; what another process has appended to it is read. `on_odd` is told of such lines,
    and once of lines of a later version, in a sentence.
    """
    content = lines.encode() if isinstance(lines, str) else lines
    later = False
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        value = _value_of(line, number, on_odd)
        if value is None:
            continue
        try:
            call = RecordedCall.from_json(value)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None
        if value[MARK] > VERSION and not later:
            later = True
            on_odd(f"line {number} is of version {value[MARK]} of the format, and read as far as version {VERSION} goes")
        yield call


def is_line(line: bytes) -> bool:
    """Whether this is a line of a recording, or the beginning of one, by what it begins with; an empty one as well."""
    return not line or _START.match(line) is not None


def _value_of(line: bytes, number: int, on_odd: Callable[[str], None]) -> Any:
    """The JSON value of a line, None for one that was cut. Raises ValueError."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        # What is cut has no end: nothing within it is wrong. All else is another's file, or one that somebody has changed.
        starts = [one.start() for one in _START.finditer(line)]
        is_ours = starts[:1] == [0] or _BEGINNING.startswith(line)
        is_cut = not line.rstrip().endswith(b"}") or getattr(error, "pos", 0) >= len(line.rstrip().decode("utf-8", "replace"))
        for start in filter(None, starts):
            try:
                value = json.loads(line[start:])
            except (ValueError, RecursionError):
                continue
            on_odd(f"line {number} begins with a call that was cut as it was written, and is left out")
            return value
        if not (is_ours and is_cut):
            raise ValueError(f"line {number} is no JSON: {printable(str(error))}") from None
    on_odd(f"line {number} was cut as it was written, and is left out")
    return None


# ---- messages


def _message_out(head: dict[str, Any], message: RecordedRequest | RecordedAnswer) -> dict[str, Any]:
    head["headers"] = [[name, text] for name, text in message.headers]
    if message.body:
        content_type = next((text for name, text in message.headers if name.lower() == "content-type"), "")
        head["body"] = body_to_json(message.body, content_type)
    return head


def _message_in(message: dict[str, Any]) -> tuple[tuple[tuple[str, str], ...], bytes]:
    pairs = [one for one in as_array(message.get("headers")) if len(as_array(one)) == 2]
    return tuple((str(name), str(text)) for name, text in pairs), body_from_json(message.get("body"))


def _answer_in(answer: dict[str, Any]) -> RecordedAnswer:
    status = answer.get("status")
    if not isinstance(status, int):
        raise ValueError("the answer of a recorded call has a status, which is a number")
    return RecordedAnswer(status, *_message_in(answer))


def _failure_in(failure: dict[str, Any]) -> RecordedFailure:
    return RecordedFailure(
        as_string(failure.get("stage")),
        _SENT.get(as_string(failure.get("sent")), "maybe"),
        failure.get("timed_out") is True,
        as_string(failure.get("kind")),
    )


def body_to_json(body: bytes, content_type: str) -> dict[str, JSON]:
    """A body as a line has it, by what its media type says and what it is."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(body).decode()}
    if family(content_type) in ("json", "missing"):
        try:
            return {"json": json.loads(text, object_pairs_hook=_unique, parse_float=_exact, parse_constant=_refuse)}
        except (ValueError, RecursionError):
            pass
    return {"text": text}


def body_from_json(value: object) -> bytes:
    """The body that a line has, empty where there is none. Raises ValueError for base64 that is none."""
    one = as_object(value)
    if "json" in one:
        return _encoded(one["json"])
    if "base64" in one:
        return b64decode(as_string(one["base64"]), validate=True)
    return as_string(one.get("text")).encode()


def _encoded(value: JSON) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # a lone surrogate, which UTF-8 can't carry and an escape can
        return json.dumps(value, separators=(",", ":")).encode()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a key that occurs twice would be lost")
    return made


def _exact(text: str) -> float:
    number = float(text)
    if Decimal(repr(number)) != Decimal(text):
        raise ValueError("digits would be lost")
    return number


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")
