"""OpenAPI Overlay Specification 1.0.0: actions, each a JSONPath (RFC 9535) and what becomes of the nodes it selects.

Pure: a document and an overlay in, a new document out. Where 1.0.0 only says that an update "MUST be compatible", the
steps that 1.1.0 spells out hold: objects merge, arrays concatenate, primitives replace primitives, and anything else is
an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import reduce
from operator import getitem
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from ._errors import SpecError
from ._values import MAX_DEPTH, Problem, as_object, did_you_mean, json_pointer, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from typing import TypeAlias

    from ._values import JSON, JSONObject

    Location: TypeAlias = "tuple[str | int, ...]"
    Nodes: TypeAlias = "Mapping[Location, JSON]"
    Select: TypeAlias = "Callable[[JSONObject], Nodes]"

_ROOT_FIELDS: Final = ("overlay", "info", "extends", "actions")
_INFO_FIELDS: Final = ("title", "version")
_ACTION_FIELDS: Final = ("target", "description", "update", "remove")
_VERSION: Final = re.compile(r"1\.0\.[0-9]+")


class _Action(NamedTuple):
    place: Location
    target: str
    select: Select
    fields: JSONObject


def apply_overlay(document: Mapping[str, JSON], overlay: Mapping[str, JSON]) -> JSONObject:
    """A new document: `document` with the actions of `overlay` applied, one after the other. Neither argument changes.

    A target that selects nothing is an error, which is stricter than the standard: else nobody would notice that what
    the overlay says is lost. Raises `SpecError` with all problems of a malformed overlay, else with those of all the
    actions that do not apply. The pointers of its problems lead into the overlay.
    """
    problems: list[Problem] = []
    actions = _read(_copied(overlay), problems)
    _refuse("the overlay is malformed", problems)
    result = as_object(_copied(document))
    for action in actions:
        problems += _apply(action, result)
    _refuse("the overlay does not fit the document", problems)
    return result


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
    problems += _unknown(root, _ROOT_FIELDS, ())
    version, actions = root.get("overlay"), root.get("actions")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        problems.append(_problem(("overlay",), "must be 1.0.0 or another 1.0.x", "overlay"))
    problems += _info(root.get("info"))
    if not isinstance(root.get("extends", ""), str):
        problems.append(_problem(("extends",), "must be a string", "type"))
    if not isinstance(actions, list) or not actions:
        problems.append(_problem(("actions",), "must be an array of at least one action", "actions"))
        return []
    compiled = _jsonpath()
    read = [_action(("actions", index), action, compiled, problems) for index, action in enumerate(actions)]
    return [action for action in read if action]


def _unknown(fields: JSONObject, known: Collection[str], place: Location) -> Iterator[Problem]:
    for name in fields:
        if name not in known and not name.startswith("x-"):
            yield _problem((*place, name), f"not a field of Overlay 1.0{did_you_mean(name, known)}", "field")


def _info(info: JSON) -> Iterator[Problem]:
    if not isinstance(info, dict):
        yield _problem(("info",), "must be an object with a title and a version", "info")
        return
    yield from _unknown(info, _INFO_FIELDS, ("info",))
    for name in _INFO_FIELDS:
        if not isinstance(info.get(name), str):
            yield _problem(("info", name), "must be a string", "type")


def _action(place: Location, action: JSON, compiled: Callable[[str], Select], problems: list[Problem]) -> _Action | None:
    if not isinstance(action, dict):
        problems.append(_problem(place, "must be an object", "type"))
        return None
    problems += _unknown(action, _ACTION_FIELDS, place)
    for name, kind, said in (("description", str, "a string"), ("remove", bool, "true or false")):
        if name in action and not isinstance(action[name], kind):
            problems.append(_problem((*place, name), f"must be {said}", "type"))
    place = (*place, "target")
    target = action.get("target")
    if not isinstance(target, str):
        problems.append(_problem(place, "must be a string that is a JSONPath", "type"))
        return None
    try:
        return _Action(place[:-1], printable(target), compiled(target), action)
    except ValueError as error:
        problems.append(_problem(place, f"{printable(target)} is no JSONPath: {printable(str(error))}", "target"))
        return None


# Applying


def _apply(action: _Action, document: JSONObject) -> Iterator[Problem]:
    nodes: Nodes = {}
    try:
        nodes = action.select(document)
        fault = _unfit(nodes)
    except ValueError as error:
        fault = f"cannot be asked of the document: {error}"
    if fault:
        message = f"actions[{action.place[-1]}]: {action.target} {fault}"
        yield _problem((*action.place, "target"), message, "target")
    elif action.fields.get("remove"):
        yield from _remove(action, document, nodes)
    elif "update" in action.fields:
        for node in nodes.values():
            yield from _update(node, action.fields["update"], (*action.place, "update"))


def _unfit(nodes: Nodes) -> str:
    if not nodes:
        return "selects nothing"
    primitive = [json_pointer(*place) for place, node in nodes.items() if not isinstance(node, (dict, list))]
    return f"selects {primitive[0]}, which is neither an object nor an array" if primitive else ""


def _remove(action: _Action, document: JSONObject, nodes: Nodes) -> Iterator[Problem]:
    # From the last to the first: a child goes before its parent, and an index still means the item it was found for.
    for place in sorted(nodes, reverse=True):
        if not place:
            yield _problem((*action.place, "target"), "the root of the document cannot be removed", "remove")
            return
        del reduce(getitem, place[:-1], cast("Any", document))[place[-1]]


def _update(node: JSON, update: JSON, place: Location) -> Iterator[Problem]:
    if isinstance(node, list):
        node.append(_copied(update))
    elif isinstance(node, dict) and isinstance(update, dict):
        yield from _merge(node, update, place)
    else:
        yield _problem(place, "must be an object, since the target selects one", "update")


def _merge(node: JSONObject, update: JSONObject, place: Location) -> Iterator[Problem]:
    for name, value in update.items():
        there = node.get(name)
        if name not in node or _kind(there) == _kind(value) == "a primitive":
            node[name] = _copied(value)
        elif isinstance(there, dict) and isinstance(value, dict):
            yield from _merge(there, value, (*place, name))
        elif isinstance(there, list) and isinstance(value, list):
            there += [_copied(one) for one in value]
        else:
            yield _problem((*place, name), f"{_kind(value)} cannot be merged into {_kind(there)}", "update")


def _kind(value: JSON) -> str:
    return "an object" if isinstance(value, dict) else "an array" if isinstance(value, list) else "a primitive"
