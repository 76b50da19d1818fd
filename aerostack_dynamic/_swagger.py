"""Swagger 2.0 written as OpenAPI 3.0. What need not differ is the same object in both, and the document itself is never changed.

Schemas stay where they stand: `definitions` is kept, and is `components/schemas` as well, so that references to it lead where they
did. What another file says of a path, a parameter or a response is written into the document; the schemas in it are referred to, and
so is what they refer to found from the file they are in. Parts that are not as the standard has them go along as they are, for the
reader of 3.0 to say so.
"""

from __future__ import annotations

from posixpath import dirname, relpath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

from ._errors import SpecError
from ._values import as_array, as_object, as_string, is_object, json_pointer, pointer_token

if TYPE_CHECKING:
    from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
    from typing import SupportsIndex, TypeAlias

    # From a value and its place to what its references lead to, and the place of that. Raises SpecError.
    Follow: TypeAlias = Callable[[object, str], tuple[Any, str]]

_METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
_ROOT: Final = frozenset(
    {
        "swagger",
        "host",
        "basePath",
        "schemes",
        "consumes",
        "produces",
        "paths",
        "parameters",
        "responses",
        "securityDefinitions",
        "servers",
        "components",
    }
)
_OPERATION: Final = frozenset({"consumes", "produces", "schemes", "parameters", "responses"})
_MADE: Final = _OPERATION | {"requestBody", "servers"}
# The fields that both versions have on a parameter or a header; its others, save extensions, say what its values are.
_FIELDS: Final = frozenset(
    {"name", "in", "description", "required", "allowEmptyValue", "deprecated", "example", "examples", "collectionFormat", "schema"}
)
_STYLES: Final = MappingProxyType({"ssv": "spaceDelimited", "tsv": "tabDelimited", "pipes": "pipeDelimited"})
_FLOWS: Final = MappingProxyType(
    {"implicit": "implicit", "password": "password", "application": "clientCredentials", "accessCode": "authorizationCode"}
)
_SCHEME_ORDER: Final = MappingProxyType({"https": 0, "http": 1})
_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_BINARY: Final = MappingProxyType({"type": "string", "format": "binary"})


def from_swagger(raw: dict[str, Any], follow: Follow, name: str = "") -> dict[str, Any]:
    """The document of OpenAPI 3.0 that says the same as `raw`, the root of one of Swagger 2.0 in the file `name`.

    `follow` goes through the references of `raw` and of the files around it, as they are written.
    """
    return _Swagger(raw, follow, name).root()


class _Inputs(NamedTuple):
    """What a path or an operation takes: parameters as 3.0 has them, bodies and form fields as they are written, with their places."""

    parameters: list[Any]
    bodies: list[tuple[dict[str, Any], str]]
    fields: dict[str, tuple[dict[str, Any], str]]


