"""From a bound call to an HTTP request: URL, headers, body. No credentials are in it, and nothing is read from a file yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote
from uuid import uuid4

from . import _http
from ._codec import encode_json
from ._content import Content, Part, multipart
from ._errors import ArgumentsError, SpecError
from ._media_type import TOKEN, accept, essence, family, stream_form
from ._options import is_header_value, is_own_header
from ._server import own_base
from ._style import header_text, join_query, joined_within, path_text, percent_encode, percent_encode_reserved, query_pairs, scalar
from ._values import JSON, Problem, as_string, is_object, json_pointer, printable
from ._version import __version__

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Iterator, Mapping

    from ._call import Call, File
    from ._content import InThread
    from ._model import MediaType, Operation, Parameter
    from ._options import Options
    from ._reference import Document

USER_AGENT: Final = f"aerostack_dynamic/{__version__}"
_TEMPLATE: Final = re.compile(r"\{([^{}]+)\}")


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
    groups: dict[str, dict[str, tuple[Parameter, JSON]]] = {}
    for parameter, value in call.parameters:
        groups.setdefault(parameter.location, {})[parameter.name] = (parameter, joined_within(value, parameter.inner))
    operation = call.operation
    own = operation.details.own_servers and not options.over_own_servers
    base = own_base(operation.servers, options.base) if own else options.base
    url = base.url + _path(operation, groups.get("path", {}))
    query = _query(groups.get("query", {}))
    headers = _headers(operation, groups, options, _accept(operation, streamed))
    headers |= _own_ids(document, operation, {name.lower() for name in headers})
    return make_request(operation.method, f"{url}?{query}" if query else url, headers, _content(call), in_thread)


def make_request(
    method: str, url: str, headers: dict[str, str], content: Content | None, in_thread: InThread | None
) -> _http.Request:
    """A request whose body is held (its `content` can be looked at) or streamed, chunked when its length is not known."""
    try:
        _http.URL(url)
    except _http.InvalidURL as error:
        raise ArgumentsError(f"the arguments make no usable URL: {printable(str(error))}") from None
    if content is None:
        return _http.Request(method, url, headers=headers)
    if "multipart/" in content.content_type or not any(name.lower() == "content-type" for name in headers):
        headers = {name: text for name, text in headers.items() if name.lower() != "content-type"}
        headers["Content-Type"] = content.content_type
    if not content.streamed:
        return _http.Request(method, url, headers=headers, content=content.whole())
    length = content.length
    headers |= {"Transfer-Encoding": "chunked"} if length is None else {"Content-Length": str(length)}
    host = {"Host": _http.URL(url).netloc.decode("ascii")}
    return _http.Request(method, url, headers=host | headers, stream=ContentStream(content, in_thread))


def _refused(operation: Operation, problem: Problem) -> ArgumentsError:
    error = ArgumentsError("", [problem])
    error.operation = operation.dotted
    return error


def _path(operation: Operation, given: Mapping[str, tuple[Parameter, JSON]]) -> str:
    def fill(found: re.Match[str]) -> str:
        name = found[1]
        if name not in given:
            raise _refused(operation, Problem("path", json_pointer(name), "required, missing", "required"))
        parameter, value = given[name]
        text = _content_text(parameter, value)
        encoded = percent_encode(text) if text is not None else path_text(name, value, parameter.style, parameter.explode)
        if not encoded:
            raise _refused(operation, Problem("path", json_pointer(name), "must not be empty in a path", "required"))
        return encoded

    path = _TEMPLATE.sub(fill, operation.path)
    # Decoded twice, as a server behind a careless proxy would.
    if any(unquote(unquote(segment)) in (".", "..") for segment in path.split("/")):
        name = next(iter(given), "")
        raise _refused(
            operation,
            Problem("path", json_pointer(name), "makes a path segment '.' or '..', which leaves the path", "path"),
        )
    return path


def _content_text(parameter: Parameter, value: JSON) -> str | None:
    """The text of a parameter that has `content` instead of a schema: its JSON."""
    return encode_json(value).decode() if parameter.content is not None else None


def _query(given: Mapping[str, tuple[Parameter, JSON]]) -> str:
    pairs: list[tuple[str, str]] = []
    for name, (parameter, value) in given.items():
        encode = percent_encode_reserved if parameter.allow_reserved else percent_encode
        text = _content_text(parameter, value)
        if text is not None:
            pairs.append((percent_encode(name), encode(text)))
        else:
            pairs += query_pairs(name, value, parameter.style, parameter.explode, encode)
    return join_query(pairs)


def _headers(
    operation: Operation, groups: Mapping[str, Mapping[str, tuple[Parameter, JSON]]], options: Options, accepted: str
) -> dict[str, str]:
    headers = _http.Headers({"Accept": accepted, "Accept-Encoding": "gzip", "User-Agent": USER_AGENT})
    for name, (parameter, value) in groups.get("header", {}).items():
        text = _content_text(parameter, value)
        text = header_text(value, parameter.explode, parameter.style) if text is None else text
        if is_own_header(name):
            raise _refused(
                operation, Problem("header", json_pointer(name), "is set by the client itself, not by an argument", "name")
            )
        if not is_header_value(text):
            message = "holds characters that no header can carry; visible ASCII, spaces and tabs are allowed"
            raise _refused(operation, Problem("header", json_pointer(name), message, "format"))
        headers[name] = text
    cookies = [
        pair for name, (one, value) in groups.get("cookie", {}).items() for pair in query_pairs(name, value, "form", one.explode)
    ]
    if cookies:
        headers["Cookie"] = "; ".join(f"{name}={text}" for name, text in cookies)
    for name, text in options.headers:
        headers[name] = text
    return {name.decode("ascii"): text.decode("ascii") for name, text in headers.raw}


def extension(document: Document, operation: Operation | None, name: str) -> str | None:
    """What an operation, or else the document's root, has as the text of an extension."""
    own = operation.details.extensions.get(name) if operation else None
    return as_string(own) or as_string(document.raw.get(name)) or None


