"""Which operations of a document create, find, list, change and remove the same things.

Two conventions tell. By paths: what ends in one variable, `/things/{id}`, is one of the things of the path before it. By words: paths
that differ in their last segment alone, a word such as `set`, `get`, `delete` or `list`, where an argument that is required to find a
thing is given, or answered, by what makes it: `/cache/set` and `/cache/get` with `key`. A noun finds what has it in its key, and its
plural lists them: `/queue/job` with `jobId`, and `/queue/jobs`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from .._call import layout_of
from .._errors import AerostackError
from .._result import pick_response
from .._shape import shape_at
from .._template import read_template
from ._replies import first_status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._load import Spec
    from .._model import Operation
    from .._shape import Shape

    Act = Literal["create", "read", "list", "replace", "update", "remove"]

_BY_METHOD: Final[Mapping[str, Act]] = MappingProxyType(
    {"GET": "read", "HEAD": "read", "PUT": "replace", "PATCH": "update", "DELETE": "remove"}
)
_BY_WORD: Final[Mapping[str, Act]] = MappingProxyType(
    {
        **dict.fromkeys(("add", "create", "enqueue", "insert", "put", "save", "set", "store", "upload"), "create"),
        **dict.fromkeys(
            ("exists", "fetch", "find", "get", "getmetadata", "has", "metadata", "read", "retrieve", "show", "status"), "read"
        ),
        **dict.fromkeys(("all", "keys", "list"), "list"),
        **dict.fromkeys(("cancel", "del", "delete", "remove", "unset"), "remove"),
    }
)


class Role(NamedTuple):
    """What an operation does to the things of a `group`, told apart by the path variables `within`; `key` is the argument that names one.

    Where `by_word`, a thing that is not there is no error unless the document has the status 404.
    """

    act: Act
    group: str
    key: str
    within: tuple[str, ...] = ()
    by_word: bool = False


def relations_of(spec: Spec) -> Mapping[str, Role]:
    """The roles of a document's operations, by the pointers of those that have one."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in spec.operations.values():
        by_path.setdefault(operation.path, {})[operation.method] = operation
    return MappingProxyType({**dict(_by_words(spec, by_path)), **dict(_by_paths(by_path))})


def _by_paths(by_path: Mapping[str, Mapping[str, Operation]]) -> Iterator[tuple[str, Role]]:
    for path, items in by_path.items():
        collection, _, last = path.rpartition("/")
        variables = read_template(path).variables
        if not collection or not variables or last != f"{{{variables[-1]}}}":
            continue
        all_of_them = by_path.get(collection) or by_path.get(f"{collection}/") or {}
        if "POST" not in all_of_them and "PUT" not in items:
            continue
        within, key = variables[:-1], variables[-1]
        for method, operation in items.items():
            if method in _BY_METHOD:
                yield operation.pointer, Role(_BY_METHOD[method], collection, key, within)
        if "POST" in all_of_them:
            yield all_of_them["POST"].pointer, Role("create", collection, key, within)
        if "GET" in all_of_them:
            yield all_of_them["GET"].pointer, Role("list", collection, key, within)


def _by_words(spec: Spec, by_path: Mapping[str, Mapping[str, Operation]]) -> Iterator[tuple[str, Role]]:
    groups: dict[str, list[tuple[Act, Operation]]] = {}
    alone = {path.rpartition("/")[::2]: next(iter(items.values())) for path, items in by_path.items() if len(items) == 1}
    for (group, word), operation in alone.items():
        act = _BY_WORD.get(word.lower()) or _by_noun(spec, operation, alone.get((group, word[:-1])), word)
        if act is not None and group:
            groups.setdefault(group, []).append((act, operation))
    for group, members in groups.items():
        made = [operation for act, operation in members if act == "create"]
        found = [operation for act, operation in members if act == "read"]
        key = next((key for one in found for other in made if (key := _key(spec, other, one))), "")
        if key:
            within = read_template(group).variables
            for act, operation in members:
                if act == "list" or key in {*_inputs(spec, operation)} or operation in made:
                    yield operation.pointer, Role(act, group, key, within, by_word=True)


def _by_noun(spec: Spec, operation: Operation, of_one: Operation | None, word: str) -> Act | None:
    """What an operation does whose word is a noun; `of_one` is that of the word without its last letter."""
    if _finds(spec, operation, word):
        return "read"
    return "list" if word.endswith("s") and of_one is not None and _finds(spec, of_one, word[:-1]) else None


def _finds(spec: Spec, operation: Operation, noun: str) -> bool:
    wanted = f"{noun.lower()}id"
    return any(required and name.lower().replace("_", "") == wanted for name, required in _inputs(spec, operation).items())


def _key(spec: Spec, made: Operation, found: Operation) -> str:
    """The argument that finds what another operation makes: it is required there, and given or answered here."""
    known = {*_inputs(spec, made), *_outputs(spec, made)}
    return next((name for name, required in _inputs(spec, found).items() if required and name in known), "")


def _inputs(spec: Spec, operation: Operation) -> dict[str, bool]:
    """The wire names of arguments, and whether each is required."""
    try:
        layout = layout_of(spec.document, operation, None)
    except AerostackError:
        return {}
    return {one.wire: one.required for one in layout.arguments if one.wire is not None}


def _outputs(spec: Spec, operation: Operation) -> Mapping[str, Shape]:
    """The properties of the answer."""
    try:
        documented = pick_response(operation.responses, first_status(operation.responses))
    except AerostackError:
        return {}
    content = documented.content.values() if documented else ()
    schema = next((one.schema for one in content if one.schema is not None), None)
    return shape_at(spec.document, schema.pointer).properties if schema else {}
