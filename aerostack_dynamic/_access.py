"""Security schemes and servers as a document has them, and what is wrong with them, which matters only to those who use them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ._errors import SpecError
from ._late import pattern
from ._model import OAuthFlow, SecurityScheme
from ._values import as_array, as_object, as_string, as_warnings, doubtful, is_array, is_object, json_pointer, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._model import Operation
    from ._reference import Document
    from ._values import Problem

_URI: Final = frozenset("#/:.")
_VARIABLE: Final = pattern(r"\{([^{}]*)\}")
# What a security scheme of a type can't do without (OpenAPI 3.2, section 4.27).
_NEEDED: Final = MappingProxyType(
    {
        "apiKey": ("name", "in"),
        "http": ("scheme",),
        "mutualTLS": (),
        "oauth2": ("flows",),
        "openIdConnect": ("openIdConnectUrl",),
    }
)


class SecuritySchemes(Mapping[str, SecurityScheme]):
    """The Security Scheme Objects of a document by the names in its components; those that can't be read are left out.

    One that a requirement names by its URI is found by that, unless a component has the name (OpenAPI 3.2, section 4.30).
    """

    __slots__ = ("_by_name", "_document")

    def __init__(self, document: Document) -> None:
        self._document = document
        self._by_name = dict(_schemes(document))

    def __getitem__(self, name: str) -> SecurityScheme:
        found = self._by_name.get(name) or self._by_uri(name)
        if found is None:
            raise KeyError(name)
        return found

    def __repr__(self) -> str:
        return repr(self._by_name)

    def _by_uri(self, name: str) -> SecurityScheme | None:
        if _URI.isdisjoint(name):
            return None
        try:
            node = self._document.follow({"$ref": name}, "")[0]
        except SpecError:
            return None
        return _scheme(name, node) if is_object(node) and isinstance(node.get("type"), str) else None

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def _ipython_key_completions_(self) -> list[str]:
        return [*self]


def _schemes(document: Document) -> Iterator[tuple[str, SecurityScheme]]:
    for name, item in _components(document).items():
        try:
            yield name, _scheme(name, as_object(document.follow(item, _scheme_place(name))[0]))
        except SpecError:
            continue


def _components(document: Document) -> dict[str, Any]:
    return as_object(document.field("components", "securitySchemes"))


def _scheme_place(name: str) -> str:
    return json_pointer("components", "securitySchemes", name)


def _scheme(name: str, raw: dict[str, Any]) -> SecurityScheme:
    flows = as_object(raw.get("flows"))
    return SecurityScheme(
        name,
        as_string(raw.get("type")),
        as_string(raw.get("in")),
        as_string(raw.get("name")),
        as_string(raw.get("scheme")).lower(),
        as_string(raw.get("description")),
        MappingProxyType({kind: _flow(kind, one) for kind, one in flows.items() if is_object(one)}),
        as_string(raw.get("openIdConnectUrl")),
        as_string(raw.get("oauth2MetadataUrl")),
        raw.get("deprecated") is True,
    )


def _flow(kind: str, raw: dict[str, Any]) -> OAuthFlow:
    return OAuthFlow(
        kind,
        as_string(raw.get("authorizationUrl")),
        as_string(raw.get("tokenUrl")),
        as_string(raw.get("refreshUrl")),
        MappingProxyType({name: str(text) for name, text in as_object(raw.get("scopes")).items()}),
        as_string(raw.get("deviceAuthorizationUrl")),
    )


# ---- what is wrong


def access_problems(document: Document, operations: Iterable[Operation]) -> Iterator[Problem]:
    """What is wrong with the security schemes, with requirements of them, and with servers; all of them are warnings."""
    schemes = SecuritySchemes(document)
    yield from _scheme_problems(document)
    yield from _security_problems(document.raw, "", schemes)
    yield from _server_problems(document.raw, "")
    for operation in operations:
        node = document.at(operation.pointer)
        yield from _security_problems(node, operation.pointer, schemes)
        yield from _server_problems(node, operation.pointer)
        yield from _server_problems(document.at(operation.path_item), operation.path_item)


def _scheme_problems(document: Document) -> Iterator[Problem]:
    lost = "an alternative that needs it can't be met"
    for name, item in _components(document).items():
        try:
            raw, place = document.follow(item, _scheme_place(name))
        except SpecError as error:
            yield from as_warnings(error.problems, lost)
            continue
        kind: Any = as_object(raw).get("type")
        if not isinstance(kind, str) or kind not in _NEEDED:
            told = ", ".join(_NEEDED)
            yield doubtful(place, f"a security scheme has one of the types {told}", "only an httpx.Auth can serve it", "security")
        for word in _NEEDED.get(kind, ()) if isinstance(kind, str) else ():
            if not raw.get(word):
                yield doubtful(place, f"a security scheme of type {kind} needs {word!r}", lost, "security")


def _security_problems(node: dict[str, Any], place: str, schemes: SecuritySchemes) -> Iterator[Problem]:
    security = node.get("security")
    if security is not None and not (is_array(security) and all(map(is_object, security))):
        message = "security is a list of objects, each with the names of schemes"
        if not place:
            yield doubtful("/security", message, "no operation that inherits it can be called", "security")
        return
    for index, requirement in enumerate(as_array(security)):
        for name in requirement:
            if name not in schemes:
                where = place + json_pointer("security", index, name)
                message = f"there is no security scheme {printable(name, 100)!r}"
                yield doubtful(where, message, "this alternative can't be met", "security")


def _server_problems(node: dict[str, Any], place: str) -> Iterator[Problem]:
    servers = node.get("servers", [])
    if not is_array(servers):
        yield doubtful(f"{place}/servers", "servers is a list of objects", "it counts as none", "servers")
    for index, one in enumerate(as_array(servers)):
        where = f"{place}/servers/{index}"
        if not isinstance(as_object(one).get("url"), str):
            yield doubtful(
                where, "a server is an object with a url", "it is left out, those after it are counted without it", "servers"
            )
            continue
        variables = as_object(one.get("variables"))
        for name in _VARIABLE.findall(one["url"]):
            yield from _variable_problems(name, as_object(variables.get(name)), where)


def _variable_problems(name: str, variable: dict[str, Any], place: str) -> Iterator[Problem]:
    told, enum = printable(name, 100), as_array(variable.get("enum"))
    if "default" not in variable:
        message = f"the variable {told!r} has no default"
        yield doubtful(place, message, "the server is called only with a value for it in server_variables", "servers")
    elif enum and variable["default"] not in enum:
        yield doubtful(place, f"the default of the variable {told!r} is not one of its enum", "it is taken all the same", "servers")