class _Swagger:
    """One document on its way to 3.0."""

    def __init__(self, raw: dict[str, Any], follow: Follow, name: str) -> None:
        self._raw = raw
        self._follow = follow
        self._folder = dirname(name)
        self._consumes = _texts(raw.get("consumes"))
        self._produces = _texts(raw.get("produces"))
        self._servers = self._urls(_texts(raw.get("schemes")))

    def root(self) -> dict[str, Any]:
        """The whole document."""
        raw = self._raw
        components: dict[str, Any] = {
            "schemas": as_object(raw.get("definitions")),
            "parameters": self._shared_parameters(),
            "responses": {
                name: self._response(one, json_pointer("responses", name), self._produces)
                for name, one in as_object(raw.get("responses")).items()
            },
            "securitySchemes": {name: _security_scheme(one) for name, one in as_object(raw.get("securityDefinitions")).items()},
        }
        return {
            "openapi": "3.0.4",
            **{name: one for name, one in raw.items() if name not in _ROOT},
            "servers": [{"url": url} for url in self._servers],
            "paths": self._paths(raw.get("paths", {})),
            "components": components,
        }

    # ---- servers

    def _urls(self, schemes: Iterable[str]) -> list[str]:
        """The addresses, those of https first; the document's order among the rest, and what is no HTTP last."""
        host, path = as_string(self._raw.get("host")).strip(), as_string(self._raw.get("basePath")).strip()
        path = path if path.startswith("/") or not path else f"/{path}"
        if not host or "://" in host:
            return [f"{host.rstrip('/')}{path}" or "/"]
        order = sorted((one.lower() for one in schemes), key=lambda one: _SCHEME_ORDER.get(one, 2))
        return [f"{one}://{host.rstrip('/')}{path}" for one in order] or [f"//{host.rstrip('/')}{path}"]

    # ---- paths

    def _paths(self, paths: Any) -> Any:
        if not is_object(paths):
            return paths
        return {
            path: self._path_item(item, json_pointer("paths", path)) if path.startswith("/") else item
            for path, item in paths.items()
        }

    def _path_item(self, item: Any, place: str) -> Any:
        try:
            node, place = self._follow(item, place)
        except SpecError:
            return item
        if not is_object(node):
            return item
        shared = self._inputs(node, place)
        made = {
            name: _Operation(one, self, f"{place}/{name}", shared) if name in _METHODS and is_object(one) else one
            for name, one in node.items()
            if name != "parameters"
        }
        return {**made, "parameters": shared.parameters} if shared.parameters else made

    def operation(self, node: dict[str, Any], place: str, shared: _Inputs) -> dict[str, Any]:
        """The operation that `node` at `place` describes, in a path that takes what is `shared`."""
        own = self._inputs(node, place)
        parameters, bodies, fields = own.parameters, own.bodies or shared.bodies, {**shared.fields, **own.fields}
        made = {name: one for name, one in node.items() if name not in _OPERATION}
        if bodies or fields:
            consumes = _texts(node["consumes"]) if "consumes" in node else self._consumes
            made["requestBody"] = self._body(*bodies[0], consumes) if bodies else self._form(fields, consumes)
            # One of them too many is left among the parameters, where the reader refuses it.
            parameters = parameters + [one for one, _ in bodies[1:]] + [one for one, _ in fields.values() if bodies]
        if parameters:
            made["parameters"] = parameters
        if "responses" in node:
            produces = _texts(node["produces"]) if "produces" in node else self._produces
            made["responses"] = self._responses(node["responses"], f"{place}/responses", produces)
        urls = self._urls(_texts(node.get("schemes"))) if node.get("schemes") else self._servers
        if urls[0] != self._servers[0]:
            made["servers"] = [{"url": url} for url in urls]
        return made

    # ---- parameters and bodies

    def _shared_parameters(self) -> dict[str, Any]:
        parameters = as_object(self._raw.get("parameters"))
        return {
            name: self._parameter(one, json_pointer("parameters", name))
            for name, one in parameters.items()
            if as_object(one).get("in") not in ("body", "formData")
        }

    def _inputs(self, node: dict[str, Any], place: str) -> _Inputs:
        found = _Inputs([], [], {})
        for index, item in enumerate(as_array(node.get("parameters"))):
            try:
                raw, where = self._follow(item, f"{place}/parameters/{index}")
            except SpecError:
                found.parameters.append(item)
                continue
            location = as_object(raw).get("in")
            if location == "body":
                found.bodies.append((raw, where))
            elif location == "formData" and isinstance(raw.get("name"), str):
                found.fields[raw["name"]] = (raw, where)
            else:
                found.parameters.append(self._shared(where, "parameters") or self._parameter(raw, where))
        return found

    def _shared(self, place: str, kind: str) -> dict[str, str] | None:
        """The reference to a parameter or response that is kept at the root, for what stands there."""
        at_root = place.startswith(f"/{kind}/") and place.count("/") == 2
        return {"$ref": "#" + quote(f"/components{place}")} if at_root else None

    def _parameter(self, raw: Any, place: str) -> Any:
        if not is_object(raw) or "$ref" in raw:
            return raw
        return {**_kept(raw), "schema": self._schema(raw, place), **_style(raw)}

    def _schema(self, raw: dict[str, Any], place: str) -> Any:
        """The Schema Object of what stands at `place`: the one it has, or one of the words that it has itself."""
        own = raw.get("schema")
        if is_object(own) or isinstance(own, bool):
            return self._file(own) or (own if place.startswith("/") else {"$ref": self._reference(f"{place}/schema")})
        made = {name: one for name, one in raw.items() if name not in _FIELDS and not name.startswith("x-")}
        made |= self._file(made) or {}
        if is_object(items := made.get("items")):
            here = place.startswith("/") or "$ref" not in items
            made["items"] = self._items(items) if here else {"$ref": self._reference(f"{place}/items")}
        return made

    def _items(self, items: dict[str, Any]) -> dict[str, Any]:
        """An Items Object as a schema that says how each array within another is written, in 2.0's own word for it."""
        made = {**items, **(self._file(items) or {})}
        if made.get("type") == "array":
            made.setdefault("collectionFormat", "csv")
        if is_object(items.get("items")):
            made["items"] = self._items(items["items"])
        return made

    @staticmethod
    def _file(schema: Any) -> dict[str, str] | None:
        return {**_BINARY} if as_object(schema).get("type") == "file" else None

    def _reference(self, place: str) -> str:
        """The reference that leads from the document to a place in another file."""
        name, _, pointer = place.partition("#")
        return f"{quote(relpath(name, self._folder or '.'))}#{quote(pointer)}"

    def _body(self, raw: dict[str, Any], place: str, consumes: Iterable[str]) -> dict[str, Any]:
        media = {"schema": self._schema(raw, place)} if any(one in raw for one in ("schema", "type")) else {}
        examples = as_object(raw.get("x-examples") or raw.get("examples"))
        media |= {"example": raw["x-example"]} if "x-example" in raw else {}
        content = {
            name: {**media, "example": examples[name]} if name in examples else media for name in tuple(consumes) or (_JSON,)
        }
        kept = {name: one for name, one in raw.items() if name in ("description", "required") or name.startswith("x-")}
        return {**kept, "content": content}

    def _form(self, fields: Mapping[str, tuple[dict[str, Any], str]], consumes: Iterable[str]) -> dict[str, Any]:
        """The body that form fields make: multipart where a file is among them, else as `consumes` has it, a plain form by default."""
        properties: dict[str, Any] = {}
        encoding: dict[str, Any] = {}
        for name, (raw, place) in fields.items():
            schema = self._schema(raw, place)
            told = "description" in raw and is_object(schema) and "$ref" not in schema
            properties[name] = {**schema, "description": raw["description"]} if told else schema
            if raw.get("type") == "array":
                encoding[name] = {"style": "form", **_style({**raw, "in": "query"})}
        required = [name for name, (raw, _) in fields.items() if raw.get("required") is True]
        schema = {"type": "object", "properties": properties} | ({"required": required} if required else {})
        media = {"schema": schema} | ({"encoding": encoding} if encoding else {})
        kinds = [_MULTIPART] if any(_has_file(one) for one in properties.values()) else [_FORM, _MULTIPART]
        names = [one for one in consumes if one.partition(";")[0].strip().lower() in kinds]
        return {"required": bool(required), "content": dict.fromkeys(names or kinds[:1], media)}

    # ---- responses

    def _responses(self, responses: Any, place: str, produces: tuple[str, ...]) -> Any:
        if not is_object(responses):
            return responses
        return {
            status: one if status.startswith("x-") else self._response(one, place + pointer_token(status), produces)
            for status, one in responses.items()
        }

    def _response(self, item: Any, place: str, produces: tuple[str, ...]) -> Any:
        try:
            raw, there = self._follow(item, place)
        except SpecError:
            return item
        if raw is not item and produces == self._produces and (reference := self._shared(there, "responses")):
            return reference
        if not is_object(raw):
            return raw
        # A schema stays where it is besides, for references to it.
        made = {name: one for name, one in raw.items() if name not in ("headers", "examples")}
        if content := self._content(raw, there, produces):
            made["content"] = content
        if is_object(headers := raw.get("headers")):
            made["headers"] = {name: self._header(one, there + json_pointer("headers", name)) for name, one in headers.items()}
        return made

    def _content(self, raw: dict[str, Any], place: str, produces: tuple[str, ...]) -> dict[str, Any]:
        examples = {name: one for name, one in as_object(raw.get("examples")).items() if "/" in name}
        if not isinstance(raw.get("schema"), (dict, bool)):
            return {name: {"example": one} for name, one in examples.items()}
        schema = self._schema(raw, place)
        names = produces or (("*/*",) if _has_file(schema) else (_JSON,))
        return {
            name: {"schema": schema, "example": examples[name]} if name in examples else {"schema": schema}
            for name in dict.fromkeys((*names, *examples))
        }

    def _header(self, raw: Any, place: str) -> Any:
        """A header, whose `collectionFormat` stays in its schema: 3.0 has no words for it there."""
        if not is_object(raw):
            return raw
        schema, word = self._schema(raw, place), raw.get("collectionFormat")
        told = word in _STYLES if isinstance(word, str) else False
        return {**_kept(raw), "schema": {**schema, "collectionFormat": word} if told and is_object(schema) else schema}


