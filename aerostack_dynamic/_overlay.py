"""OpenAPI Overlay Specification 1.0 and 1.1: actions, each a JSONPath (RFC 9535) and what becomes of the nodes it selects.

Pure: a document and overlays in, a new document out. Where 1.0 only says that an update "MUST be compatible", the steps that 1.1 spells
out hold: objects merge, arrays concatenate, primitives replace primitives, and anything else is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import reduce
from operator import getitem
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from ._errors import SpecError
from ._measure import size_of
from ._values import MAX_DEPTH, Problem, as_object, did_you_mean, json_pointer, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from typing import TypeAlias

    from ._values import JSON, JSONObject

    Location: TypeAlias = "tuple[str | int, ...]"
    Nodes: TypeAlias = "Mapping[Location, JSON]"
    Select: TypeAlias = "Callable[[JSONObject], Nodes]"

_ROOT_FIELDS: Final = ("overlay", "info", "extends", "actions")
_TITLES: Final = ("title", "version")
_VERSION: Final = re.compile(r"(1\.[01])\.[0-9]+")
# Copies can double a document each time.
_MOST_COPIED: Final = 2_000_000


class _Edition(NamedTuple):
    """What a version of the standard has of its own.

    Where `primitives`, they may be selected too, what is updated is of one kind, and an array that updates an array is joined to it.
    """

    name: str
    info_fields: tuple[str, ...]
    action_fields: tuple[str, ...]
    primitives: bool


_OLD: Final = _Edition("1.0", _TITLES, ("target", "description", "update", "remove"), False)
_NEW: Final = _Edition("1.1", (*_TITLES, "description"), (*_OLD.action_fields, "copy"), True)


class _Action(NamedTuple):
    place: Location
    target: str
    select: Select
    source: Select | None
    fields: JSONObject
    edition: _Edition


class _Work:
    """The document that is worked on, and how many values copies may still add to it."""

    def __init__(self, document: Mapping[str, JSON]) -> None:
        self.root: JSONObject = as_object(_copied(document))
        self.room = _MOST_COPIED

    def parent(self, place: Location) -> Any:
        """The object or array that the node at `place` stands in."""
        return reduce(getitem, place[:-1], cast("Any", self.root))


def apply_overlay(document: Mapping[str, JSON], overlay: Mapping[str, JSON]) -> JSONObject:
    """A new document: `document` with the actions of `overlay` applied, one after the other. Neither argument changes.

    A target that selects nothing is an error, which is stricter than the standard: else nobody would notice that what
    the overlay says is lost. Raises `SpecError` with all problems of a malformed overlay, else with those of all the
    actions that do not apply. The pointers of its problems lead into the overlay.
    """
    return apply_overlays(document, [("", overlay)])


def apply_overlays(document: Mapping[str, JSON], overlays: Iterable[tuple[str, Mapping[str, JSON]]]) -> JSONObject:
    """A new document: `document` with overlays applied in turn, as `apply_overlay` does, each to what the one before it made.

    Each has a name, which with `#` goes before the pointers of its problems. Raises `SpecError` with all problems of those that are
    malformed, else with those of all actions of all of them that do not apply.
    """
    problems: list[Problem] = []
    read: list[tuple[str, list[_Action]]] = []
    for name, overlay in overlays:
        found: list[Problem] = []
        read.append((name, _read(_copied(overlay), found)))
        problems += _named(name, found)
    _refuse("the overlay is malformed", problems)
    work = _Work(document)
    for name, actions in read:
        problems += _named(name, [one for action in actions for one in _apply(action, work)])
    _refuse("the overlay does not fit the document", problems)
    return work.root


def _named(name: str, problems: list[Problem]) -> list[Problem]:
    return [one._replace(pointer=f"{name}#{one.pointer}") for one in problems] if name else problems


def _refuse(message: str, problems: Sequence[Problem]) -> None:
    if problems:
        raise SpecError(message, problems)


def _problem(place: Location, message: str, rule: str) -> Problem:
    return Problem("document", json_pointer(*place), message, rule)


def _copied(value: JSON | Mapping[str, JSON], depth: int = 0) -> JSON:
    """`value` rebuilt of dicts and lists: nothing is shared, and JSONPath sees the containers it knows."""
    if depth > MAX_DEPTH:
        raise SpecError(f"the document or the overlay is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, Mapping):
        return {key: _copied(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [_copied(one, depth + 1) for one in value]
    return value


def _jsonpath() -> Callable[[str], Select]:
    """What compiles a JSONPath; the outcome gives the value of each selected node by its location, each node once.

    Both raise ValueError: for what is no JSONPath, and for a document that a JSONPath cannot be asked of.
    """
    try:
        from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathError  # noqa: PLC0415  # an extra, needed here only
    except ImportError as error:
        raise SpecError("an overlay needs the package jsonpath-rfc9535: install aerostack_dynamic[overlay]") from error
    environment = JSONPathEnvironment()
    environment.max_recursion_depth = 2 * MAX_DEPTH  # a document and an update within it

    def compiled(target: str) -> Select:
        try:
            query = environment.compile(target)
        except JSONPathError as error:
            raise ValueError(_said(error)) from error

        def select(document: JSONObject) -> Nodes:
            try:
                return {node.location: cast("JSON", node.value) for node in query.find(document)}
            except JSONPathError as error:
                raise ValueError(_said(error)) from error

        return select

    return compiled


def _said(error: Exception) -> str:
    # Not str(): where an empty target has no token, the library's own text fails.
    return " ".join(map(str, error.args))


# Reading: Overlay Object, Info Object, Action Object


def _read(overlay: JSON, problems: list[Problem]) -> list[_Action]:
    root: JSONObject = as_object(overlay)
    version, actions = root.get("overlay"), root.get("actions")
    known = _VERSION.fullmatch(version) if isinstance(version, str) else None
    edition = _OLD if known and known[1] == _OLD.name else _NEW
    problems += _unknown(root, _ROOT_FIELDS, edition, ())
    if not known:
        problems.append(_problem(("overlay",), "must be a version of 1.0 or 1.1, such as 1.1.0", "overlay"))
    problems += _info(root.get("info"), edition)
    if not isinstance(root.get("extends", ""), str):
        problems.append(_problem(("extends",), "must be a string", "type"))
    if not isinstance(actions, list) or not actions:
        problems.append(_problem(("actions",), "must be an array of at least one action", "actions"))
        return []
    reader = _Reader(edition, problems)
    read = [reader.action(("actions", index), action) for index, action in enumerate(actions)]
    return [action for action in read if action]


def _unknown(fields: JSONObject, known: Collection[str], edition: _Edition, place: Location) -> Iterator[Problem]:
    for name in fields:
        if name not in known and not name.startswith("x-"):
            yield _problem((*place, name), f"not a field of Overlay {edition.name}{did_you_mean(name, known)}", "field")


def _info(info: JSON, edition: _Edition) -> Iterator[Problem]:
    if not isinstance(info, dict):
        yield _problem(("info",), "must be an object with a title and a version", "info")
        return
    yield from _unknown(info, edition.info_fields, edition, ("info",))
    for name in edition.info_fields:
        if not isinstance(info.get(name, None if name in _TITLES else ""), str):
            yield _problem(("info", name), "must be a string", "type")


class _Reader:
    """Reads the actions of an overlay of one edition, and notes in `problems` what is wrong with them."""

    def __init__(self, edition: _Edition, problems: list[Problem]) -> None:
        self._edition = edition
        self._problems = problems
        self._compiled = _jsonpath()

    def _refuse(self, place: Location, message: str, rule: str = "type") -> None:
        self._problems.append(_problem(place, message, rule))

    def action(self, place: Location, action: JSON) -> _Action | None:
        """The action, or None for one that can't be applied."""
        if not isinstance(action, dict):
            self._refuse(place, "must be an object")
            return None
        self._problems += _unknown(action, self._edition.action_fields, self._edition, place)
        for name, kind, said in (("description", str, "a string"), ("remove", bool, "true or false")):
            if name in action and not isinstance(action[name], kind):
                self._refuse((*place, name), f"must be {said}")
        copies = self._edition is _NEW and "copy" in action
        if copies and "update" in action:
            self._refuse((*place, "copy"), "an action has an update or a copy, not both", "copy")
        target = self._query(action.get("target"), (*place, "target"))
        source = self._query(action["copy"], (*place, "copy")) if copies else None
        shown = printable(str(action.get("target")))
        return _Action(place, shown, target, source, action, self._edition) if target else None

    def _query(self, text: JSON, place: Location) -> Select | None:
        if not isinstance(text, str):
            self._refuse(place, "must be a string that is a JSONPath")
            return None
        try:
            return self._compiled(text)
        except ValueError as error:
            self._refuse(place, f"{printable(text)} is no JSONPath: {printable(str(error))}", "target")
            return None


