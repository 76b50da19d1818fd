"""What changed of the names that code calls things by: of operations, of their groups, of their arguments (see docs/naming.md).

None of it is seen on the wire. It breaks code that moves to the new document, and no client that keeps the old one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .._values import pointer_token
from ._parameters import renamed_variables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._load import Spec
    from .._model import Argument, Operation
    from ._changes import Change
    from ._matched import Matched


class Attributes(NamedTuple):
    """The groups in which each operation of both documents is an attribute, by its key; None stands for the client itself."""

    old: Mapping[str, frozenset[str | None]]
    new: Mapping[str, frozenset[str | None]]


def attributes_of(old: Spec, new: Spec) -> Attributes:
    """The attributes of two documents."""
    return Attributes(_groups(old), _groups(new))


def _groups(spec: Spec) -> Mapping[str, frozenset[str | None]]:
    found: dict[str, set[str | None]] = {}
    for group, operations in (*spec.groups.items(), (None, spec.untagged)):
        for one in operations.values():
            found.setdefault(one.operation_id, set()).add(group)
    return {key: frozenset(groups) for key, groups in found.items()}


def naming_changes(matched: Matched, attributes: Attributes) -> Iterator[Change]:
    """The changes of an operation's names."""
    yield from _operation(matched)
    yield from _attributes(matched, attributes)


def _operation(matched: Matched) -> Iterator[Change]:
    old, new = matched.old, matched.new
    if old.wire_name != new.wire_name:
        rule = "api-operation-id-removed" if old.wire_name else "api-operation-id-added"
        told = f"the operation is called {new.operation_id} instead of {old.operation_id}"
        yield _change(matched, rule, told, "/operationId")
    elif (old.name, old.operation_id) != (new.name, new.operation_id):
        told = f"the operation is called {new.name} instead of {old.name}"
        yield _change(matched, "api-operation-name-changed", told)


def _change(matched: Matched, rule: str, told: str, step: str = "", subject: str = "") -> Change:
    old, new = (
        one.pointer + (step if step[1:] in document.at(one.pointer) else "")
        for one, document in ((matched.old, matched.pair.old), (matched.new, matched.pair.new))
    )
    side: Any = "request" if subject else None
    return matched.change(rule, "breaking", told, side=side, old=old, new=new, subject=subject, by_name=True)


def _attributes(matched: Matched, attributes: Attributes) -> Iterator[Change]:
    """Groups that the operation left. Its tags say so too, where they changed and it is where it was."""
    before, after = attributes.old[matched.old.operation_id], attributes.new[matched.new.operation_id]
    for group in sorted(before - after, key=str):
        there = " and ".join(sorted(_dotted(one, matched.new) for one in after))
        told = f"the attribute {_dotted(group, matched.old)} is gone; the operation is {there}"
        yield _change(matched, "api-attribute-removed", told, "/tags")
    for one, other, became in ((matched.old, matched.new, "removed"), (matched.new, matched.old, "added")):
        for tag in dict.fromkeys(one.tags):
            if tag not in other.tags:
                told = f"the tag {tag} was {became}"
                yield matched.change(f"api-tag-{became}", "compatible", told, old=matched.old.pointer, new=matched.new.pointer)


def _dotted(group: str | None, operation: Operation) -> str:
    return f"client.{operation.name}" if group is None else f"client.{group}.{operation.name}"


def argument_changes(matched: Matched) -> Iterator[Change]:
    """The arguments of an operation whose name is another. One that is gone is told where the parameter or property is."""
    renamed = renamed_variables(matched)
    old, new = _by_place(matched.old, renamed), _by_place(matched.new, {})
    if _is_flat(old) != _is_flat(new) and _has_body(old) and _has_body(new):
        told = "the properties of the body are " + ("arguments of their own" if _is_flat(new) else "given as body, in one")
        yield _change(matched, "request-body-argument-changed", told, subject="body")
    for place, one in old.items():
        other = new.get(place)
        if other is not None and (one.name != other.name or (one.location == "path" and one.wire != other.wire)):
            told = f"the argument {one.name} is called {other.name}"
            if one.name == other.name:
                told = f"the argument {one.wire} is called {other.wire} in the document"
            subject = one.location if one.wire is None else f"{one.location}{pointer_token(one.wire)}"
            yield _change(matched, "request-argument-renamed", told, subject=subject)


def _by_place(operation: Operation, renamed: Mapping[str, str]) -> dict[tuple[str, str | None], Argument]:
    found: dict[tuple[str, str | None], Argument] = {}
    for one in operation.arguments:
        wire = renamed.get(one.wire or "", one.wire) if one.location == "path" else one.wire
        found[one.location, wire.lower() if wire and one.location == "header" else wire] = one
    return found


def _has_body(arguments: Mapping[tuple[str, str | None], Argument]) -> bool:
    return any(location == "body" for location, _ in arguments)


def _is_flat(arguments: Mapping[tuple[str, str | None], Argument]) -> bool:
    return any(location == "body" and wire is not None for location, wire in arguments)
