"""What the document's groups and operations are called as commands: their Python names with hyphens, `ai ai-chat`.

The package's own commands keep their names: what a document calls the same has an underscore at its end. A name in Python (`ai_chat`), an
operationId (`aiChat`) and a tag (`AI`) are understood as well, and are not shown, so that what a terminal is sent are identifiers alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from .._prose import untagged
from .._values import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from .._load import Spec
    from .._model import Operation

_SUMMARY: Final = 100


def shown_names(names: Collection[str], taken: Collection[str] = ()) -> dict[str, str]:
    """Command -> Python name, in their order: hyphens for underscores, the last ones left out where that is free; none of `taken`."""
    shown: dict[str, str] = {}
    # A name that is as it is goes before one that is made of another.
    for name in sorted(names, key=lambda one: one.endswith("_")):
        command = name.rstrip("_").replace("_", "-")
        while command in taken or command in shown:
            command = f"{command}_"
        shown[command] = name
    by_name = {name: command for command, name in shown.items()}
    return {by_name[name]: name for name in names}


class Scope(NamedTuple):
    """The names of one level of commands: `groups` and `operations` by what they are called, in the document's order.

    `others` are the names that are understood besides, each with the command that it means.
    """

    groups: Mapping[str, str]
    operations: Mapping[str, Operation]
    others: Mapping[str, str]

    def command(self, name: str) -> str | None:
        """What a name means, None for an unknown one."""
        return name if name in self.groups or name in self.operations else self.others.get(name)


def root_scope(spec: Spec, own: Collection[str]) -> Scope:
    """The groups of a document, and the operations that have none; `own` are the names of the package's own commands."""
    names = spec.attributes
    shown = shown_names([*spec.groups, *spec.untagged], own)
    groups = {command: name for command, name in shown.items() if name in spec.groups}
    operations = {command: spec.untagged[name] for command, name in shown.items() if name not in spec.groups}
    by_group = {name: command for command, name in groups.items()}
    by_key = {one.operation_id: command for command, one in operations.items()}
    others = {name: by_key[key] for name, key in names.untagged.items()}
    return Scope(groups, operations, {**others, **{tag: by_group[group] for tag, group in names.tags.items()}, **by_group})


def group_scope(spec: Spec, group: str) -> Scope:
    """The operations of a group."""
    operations = {command: spec.groups[group][name] for command, name in shown_names(spec.groups[group]).items()}
    by_key = {one.operation_id: command for command, one in operations.items()}
    return Scope({}, operations, {name: by_key[key] for name, key in spec.attributes.groups[group].items()})


def command_of(spec: Spec, operation: Operation, own: Collection[str]) -> str:
    """The words that call an operation: `ai ai-chat`."""
    root, words = root_scope(spec, own), list[str]()
    scope = root
    if operation.group is not None:
        words = [command for command, name in root.groups.items() if name == operation.group]
        scope = group_scope(spec, operation.group)
    return " ".join([*words, *(command for command, one in scope.operations.items() if one is operation)])


def guess(spec: Spec, name: str, names: Iterable[str], called: Callable[[Operation], str]) -> str:
    """What somebody meant by an unknown name, as the end of a sentence: one of `names`, or an operation by what it is `called` there."""
    meant = spec.operations.get(name)
    if meant is None:
        near = did_you_mean(name, names)
        found = () if near else spec.search(name.replace("-", " "))
        if not found:
            return near
        meant = found[0]
    return f", did you mean {called(meant)!r}?"


def told(operation: Operation) -> str:
    """A line on an operation, for a list of commands."""
    told_first = untagged(operation.summary) or untagged(operation.description.strip().partition("\n")[0])
    first = told_first or f"{operation.method} {operation.path}"
    return f"{'(deprecated) ' if operation.deprecated else ''}{printable(first.strip(), _SUMMARY)}"


def rows(operations: Mapping[str, Operation]) -> Iterable[tuple[str, str]]:
    """Commands with a line each."""
    return [(command, told(one)) for command, one in operations.items()]


def group_rows(spec: Spec, scope: Scope) -> Iterable[tuple[str, str]]:
    """Groups with a line each: what the document says of the tag, else how many operations there are."""
    texts = {
        one.group: untagged((one.summary or one.description).strip().partition("\n")[0]) for one in spec.tags.values() if one.group
    }
    for command, group in scope.groups.items():
        count = len(spec.groups[group])
        yield command, printable(texts.get(group, ""), _SUMMARY) or f"{count} operation{'' if count == 1 else 's'}"