# Applying


def _apply(action: _Action, work: _Work) -> Iterator[Problem]:
    nodes: Nodes = {}
    changes = action.source is not None or "update" in action.fields
    removes = bool(action.fields.get("remove"))
    try:
        nodes = action.select(work.root)
        fault = _unfit(nodes, action.edition, changes and not removes)
    except ValueError as error:
        fault = f"cannot be asked of the document: {error}"
    if fault:
        message = f"actions[{action.place[-1]}]: {action.target} {fault}"
        yield _problem((*action.place, "target"), message, "target")
    elif removes:
        yield from _remove(action, work, nodes)
    elif action.source is not None:
        yield from _copy(action, action.source, work, nodes)
    elif changes:
        update, place = action.fields["update"], (*action.place, "update")
        for steps, message in _update_all(work, nodes, update, action.edition):
            yield _problem((*place, *steps), message, "update")


def _unfit(nodes: Nodes, edition: _Edition, changes: bool) -> str:
    """What keeps an action from these nodes; nothing where it has them as the standard wants them."""
    if not nodes:
        return "selects nothing"
    firsts = {_kind(node): json_pointer(*place) for place, node in reversed([*nodes.items()])}
    if not edition.primitives and "a primitive" in firsts:
        return f"selects {firsts['a primitive']}, which is neither an object nor an array"
    if edition.primitives and changes and len(firsts) > 1:
        found = " and ".join(f"{kind} ({pointer or 'the root'})" for kind, pointer in sorted(firsts.items()))
        return f"selects {found}; what is changed must be of one kind"
    return ""


