"""From a bound call to an HTTP request: URL, headers, assembly. No credentials are in it, and nothing is read from a file yet."""

from __future__ import annotations

import json
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote
from uuid import uuid4

from . import _http
from ._arguments import kind_of
from ._body import content_of, encode_body, form_text
from ._call import CALL, DOCUMENT
from ._codec import encode_json
from ._errors import ArgumentsError, SpecError
from ._hidden import Known, Request
from ._late import pattern
from ._media_type import TOKEN, accept, own_codec, stream_form
from ._options import is_header_value, is_own_header
from ._server import own_base
from ._shape import shape_at
from ._style import (
    as_is,
    header_text,
    join_query,
    joined_within,
    path_text,
    percent_encode,
    percent_encode_path,
    percent_encode_reserved,
    percent_encode_segment,
    query_pairs,
    undefined,
)
from ._template import read_template
from ._values import JSON, Problem, as_string, json_pointer, printable
from ._version import __version__

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence

    from ._call import Call
    from ._content import Content, InThread
    from ._media_type import Codec
    from ._model import Operation, Parameter
    from ._options import Options
    from ._reference import Document
    from ._template import Piece, Template
    from ._values import Idempotency

    Given = Mapping[str, tuple[Parameter, JSON]]

_REPEATABLE: Final = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE")  # RFC 9110, section 9.2.2
# Where a body is awaited, so that none is said to have no bytes (RFC 9110, section 8.6).
_WITH_LENGTH: Final = ("POST", "PUT", "PATCH")
USER_AGENT: Final = f"aerostack_dynamic/{__version__}"
# What a cookie's value may be made of (RFC 6265, section 4.1.1), and the comma that OpenAPI parts its lists with.
_COOKIE: Final = pattern(r"[!#-:<-\[\]-~]*")


class ContentStream(_http.SyncByteStream, _http.AsyncByteStream):
    """A request body for httpx's kind of transport, read as it is sent. `content` tells whether it can be sent again."""

    def __init__(self, content: Content, in_thread: InThread | None) -> None:
        self.content = content
        self._in_thread = in_thread

    def __iter__(self) -> Iterator[bytes]:
        return self.content.chunks()

    def __aiter__(self) -> AsyncIterator[bytes]:
        assert self._in_thread is not None, "only an asynchronous client reads a body asynchronously"
        return self.content.achunks(self._in_thread)


def build_request(
    document: Document, call: Call, options: Options, in_thread: InThread | None = None, *, streamed: bool = False
) -> _http.Request:
    """The request of a call, without credentials. Raises ArgumentsError for a value that no URL or header can hold."""
    operation = call.operation
    key = ("outline", operation.pointer, streamed)
    outline: _Outline = options.memo.get(key) or options.once(key, partial(_Outline, document, operation, options, streamed))
    head = outline.head(call.parameters)
    try:
        content = content_of(call, options.codecs)
    except ArgumentsError as error:
        error.operation = operation.dotted
        raise
    return _whole_request(operation.method, head, content, in_thread, {CALL: call, DOCUMENT: document})


class _Head(NamedTuple):
    """A request without its body: where it goes, and the lines of its headers, that for Host among them."""

    known: Known
    lines: list[tuple[bytes, bytes]]

    @classmethod
    def of(cls, url: str, headers: Iterable[tuple[bytes, bytes]]) -> _Head:
        """The head for a URL. Raises ArgumentsError for one that is none."""
        try:
            made = _http.URL(url)
        except _http.InvalidURL as error:
            raise ArgumentsError(f"the arguments make no usable URL: {printable(str(error))}") from None
        lines = [(b"Host", made.netloc), *headers]
        return cls(Known(made, lines), lines)