class _Operation(dict[str, Any]):
    """An operation that is turned into one of 3.0 when a field is asked for in which the versions differ, or all of it.

    Large documents have thousands, of which few are called. As a dict it holds what is written; its methods give what is made of that.
    """

    __slots__ = ("_made", "_source")

    def __init__(self, node: dict[str, Any], swagger: _Swagger, place: str, shared: _Inputs) -> None:
        super().__init__(node)
        self._source = (swagger, place, shared)
        self._made: dict[str, Any] | None = None

    def _whole(self) -> dict[str, Any]:
        # Two threads may both make it; either is right.
        if self._made is None:
            swagger, place, shared = self._source
            self._made = swagger.operation(dict(super().items()), place, shared)
        return self._made

    def get(self, key: str, default: Any = None, /) -> Any:
        return self._whole().get(key, default) if key in _MADE else super().get(key, default)

    def __getitem__(self, key: str, /) -> Any:
        return self._whole()[key] if key in _MADE else super().__getitem__(key)

    def __contains__(self, key: object, /) -> bool:
        return key in self._whole() if key in _MADE else super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def keys(self) -> KeysView[str]:  # type: ignore[override]  # the views of a dict are of no class that can be named
        return self._whole().keys()

    def values(self) -> ValuesView[Any]:  # type: ignore[override]  # the same
        return self._whole().values()

    def items(self) -> ItemsView[str, Any]:  # type: ignore[override]  # the same
        return self._whole().items()

    def __eq__(self, other: object) -> bool:
        return self._whole() == other

    __hash__ = None

    def __repr__(self) -> str:
        return repr(self._whole())

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> tuple[Any, ...]:
        return dict, (self._whole(),)


