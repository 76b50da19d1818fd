"""Which changes some code meets, told by what it uses of the API.

A change of a request is met where the operation was called and the place was filled, or where it is about every call: an argument that
became needed, the body as a whole, security, the operation itself. A change of an answer is met where the place was read; what stands
above or below a place counts as well as the place itself. Statuses, media types and headers are about the answer as a whole.

Some answers are met though nobody reads what changed: a client that keeps the old document refuses, in its mode `tolerant`, an answer in
which a required property is missing or a value has another type. That counts, since servers change before their clients do; `UNREAD`
is then the reason, and code that moves to the new document does not meet it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .._values import pointer_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .._usage import OperationUsage, UsageReport
    from ._changes import Change
    from ._pair import Lead, Pair

CALLED: Final = "the operation is called"
UNREAD: Final = "a client that keeps the old document refuses such an answer, though this is not read"
# Changes that concern the calls which leave a place out: all of those where what is around it is filled.
_LEFT_OUT: Final = re.compile(r"new-required-|added-required|became-required|default-value")
# Changes of answers that are delivered all the same: see the table in docs of what `tolerant` refuses.
_DELIVERED: Final = re.compile(
    r"enum|pattern(?!-propert)|max|min|multiple-of|unique-items|const|format|default-value|optional-property-removed|optional-write-only|"
    r"contains|discriminator|deprecated|xml|content-encoding|content-media-type|header"
)
_LOCATIONS: Final = frozenset({"path", "query", "querystring", "header", "cookie"})


def reasons(changes: Iterable[Change], used: UsageReport, keys: Mapping[str, OperationUsage], pair: Pair) -> tuple[str, ...]:
    """Why each change is met, empty where it isn't. `keys` are the operations of the old document that are called, with their use.

    A change of what several ways lead to is met by any of them: `pair` knows them.
    """
    any_call = any(map(_is_called, used.operations.values()))
    return tuple(_reason(one, keys, any_call, pair.lead_of(one)) for one in changes)


def _reason(change: Change, keys: Mapping[str, OperationUsage], any_call: bool, lead: Lead | None) -> str:
    if change.operation is None:
        return "the document is used" if any_call else ""
    use = keys.get(change.operation)
    if use is None or not _is_called(use):
        return ""
    if change.side == "request":
        return _request_reason(change, use, lead)
    return _response_reason(change, use, lead) if change.side == "response" else CALLED


def _is_called(use: OperationUsage) -> bool:
    return bool(use.calls or use.arguments or use.fields)


def _request_reason(change: Change, use: OperationUsage, lead: Lead | None) -> str:
    subject, left_out = change.subject, bool(_LEFT_OUT.search(change.rule))
    if left_out:
        subject = subject.rpartition("/")[0]
    if not subject or " " in subject or subject in _LOCATIONS:
        return CALLED
    met = sorted(place for place in use.arguments if _meets(subject, place) or _leads(lead, place, left_out))
    around = [place for place in met if _meets(subject, place)]
    if left_out and around:
        return f"{subject} is sent" + ("" if any(_meets(change.subject, place) for place in around) else " without it")
    return f"{met[0]} is given" if met else ""


def _response_reason(change: Change, use: OperationUsage, lead: Lead | None) -> str:
    status, _, place = change.subject.partition("/")
    if not status or " " in change.subject or not place:
        return CALLED
    met = sorted(one for one in use.fields if _meets(change.subject, one) or _leads(lead, one, False))
    if met:
        return f"{met[0]} is read"
    refused = status[0] in "2d" and change.verdict != "compatible" and not change.by_name and not _DELIVERED.search(change.rule)
    return UNREAD if refused else ""


def _meets(subject: str, place: str) -> bool:
    """Whether two places are the same, or one stands within the other; `*` is any item or key."""
    ours, theirs = subject.split("/"), place.split("/")
    if ours[0] == "header":
        ours, theirs = subject.lower().split("/"), place.lower().split("/")
    pairs = zip(ours[1:], theirs[1:], strict=False)
    return _is_covered(ours[0], theirs[0]) and all(one == other or "*" in (one, other) for one, other in pairs)


def _leads(lead: Lead | None, place: str, left_out: bool) -> bool:
    """Whether a place is one that a change is at by another way than the one it is told at."""
    if lead is None:
        return False
    steps, count = place.split("/"), lead.subject.count("/") + 1
    tokens = tuple(pointer_tokens("/".join(["", *steps[count:]])))
    return _meets(lead.subject, "/".join(steps[:count])) and lead.meets(tokens, left_out)


def _is_covered(declared: str, met: str) -> bool:
    """Whether a location or a status is another: a range and `default` are each that they cover."""
    return declared in (met, "default") or (declared[1:] == "XX" and declared[0] == met[:1])
