"""A whole document as a client sees it: its operations under their names, its groups, schemas, servers and security schemes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._errors import SpecError
from ._model import Operation
from ._names import python_name, snake_case
from ._problems import find_problems
from ._reader import (
    malformed,
    methods_of,
    read_details,
    read_security_schemes,
    read_servers,
    read_webhooks,
    tags_of,
)
from ._server import Advice
from ._values import Problem, as_array, as_object, as_string, did_you_mean, is_object, json_pointer, printable

if TYPE_CHECKING:
    from ._model import SecurityScheme, Server
    from ._reference import Document
    from ._values import JSON
    from ._webhook import Webhook

# What a client has of its own; a group or an untagged operation called so gets a trailing underscore.
CLIENT_NAMES: Final = frozenset({"aclose", "call", "close", "is_closed", "operations", "options", "send", "spec", "with_options"})

_MOST_OPERATIONS: Final = 10_000


class Operations(Mapping[str, Operation]):
    """The operations by operationId, in the document's order. Also found by `"ai.ai_chat"` and `"POST /ai/chat"`."""

    __slots__ = ("_by_id", "_others")

    def __init__(self, by_id: dict[str, Operation], others: dict[str, Operation]) -> None:
        self._by_id = by_id
        self._others = others

    def __getitem__(self, name: str) -> Operation:
        found = self._by_id.get(name) or self._others.get(name)
        if found is None:
            shown_name = printable(name) if isinstance(name, str) else name  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            raise KeyError(f"no operation {shown_name!r}{did_you_mean(str(name), (*self._by_id, *self._others))}")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, name: object) -> bool:
        return name in self._by_id or name in self._others

    def __repr__(self) -> str:
        names = ", ".join(printable(name, 100) for name in list(self)[:10])
        return f"<{len(self)} operations: {names}{', ...' if len(self) > 10 else ''}>"