def _remove(action: _Action, work: _Work, nodes: Nodes) -> Iterator[Problem]:
    # From the last to the first: a child goes before its parent, and an index still means the item it was found for.
    for place in sorted(nodes, reverse=True):
        if not place:
            yield _problem((*action.place, "target"), "the root of the document cannot be removed", "remove")
            return
        del work.parent(place)[place[-1]]


def _copy(action: _Action, source: Select, work: _Work, nodes: Nodes) -> Iterator[Problem]:
    """Update the nodes with the one node that `source` selects, as it is before the action."""
    place, shown = (*action.place, "copy"), printable(str(action.fields["copy"]))
    try:
        found = [*source(work.root).values()]
    except ValueError as error:
        yield _problem(place, f"{shown} cannot be asked of the document: {error}", "copy")
        return
    if len(found) != 1:
        yield _problem(place, f"{shown} selects {len(found) or 'no'} nodes, and one is copied", "copy")
        return
    value = _copied(found[0])
    work.room -= size_of(value).nodes * len(nodes)
    if work.room < 0:
        raise SpecError(f"the copies of the overlays have more than {_MOST_COPIED} values")
    for steps, message in _update_all(work, nodes, value, action.edition):
        where = f" at {json_pointer(*steps)}" if steps else ""
        yield _problem(place, f"{shown} does not fit{where}: {message}", "copy")


def _update_all(work: _Work, nodes: Nodes, value: JSON, edition: _Edition) -> Iterator[tuple[Location, str]]:
    """Update each node with `value`; yields where in that something does not fit, and why."""
    for place, node in nodes.items():
        if isinstance(node, list):
            node.extend(_copied(one) for one in (value if edition.primitives and isinstance(value, list) else [value]))
        elif isinstance(node, dict) and isinstance(value, dict):
            yield from _merge(node, value)
        elif _kind(node) == _kind(value):
            work.parent(place)[place[-1]] = value
        else:
            yield (), f"must be {_kind(node)}, since the target selects one"


def _merge(node: JSONObject, update: JSONObject) -> Iterator[tuple[Location, str]]:
    for name, value in update.items():
        there = node.get(name)
        if name not in node or _kind(there) == _kind(value) == "a primitive":
            node[name] = _copied(value)
        elif isinstance(there, dict) and isinstance(value, dict):
            yield from (((name, *steps), message) for steps, message in _merge(there, value))
        elif isinstance(there, list) and isinstance(value, list):
            there += [_copied(one) for one in value]
        else:
            yield (name,), f"{_kind(value)} cannot be merged into {_kind(there)}"


def _kind(value: JSON) -> str:
    return "an object" if isinstance(value, dict) else "an array" if isinstance(value, list) else "a primitive"
