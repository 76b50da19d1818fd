"""Hiding by name: what a document calls secret, where it may stand in a request, and the same request with masks in place of it.

Derived from a document once, when something of it is first shown.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote_plus

from ._errors import SpecError
from ._keywords import HIDING, words_of
from ._late import pattern
from ._shape import holds_secrets, says_secret, shape_at
from ._template import read_template
from ._values import MASK, as_array, as_object, as_string, is_object, json_pointer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from . import _http
    from ._model import Operation, Parameter
    from ._reference import Document
    from ._shape import Shape

_ALWAYS: Final = frozenset({("header", "authorization"), ("header", "proxy-authorization")})
# Names that tell of a secret, in small letters without hyphens and underscores.
_TOLD: Final = (
    "accesskey accesstoken apikey apisecret apitoken authtoken bearertoken clientsecret credential credentials idtoken passphrase passwd "
    "password privatekey refreshtoken secret secretkey sessiontoken token xaccesstoken xapikey xapitoken xauthtoken xsecret xtoken"
)
_TELLING: Final = frozenset(_TOLD.split())
_WORD: Final = pattern(r"[\w-]+")
_DEEPEST: Final = 20
_CONTAINERS: Final = (dict, list)
# Keywords by which a schema may be secret though it does not say so itself.
_LEADING: Final = frozenset({"$ref", "allOf", "anyOf", "items", "oneOf"})


class Places(NamedTuple):
    """Names under which secrets stand: `properties` of objects, and the parts of a request (headers in lower case)."""

    properties: frozenset[str]
    query: frozenset[str]
    header: frozenset[str]
    cookie: frozenset[str]


def scheme_places(document: Document) -> frozenset[tuple[str, str]]:
    """Where the security schemes put their keys: location and name, the names of headers in lower case."""
    return document.once("scheme places", lambda: _ALWAYS | frozenset(_scheme_places(document)))


def _scheme_places(document: Document) -> Iterator[tuple[str, str]]:
    for name, item in as_object(document.field("components", "securitySchemes")).items():
        with suppress(SpecError):
            scheme = as_object(document.follow(item, json_pointer("components", "securitySchemes", name))[0])
            if scheme.get("type") == "apiKey":
                yield _place(as_string(scheme.get("in")), as_string(scheme.get("name")))


def _place(location: str, name: str) -> tuple[str, str]:
    return location, name.lower() if location == "header" else name


def is_secret_place(document: Document, location: str, name: str) -> bool:
    """Whether a parameter stands where a security scheme puts its key."""
    return _place(location, name) in scheme_places(document)


def secret_places(document: Document) -> Places:
    """Every name that the document calls secret anywhere: a walk through all of it, unless it has no word that says so, or was walked
    before it was kept.
    """

    def find() -> Places:
        told = document.facts("secret places")
        return _Survey(document).places() if told is None else Places(*map(frozenset, told))

    return document.once("secret places", find)


def tells_secret(name: str) -> bool:
    """Whether a name tells of a secret whatever the document says: `client_secret` and `X-Api-Key` do, `max_tokens` does not.

    This is for what a person is shown, as of a request: what programs read, such as recordings, follows the document alone.
    """
    return name.replace("-", "").replace("_", "").lower() in _TELLING


def telling_names(*texts: str) -> frozenset[str]:
    """The words of texts that tell of a secret where they are names: of a URL, of headers' names, of a body."""
    return frozenset(word for text in texts for word in _WORD.findall(text) if tells_secret(word))


def telling_of(request: _http.Request) -> frozenset[str]:
    """Those of a request's URL, its headers, and its body where that is held in memory."""
    from . import _http  # noqa: PLC0415  # documents are read without the HTTP library

    body = request.content.decode("utf-8", "replace") if isinstance(request.stream, _http.ByteStream) else ""
    cookies = request.headers.get("cookie", "")
    return telling_names(unquote_plus(str(request.url)), cookies, body, *request.headers)


def secret_members(shape: Shape | None, names: Iterable[str]) -> set[str]:
    """Which members of an object are masked: by their schemas, or by their names where the document does not declare them there."""
    if shape is None:
        return set()
    declared, known = shape.properties, secret_places(shape.document).properties
    return {name for name in names if (declared[name].secret if name in declared else shape.others.secret or name in known)}


