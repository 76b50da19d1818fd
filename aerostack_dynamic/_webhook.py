"""Requests that others send as the document says: webhooks and callbacks, each held against its operation.

A check is of headers, query, media type and body. Whether the sender is who it says it is, by a signature for one, is not told by it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from ._arguments import STANDARD_HEADERS
from ._choice import with_choices
from ._codec import UndecodableError, WireValues
from ._codecs import Decoding, decode, read_form
from ._errors import ArgumentsError, SpecError, WebhookError
from ._judge import to_problems
from ._media_type import best_match, essence, family
from ._received import by_name, cookie_pairs
from ._record import as_record
from ._schema import compile_schema
from ._shape import shape_at, unknown_shape
from ._typed import is_mapping, schema_of_each
from ._unstyle import as_is, read_header, read_pairs
from ._values import Problem, as_array, did_you_mean, is_bytes, is_tuple, json_pointer, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ._model import MediaType, Operation, Parameter, SchemaObject
    from ._reference import Document
    from ._shape import Shape
    from ._values import JSON, Location

    Headers = Mapping[str, Any] | Iterable[tuple[Any, Any]]
    Query = Mapping[str, Any] | Iterable[tuple[Any, Any]] | str | bytes
    Pairs = list[tuple[str, str]]

_PLAIN: Final = Decoding()


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
        received = _Received(self._document, operation, by_name(_pairs(headers, "headers")))
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
        self._problems += to_problems(with_choices(self._document, schema.pointer, findings), location, base)

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
            readings = [*_readings(parameter, given, shape)]
        except UndecodableError:
            self._problem(parameter.location, base, "is not valid JSON", "content")
            return
        if schema:
            checker = compile_schema(self._document, schema.pointer, direction="request")
            if all(map(checker.findings, readings[1:] or readings)):
                self._check(schema, readings[0], parameter.location, base)

    def _given(self, parameter: Parameter, shape: Shape) -> Pairs | None:
        """What was received for a parameter; None where that is not to be checked."""
        name, location = parameter.name, parameter.location
        if location == "header":
            text = self._headers.get(name.lower())
            return None if name.lower() in STANDARD_HEADERS else [] if text is None else [(name, text)]
        pairs = (
            self.query if location in ("query", "querystring") else cookie_pairs(self._headers) if location == "cookie" else None
        )
        if pairs is None or location == "querystring":
            return pairs
        if parameter.style == "deepObject":
            return [(key, text) for key, text in pairs if key.startswith(f"{name}[") and key.endswith("]")]
        if parameter.explode and is_mapping(shape) and not parameter.content:
            return [(key, text) for key, text in pairs if key in shape.properties]
        return [(key, text) for key, text in pairs if key == name]

    # ---- the body

    def _body(self, body: Any) -> Any:
        declared = self._operation.request_body
        content: Mapping[str, MediaType] = declared.content if declared else {}
        raw: bytes | None = bytes(body) if is_bytes(body) else None
        if raw == b"":
            if declared and declared.required:
                self._problem("body", "", "required, missing", "required")
            return None
        media_type, name = self._media_type(content)
        schema = media_type.schema if media_type else None
        shape = shape_at(self._document, schema.pointer) if schema else unknown_shape(self._document)
        try:
            data = self._plain(body) if raw is None else decode(raw, name, shape, _PLAIN)
        except UndecodableError as error:
            self._problem("body", "", str(error), "content")
            return None
        if media_type and not isinstance(data, bytes) and not self._told("depth"):
            self._check_body(media_type, family(name) if raw is not None else "json", data)
        return as_record(data, shape)

    def _check_body(self, media_type: MediaType, kind: str, data: Any) -> None:
        each = schema_of_each(self._document, media_type) if kind in ("lines", "sequence") else None
        if each:
            for index, one in enumerate(data):
                self._check(each, one, "body", json_pointer(index))
        elif media_type.schema and kind != "multipart":
            self._check(media_type.schema, data, "body")

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


def _readings(parameter: Parameter, given: Pairs, shape: Shape) -> Iterator[JSON]:
    """The values that a parameter's texts may stand for, by its style, the likeliest first. Raises UndecodableError."""
    if parameter.location == "querystring":
        yield read_form(given, shape, _PLAIN)
    elif parameter.location == "header":
        yield from read_header(parameter, given[0][1], shape)
    else:
        yield from read_pairs(parameter, given, shape, as_is)


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


def _query_pairs(query: Any) -> Pairs:
    if isinstance(query, (str, bytes)):
        return parse_qsl(_text(query).removeprefix("?"), keep_blank_values=True)
    return _pairs(query, "query")
