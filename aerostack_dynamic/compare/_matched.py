"""Operations of two documents that are the same one, and what all rules about them share."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._errors import SpecError
from ._changes import Change
from ._pair import Where
from ._schemas import schema_changes
from ._written import Written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .._model import Operation, SchemaObject
    from ._changes import Holder, Side, Verdict
    from ._pair import Pair

_ORIGIN: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)")
# What is no variable.
_OUTSIDE: Final = re.compile(r"(?<![^}])[^{}]+")
_PORTS: Final = MappingProxyType({"http": ":80", "https": ":443"})
_VARIABLE: Final = re.compile(r"\{[^{}]*\}")


def verdict(compatible: bool) -> Verdict:
    """The verdict on what is known to break or not to."""
    return "compatible" if compatible else "breaking"


def sentence(told: str) -> str:
    """What is told as a message: a sentence."""
    return f"{told[:1].upper()}{told[1:]}."


class Matched(NamedTuple):
    """An operation as both documents have it.

    `key`, `method` and `path` are those that its changes have, and `prefix` is what their subjects begin with. Where it is `received`,
    the API sends its requests, as those of a webhook: what is a request in the document is then an answer to those who use it.
    """

    pair: Pair
    old: Operation
    new: Operation
    key: str | None
    method: str
    path: str
    prefix: str = ""
    received: bool = False

    def change(
        self,
        rule: str,
        verdict: Verdict,
        message: str,
        *,
        side: Side | None = None,
        old: str | None = None,
        new: str | None = None,
        subject: str = "",
        by_name: bool = False,
    ) -> Change:
        """A change of the operation, known by rule. `side` is that of the document, `old` and `new` are pointers."""
        return Change(
            rule,
            verdict,
            "rule",
            sentence(message),
            self.key,
            self.method,
            self.path,
            self.side(side) if side else None,
            old,
            new,
            self.prefix + subject,
            by_name=by_name,
        )

    @property
    def written(self) -> Written:
        """What is written alike in both documents."""
        return self.pair.once("written", lambda: Written(self.pair))

    def side(self, side: Side) -> Side:
        """What a side of the document is to those who use the API."""
        if not self.received:
            return side
        return "response" if side == "request" else "request"

    def widened(self, side: Side) -> Verdict:
        """The verdict where more is possible than before: fine where we send it, and not where we get it."""
        return verdict(self.side(side) == "request")

    def narrowed(self, side: Side) -> Verdict:
        """The verdict where less is possible than before."""
        return verdict(self.side(side) == "response")

    def schemas(
        self,
        old: SchemaObject | None,
        new: SchemaObject | None,
        side: Side,
        holder: Holder,
        subject: str,
        name: str = "",
        media_type: str = "",
    ) -> list[Change]:
        """The changes between two schemas."""
        if old is None and new is None:
            return []
        if old is not None and new is not None and self.written.alike(old.pointer, new.pointer):
            return []
        where = Where(
            self.key, self.method, self.path, self.side(side), holder, self.prefix + subject, name=name, media_type=media_type
        )
        return schema_changes(self.pair, old, new, where)


class Matching(NamedTuple):
    """The operations of two documents: those in both, those of the old one alone, those of the new one alone."""

    both: list[tuple[Operation, Operation]]
    removed: list[Operation]
    added: list[Operation]


def match(old: Mapping[str, Operation], new: Mapping[str, Operation]) -> Matching:
    """Which operations are the same: those of a method and path, then where the path differs by the names of its variables alone, then
    those of a URL, then those of an operationId as it is written.
    """
    left = {one.operation_id: one for one in new.values()}
    found: dict[str, Operation] = {}
    for identity in (_exact, _anonymous, _url, _wire_name):
        known = _by(identity, left.values())
        for key, one in old.items():
            if key not in found and (other := known.get(identity(one))) is not None and other.operation_id in left:
                found[key] = left.pop(other.operation_id)
    both = [(one, found[key]) for key, one in old.items() if key in found]
    return Matching(both, [one for key, one in old.items() if key not in found], [*left.values()])


def _by(identity: Any, operations: Iterable[Operation]) -> dict[Any, Operation]:
    known: dict[Any, Operation] = {}
    for one in operations:
        if (name := identity(one)) is not None:
            known.setdefault(name, one)
    return known


def _exact(operation: Operation) -> tuple[str, str]:
    return operation.method, operation.path


def _anonymous(operation: Operation) -> tuple[str, str]:
    return operation.method, _VARIABLE.sub("{}", operation.path)


def _url(operation: Operation) -> tuple[str, str] | None:
    """The method, and the URL at the first server; None where the operation can't be read."""
    try:
        servers = operation.servers
    except SpecError:
        return None
    return operation.method, _VARIABLE.sub("{}", (address(servers[0].url) if servers else "") + operation.path)


def address(url: str) -> str:
    """The URL of a server, the same for all ways to write it (RFC 3986, section 6.2), without a slash at its end."""
    found = _ORIGIN.match(url)
    if found is None:
        return url.rstrip("/")
    scheme, authority = found["scheme"].lower(), _OUTSIDE.sub(lambda part: part[0].lower(), found["authority"])
    return scheme + "://" + authority.removesuffix(_PORTS.get(scheme, "/")) + url[found.end() :].rstrip("/")


def _wire_name(operation: Operation) -> str | None:
    return operation.wire_name or None


def is_moved(old: Operation, new: Operation) -> bool:
    """Whether an operation has another method, or a path that differs by more than the names of its variables, and so does its URL."""
    if _anonymous(old) == _anonymous(new):
        return False
    one = _url(old)
    return one is None or one != _url(new)