class _Outline:
    """What all requests of an operation have in common under the same options; whole but for its ids and its body without parameters."""

    def __init__(self, document: Document, operation: Operation, options: Options, streamed: bool) -> None:
        own = operation.details.own_servers and not options.over_own_servers
        self._base = own_base(operation.servers, options.base) if own else options.base
        self._texts = _Texts(document, operation, options.codecs)
        self._accepted = _accept(operation, streamed)
        self._headers = options.headers
        self._ids = _own_ids(document, operation)
        self._bare: _Head | None = None

    def head(self, parameters: Sequence[tuple[Parameter, JSON]]) -> _Head:
        """The head of a call's request. Raises ArgumentsError for a value that no URL or header can hold."""
        if parameters:
            groups: dict[str, dict[str, tuple[Parameter, JSON]]] = {}
            for parameter, value in parameters:
                groups.setdefault(parameter.location, {})[parameter.name] = (parameter, joined_within(value, parameter.inner))
            head = self._made(groups)
        else:
            head = self._bare = self._bare or self._made({})
        if not self._ids:
            return head
        ids = [(name, str(uuid4()).encode()) for name in self._ids if name.lower() not in head.known.names]
        return head._replace(lines=[*head.lines, *ids])

    def _made(self, groups: Mapping[str, Given]) -> _Head:
        texts = self._texts
        path, literal = _path(texts, groups.get("path", {}))
        query = "&".join(filter(None, [*literal, _query(texts, groups.get("query", {})), *_querystring(texts, groups)]))
        url = self._base.url + path
        return _Head.of(f"{url}?{query}" if query else url, _headers(texts, groups, self._headers, self._accepted))


def _whole_request(
    method: str, head: _Head, content: Content | None, in_thread: InThread | None, extensions: dict[str, Any]
) -> _http.Request:
    """A request whose body is held (its `content` can be looked at) or streamed, chunked when its length is not known."""
    lines = head.lines
    if content is None:
        none = [(b"Content-Length", b"0")] if method in _WITH_LENGTH else []
        lines = [lines[0], *none, *lines[1:]]
        return Request(method, head.known.url, lines, b"", extensions, head.known)
    body = ContentStream(content, in_thread) if content.streamed else content.whole()
    length = len(body) if isinstance(body, bytes) else content.length
    size = (b"Transfer-Encoding", b"chunked") if length is None else (b"Content-Length", b"%d" % length)
    return Request(method, head.known.url, [*_described(content.content_type, head), size], body, extensions, head.known)


def _described(content_type: str, head: _Head) -> list[tuple[bytes, bytes]]:
    """The lines of a head with the type of the body; a caller's own Content-Type stays, but that of parts has their boundary."""
    line = _type_line(content_type)
    if b"content-type" not in head.known.names:
        return [*head.lines, line]
    if "multipart/" not in content_type:
        return head.lines
    return [*(one for one in head.lines if one[0].lower() != b"content-type"), line]


@lru_cache(maxsize=64)
def _type_line(content_type: str) -> tuple[bytes, bytes]:
    if not is_header_value(content_type):
        raise ArgumentsError(f"the media type {printable(content_type, 60)!r} is none that a header can hold")
    return b"Content-Type", content_type.encode("ascii")


def _refused(operation: Operation, problem: Problem) -> ArgumentsError:
    error = ArgumentsError("", [problem])
    error.operation = operation.dotted
    return error


class _Texts:
    """The values of one call's parameters as text."""

    def __init__(self, document: Document, operation: Operation, own: Sequence[Codec]) -> None:
        self._document = document
        self._own = own
        self.operation = operation

    def content(self, parameter: Parameter, value: JSON) -> str | None:
        """The text of a parameter that has `content` instead of a schema, as its media type has it."""
        media_type = parameter.content
        if media_type is None:
            return None
        kind = kind_of(media_type.name)
        known = own_codec(self._own, media_type.name) is None
        if known and (kind == "json" or (kind == "any" and not isinstance(value, str))):
            # A header holds ASCII alone, which JSON can be written in.
            is_header = parameter.location == "header"
            return json.dumps(value, separators=(",", ":")) if is_header else encode_json(value).decode()
        shape = shape_at(self._document, media_type.schema.pointer) if media_type.schema else None
        try:
            return encode_body(media_type, shape, value, self._own).decode()
        except (ArgumentsError, UnicodeDecodeError):
            raise self.refused(parameter, f"can't be written as {printable(media_type.name, 60)}", "type") from None

    @property
    def template(self) -> tuple[Template, frozenset[str]]:
        """The path's template, and the parameters of the query that may stand in it, which are sent in their own place; read once."""
        operation = self.operation

        def read() -> tuple[Template, frozenset[str]]:
            in_query = frozenset(one.name for one in operation.parameters if one.location == "query")
            in_path = frozenset(one.name for one in operation.parameters if one.location == "path")
            return read_template(operation.path, in_path | in_query), in_query - in_path

        return self._document.once(("template", operation.pointer, operation.path), read)

    def refused(self, parameter: Parameter, message: str, rule: str) -> ArgumentsError:
        """The error for a value that has no place in a request."""
        return _refused(self.operation, Problem(parameter.location, json_pointer(parameter.name), message, rule))


