"""Requests that others send as the document says: webhooks and callbacks, each held against its operation.

A check is of headers, query, media type and body. Whether the sender is who it says it is, by a signature for one, is not told by it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from ._codec import UndecodableError, WireValues, decode_json, decode_text
from ._errors import ArgumentsError, SpecError, WebhookError
from ._judge import to_problems
from ._media_type import best_match, essence, family
from ._record import as_record
from ._schema import compile_schema
from ._shape import shape_at, unknown_shape
from ._values import Problem, as_array, did_you_mean, is_tuple, json_pointer, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ._model import MediaType, Operation, Parameter, SchemaObject
    from ._reference import Document
    from ._shape import Shape
    from ._values import JSON, Location

    Headers = Mapping[str, Any] | Iterable[tuple[Any, Any]]
    Query = Mapping[str, Any] | Iterable[tuple[Any, Any]] | str | bytes
    Pairs = list[tuple[str, str]]

_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,4000})(?:\.\d{1,400})?(?:[eE][-+]?\d{1,3})?")
_SEPARATORS: Final = MappingProxyType({"spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"})
# Header parameters that the standard has no say in (OpenAPI 3.1, section 4.8.12.2).
_IGNORED: Final = frozenset({"accept", "authorization", "content-type"})


class Webhook:
    """What a webhook, or an expression of a callback, declares: operations of the sender, which `check` holds a request against.

    `name` is the webhook's name or the callback's expression, `operations` are keyed by method in lower case (usually there is one,
    `post`), and `problems` say why there are none. `webhook.post` is the webhook with that operation alone. Immutable.
    """

    __slots__ = ("_document", "name", "operations", "problems")

    _document: Document
    name: str
    operations: Mapping[str, Operation]
    problems: tuple[Problem, ...]

    def __init__(
        self, document: Document, name: str, operations: Mapping[str, Operation], problems: Sequence[Problem] = ()
    ) -> None:
        set_ = object.__setattr__
        set_(self, "_document", document)
        set_(self, "name", name)
        set_(self, "operations", MappingProxyType(dict(operations)))
        set_(self, "problems", tuple(problems))

    def check(self, headers: Headers, body: Any = b"", *, query: Query | None = None, method: str | None = None) -> Any:
        """The body of a request that was received, decoded: objects are Records, an absent body is None.

        `headers` are a mapping or pairs, in any case, of str or bytes; `body` is bytes, or a value that was decoded already. `query`,
        a query string or its parameters by name, is checked where it is given. `method` tells which operation it is about where the
        webhook has several. Raises WebhookError with every problem when the request breaks the document, ArgumentsError for arguments
        that are none of these, and SpecError when the document itself can't be used.
        """
        operation = self._chosen(method)
        received = _Received(self._document, operation, _lower(_pairs(headers, "headers")))
        if query is not None:
            received.query = _query_pairs(query)
        return received.checked(body)

    def _chosen(self, method: str | None) -> Operation:
        if not self.operations:
            raise SpecError(f"the webhook {printable(self.name)!r} has no operation that can be checked", self.problems)
        if method is None:
            if len(self.operations) > 1:
                raise ArgumentsError(
                    f"method: {printable(self.name)!r} has {', '.join(self.operations)}; say which one it is about"
                )
            return next(iter(self.operations.values()))
        found = self.operations.get(method.lower())
        if found is None:
            raise ArgumentsError(f"method: {printable(self.name)!r} has {', '.join(self.operations)}, not {printable(method, 40)}")
        return found

    def __getattr__(self, name: str) -> Webhook:
        if name not in self.operations:
            guess = did_you_mean(name, (*self.operations, "check", "name", "operations", "problems"))
            raise AttributeError(f"the webhook {printable(self.name)!r} has no {name!r}{guess}", name=name, obj=self)
        return Webhook(self._document, self.name, {name: self.operations[name]})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Webhook is immutable; {name} can't be set")

    def __dir__(self) -> list[str]:
        return sorted({"check", "name", "operations", "problems", *self.operations})

    def __copy__(self) -> Webhook:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Webhook:
        return self

    def __reduce__(self) -> str:
        raise TypeError("a Webhook is not pickled alone; pickle its Spec, and look the webhook up there")

    def __repr__(self) -> str:
        return f"<Webhook {printable(self.name)!r}: {', '.join(self.operations)}>"


class _Received:
    """One request that was received, and the problems found in it so far."""

    def __init__(self, document: Document, operation: Operation, headers: Mapping[str, str]) -> None:
        self._document = document
        self._operation = operation
        self._headers = headers
        self._problems: list[Problem] = []
        self.query: Pairs | None = None

    def checked(self, body: Any) -> Any:
        """The decoded body. Raises WebhookError."""
        for parameter in self._operation.parameters:
            self._check_parameter(parameter)
        data = self._body(body)
        if self._problems:
            error = WebhookError("the request breaks the document", data=data, problems=self._problems)
            error.operation = self._operation.dotted
            raise error
        return data

    def _problem(self, location: Location, pointer: str, message: str, rule: str) -> None:
        self._problems.append(Problem(location, pointer, message, rule))

    def _check(self, schema: SchemaObject, value: Any, location: Location, base: str = "") -> None:
        findings = compile_schema(self._document, schema.pointer, direction="request").findings(value)
        self._problems += to_problems(findings, location, base)

    # ---- parameters

    def _check_parameter(self, parameter: Parameter) -> None:
        base = json_pointer(parameter.name)
        schema = parameter.content.schema if parameter.content else parameter.schema
        shape = shape_at(self._document, schema.pointer) if schema else unknown_shape(self._document)
        given = self._given(parameter, shape)
        if given is None:
            return
        if not given:
            if parameter.required:
                self._problem(parameter.location, base, "required, missing", "required")
            return
        try:
            value = _parameter_value(parameter, given, shape)
        except UndecodableError:
            self._problem(parameter.location, base, "is not valid JSON", "content")
            return
        if schema:
            self._check(schema, value, parameter.location, base)

    def _given(self, parameter: Parameter, shape: Shape) -> Pairs | None:
        """What was received for a parameter; None where that is not to be checked."""
        name, location = parameter.name, parameter.location
        if location == "header":
            text = self._headers.get(name.lower())
            return None if name.lower() in _IGNORED else [] if text is None else [(name, text)]
        pairs = self.query if location in ("query", "querystring") else _cookies(self._headers) if location == "cookie" else None
        if pairs is None or location == "querystring":
            return pairs
        if parameter.style == "deepObject":
            return [(key, text) for key, text in pairs if key.startswith(f"{name}[") and key.endswith("]")]
        if parameter.explode and "object" in shape.types and not parameter.content:
            return [(key, text) for key, text in pairs if key in shape.properties]
        return [(key, text) for key, text in pairs if key == name]

    # ---- the body

    def _body(self, body: Any) -> Any:
        declared = self._operation.request_body
        content: Mapping[str, MediaType] = declared.content if declared else {}
        raw: bytes | None = bytes(body) if isinstance(body, (bytes, bytearray, memoryview)) else None  # pyright: ignore[reportUnknownArgumentType]  # of any format
        if raw == b"":
            if declared and declared.required:
                self._problem("body", "", "required, missing", "required")
            return None
        media_type, name = self._media_type(content)
        schema = media_type.schema if media_type else None
        shape = shape_at(self._document, schema.pointer) if schema else unknown_shape(self._document)
        try:
            data = self._plain(body) if raw is None else _decoded(raw, name, shape)
        except UndecodableError as error:
            self._problem("body", "", str(error), "content")
            return None
        if schema and not isinstance(data, bytes) and not self._told("depth"):
            self._check(schema, data, "body")
        return as_record(data, shape)

    def _told(self, rule: str) -> bool:
        return any(one.location == "body" and one.rule == rule for one in self._problems)

    def _plain(self, value: Any) -> JSON:
        """A value that the caller has decoded, as JSON would have it."""
        wire = WireValues(allow_nan=False)
        plain = wire.convert(value, "body")
        self._problems += wire.problems
        return plain

    def _media_type(self, content: Mapping[str, MediaType]) -> tuple[MediaType | None, str]:
        """The Media Type Object that speaks of the body, and the name that it is decoded by. One without any is taken for the first."""
        given = self._headers.get("content-type", "")
        if not given:
            chosen = next((one for one in content.values() if family(one.name) == "json"), next(iter(content.values()), None))
            return chosen, chosen.name if chosen else ""
        chosen = best_match(content, given)
        if chosen is None and content:
            message = f"the document has {', '.join(content)}, not {printable(essence(given), 60)}"
            self._problem("header", json_pointer("Content-Type"), message, "content-type")
        return chosen, given


# ---- from text to values


def _decoded(body: bytes, content_type: str, shape: Shape) -> Any:
    kind = family(content_type)
    if kind == "json":
        return decode_json(body)
    if kind == "form":
        return _form(parse_qsl(decode_text(body, content_type), keep_blank_values=True), shape)
    return decode_text(body, content_type) if kind == "text" else body


def _form(pairs: Pairs, shape: Shape) -> dict[str, JSON]:
    """The fields of a form, or of a query string, each by its property: the last one counts unless it is an array."""
    grouped: dict[str, list[str]] = {}
    for name, text in pairs:
        grouped.setdefault(name, []).append(text)
    made: dict[str, JSON] = {}
    for name, texts in grouped.items():
        inner = shape.properties.get(name) or shape.additional or unknown_shape(shape.document)
        if "array" in inner.types:
            made[name] = [_scalar(one, inner.items) for one in texts]
        else:
            made[name] = _scalar(texts[-1], inner)
            if "object" in inner.types:
                with suppress(UndecodableError):  # the text, which is told to be no object
                    made[name] = decode_json(texts[-1].encode())
    return made


def _parameter_value(parameter: Parameter, given: Pairs, shape: Shape) -> JSON:
    """The value that a parameter's texts stand for, by its style (OpenAPI 3.1, section 4.8.12.3). Raises UndecodableError."""
    texts = [text for _, text in given]
    if parameter.location == "querystring":
        return _form(given, shape)
    if parameter.content:
        return decode_json(texts[0].encode()) if family(parameter.content.name) == "json" else texts[0]
    if "array" in shape.types:
        parts = texts if parameter.explode and parameter.location != "header" else _split(texts[0], parameter.style)
        return [_scalar(one, shape.items) for one in parts]
    if "object" in shape.types:
        return {key: _scalar(text, shape.properties.get(key)) for key, text in _members(parameter, given)}
    return _scalar(texts[0], shape)