def _own_ids(document: Document, operation: Operation, given: Collection[str]) -> dict[str, str]:
    """The headers that tell one call from another, where the document names them: the same on every attempt, unless given."""
    names = [extension(document, operation, "x-aerostack-call-id")]
    if operation.idempotency == "unsafe":
        names.append(extension(document, operation, "x-aerostack-idempotency-key"))
    wanted = [name for name in names if name and name.lower() not in given]
    for name in wanted:
        if TOKEN.fullmatch(name) is None or is_own_header(name) or name.lower() == "authorization":
            problem = Problem(
                "document", operation.pointer, f"{printable(name, 60)!r} is no header for the id of a call", "document"
            )
            raise SpecError("an extension of the document can't be followed", [problem])
    return {name: str(uuid4()) for name in wanted}


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


# ---- bodies


def _content(call: Call) -> Content | None:
    media_type = call.media_type
    if media_type is None:
        return None
    if call.whole_file is not None:
        return Content(call.whole_file.content_type or media_type.name, [call.whole_file.source])
    match family(media_type.name):
        case "json":
            return Content(media_type.name, [encode_json(call.body)])
        case "multipart":
            return multipart([*_parts(call, media_type)], uuid4().hex)
        case "form":
            return Content(media_type.name, [_form(call.body).encode()])
        case _:
            text = call.body if isinstance(call.body, str) else scalar(call.body)
            return Content(media_type.name, [text.encode()])


def _form(body: dict[str, Any]) -> str:
    """`application/x-www-form-urlencoded` (OpenAPI 3.1, section 4.8.15): arrays as repeated pairs, objects as JSON."""
    pairs: list[tuple[str, str]] = []
    for name, value in body.items():
        pairs += query_pairs(name, scalar(value) if is_object(value) else value, "form", True)
    return join_query(pairs)


def _parts(call: Call, media_type: MediaType) -> Iterator[Part]:
    """The parts of a multipart body in the order the document declares its properties, undeclared ones last."""
    body: dict[str, JSON] = call.body
    schema = media_type.schema.raw if media_type.schema else None
    declared = schema.get("properties") if isinstance(schema, dict) else None
    names = [name for name in declared if name in body] if isinstance(declared, dict) else []
    for name in [*names, *(name for name in body if name not in names)]:
        if not name.isprintable():
            raise _refused(call.operation, Problem("body", json_pointer(name), "has a line break or control character", "name"))
        if name in call.files:
            yield _file_part(name, call.files[name], body)
            continue
        value = body[name]
        encoding = media_type.encoding.get(name)
        for item in value if isinstance(value, list) else [value]:
            content_type = encoding.content_type if encoding else None
            if isinstance(item, (dict, list)):
                yield Part(name, encode_json(item), content_type=content_type or "application/json")
            else:
                yield Part(name, scalar(item).encode(), content_type=content_type)


def _file_part(name: str, file: File, body: Mapping[str, JSON]) -> Part:
    key = body.get("key")
    filename = file.filename or (key.rstrip("/").rpartition("/")[2] if isinstance(key, str) else "") or "file"
    return Part(name, file.source, filename, file.content_type or _guess(filename))


def _guess(filename: str) -> str:
    from mimetypes import guess_type  # noqa: PLC0415  # reads the system's tables on first use

    return essence(guess_type(filename)[0] or "application/octet-stream")