def _path(texts: _Texts, given: Given) -> tuple[str, list[str]]:
    """The path, and the pairs of the query that are written in the template."""
    operation, (template, sent_anyway) = texts.operation, texts.template
    path = "".join(_filled(texts, piece, given) for piece in template.path)
    # Decoded twice, as a server behind a careless proxy would.
    if any(unquote(unquote(segment)) in (".", "..") for segment in path.split("/")):
        name = next(iter(given), "")
        raise _refused(
            operation,
            Problem("path", json_pointer(name), "makes a path segment '.' or '..', which leaves the path", "path"),
        )
    pairs = [pair for pair in template.query if not any(one.variable and one.text in sent_anyway for one in pair)]
    return path, ["".join(_filled(texts, piece, given, in_path=False) for piece in pair) for pair in pairs]


def _filled(texts: _Texts, piece: Piece, given: Given, in_path: bool = True) -> str:
    name = piece.text
    if not piece.variable:
        return name
    if name not in given:
        raise _refused(texts.operation, Problem("path", json_pointer(name), "required, missing", "required"))
    parameter, value = given[name]
    encode = percent_encode_segment if parameter.allow_reserved else percent_encode
    if piece.reserved:
        encode = percent_encode_path
    text = texts.content(parameter, value)
    encoded = path_text(name, value, parameter.style, parameter.explode, encode) if text is None else encode(text)
    if not encoded and in_path:
        raise texts.refused(parameter, "must not be empty in a path", "required")
    return encoded


def _query(texts: _Texts, given: Given) -> str:
    pairs: list[tuple[str, str]] = []
    for name, (parameter, value) in given.items():
        encode = percent_encode_reserved if parameter.allow_reserved else percent_encode
        text = texts.content(parameter, value)
        if text is not None:
            pairs.append((percent_encode(name), encode(text)))
        elif undefined(value) and (parameter.required or parameter.allow_empty):
            pairs.append((percent_encode(name), ""))
        else:
            pairs += query_pairs(name, value, parameter.style, parameter.explode, encode)
    return join_query(pairs)


def _querystring(texts: _Texts, groups: Mapping[str, Given]) -> Iterator[str]:
    """The query as a whole (`in: querystring`; OpenAPI 3.2, section 4.12.1): a form as it is, all else percent-encoded."""
    for parameter, value in groups.get("querystring", {}).values():
        if parameter.content is not None and kind_of(parameter.content.name) == "form":
            yield form_text(parameter.content, value)
        else:
            text = texts.content(parameter, value)
            yield percent_encode(text if text is not None else encode_json(value).decode())


def _headers(
    texts: _Texts, groups: Mapping[str, Given], extra: Iterable[tuple[str, str]], accepted: str
) -> list[tuple[bytes, bytes]]:
    headers = _http.Headers({"Accept": accepted, "Accept-Encoding": "gzip", "User-Agent": USER_AGENT})
    for name, (parameter, value) in groups.get("header", {}).items():
        if TOKEN.fullmatch(name) is None:
            raise texts.refused(parameter, "is no name that a header can have", "name")
        text = texts.content(parameter, value)
        if text is None and undefined(value) and not parameter.required:
            continue
        text = header_text(value, parameter.explode, parameter.style) if text is None else text
        if not is_header_value(text):
            message = "holds characters that no header can carry; visible ASCII, spaces and tabs are allowed"
            raise texts.refused(parameter, message, "format")
        headers[name] = text
    cookies = [pair for parameter, value in groups.get("cookie", {}).values() for pair in _cookies(texts, parameter, value)]
    if cookies:
        own = [headers["Cookie"]] if "Cookie" in headers else []
        headers["Cookie"] = "; ".join([*own, *(f"{name}={text}" for name, text in cookies)])
    for name, text in extra:
        headers[name] = text
    return headers.raw


