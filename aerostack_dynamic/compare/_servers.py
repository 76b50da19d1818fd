"""What changed about servers. Whether one that is no longer listed still answers, no document tells.

The first server is the one that a client calls unless it is told another. The nearest servers count: those of an operation, of its
path, or of the document (OpenAPI 3.2, section 4.8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._values import as_object
from ._changes import Change
from ._matched import address, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from .._load import Spec
    from .._model import Operation, Server
    from .._reference import Document
    from ._changes import Verdict
    from ._matched import Matched

    Telling = Callable[[str, Verdict, str], Change]


def server_changes(old: Spec, new: Spec) -> Iterator[Change]:
    """The changes of the servers of the documents."""
    places = ["/servers" if "servers" in one.document.raw else None for one in (old, new)]

    def tell(rule: str, verdict: Verdict, told: str) -> Change:
        return Change(rule, verdict, "rule", sentence(told), side="request", old_pointer=places[0], new_pointer=places[1])

    yield from _changes(old.servers, new.servers, tell, _same_urls(old, new))


def own_server_changes(matched: Matched) -> Iterator[Change]:
    """The changes of the servers of an operation that has, or had, some of its own."""
    if not (matched.old.details.own_servers or matched.new.details.own_servers):
        return
    old, new = _place(matched.pair.old, matched.old), _place(matched.pair.new, matched.new)

    def tell(rule: str, verdict: Verdict, told: str) -> Change:
        return matched.change(rule, verdict, told, side="request", old=old, new=new)

    yield from _changes(matched.old.servers, matched.new.servers, tell)


def _place(document: Document, operation: Operation) -> str | None:
    for place in (operation.pointer, operation.path_item, ""):
        if as_object(document.at(place)).get("servers"):
            return f"{place}/servers"
    return None


def _changes(old: Sequence[Server], new: Sequence[Server], tell: Telling, split: bool = False) -> Iterator[Change]:
    before, after = ({_address(one): one for one in servers} for servers in (reversed(old), reversed(new)))
    for url, one in reversed(before.items()):
        if url in after:
            yield from _variables(one, after[url], tell)
        else:
            others = _split(url, after)
            gone = "is no longer listed, and may no longer answer"
            told = f"is listed as {others}, with the rest of its path in those of operations" if others and split else gone
            yield tell("api-server-removed", "compatible" if others and split else "unknown", f"the server {one.url} {told}")
    for url, one in reversed(after.items()):
        if url not in before:
            yield tell("api-server-added", "compatible", f"the server {one.url} was added")
    if old and new and _address(old[0]) != _address(new[0]) and _address(old[0]) in after:
        yield tell("api-server-default-changed", "unknown", f"the first server is {new[0].url} instead of {old[0].url}")


def _split(url: str, others: Iterable[str]) -> str:
    """One of the others that is the same but for a path at the end of one of both; empty without one."""
    return next((one for one in others if f"{url}/".startswith(f"{one}/") or f"{one}/".startswith(f"{url}/")), "")


def _same_urls(old: Spec, new: Spec) -> bool:
    """Whether all operations of the old document have a URL that one of the new has, by the document's first servers."""
    if not old.servers or not new.servers:
        return False
    before, after = (
        {(each.method, address(one.servers[0].url) + each.path) for each in one.operations.values()} for one in (old, new)
    )
    return before <= after


def _address(server: Server) -> str:
    return address(server.url)


def _variables(old: Server, new: Server, tell: Telling) -> Iterator[Change]:
    for name in dict.fromkeys([*old.variables, *new.variables]):
        one, other = old.variables.get(name), new.variables.get(name)
        what = f"the variable {name} of the server {old.url}"
        if one is None or other is None:
            gone = other is None
            # It stands in the URL of both: a default that is gone has to be given.
            yield tell(
                f"api-server-variable-{'removed' if gone else 'added'}",
                "breaking" if gone else "compatible",
                f"{what} is {'no longer ' if gone else ''}described",
            )
            continue
        if one.default != other.default:
            told = f"{what} is {other.default!r} instead of {one.default!r} unless it is given"
            yield tell("api-server-variable-default-changed", "unknown", told)
        for value in dict.fromkeys([*one.enum, *other.enum]):
            if one.enum and other.enum and value not in other.enum:
                yield tell("api-server-variable-value-removed", "breaking", f"{what} may no longer be {value!r}")
            elif one.enum and value not in one.enum:
                yield tell("api-server-variable-value-added", "compatible", f"{what} may be {value!r}")
        if one.enum and not other.enum:
            yield tell("api-server-variable-value-added", "compatible", f"{what} may be anything")
        if other.enum and not one.enum:
            yield tell("api-server-variable-value-removed", "breaking", f"{what} may be nothing but {', '.join(other.enum)}")
