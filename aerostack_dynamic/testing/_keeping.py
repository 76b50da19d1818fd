"""From an exchange to the call that a recording keeps: its arguments in the document's words, what was sent and what came, masked."""

from __future__ import annotations

from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .. import _http
from .._bounded import Layer
from .._errors import NoResponseError, ResponseError, StatusError, TimeoutError
from .._mask import is_secret_place
from .._media_type import best_match, essence, family
from .._recorded import RecordedAnswer, RecordedCall, RecordedFailure, RecordedRequest
from .._result import pick_response
from .._shape import secret_texts, shape_at
from .._values import MASK, UNSET, as_object, is_array, pointer_tokens
from ._masks import Masks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._call import Call
    from .._content import File
    from .._errors import AerostackError
    from .._hidden import Hidden
    from .._model import Parameter
    from .._reference import Document
    from .._shape import Shape
    from .._steps import Received
    from .._told import Exchange


def kept_call(exchange: Exchange, also: frozenset[str], hidden: Iterable[Hidden], at: float) -> RecordedCall:
    """The call as a recording keeps it. `also` are names that are masked too, `hidden` the secrets of other calls, `at` when it began."""
    masks = Masks(exchange.document, exchange.operation, also, [exchange.hidden(), *hidden])
    keeping = _Keeping(exchange, masks)
    keeping.call(at)  # what one part of it shows to be a secret is masked in the others as well
    return keeping.call(at)


class _Keeping:
    def __init__(self, exchange: Exchange, masks: Masks) -> None:
        self._exchange = exchange
        self._masks = masks
        self._fault = ""

    def call(self, at: float) -> RecordedCall:
        exchange, masks = self._exchange, self._masks
        operation, request, call = exchange.operation, exchange.request, exchange.call
        arguments = {} if call is None else arguments_of(call)
        if call is not None:
            arguments = masked_arguments(exchange.document, call, arguments, masks)
        answer = None if exchange.received is None else self._answer(exchange.received)
        error = exchange.error
        failure = RecordedFailure("response", "answered") if self._fault else None
        if isinstance(error, NoResponseError) or (isinstance(error, ResponseError) and answer is None):
            failure = _failure(error)
        return RecordedCall(
            operation.operation_id if operation else "",
            request.method,
            operation.path if operation else masks.text(request.url.path),
            MappingProxyType(arguments),
            RecordedRequest(request.method, masks.url(request.url), masks.request_headers(request.headers), self._request_body()),
            answer,
            self._fault or ("" if error is None else masks.text(_reason(error))),
            exchange.document.sha256,
            media_type=essence(request.headers.get("content-type", "")) or None,
            elapsed=exchange.elapsed,
            failure=failure,
            at=at,
        )

    def _request_body(self) -> bytes:
        request, call = self._exchange.request, self._exchange.call
        content_type = request.headers.get("content-type", "")
        if not isinstance(request.stream, _http.ByteStream) or family(content_type) == "multipart":
            return b""
        return self._masks.request_body(b"".join(request.stream), content_type, call.media_type if call else None)

    def _answer(self, received: Received) -> RecordedAnswer:
        operation = self._exchange.operation
        documented = pick_response(operation.responses, received.status) if operation else None
        content_type = received.headers.get("content-type", "")
        media_type = best_match(documented.content, content_type) if documented else None
        pairs = [(name.decode("ascii"), text.decode("utf-8", "replace")) for name, text in received.headers.raw]
        headers = self._masks.answer_headers(_decoded(pairs), self._exchange.request.url)
        body = received.body if received.unread is None else self._stream(received.unread.coding)
        return RecordedAnswer(received.status, headers, self._masks.answer_body(body, content_type, media_type) if body else b"")

    def _stream(self, coding: str) -> bytes:
        """What was read of a stream, its content coding taken off."""
        pieces: list[bytes] = []
        try:
            layer = Layer(coding)
            for piece in self._exchange.pieces:
                pieces += layer.pieces(piece)
        except ResponseError as error:
            self._fault = error.reason
        if self._exchange.cut:
            self._fault = f"the stream was longer than the {self._exchange.options.max_response_bytes} bytes that are kept"
        return b"".join(pieces)


def _decoded(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers of a content whose coding was taken off, which frame it no more."""
    return [one for one in headers if one[0].lower() not in ("content-encoding", "content-length", "transfer-encoding")]


def _reason(error: AerostackError) -> str:
    """Why there is no result. What a StatusError says stands in the answer."""
    if isinstance(error, StatusError):
        return ""
    return error.reason if isinstance(error, (NoResponseError, ResponseError)) else type(error).__name__


def _failure(error: AerostackError) -> RecordedFailure:
    if isinstance(error, NoResponseError):
        return RecordedFailure(error.stage, error.sent, isinstance(error, TimeoutError), error.kind)
    return RecordedFailure("response", "answered", False, type(error).__name__)


# ---- arguments


def arguments_of(call: Call) -> dict[str, Any]:
    """The arguments of a call by location and wire name, as a RecordedCall has them, nothing masked."""
    made: dict[str, Any] = {}
    for parameter, value in call.parameters:
        made.setdefault(parameter.location, {})[parameter.name] = value
    if call.whole_file is not None:
        made["body"] = _described(call.whole_file, call.media_type.name if call.media_type else None)
    elif call.body is not UNSET:
        made["body"] = call.body
        for pointer, file in call.files.items():
            made["body"] = _with(made["body"], pointer_tokens(pointer), _described(file, file.content_type))
    return made


def _described(file: File, content_type: str | None) -> dict[str, Any]:
    """What stands in the place of a file; its SHA-256 where it is held in memory."""
    described: dict[str, Any] = {"filename": file.filename, "content_type": content_type, "size": file.source.length}
    held = file.source.held
    return described if held is None else {**described, "sha256": sha256(held).hexdigest()}


def _with(value: Any, tokens: list[str], item: Any) -> Any:
    """A copy of `value` with `item` at a place."""
    if not tokens:
        return item
    first, *rest = tokens
    if is_array(value):
        return [_with(one, rest, item) if str(index) == first else one for index, one in enumerate(value)]
    return {**as_object(value), first: _with(as_object(value).get(first), rest, item)}


def masked_arguments(document: Document, call: Call, arguments: dict[str, Any], masks: Masks) -> dict[str, Any]:
    """The arguments of a call with masks; what they hold as secrets is looked for in all the rest."""
    made: dict[str, Any] = {}
    for parameter, value in call.parameters:
        shape = _shape_of(document, parameter)
        secret = parameter.secret or is_secret_place(document, parameter.location, parameter.name) or masks.names(parameter.name)
        masks.hide(secret_texts({MASK: value}, None, {MASK}) if secret else masks.texts(value, shape))
        made.setdefault(parameter.location, {})[parameter.name] = MASK if secret else masks.value(value, shape)
    if "body" in arguments:
        made["body"] = _masked_body(document, call, arguments["body"], masks)
    return as_object(masks.everywhere(made))


def _masked_body(document: Document, call: Call, body: Any, masks: Masks) -> Any:
    media_type = call.media_type
    if isinstance(body, str) and media_type is not None:
        return masks.request_body(body.encode(), media_type.name, media_type).decode()
    schema = media_type.schema if media_type else None
    shape = shape_at(document, schema.pointer) if schema else None
    masks.hide(masks.texts(body, shape))
    return masks.value(body, shape)


def _shape_of(document: Document, parameter: Parameter) -> Shape | None:
    schema = parameter.content.schema if parameter.content else parameter.schema
    return shape_at(document, schema.pointer) if schema else None
