"""From an answer to a result: which Response Object speaks of it, decoding, checking, and what each validation mode makes of it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from . import _http
from ._codec import UndecodableError, decode_json, decode_text, encode_json
from ._errors import ResponseError, StatusError, status_error
from ._hidden import Headers, Request
from ._judge import is_refused, to_problems
from ._mask import covered_headers, secret_places, shown_headers, shown_pairs, shown_url
from ._media_type import best_match, essence, family
from ._record import as_record
from ._retry import parse_retry_after
from ._schema import compile_schema
from ._shape import holds_secrets, masked, shape_at, unknown_shape
from ._values import Drift, as_array, as_object, as_string, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ._hidden import Hidden
    from ._model import DocumentedResponse, MediaType, Operation
    from ._options import Options
    from ._reference import Document
    from ._steps import Received
    from ._values import Mode, Problem

_REQUEST_IDS: Final = ("x-request-id", "request-id", "cf-ray")
_ENCODING_HEADERS: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_LENGTH_HEADERS: Final = frozenset({b"content-length", b"transfer-encoding"})


class Response:
    """An answer and what is known of it.

    `data` is what the plain call returns; `status`, `headers` (looked up without regard to case), `request_id`, `elapsed` (seconds,
    of all attempts), `attempts`, and `undocumented`, which is True for a 2xx status that the document does not have. `http` is the
    `httpx.Response`, its request without credentials.
    """

    __slots__ = (
        "_headers",
        "_http",
        "_make_headers",
        "_make_http",
        "_received",
        "attempts",
        "data",
        "elapsed",
        "request_id",
        "undocumented",
    )

    def __init__(
        self,
        received: Received,
        make_headers: Callable[[], _http.Headers],
        make_http: Callable[[], _http.Response],
        *,
        data: Any,
        elapsed: float,
        attempts: int,
        request_id: str | None,
        undocumented: bool,
    ) -> None:
        self._make_headers = make_headers
        self._headers: _http.Headers | None = None
        self._received = received
        self._make_http = make_http
        self._http: _http.Response | None = None
        self.data = data
        self.elapsed = elapsed
        self.attempts = attempts
        self.request_id = request_id
        self.undocumented = undocumented

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self._received.status

    @property
    def headers(self) -> _http.Headers:
        """The answer's headers as they were sent, with masks where they repeat a secret of the call."""
        if self._headers is None:
            self._headers = self._make_headers()
        return self._headers

    @property
    def http(self) -> _http.Response:
        """The answer as an `httpx.Response`, read and decoded."""
        if self._http is None:
            self._http = self._make_http()
        return self._http

    def __reduce__(self) -> tuple[Any, ...]:
        kept = {name: getattr(self, name) for name in ("data", "elapsed", "attempts", "request_id", "undocumented")}
        return _restore, (self._received._replace(extensions={}, headers=self.headers), self.http, kept)

    def __repr__(self) -> str:
        return f"<Response {self.status} in {self.elapsed:.3f} s>"


def _restore(received: Received, http: _http.Response, kept: dict[str, Any]) -> Response:
    return Response(received, lambda: received.headers, lambda: http, **kept)


class Reading(NamedTuple):
    """What an answer says: its data, whether its status is in the document, and each drift."""

    data: Any
    undocumented: bool
    drifts: tuple[Drift, ...]


def request_id(document: Document, headers: _http.Headers) -> str | None:
    """The id a server gave a request: in the header that `x-aerostack-request-id` names, else the first of the usual ones."""
    declared = as_string(document.raw.get("x-aerostack-request-id"))
    return next((found for name in ([declared] if declared else _REQUEST_IDS) if (found := headers.get(name))), None)


def http_response(received: Received, request: _http.Request, covered: frozenset[str]) -> _http.Response:
    """An httpx.Response with the decoded body. Headers that told of the encoding are left out where there was one."""
    headers = received.headers
    if "content-encoding" in headers:
        headers = _http.Headers([(name, text) for name, text in headers.raw if name.lower().decode() not in _ENCODING_HEADERS])
    extensions = dict(received.extensions)
    if "reason_phrase" in extensions:
        extensions["reason_phrase"] = printable(extensions["reason_phrase"].decode("ascii", "replace")).encode("ascii", "replace")
    response = _http.Response(received.status, headers=headers, content=received.body, request=request, extensions=extensions)
    response.headers = Headers(response.headers, covered)
    return response


def carried(document: Document, operation: Operation | None, request: _http.Request) -> _http.Request:
    """The request as errors and results carry it: secrets masked in its URL, its headers and its body, a body of no known kind left out."""
    url = shown_url(document, operation, request.url)
    headers = shown_headers(document, operation, [one for one in request.headers.raw if one[0].lower() not in _LENGTH_HEADERS])
    kind = request.headers.get("content-type")
    held = kind is not None and isinstance(request.stream, _http.ByteStream)
    content = _shown_content(document, operation, request.content, kind or "") if held else b""
    return Request.of(_http.Request(request.method, url, headers=headers, content=content), str(url), covered_headers(document))