def _cookies(texts: _Texts, parameter: Parameter, value: JSON) -> list[tuple[str, str]]:
    """A cookie parameter as pairs. In the style `cookie` nothing is encoded (OpenAPI 3.2, section 4.12.3); `form` is read back so."""
    name, raw = parameter.name, parameter.style == "cookie"
    text = texts.content(parameter, value)
    encode = as_is if raw else percent_encode
    pairs = (
        [(encode(name), encode(text))] if text is not None else query_pairs(name, value, "form", parameter.explode, encode, encode)
    )
    if raw and not all(TOKEN.fullmatch(key) and _COOKIE.fullmatch(part) for key, part in pairs):
        raise texts.refused(parameter, "holds characters that no cookie can carry, such as spaces and semicolons", "format")
    return pairs


class Terms(NamedTuple):
    """What the document says of how an operation is sent, if its idempotency is known.

    The names of headers that it wants: for the id of a call, for a key that makes it idempotent, for the number of the attempt.
    """

    call_id: str | None
    idempotency_key: str | None
    attempt: str | None
    idempotency: Idempotency | None


def terms_of(document: Document, operation: Operation | None) -> Terms:
    """Those that an operation names by extensions, or else the document's root."""
    key = ("terms", operation and operation.pointer)
    found: Terms | None = document.memo.get(key)
    return found or document.once(key, partial(_terms, document, operation))


def _terms(document: Document, operation: Operation | None) -> Terms:
    def named(word: str) -> str | None:
        name = f"x-aerostack-{word}"
        own = operation.details.extensions.get(name) if operation else None
        return as_string(own) or as_string(document.field(name)) or None

    idempotency = operation.idempotency if operation else None
    return Terms(named("call-id"), named("idempotency-key"), named("attempt"), idempotency)


def _own_ids(document: Document, operation: Operation) -> list[bytes]:
    """The headers that tell one call from another, where the document names them: the same on every attempt, unless given.

    Raises SpecError for a name that is none for them.
    """
    terms = terms_of(document, operation)
    names = [terms.call_id, terms.idempotency_key if terms.idempotency == "unsafe" else None]
    wanted = [*{name.lower(): name for name in names if name}.values()]
    for name in wanted:
        if TOKEN.fullmatch(name) is None or is_own_header(name) or name.lower() == "authorization":
            problem = Problem(
                "document", operation.pointer, f"{printable(name, 60)!r} is no header for the id of a call", "document"
            )
            raise SpecError("an extension of the document can't be followed", [problem])
    return [name.encode() for name in wanted]


def _accept(operation: Operation, streamed: bool) -> str:
    """The declared media types: for a stream those of streams before all others, else those alone of which an answer can be whole."""
    responses = operation.responses
    names = [name for status in sorted(responses) for name in responses[status].content]
    streams = [name for name in names if stream_form(name) != "bytes"]
    others = [name for name in names if name not in streams]
    if streamed and streams:
        return accept([*streams, *(f"{name};q=0.5" for name in others)])
    # An operation may have nothing but a stream to answer with when all goes well.
    successes = [status for status in responses if status.startswith("2")] or ["default"] * ("default" in responses)
    whole = any(name in others for status in successes for name in responses[status].content)
    return accept(others if whole else names)


def idempotency_of(terms: Terms, options: Options, request: _http.Request) -> Idempotency:
    """Whether a call may be repeated: what the caller says, a key that the server honours, the operation, else its method."""
    if options.idempotent is not None:
        return "idempotent" if options.idempotent else "unsafe"
    if terms.idempotency_key is not None and terms.idempotency_key in request.headers:
        return "idempotent"
    if terms.idempotency is not None:
        return terms.idempotency
    return "idempotent" if request.method in _REPEATABLE else "unsafe"