class BaseSpec:
    """An OpenAPI document, read. Immutable, safe to share between threads, pickled with its document."""

    __slots__ = ("_faults", "document", "groups", "operations", "untagged")

    _faults: tuple[Problem, ...]
    document: Document
    groups: Mapping[str, Mapping[str, Operation]]
    operations: Operations
    untagged: Mapping[str, Operation]

    def __init__(self, document: Document) -> None:
        if not isinstance(document.raw.get("paths", {}), dict):
            raise malformed("/paths", "paths is no object")
        index = _Index(document)
        set_ = object.__setattr__
        set_(self, "document", document)
        set_(self, "_faults", tuple(index.faults))
        set_(self, "operations", Operations(index.by_id, index.others))
        set_(self, "groups", MappingProxyType({name: MappingProxyType(one) for name, one in index.groups.items()}))
        set_(self, "untagged", MappingProxyType(index.untagged))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Spec is immutable; {name} can't be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Spec is immutable; {name} can't be deleted")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.document,)

    def __copy__(self) -> BaseSpec:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> BaseSpec:
        return self

    def __repr__(self) -> str:
        return f"<Spec {self.title!r} {printable(self.version)}: {len(self.operations)} operations>"

    @property
    def title(self) -> str:
        """`info.title`."""
        return as_string(as_object(self.document.raw.get("info")).get("title"))

    @property
    def version(self) -> str:
        """`info.version`: the version of the described API."""
        return as_string(as_object(self.document.raw.get("info")).get("version"))

    @property
    def openapi(self) -> str:
        """The version of the OpenAPI standard that the document follows."""
        return self.document.openapi

    @property
    def sha256(self) -> str:
        """The SHA-256 of the document's bytes, in hexadecimal."""
        return self.document.sha256

    @property
    def servers(self) -> tuple[Server, ...]:
        """The document's servers, in their order."""
        return self.document.once("servers", lambda: read_servers(self.document.raw.get("servers")))

    @property
    def advice(self) -> Advice | None:
        """What `servers` are worth where the document is not trusted; None where it is."""
        return None if self.document.trusted else Advice(self.document.address)

    @property
    def security_schemes(self) -> Mapping[str, SecurityScheme]:
        """The security schemes by name."""
        return self.document.once("schemes", lambda: MappingProxyType(read_security_schemes(self.document)))

    @property
    def schemas(self) -> Mapping[str, JSON]:
        """The Schema Objects of the components, as written, by name."""
        return MappingProxyType(as_object(as_object(self.document.raw.get("components")).get("schemas")))

    @property
    def webhooks(self) -> Mapping[str, Webhook]:
        """What the API sends of its own accord, by name. Each checks a request that was received: `webhooks["x"].check(headers, body)`."""
        return self.document.once("webhooks", lambda: read_webhooks(self.document))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything wrong that was found, each with a pointer into the document. Reads and compiles all of it when first asked."""
        return self.document.once(
            "problems", lambda: tuple(dict.fromkeys([*self._faults, *find_problems(self.document, self.operations, self.webhooks)]))
        )

    def _find_problems(self) -> Iterator[Problem]:
        yield from self._faults
        yield from find_problems(self.document, self.operations, self.webhooks)

    def search(self, words: str) -> tuple[Operation, ...]:
        """The operations that hold every one of the words in id, name, path, summary, description or tags; names count first."""
        wanted = words.lower().split()
        ranked: list[tuple[int, Operation]] = []
        for operation in self.operations.values():
            names = " ".join((operation.operation_id, operation.dotted, operation.path, operation.method)).lower()
            texts = " ".join((names, operation.summary, operation.description, *operation.tags)).lower()
            if wanted and all(word in texts for word in wanted):
                ranked.append((-sum(word in names for word in wanted), operation))
        return tuple(operation for _, operation in sorted(ranked, key=lambda one: one[0]))


class _Found(NamedTuple):
    """An operation as it was met: its path, method and node, its place and that of its path item."""

    path: str
    method: str
    node: dict[str, Any]
    place: str
    path_item: str


class _Index:
    """The operations of a document under all their names, and the faults met on the way."""

    def __init__(self, document: Document) -> None:
        self.by_id: dict[str, Operation] = {}
        self.others: dict[str, Operation] = {}
        self.groups: dict[str, dict[str, Operation]] = {}
        self.untagged: dict[str, Operation] = {}
        self.faults: list[Problem] = []
        self._document = document
        self._group_names = self._tags()
        self._numbers: dict[str, int] = {}
        found: list[_Found] = []
        for path, item in as_object(document.raw.get("paths")).items():
            if path.startswith("/"):
                found += self._in_path(path, item, json_pointer("paths", path))
            if len(found) > _MOST_OPERATIONS and not document.trusted:
                raise SpecError(f"the document has over {_MOST_OPERATIONS} operations, and is not trusted")
        # Groups first: an operation without a tag, which stands beside them, is not to take the place of one.
        for one in found:
            for tag in tags_of(one.node):
                self._group_name(self._group_names, tag)
        self._taken = CLIENT_NAMES | {*self._group_names.values()}
        for one in found:
            self._add(one)

    def _tags(self) -> dict[str, str]:
        """Tag -> group name, for the tags in the document's list; others follow as operations bring them."""
        names: dict[str, str] = {}
        for tag in as_array(self._document.raw.get("tags")):
            self._group_name(names, as_string(as_object(tag).get("name")))
        return names

    @staticmethod
    def _group_name(names: dict[str, str], tag: str) -> str:
        return names.setdefault(tag, python_name(tag, CLIENT_NAMES))

    def _in_path(self, path: str, item: object, place: str) -> Iterator[_Found]:
        try:
            found, place = self._document.follow(item, place)
        except SpecError as error:
            self.faults += error.problems
            return
        item = as_object(found)
        for method, step, node in methods_of(self._document, item):
            if is_object(node):
                yield _Found(path, method, node, place + step, place)
            else:
                self.faults.append(Problem("document", place + step, "an operation is an object", "document"))

    def _free(self, name: str, *taken: Collection[str]) -> str:
        """`name`, with a number after it where it is taken."""
        free = name
        while any(free in names for names in taken):
            number = self._numbers[name] = self._numbers.get(name, 1) + 1
            free = f"{name.rstrip('_')}_{number}"
        return free

    def _add(self, found: _Found) -> None:
        path, method, node, pointer, path_item = found
        identifier = as_string(node.get("operationId")) or _derived_id(method, path)
        if identifier in self.by_id:
            told = printable(identifier, 100)
            message = f"the operationId {told!r} is used before; this operation is called by its method and path"
            self.faults.append(Problem("document", pointer + "/operationId", message, "document"))
            identifier = self._free(_derived_id(method, path), self.by_id)
        tags = tags_of(node)
        groups = [self._group_name(self._group_names, tag) for tag in tags]
        scope = self.groups.setdefault(groups[0], {}) if groups else self.untagged
        name = python_name(identifier, () if groups else self._taken)
        if name in scope:
            name = _derived_id(method, path)
        name = self._free(name, scope, () if groups else self._taken)
        document = self._document
        operation = Operation(
            read=lambda one: read_details(document, one),
            operation_id=identifier,
            name=name,
            group=groups[0] if groups else None,
            method=method.upper() if method in document.dialect.methods else method,
            path=path,
            path_item=path_item,
            pointer=pointer,
            summary=as_string(node.get("summary")),
            description=as_string(node.get("description")),
            deprecated=node.get("deprecated") is True,
            tags=tags,
        )
        self.by_id[identifier] = scope[name] = operation
        for group in groups[1:]:
            self.groups.setdefault(group, {}).setdefault(name, operation)
        self.others.setdefault(operation.dotted, operation)
        self.others[f"{operation.method} {path}"] = operation


def _derived_id(method: str, path: str) -> str:
    """`get_users_by_id` for `GET /users/{id}`: the name of an operation without an operationId."""
    words = [method]
    for part in path.strip("/").split("/"):
        words.append(snake_case(part.replace("{", "by_").replace("}", "")) if part else "root")
    return "_".join(words)