def _texts(value: object) -> tuple[str, ...]:
    """The strings of a list, each once; of a string that stands for a list of it, that one."""
    listed = [value] if isinstance(value, str) else as_array(value)
    return tuple(dict.fromkeys(one.strip() for one in listed if isinstance(one, str) and one.strip()))


def _kept(raw: dict[str, Any]) -> dict[str, Any]:
    """The fields of a parameter or a header that 3.0 has as well."""
    made = {name: one for name, one in raw.items() if name in _FIELDS or name.startswith("x-")}
    made.pop("collectionFormat", None)
    if "x-example" in raw:
        made.setdefault("example", raw["x-example"])
    return made


def _style(raw: dict[str, Any]) -> dict[str, Any]:
    """`collectionFormat` in the words of 3.0 (Swagger 2.0, Parameter Object); outside of queries, commas are both versions' default."""
    if raw.get("type", "array") != "array":
        return {}
    word = raw.get("collectionFormat", "csv")
    if word not in ("csv", "multi"):
        return {"style": _STYLES.get(word, str(word)) if isinstance(word, str) else "", "explode": False}
    return {"explode": word == "multi"} if raw.get("in") == "query" else {}


def _has_file(schema: Any) -> bool:
    node = as_object(schema)
    return any(_BINARY.items() <= one.items() for one in (node, as_object(node.get("items"))))


def _security_scheme(raw: Any) -> Any:
    """A Security Scheme Object; one of an unknown kind goes along as it is."""
    if not is_object(raw):
        return raw
    if raw.get("type") == "basic":
        return {**raw, "type": "http", "scheme": "basic"}
    if raw.get("type") != "oauth2":
        return raw
    kind = _FLOWS.get(as_string(raw.get("flow")))
    words = ("authorizationUrl", "tokenUrl", "scopes")
    flow: dict[str, Any] = {"scopes": {}, **{name: raw[name] for name in words if name in raw}}
    kept = {name: one for name, one in raw.items() if name not in ("flow", *words)}
    return {**kept, "flows": {kind: flow} if kind else {}}