class _Survey:
    """One walk through a whole document and its files. It asks the nodes themselves: a shape for each of a million would take long.

    `start` is the place of the root of the file that a node stands in.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._known: dict[tuple[str, str], bool] = {}
        self._properties = set[str]()
        self._found = set(scheme_places(document))

    def places(self) -> Places:
        """The names that are secret, by where they stand."""
        if not words_of(self._document).isdisjoint(HIDING):
            for start in ("", *(f"{name}#" for name in self._document.files)):
                self._walk(self._document.at(start), start)
        found = self._found
        where = {place: frozenset(name for one, name in found if one == place) for place in ("query", "header", "cookie")}
        return Places(frozenset(self._properties), **where)

    def _walk(self, root: Any, start: str) -> None:
        waiting: list[Any] = [root] if type(root) in _CONTAINERS else []
        while waiting:
            node: Any = waiting.pop()
            members: Any = node
            if is_object(node):
                members = node.values()
                if "properties" in node:
                    self._note_properties(node["properties"], start)
                if "in" in node and isinstance(node["in"], str) and self._secret_parameter(node, start):
                    self._found.add(_place(node["in"], as_string(node.get("name"))))
            waiting += [one for one in members if type(one) in _CONTAINERS]

    def _note_properties(self, properties: Any, start: str) -> None:
        known = self._properties
        if is_object(properties):
            known.update(name for name, item in properties.items() if name not in known and self._secret(item, start))

    def _secret_parameter(self, node: dict[str, Any], start: str) -> bool:
        schemas = [node.get("schema"), *(as_object(one).get("schema") for one in as_object(node.get("content")).values())]
        return says_secret(node) or any(self._secret(one, start) for one in schemas)

    def _secret(self, node: Any, start: str, depth: int = 0) -> bool:
        if not is_object(node) or depth > _DEEPEST:
            return False
        if says_secret(node):
            return True
        if _LEADING.isdisjoint(node):
            return False
        reference = node.get("$ref")
        if isinstance(reference, str) and self._secret_target(reference, start, depth):
            return True
        members = [node.get("items"), *(one for word in ("allOf", "anyOf", "oneOf") for one in as_array(node.get(word)))]
        return any(self._secret(one, start, depth + 1) for one in members)

    def _secret_target(self, reference: str, start: str, depth: int) -> bool:
        key = start, reference
        if key not in self._known:
            self._known[key] = False
            with suppress(SpecError):
                node, place = self._document.target(reference, start)
                name, mark, _ = place.partition("#") if not place.startswith("/") else ("", "", "")
                self._known[key] = self._secret(node, name + mark, depth + 1)
        return self._known[key]


# ---- one request


def _secret_parameters(document: Document, operation: Operation | None) -> frozenset[tuple[str, str]]:
    """Parameters of an operation that are secret, or hold what is: location and name."""
    if operation is None:
        return frozenset()
    found = (_place(one.location, one.name) for one in operation.parameters if _is_secret(document, one))
    return document.once(("secret parameters", operation.pointer), lambda: frozenset(found))


def _is_secret(document: Document, one: Parameter) -> bool:
    schema = one.content.schema if one.content else one.schema
    shown = not one.secret and not is_secret_place(document, one.location, one.name)
    return not shown or (schema is not None and holds_secrets(shape_at(document, schema.pointer)))


def _names(document: Document, operation: Operation | None, location: str) -> frozenset[str]:
    own = frozenset(name for where, name in _secret_parameters(document, operation) if where == location)
    known: frozenset[str] = getattr(secret_places(document), location)
    return own | known


def shown_url(document: Document, operation: Operation | None, url: _http.URL, also: frozenset[str] = frozenset()) -> _http.URL:
    """A request's URL with masks for secret values in its path and its query, of parameters that `also` names too; user and password
    left out.
    """
    path, mark, query = url.raw_path.decode("ascii").partition("?")
    if any(where == "querystring" for where, _ in _secret_parameters(document, operation)):
        query = MASK
    names = _names(document, operation, "query") | secret_places(document).properties | also
    shown = (_shown_path(document, operation, path, also) + mark + shown_pairs(query, names, "&")).encode("ascii")
    if shown == url.raw_path and not url.userinfo:
        return url
    from ._http import InvalidURL  # noqa: PLC0415  # documents are read without the HTTP library

    try:
        return url.copy_with(raw_path=shown, userinfo=b"")
    except InvalidURL:  # httpx counts the length of what is encoded already anew
        return url.copy_with(raw_path=f"/{MASK}".encode(), userinfo=b"")


def _shown_path(document: Document, operation: Operation | None, path: str, also: frozenset[str]) -> str:
    secret = {name for where, name in _secret_parameters(document, operation) if where == "path"} | also
    if operation is None or not secret:
        return path
    declared = {one.name for one in operation.parameters if one.location in ("path", "query")}
    pieces = read_template(operation.path, declared).path
    pattern = "".join("(.*)" if one.reserved else "([^/]*)" if one.variable else f"({re.escape(one.text)})" for one in pieces)
    found = re.search(f"{pattern}$", path)
    if found is None:
        return f"/{MASK}"
    shown = [MASK if one.variable and one.text in secret else text for one, text in zip(pieces, found.groups(), strict=True)]
    return path[: found.start()] + "".join(shown)


def shown_pairs(text: str, names: frozenset[str], separator: str) -> str:
    """`name=value` pairs, as queries, forms and cookies have them, with masks for the values of names that are secret."""
    return separator.join(_shown_pair(pair, names) for pair in text.split(separator))


def _shown_pair(pair: str, names: frozenset[str]) -> str:
    name, mark, _ = pair.partition("=")
    parts = unquote_plus(name).strip().replace("]", "").split("[")
    return f"{name}={MASK}" if mark and not names.isdisjoint(parts) else pair


def shown_headers(
    document: Document, operation: Operation | None, headers: Iterable[tuple[bytes, bytes]], also: frozenset[str] = frozenset()
) -> list[tuple[str, str]]:
    """A request's headers with masks for secret values, and for those that `also` names; of the cookies those that are."""
    secret = _names(document, operation, "header").union(map(str.lower, also))
    cookies = _names(document, operation, "cookie") | secret_places(document).properties | also
    shown: list[tuple[str, str]] = []
    for raw, value in headers:
        name, text = raw.decode("ascii"), value.decode("utf-8", "replace")
        if name.lower() in secret:
            text = MASK
        elif name.lower() == "cookie":
            text = shown_pairs(text, cookies, ";")
        shown.append((name, text))
    return shown


def covered_headers(document: Document) -> frozenset[str]:
    """Headers of an answer that its repr masks: those that keys stand in, and what sets cookies."""
    names = (name for where, name in scheme_places(document) if where == "header")
    return document.once("covered headers", lambda: frozenset({"set-cookie", *names}))
