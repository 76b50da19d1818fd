"""Reading the objects of a document into nouns, each when it is asked for. A malformed one is a SpecError with its pointer."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ._arguments import choose_media_type, lay_out
from ._errors import SpecError
from ._listed import methods_of, read_servers, texts_of
from ._model import (
    DocumentedResponse,
    Encoding,
    Header,
    Link,
    MediaType,
    Operation,
    OperationDetails,
    Parameter,
    RequestBody,
    SchemaObject,
    SecurityRequirement,
)
from ._names import python_name
from ._telling import teller_of
from ._template import read_template
from ._values import (
    UNSET,
    CopiedTuple,
    Copies,
    Problem,
    View,
    as_array,
    as_object,
    as_string,
    as_warnings,
    doubtful,
    fixed,
    is_array,
    is_object,
    json_pointer,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._reference import Document
    from ._values import JSON
    from ._webhook import Webhook

UNCHECKED: Final = "requests to it can't be checked"
_DELIMITED: Final = ("spaceDelimited", "pipeDelimited", "tabDelimited")
# The styles of each location, its default first (OpenAPI 3.2, section 4.12.2.2). In paths and headers the delimited ones are those of
# Swagger 2.0; where a later document names one, it can mean nothing else.
_STYLES: Final = MappingProxyType(
    {
        "path": ("simple", "matrix", "label", *_DELIMITED),
        "query": ("form", "deepObject", *_DELIMITED),
        "querystring": ("content",),
        "header": ("simple", *_DELIMITED),
        "cookie": ("form", "cookie"),
    }
)
# How an array within an array is written (Swagger 2.0, Items Object).
_COLLECTIONS: Final = MappingProxyType({"csv": ",", "ssv": " ", "tsv": "\t", "pipes": "|"})
_EXPLODED: Final = frozenset({"form", "cookie", "deepObject"})
_UNREAD: Final = "an answer with it is not checked"


def malformed(place: str, message: str) -> SpecError:
    """The error for a part of the document that is not as the standard has it."""
    return SpecError("the document is malformed", [Problem("document", place, message, "document")])


def read_details(document: Document, operation: Operation) -> OperationDetails:
    """All the parts of an operation. Raises SpecError when one that a request needs is malformed, or a reference in it is broken."""
    reader = _Reader(document)
    node, path_item = document.at(operation.pointer), document.at(operation.path_item)
    listed = reader.parameters((operation.path_item, path_item), (operation.pointer, node))
    parameters = reader.fitted(operation, listed)
    body = reader.request_body(node, operation.pointer)
    security = node.get("security", document.field("security"))
    callbacks = reader.callbacks(node, operation.pointer)
    own_servers = read_servers(node.get("servers")) or read_servers(path_item.get("servers"))
    return OperationDetails(
        lay_out(document, parameters, body, choose_media_type(body)).arguments,
        parameters,
        body,
        MappingProxyType(reader.responses(node, operation.pointer)),
        read_security(security, operation.pointer + "/security" if "security" in node else "/security"),
        own_servers or read_servers(document.field("servers")),
        bool(own_servers),
        MappingProxyType({key: fixed(value) for key, value in node.items() if key.startswith("x-")}),
        tuple(reader.problems),
        MappingProxyType(callbacks),
    )


def read_webhooks(document: Document) -> Mapping[str, Webhook]:
    """The webhooks by name (OpenAPI 3.1, section 4.8.1), those under `x-webhooks`, as documents of OpenAPI 3.0 have them, too."""
    return View(
        {
            name: _read_webhook(document, name, item, json_pointer(field, name), name)
            for field in ("x-webhooks", "webhooks")
            for name, item in as_object(document.field(field)).items()
        }
    )


def _read_webhook(document: Document, name: str, item: object, place: str, called: str) -> Webhook:
    """What stands in a Path Item Object at `place` under a name or expression; `called` is what its operations are named after."""
    from ._webhook import Webhook  # noqa: PLC0415  # few documents have any

    try:
        node, place = document.follow(item, place)
    except SpecError as error:
        return Webhook(document, name, {}, as_warnings(error.problems, UNCHECKED))
    operations: dict[str, Operation] = {}
    for method, step, raw in methods_of(document, as_object(node)):
        one = as_object(raw)
        identifier = as_string(one.get("operationId")) or called
        operations[method.lower()] = Operation(
            read=lambda operation: read_details(document, operation),
            teller=teller_of(document),
            operation_id=identifier,
            named=partial(_alone, python_name(identifier)),
            method=method,
            path=name,
            path_item=place,
            pointer=place + step,
            summary=as_string(one.get("summary")),
            description=as_string(one.get("description")),
            deprecated=one.get("deprecated") is True,
            tags=texts_of(one.get("tags")),
        )
    return Webhook(document, name, operations, () if operations else [doubtful(place, "there is no operation here", UNCHECKED)])


def _alone(name: str) -> tuple[str, None]:
    """The name of an operation that is in no group."""
    return name, None


class _Reader:
    """The parts of one operation, and in `problems` those that are not as the standard has them, though nothing needs them."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.problems: list[Problem] = []

    def _doubt(self, place: str, message: str, consequence: str) -> None:
        self.problems.append(doubtful(place, message, consequence))

    def parameters(self, *places: tuple[str, dict[str, Any]]) -> tuple[Parameter, ...]:
        """The parameters of a path item and then of its operation, which replace those of the same location and name."""
        found: dict[tuple[str, str], Parameter] = {}
        for place, node in places:
            own = set[tuple[str, str]]()
            for index, item in enumerate(as_array(node.get("parameters"))):
                raw, where = self._document.follow(item, place + json_pointer("parameters", index))
                one = self._parameter(as_object(raw), where)
                if (one.location, one.name) in own:
                    self._doubt(where, f"the {one.location} parameter {one.name!r} is listed twice", "the last one counts")
                own.add((one.location, one.name))
                found[one.location, one.name] = one
        return tuple(found.values())

    def fitted(self, operation: Operation, listed: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
        """The parameters with those that the path template alone has, and without need of those that it has not."""
        if not operation.path.startswith("/"):
            return listed  # a webhook's name, or a callback's expression
        paths = {one.name: one for one in listed if one.location == "path"}
        names = {one.name for one in listed if one.location == "query"}
        variables = read_template(operation.path, {*paths, *names}).variables
        for name in paths:
            if name not in variables:
                self._doubt(operation.pointer, f"the path has no {{{name}}}, which is a path parameter", "it is not sent")
        missing = [name for name in variables if name not in paths and name not in names]
        for name in missing:
            self._doubt(operation.pointer, f"the path's {{{name}}} is no parameter", "it is a required one, and takes any text")
        if any(one.location == "querystring" for one in listed) and names:
            self._doubt(operation.pointer, "a parameter is the whole query, beside others in it", "they are sent after one another")
        return (
            *(replace(one, required=False) if one.location == "path" and one.name not in variables else one for one in listed),
            *(Parameter(name, "path", True, None, "simple", False) for name in missing),
        )

    def _parameter(self, raw: dict[str, Any], place: str) -> Parameter:
        name: Any = raw.get("name")
        location: Any = raw.get("in")
        if location in ("body", "formData"):
            raise malformed(
                place, "an operation has one body: one parameter in: body, or form fields, in 2.0; else its requestBody"
            )
        if not isinstance(name, str) or location not in _STYLES:
            raise malformed(place, "a parameter needs a name, and in: path, query, querystring, header or cookie")
        style = as_string(raw.get("style")) or _STYLES[location][0]
        if style not in _STYLES[location]:
            default = _STYLES[location][0]
            self._doubt(f"{place}/style", f"no {location} parameter has the style {style!r}", f"it is written as {default}")
            style = default
        content = self._content(as_object(raw.get("content")), place)
        return Parameter(
            name,
            location,
            raw.get("required") is True or location == "path",
            None if content else schema_of(raw, place),
            style,
            bool(raw.get("explode", style in _EXPLODED)),
            raw.get("allowReserved") is True,
            next(iter(content.values()), None),
            as_string(raw.get("description")),
            raw.get("deprecated") is True,
            _examples(raw),
            raw.get("x-aerostack-secret") is True or (location == "header" and name.lower() == "cookie"),
            raw.get("allowEmptyValue") is True,
            tuple(_inner_separators(raw)),
        )

    def _content(self, raw: dict[str, Any], place: str) -> Mapping[str, MediaType]:
        found: dict[str, MediaType] = {}
        for name, item in raw.items():
            where = place + json_pointer("content", name)
            try:
                node, where = self._document.follow(item, where)
            except SpecError as error:
                self.problems += as_warnings(error.problems, "the media type is left out")
                continue
            if is_object(node):
                found[name] = self._media_type(name, node, where)
        return MappingProxyType(found)

    def _media_type(self, name: str, raw: dict[str, Any], place: str) -> MediaType:
        prefix = as_array(raw.get("prefixEncoding"))
        return MediaType(
            name,
            schema_of(raw, place),
            self._encodings(raw, place),
            _examples(raw),
            schema_of(raw, place, "itemSchema"),
            tuple(self._encoding(as_object(one), f"{place}/prefixEncoding/{index}") for index, one in enumerate(prefix)),
            self._encoding(raw["itemEncoding"], f"{place}/itemEncoding") if is_object(raw.get("itemEncoding")) else None,
        )

    def _encodings(self, raw: dict[str, Any], place: str) -> Mapping[str, Encoding]:
        inner = as_object(raw.get("encoding"))
        return MappingProxyType(
            {name: self._encoding(as_object(one), place + json_pointer("encoding", name)) for name, one in inner.items()}
        )

    def _encoding(self, raw: dict[str, Any], place: str) -> Encoding:
        prefix = as_array(raw.get("prefixEncoding"))
        return Encoding(
            as_string(raw.get("contentType")) or None,
            as_string(raw.get("style")) or None,
            _truth(raw, "explode"),
            _truth(raw, "allowReserved"),
            self._headers(raw, place),
            self._encodings(raw, place),
            tuple(self._encoding(as_object(one), f"{place}/prefixEncoding/{index}") for index, one in enumerate(prefix)),
            self._encoding(raw["itemEncoding"], f"{place}/itemEncoding") if is_object(raw.get("itemEncoding")) else None,
        )

    def _headers(self, raw: dict[str, Any], place: str) -> Mapping[str, Header]:
        found: dict[str, Header] = {}
        for name, item in as_object(raw.get("headers")).items():
            try:
                node, where = self._document.follow(item, place + json_pointer("headers", name))
            except SpecError as error:
                self.problems += as_warnings(error.problems, "the header is left out")
                continue
            one = as_object(node)
            content = self._content(as_object(one.get("content")), where)
            found[name] = Header(
                name,
                one.get("required") is True,
                None if content else schema_of(one, where),
                one.get("explode") is True,
                next(iter(content.values()), None),
                as_string(one.get("description")),
                one.get("deprecated") is True,
            )
        return MappingProxyType(found)

    def request_body(self, node: dict[str, Any], place: str) -> RequestBody | None:
        """The Request Body Object, None where there is none, or one without content."""
        if "requestBody" not in node:
            return None
        raw, where = self._document.follow(node["requestBody"], place + "/requestBody")
        content = self._content(as_object(as_object(raw).get("content")), where)
        if not content:
            self._doubt(where, "a request body needs content", "none is sent")
            return None
        return RequestBody(content, raw.get("required") is True, as_string(raw.get("description")))

    def responses(self, node: dict[str, Any], place: str) -> dict[str, DocumentedResponse]:
        """The Response Objects by status, in the document's order."""
        found: dict[str, DocumentedResponse] = {}
        for status, item in as_object(node.get("responses")).items():
            if status.startswith("x-"):
                continue
            where = place + json_pointer("responses", status)
            try:
                raw, where = self._document.follow(item, where)
            except SpecError as error:
                self.problems += as_warnings(error.problems, _UNREAD)
                raw = None
            one = as_object(raw)
            key = status.upper() if status.lower() != "default" else "default"
            found[key] = DocumentedResponse(
                key,
                as_string(one.get("description")),
                self._content(as_object(one.get("content")), where),
                self._headers(one, where),
                self._links(one, where),
            )
        return found

    def _links(self, raw: dict[str, Any], place: str) -> Mapping[str, Link]:
        found: dict[str, Link] = {}
        for name, item in as_object(raw.get("links")).items():
            try:
                one = as_object(self._document.follow(item, place + json_pointer("links", name))[0])
            except SpecError as error:
                self.problems += as_warnings(error.problems, "the link is left out")
                continue
            found[name] = Link(
                name,
                as_string(one.get("operationId")),
                as_string(one.get("operationRef")),
                Copies(as_object(one.get("parameters"))),
                one.get("requestBody", UNSET),
                as_string(one.get("description")),
                next(iter(read_servers([one.get("server")])), None),
            )
        return MappingProxyType(found)

    def callbacks(self, node: dict[str, Any], place: str) -> dict[str, Mapping[str, Webhook]]:
        """The Callback Objects by name, each the webhooks at its expressions (OpenAPI 3.1, section 4.8.18)."""
        found: dict[str, Mapping[str, Webhook]] = {}
        for name, item in as_object(node.get("callbacks")).items():
            try:
                raw, where = self._document.follow(item, place + json_pointer("callbacks", name))
            except SpecError as error:
                self.problems += as_warnings(error.problems, UNCHECKED)
                continue
            found[name] = MappingProxyType(
                {
                    expression: _read_webhook(self._document, expression, one, where + json_pointer(expression), name)
                    for expression, one in as_object(raw).items()
                    if not expression.startswith("x-")
                }
            )
        return found


def schema_of(raw: dict[str, Any], place: str, field: str = "schema") -> SchemaObject | None:
    """The Schema Object in a field of an object that stands at `place`."""
    return SchemaObject(f"{place}/{field}", raw[field]) if isinstance(raw.get(field), (dict, bool)) else None


def _truth(raw: dict[str, Any], field: str) -> bool | None:
    return raw[field] if isinstance(raw.get(field), bool) else None


def _inner_separators(raw: dict[str, Any]) -> Iterator[str]:
    items = as_object(as_object(raw.get("schema")).get("items"))
    while isinstance(word := items.get("collectionFormat"), str):
        yield _COLLECTIONS.get(word, ",")
        items = as_object(items.get("items"))


def _examples(raw: dict[str, Any]) -> tuple[JSON, ...]:
    schema = as_object(raw.get("schema"))
    named = [as_object(one) for one in as_object(raw.get("examples")).values()]
    given = [one[word] for one in named for word in ("dataValue", "value") if word in one]
    own = [schema["example"]] if "example" in schema else []
    return CopiedTuple([raw["example"]] if "example" in raw else given or own or as_array(schema.get("examples")))


def read_security(raw: object, pointer: str) -> tuple[SecurityRequirement, ...]:
    """Security Requirement Objects; an empty one among them means that nothing is needed. Raises SpecError for what is no list of them.

    Taken for nothing, such a thing would send a call without its credentials.
    """
    if raw is not None and not (is_array(raw) and all(map(is_object, raw))):
        raise malformed(pointer, "security is a list of objects, each with the names of schemes")
    return tuple(
        MappingProxyType({name: tuple(map(str, as_array(scopes))) for name, scopes in as_object(one).items()})
        for one in as_array(raw)
    )
