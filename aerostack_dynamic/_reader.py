"""Reading the objects of a document into nouns, each when it is asked for. A malformed one is a SpecError with its pointer."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ._arguments import choose_media_type, lay_out
from ._errors import SpecError
from ._model import (
    DocumentedResponse,
    Encoding,
    MediaType,
    OAuthFlow,
    OperationDetails,
    Parameter,
    RequestBody,
    SchemaObject,
    SecurityRequirement,
    SecurityScheme,
    Server,
    ServerVariable,
)
from ._values import Problem, as_array, as_object, as_string, is_array, is_object, json_pointer, pointer_tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._model import Operation
    from ._reference import Document
    from ._values import JSON

_DEFAULT_STYLE: Final = MappingProxyType({"path": "simple", "query": "form", "header": "simple", "cookie": "form"})


def malformed(pointer: str, message: str) -> SpecError:
    """The error for a part of the document that is not as the standard has it."""
    return SpecError("the document is malformed", [Problem("document", pointer, message, "document")])


def read_details(document: Document, operation: Operation) -> OperationDetails:
    """All the parts of an operation. Raises SpecError when one is malformed or a reference in it is broken."""
    path_item_pointer = json_pointer(*pointer_tokens(operation.pointer)[:-1])
    node, path_item = document.at(operation.pointer), document.at(path_item_pointer)
    parameters = _parameters(document, (path_item_pointer, path_item), (operation.pointer, node))
    body = _request_body(document, node, operation.pointer)
    responses = _responses(document, node, operation.pointer)
    security = node.get("security", document.raw.get("security"))
    own_servers = node.get("servers") or path_item.get("servers")
    return OperationDetails(
        lay_out(document, parameters, body, choose_media_type(body)).arguments,
        parameters,
        body,
        MappingProxyType(responses),
        read_security(security, operation.pointer + "/security" if "security" in node else "/security"),
        read_servers(own_servers or document.raw.get("servers")),
        bool(own_servers),
        MappingProxyType({key: value for key, value in node.items() if key.startswith("x-")}),
    )


def _parameters(document: Document, *places: tuple[str, dict[str, Any]]) -> tuple[Parameter, ...]:
    """The parameters of a path item and then of its operation, which replace those of the same location and name."""
    found: dict[tuple[str, str], Parameter] = {}
    for pointer, node in places:
        for index, item in enumerate(as_array(node.get("parameters"))):
            raw, place = document.follow(item, pointer + json_pointer("parameters", index))
            one = _parameter(as_object(raw), place)
            found[one.location, one.name] = one
    return tuple(found.values())


def _parameter(raw: dict[str, Any], pointer: str) -> Parameter:
    name: Any = raw.get("name")
    location: Any = raw.get("in")
    if not isinstance(name, str) or location not in _DEFAULT_STYLE:
        raise malformed(pointer, "a parameter needs a name, and in: path, query, header or cookie")
    style = as_string(raw.get("style")) or _DEFAULT_STYLE[location]
    content = _content(as_object(raw.get("content")), pointer)
    return Parameter(
        name,
        location,
        raw.get("required") is True or location == "path",
        _schema(raw, pointer),
        style,
        bool(raw.get("explode", style == "form")),
        raw.get("allowReserved") is True,
        next(iter(content.values()), None),
        as_string(raw.get("description")),
        raw.get("deprecated") is True,
        _examples(raw),
        raw.get("x-aerostack-secret") is True,
    )


def _schema(raw: dict[str, Any], pointer: str, field: str = "schema") -> SchemaObject | None:
    return SchemaObject(f"{pointer}/{field}", raw[field]) if isinstance(raw.get(field), (dict, bool)) else None


def _examples(raw: dict[str, Any]) -> tuple[JSON, ...]:
    schema = as_object(raw.get("schema"))
    given = [one["value"] for one in as_object(raw.get("examples")).values() if "value" in as_object(one)]
    return tuple([raw["example"]] if "example" in raw else given or as_array(schema.get("examples")))


def _content(raw: dict[str, Any], pointer: str) -> Mapping[str, MediaType]:
    return MappingProxyType(
        {
            name: MediaType(
                name,
                _schema(as_object(item), pointer + json_pointer("content", name)),
                MappingProxyType({key: _encoding(as_object(one)) for key, one in as_object(item.get("encoding")).items()}),
                _examples(item),
                _schema(as_object(item), pointer + json_pointer("content", name), "itemSchema"),
            )
            for name, item in raw.items()
            if is_object(item)
        }
    )


def _encoding(raw: dict[str, Any]) -> Encoding:
    return Encoding(raw.get("contentType"), raw.get("style"), raw.get("explode"), raw.get("allowReserved") is True)


def _request_body(document: Document, node: dict[str, Any], pointer: str) -> RequestBody | None:
    if "requestBody" not in node:
        return None
    raw, place = document.follow(node["requestBody"], pointer + "/requestBody")
    content = _content(as_object(as_object(raw).get("content")), place)
    if not content:
        raise malformed(place, "a request body needs content")
    return RequestBody(content, raw.get("required") is True, as_string(raw.get("description")))


def _responses(document: Document, node: dict[str, Any], pointer: str) -> dict[str, DocumentedResponse]:
    found: dict[str, DocumentedResponse] = {}
    for status, item in as_object(node.get("responses")).items():
        raw, place = document.follow(item, pointer + json_pointer("responses", status))
        raw = as_object(raw)
        content = _content(as_object(raw.get("content")), place)
        found[status] = DocumentedResponse(status, as_string(raw.get("description")), content)
    return found


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


def read_security_schemes(document: Document) -> dict[str, SecurityScheme]:
    """The Security Scheme Objects by name; one that is no object or whose reference is broken is left out."""
    found: dict[str, SecurityScheme] = {}
    places = as_object(as_object(document.raw.get("components")).get("securitySchemes"))
    for name, item in places.items():
        try:
            raw: Any = as_object(document.follow(item, json_pointer("components", "securitySchemes", name))[0])
        except SpecError:
            continue
        found[name] = SecurityScheme(
            name,
            as_string(raw.get("type")),
            as_string(raw.get("in")),
            as_string(raw.get("name")),
            as_string(raw.get("scheme")).lower(),
            as_string(raw.get("description")),
            MappingProxyType({kind: _flow(kind, one) for kind, one in as_object(raw.get("flows")).items() if is_object(one)}),
            as_string(raw.get("openIdConnectUrl")),
        )
    return found


def _flow(kind: str, raw: dict[str, Any]) -> OAuthFlow:
    return OAuthFlow(
        kind,
        as_string(raw.get("authorizationUrl")),
        as_string(raw.get("tokenUrl")),
        as_string(raw.get("refreshUrl")),
        MappingProxyType({name: str(text) for name, text in as_object(raw.get("scopes")).items()}),
    )


def read_servers(raw: object) -> tuple[Server, ...]:
    """Server Objects in their order."""
    return tuple(
        Server(
            as_string(one.get("url")),
            as_string(one.get("description")),
            MappingProxyType(
                {
                    name: ServerVariable(
                        str(variable.get("default", "")),
                        tuple(map(str, as_array(variable.get("enum")))),
                        as_string(variable.get("description")),
                    )
                    for name, variable in as_object(one.get("variables")).items()
                    if is_object(variable)
                }
            ),
        )
        for one in as_array(raw)
        if is_object(one)
    )
