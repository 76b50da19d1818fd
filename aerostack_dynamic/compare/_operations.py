"""What changed between the operations of two documents, one after another, and what those send later: callbacks and webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .._errors import SpecError
from .._values import as_object
from ._answers import answer_changes
from ._changes import Change
from ._contents import body_changes
from ._facts import IDEMPOTENCY_KEY, fact_changes
from ._lifecycle import is_before_sunset, lifecycle_changes
from ._matched import Matched, is_moved, match, sentence, verdict
from ._naming import argument_changes, attributes_of, naming_changes
from ._parameters import parameter_changes
from ._security import Schemes, security_changes
from ._servers import own_server_changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from .._load import Spec
    from .._model import Operation, Receiver
    from ._naming import Attributes
    from ._pair import Pair


class Setting(NamedTuple):
    """What all operations of two documents share: the security schemes, the attributes, and the day of the comparison.

    `same_access` says that what operations have from their document is the same in both: who is let in, and how calls are repeated.
    """

    pair: Pair
    schemes: Schemes
    attributes: Attributes
    today: date
    same_access: bool


def operation_changes(pair: Pair, old: Spec, new: Spec, today: date) -> Iterator[Change]:
    """The changes of all operations, in the order of the old document, then those that were added."""
    schemes = Schemes(old.security_schemes, new.security_schemes)
    same_access = all(schemes.is_same(name) for name in (*schemes.old, *schemes.new)) and all(
        pair.old.field(word) == pair.new.field(word) for word in ("security", IDEMPOTENCY_KEY)
    )
    setting = Setting(pair, schemes, attributes_of(old, new), today, same_access)
    found = match(old.operations, new.operations)
    others = {one.operation_id: other for one, other in found.both}
    for key, one in old.operations.items():
        if key in others:
            yield from _matched(setting, Matched(pair, one, others[key], key, one.method, one.path))
        else:
            yield _removed(one, new, pair, today)
    for one in found.added:
        told = f"the operation {one.operation_id} was added"
        yield Change(
            "endpoint-added", "compatible", "rule", sentence(told), one.operation_id, one.method, one.path, new_pointer=one.pointer
        )


def _removed(one: Operation, new: Spec, pair: Pair, today: date) -> Change:
    """An operation that is gone. Whoever calls it finds nothing there, deprecated or not."""
    rule = "api-removed" if any(other.path == one.path for other in new.operations.values()) else "api-path-removed"
    told = f"the operation {one.operation_id} was removed"
    if not one.deprecated:
        rule += "-without-deprecation"
    else:
        day = as_object(pair.old.at(one.pointer)).get("x-sunset")
        rule += "-before-sunset" if is_before_sunset(day, today) else "-with-deprecation"
        told += f", which was deprecated{f' and to end on {day}' if day else ''}"
    return Change(rule, "breaking", "rule", sentence(told), one.operation_id, one.method, one.path, old_pointer=one.pointer)


def _matched(setting: Setting, matched: Matched) -> Iterator[Change]:
    old, new = matched.old, matched.new
    if is_moved(old, new):
        told = f"the operation is {new.method} {new.path} instead of {old.method} {old.path}"
        yield matched.change("api-operation-moved", "breaking", told, old=old.pointer, new=new.pointer)
    yield from naming_changes(matched, setting.attributes)
    if setting.same_access and _is_alike(matched):
        return
    yield from lifecycle_changes(matched)
    yield from _unreadable(matched)
    if _is_readable(old) and _is_readable(new):
        yield from argument_changes(matched)
        yield from _parts(matched, setting.today)
        yield from security_changes(matched, setting.schemes)
        yield from own_server_changes(matched)
        yield from fact_changes(matched)
        yield from _callback_changes(matched, setting.today)


def _is_alike(matched: Matched) -> bool:
    """Whether an operation is written alike in both documents, with what it has from its path."""
    old, new = matched.old, matched.new
    written = matched.written
    return (old.method, old.path) == (new.method, new.path) and (
        written.alike(old.pointer, new.pointer) and written.members_alike(old.path_item, new.path_item, ("parameters", "servers"))
    )


def _parts(matched: Matched, today: date) -> Iterator[Change]:
    """The changes of what a request and its answers hold."""
    yield from parameter_changes(matched, today)
    yield from body_changes(matched)
    yield from answer_changes(matched)


def _is_readable(operation: Operation) -> bool:
    try:
        return bool(operation.details)
    except SpecError:
        return False


def _unreadable(matched: Matched) -> Iterator[Change]:
    """What can't be compared since one of the documents is not as the standard has it. The same fault in both is no change."""
    old, new = (_faults(one) for one in (matched.old, matched.new))
    if old.keys() == new.keys():
        return
    whole = not (_is_readable(matched.old) and _is_readable(matched.new))
    rule = "api-operation-unreadable" if whole else "api-operation-part-unreadable"
    message = sorted(old.keys() ^ new.keys())[0]
    which, pointer = ("old", old[message]) if message in old else ("new", new[message])
    told = f"it can't be compared, since the {which} document has a fault at {pointer}: {message}"
    yield matched.change(rule, "unknown", told, old=matched.old.pointer, new=matched.new.pointer)