def _shown_content(document: Document, operation: Operation | None, content: bytes, kind: str) -> bytes:
    names = secret_places(document).properties
    if family(kind) == "form":
        return shown_pairs(content.decode(), names, "&").encode()
    if family(kind) != "json":
        return b""
    body = operation.request_body if operation else None
    media_type = best_match(body.content, kind) if body else None
    shape = shape_at(document, media_type.schema.pointer) if media_type and media_type.schema else unknown_shape(document)
    try:
        return encode_json(masked(decode_json(content, allow_nan=True), shape, names))
    except UndecodableError:
        return b""


def concealed(received: Received, hidden: Hidden) -> Received:
    """An answer with masks wherever it repeats a secret of the call; the same one where it repeats none."""
    headers = [(name, hidden.data(text)) for name, text in received.headers.raw]
    extensions = {name: hidden.data(one) if isinstance(one, bytes) else one for name, one in received.extensions.items()}
    body = hidden.data(received.body)
    with suppress(UndecodableError):
        value = decode_json(body, allow_nan=True)
        if (shown := hidden.value(value)) != value:
            body = encode_json(shown)
    if (body, headers, extensions) == (received.body, received.headers.raw, received.extensions):
        return received
    return received._replace(headers=_http.Headers(headers), body=body, extensions=extensions)


def pick_response(responses: Mapping[str, DocumentedResponse], status: int) -> DocumentedResponse | None:
    """The Response Object for a status: its code, else its range, else `default` (OpenAPI 3.1, section 4.8.16)."""
    return responses.get(str(status)) or responses.get(f"{status // 100}XX") or responses.get("default")


def read_result(document: Document, operation: Operation, received: Received, request: _http.Request, options: Options) -> Reading:
    """The data of a 2xx answer. Raises ResponseError by the table of modes."""
    return _WholeReader(document, operation, received, request, options).read()


def decode_plainly(document: Document, received: Received, request: _http.Request, options: Options) -> Reading:
    """The data of an answer that no operation speaks of, by its own media type. Raises ResponseError when it can't be decoded."""
    content_type = received.headers.get("content-type", "")
    if not received.body:
        return Reading(None, False, ())
    try:
        data = _decode(received.body, content_type, options.allow_nan, options.validation.response == "strict")
    except UndecodableError as error:
        response = http_response(received, carried(document, None, request), covered_headers(document))
        raise ResponseError(_quoted(error), status=received.status, response=response) from None
    return Reading(as_record(data, unknown_shape(document)), False, ())


def read_error(
    document: Document, operation: Operation | None, received: Received, request: _http.Request, reason: str | None
) -> StatusError:
    """The error for an answer outside 2xx, whatever its body looks like. `reason` is why a redirect was not followed."""
    data: Any = None
    content_type = received.headers.get("content-type", "")
    if received.body:
        try:
            data = _decode(received.body, content_type if family(content_type) != "missing" else "application/json", False, False)
        except UndecodableError:
            data = decode_text(received.body, content_type)
    code, message = code_and_message(data)
    documented = pick_response(operation.responses, received.status) if operation else None
    media_type = best_match(documented.content, content_type) if documented else None
    schema = media_type.schema if media_type else None
    shape = shape_at(document, schema.pointer) if schema else unknown_shape(document)
    return status_error(received.status)(
        received.status,
        reason=reason,
        code=code,
        message=message,
        data=as_record(data, shape),
        response=http_response(received, carried(document, operation, request), covered_headers(document)),
        retry_after=parse_retry_after(received.headers.get("retry-after"), received.headers.get("date")),
    )


def code_and_message(data: object) -> tuple[str | None, str | None]:
    """The code and message of an error body, from the usual places (RFC 9457 among them)."""
    outer = as_object(data)
    errors = as_array(outer.get("errors"))
    inner = as_object(outer.get("error")) or (as_object(errors[0]) if errors else {})
    code = next((str(one["code"]) for one in (outer, inner) if isinstance(one.get("code"), (str, int))), None)
    texts = [one.get(name) for one in (outer, inner) for name in ("message", "detail", "title", "error_description")]
    texts.append(outer.get("error"))
    return code, next((text for text in map(as_string, texts) if text), None)


def _decode(body: bytes, content_type: str, allow_nan: bool, unique_keys: bool) -> Any:
    kind = family(content_type)
    if kind == "json":
        return decode_json(body, allow_nan=allow_nan, unique_keys=unique_keys)
    return decode_text(body, content_type) if kind in ("text", "form") else body


def _quoted(error: UndecodableError) -> str:
    return f"{error}; it starts with {error.excerpt!r}" if error.excerpt else str(error)