def _members(parameter: Parameter, given: Pairs) -> Pairs:
    if parameter.style == "deepObject":
        return [(key[len(parameter.name) + 1 : -1], text) for key, text in given]
    if parameter.explode and parameter.location != "header":
        return given
    parts = _split(given[0][1], parameter.style)
    if parameter.explode:
        return [(key, text) for key, _, text in (one.partition("=") for one in parts)]
    return [*zip(parts[::2], parts[1::2], strict=False)]


def _split(text: str, style: str) -> list[str]:
    return [one.strip(" \t") for one in text.split(_SEPARATORS.get(style, ","))]


def _scalar(text: str, shape: Shape | None) -> JSON:
    """What a text stands for by the types that its schema names; the text where it is none of them."""
    types = shape.types if shape else frozenset[str]()
    if "string" in types:
        return text
    if types & {"integer", "number"} and _NUMBER.fullmatch(text):
        return decode_json(text.encode())
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    return None if "null" in types and not text else text


def _pairs(given: Any, what: str) -> Pairs:
    """Names and values from what a framework has: a mapping, of lists too, or pairs, of str or of bytes. Raises ArgumentsError."""
    try:
        items: list[tuple[Any, Any]] = [*(given.items() if hasattr(given, "items") else given)]
        return [
            (_text(name), _text(one)) for name, value in items for one in (value if is_tuple(value) else as_array(value) or [value])
        ]
    except (TypeError, ValueError):
        raise ArgumentsError(f"{what}: give a mapping or pairs of names and values, each a str or bytes") from None


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, str):
        return value
    raise TypeError


def _lower(pairs: Pairs) -> dict[str, str]:
    """Headers by name in lower case; those of one name are one list (RFC 9110, section 5.3)."""
    made: dict[str, str] = {}
    for name, text in pairs:
        key = name.lower()
        made[key] = f"{made[key]}{'; ' if key == 'cookie' else ', '}{text}" if key in made else text
    return made


def _cookies(headers: Mapping[str, str]) -> Pairs:
    parts = [one.strip().partition("=") for one in headers.get("cookie", "").split(";")]
    return [(name, text) for name, _, text in parts if name]


def _query_pairs(query: Any) -> Pairs:
    if isinstance(query, (str, bytes)):
        return parse_qsl(_text(query).removeprefix("?"), keep_blank_values=True)
    return _pairs(query, "query")