def _faults(operation: Operation) -> dict[str, str]:
    """Why the operation can't be read, or what of it is left out since a reference in it leads nowhere; each with its pointer."""
    try:
        return {one.message: one.pointer for one in operation.details.problems if one.rule == "$ref"}
    except SpecError as error:
        return {one.message: one.pointer for one in error.problems}


# ---- what the API sends


def _callback_changes(matched: Matched, today: date) -> Iterator[Change]:
    old, new = matched.old.details.callbacks, matched.new.details.callbacks
    for name in dict.fromkeys([*old, *new]):
        yield from _receivers(matched, f"callback/{name}", old.get(name, {}), new.get(name, {}), today)


def _receivers(
    matched: Matched, subject: str, old: Mapping[str, Receiver], new: Mapping[str, Receiver], today: date
) -> Iterator[Change]:
    """A callback is the same by its name and its expression. One that is sent elsewhere does not come where it did."""
    for expression in dict.fromkeys([*old, *new]):
        pairs = _sent(old.get(expression), new.get(expression))
        for before, after in pairs:
            if before is not None and after is not None:
                inner = matched._replace(old=before, new=after, prefix=f"{subject} ", received=True)
                yield from _readable_parts(inner, today)
            else:
                became = "removed" if after is None else "added"
                told = f"{subject.replace('/', ' ')} at {expression} was {became}"
                yield matched.change(
                    f"api-callback-{became}",
                    verdict(after is not None),
                    told,
                    old=before.pointer if before else None,
                    new=after.pointer if after else None,
                    subject=subject,
                )


def _sent(old: Receiver | None, new: Receiver | None) -> Iterator[tuple[Operation | None, Operation | None]]:
    nothing: Mapping[str, Operation] = {}
    before, after = (one.operations if one is not None else nothing for one in (old, new))
    for method in dict.fromkeys([*before, *after]):
        yield before.get(method), after.get(method)


def _readable_parts(matched: Matched, today: date) -> Iterator[Change]:
    yield from _unreadable(matched)
    if _is_readable(matched.old) and _is_readable(matched.new):
        yield from _parts(matched, today)


def webhook_changes(pair: Pair, old: Spec, new: Spec, today: date) -> Iterator[Change]:
    """The changes of webhooks, which belong to no operation; `path` is the name of one."""
    for name in dict.fromkeys([*old.webhooks, *new.webhooks]):
        for before, after in _sent(old.webhooks.get(name), new.webhooks.get(name)):
            one = before or after
            assert one is not None, "one of them is there"
            subject = f"webhook/{name}"
            if before is not None and after is not None:
                yield from _readable_parts(Matched(pair, before, after, None, one.method, name, f"{subject} ", True), today)
                continue
            became = "removed" if after is None else "added"
            yield Change(
                f"api-webhook-{became}",
                verdict(after is not None),
                "rule",
                sentence(f"the webhook {name} was {became}"),
                method=one.method,
                path=name,
                old_pointer=before.pointer if before else None,
                new_pointer=after.pointer if after else None,
                subject=subject,
            )