class AnswerReader:
    """What reading any answer needs: what a validation mode makes of each departure from the document."""

    def __init__(
        self, document: Document, operation: Operation, received: Received, request: _http.Request, options: Options
    ) -> None:
        self._document = document
        self._operation = operation
        self._received = received
        self._request = request
        self._options = options
        self._mode: Mode = options.validation.response
        self._drifts: list[Drift] = []

    def _documented(self) -> DocumentedResponse | None:
        documented = pick_response(self._operation.responses, self._received.status)
        if documented is None:
            known = ", ".join(self._operation.responses)
            self._depart("status", f"the document has no status {self._received.status}, only {known or 'none at all'}")
        return documented

    def _judged(self, pointer: str, data: Any) -> Any:
        """`data` with names, held against the schema at `pointer`."""
        record = as_record(data, shape_at(self._document, pointer))
        if self._mode == "off":
            return record
        findings = compile_schema(self._document, pointer, self._options.validation.engine).findings(data)
        refused = [one for one in findings if is_refused(one, self._mode)]
        if refused:
            problems = to_problems(findings if self._mode == "strict" else refused, "response")
            raise self._error("the answer breaks the document", data=record, problems=problems)
        for problem in to_problems(findings, "response"):
            self._drift(problem.pointer, problem.rule, problem.message)
        return record

    def _named(self, data: Any) -> Any:
        """`data` as it is delivered where no schema speaks of it."""
        return as_record(data, unknown_shape(self._document))

    def _depart(self, rule: str, message: str) -> None:
        """An undeclared status or media type: refused by `strict`, a drift in the modes between, nothing when off."""
        if self._mode == "strict":
            raise self._error(message)
        if self._mode != "off":
            self._drift("", rule, message)

    def _drift(self, pointer: str, rule: str, message: str) -> None:
        self._drifts.append(Drift(self._operation.dotted, self._received.status, pointer, rule, message))

    def _undecodable(self, error: UndecodableError, schema: str | None) -> str:
        """Why, with how it begins where that tells nothing secret."""
        secret = schema is not None and holds_secrets(shape_at(self._document, schema))
        return str(error) if secret else _quoted(error)

    def _response(self) -> _http.Response:
        request = carried(self._document, self._operation, self._request)
        return http_response(self._received, request, covered_headers(self._document))

    def _error(self, reason: str, *, data: Any = None, problems: Sequence[Problem] = ()) -> ResponseError:
        return ResponseError(reason, status=self._received.status, data=data, problems=problems, response=self._response())


class _WholeReader(AnswerReader):
    def read(self) -> Reading:
        received = self._received
        documented = self._documented()
        media_type, data = self._data(documented)
        if data is not None or received.body:
            data = self._checked(media_type, data)
        return Reading(data, documented is None, tuple(self._drifts))

    def _data(self, documented: DocumentedResponse | None) -> tuple[MediaType | None, Any]:
        received = self._received
        content: Mapping[str, MediaType] = documented.content if documented else {}
        if received.status in (204, 205) or (not received.body and not content):
            return None, None
        content_type = received.headers.get("content-type", "")
        media_type = best_match(content, content_type) if content_type else None
        if media_type is None:
            media_type, content_type = self._undeclared(content, content_type)
        try:
            return media_type, _decode(received.body, content_type, self._options.allow_nan, self._mode == "strict")
        except UndecodableError as error:
            schema = media_type.schema if media_type else None
            raise self._error(self._undecodable(error, schema.pointer if schema else None)) from None

    def _undeclared(self, content: Mapping[str, MediaType], content_type: str) -> tuple[MediaType | None, str]:
        """What to read a body as whose media type is missing or not declared: JSON, where that is declared and it parses."""
        json_type = next((one for one in content.values() if family(one.name) == "json"), None)
        if content_type and content:
            message = f"the document has {', '.join(content)}, not {printable(essence(content_type), 60)}"
            parses = json_type is not None and self._parses_as_json(message)
            self._depart("content-type", message)
            if not parses:
                return None, content_type
        elif content_type and self._operation.responses:
            self._depart(
                "content-type",
                f"the document has no body here, and the answer has {printable(essence(content_type), 60)}",
            )
        if json_type is not None and (not content_type or family(content_type) != "json"):
            return json_type, json_type.name
        return json_type, content_type or next(iter(content), "")

    def _parses_as_json(self, message: str) -> bool:
        """Whether the body is JSON all the same. Where it is not, `strict` and `tolerant` refuse it: a log-in page, it may be."""
        try:
            decode_json(self._received.body, allow_nan=self._options.allow_nan)
        except UndecodableError as error:
            if self._mode in ("strict", "tolerant"):
                raise self._error(f"{message}; and {_quoted(error)}") from None
            return False
        return True

    def _checked(self, media_type: MediaType | None, data: Any) -> Any:
        if media_type is None or media_type.schema is None or isinstance(data, bytes):
            return self._named(data)
        return self._judged(media_type.schema.pointer, data)
