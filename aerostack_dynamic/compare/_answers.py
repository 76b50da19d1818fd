"""What changed between the answers of an operation: statuses, headers, contents, links.

For each status that a server of the new document may answer, what the new document says of it is held against what the old one does:
a code comes before its range, and that before `default` (OpenAPI 3.2, section 4.16). Where successes are listed, `default` is about
failures, as documents use it. A client raises an error for each status that is no success, whatever its document lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._values import UNSET
from ._contents import Content, content_changes, same_media_type
from ._matched import verdict
from ._places import member_places, response_places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._model import DocumentedResponse, Header, Link, Operation
    from .._reference import Document
    from ._changes import Change
    from ._matched import Matched

_CLASSES: Final = "12345"


class _Answer(NamedTuple):
    """A Response Object and where it stands."""

    response: DocumentedResponse
    place: str

    @property
    def status(self) -> str:
        return self.response.status


class _Both(NamedTuple):
    """What the documents say of some statuses, and the first digits of those."""

    old: _Answer | None
    new: _Answer | None
    classes: frozenset[str]


def answer_changes(matched: Matched) -> Iterator[Change]:
    """The changes of answers, by status in the order of the old document, then those that were added."""
    old, new = _answers(matched.pair.old, matched.old), _answers(matched.pair.new, matched.new)
    both = _paired(old, new)
    for before, after, classes in both:
        if before is None and after is not None:
            yield _added(matched, after, "2" in classes)
        elif before is not None and after is not None:
            yield from _changed(matched, before, after)
        elif before is not None and (left := classes if matched.received else classes - _spelt_out(before, both)):
            yield _removed(matched, before, "2" in left)


def _spelt_out(before: _Answer, both: list[_Both]) -> frozenset[str]:
    """The first digits of codes that took the place of a range or of `default`: of those a server answers less than it could."""
    return frozenset[str]().union(*(one.classes for one in both if one.old is before and one.new is not None))


def _answers(document: Document, operation: Operation) -> dict[str, _Answer]:
    places = response_places(document, operation)
    return {key: _Answer(one, places[key]) for key, one in operation.responses.items()}


def _paired(old: dict[str, _Answer], new: dict[str, _Answer]) -> list[_Both]:
    """Which answers speak of the same status: for each code that either lists, and for one code of each class that none does."""
    listed = [one for one in (*old, *new) if one.isdigit()]
    found: dict[tuple[str, str], set[str]] = {}
    for code in dict.fromkeys([*listed, *(_unlisted(first, listed) for first in _CLASSES)]):
        said = _said_of(code, old), _said_of(code, new)
        if any(said):
            found.setdefault((said[0], said[1]), set()).add(code[0])
    order = {status: index for index, status in enumerate([*old, *new])}
    pairs = sorted(found, key=lambda pair: (not pair[0], order[pair[0] or pair[1]]))
    return [_Both(old.get(one), new.get(other), frozenset(found[one, other])) for one, other in pairs]


def _unlisted(first: str, listed: list[str]) -> str:
    return next(code for code in (f"{first}{number:02}" for number in range(99, -1, -1)) if code not in listed)


def _said_of(code: str, answers: Mapping[str, _Answer]) -> str:
    """The key that speaks of a code, empty where none does."""
    for key in (code, f"{code[0]}XX"):
        if key in answers:
            return key
    is_listed = code[0] == "2" and any(status[0] == "2" for status in answers)
    return "default" if "default" in answers and not is_listed else ""


def _added(matched: Matched, after: _Answer, success: bool) -> Change:
    # What we answer to what is received may always be more.
    fine = not success or matched.received
    rule = f"response-{'success' if success else 'non-success'}-status-added"
    told = f"{_named(after.status)} was added" + ("" if fine else ", of which the old document says nothing")
    return matched.change(rule, verdict(fine), told, side="response", new=after.place, subject=after.status)


def _removed(matched: Matched, before: _Answer, success: bool) -> Change:
    rule = f"response-{'success' if success else 'non-success'}-status-removed"
    breaks = success or matched.received
    told = f"{_named(before.status)} was removed"
    return matched.change(rule, verdict(not breaks), told, side="response", old=before.place, subject=before.status)


def _named(status: str) -> str:
    return "the answer to any other status" if status == "default" else f"the answer {status}"


def _changed(matched: Matched, before: _Answer, after: _Answer) -> Iterator[Change]:
    subject = after.status if before.status == "default" or "X" in before.status else before.status
    old, new = Content(before.response.content, before.place), Content(after.response.content, after.place)
    yield from content_changes(matched, "response", old, new, subject)
    yield from _header_changes(matched, before, after, subject)
    yield from _link_changes(matched, before, after, subject)


# ---- headers


class _Headed(NamedTuple):
    header: Header
    place: str
    subject: str


def _header_changes(matched: Matched, before: _Answer, after: _Answer, status: str) -> Iterator[Change]:
    """The changes of headers, whose names are compared without regard to case; the content says what Content-Type is."""
    old, new = (_headers(matched.pair.old, before, status), _headers(matched.pair.new, after, status))
    for name, one in old.items():
        other = new.get(name)
        if other is None:
            kind = "required" if one.header.required else "optional"
            told = f"the header {one.header.name} was removed"
            yield matched.change(
                f"{kind}-response-header-removed", "breaking", told, side="response", old=one.place, subject=one.subject
            )
        else:
            yield from _header(matched, one, other)
    for name, other in new.items():
        if name not in old:
            fine = not (matched.received and other.header.required)
            told = f"the header {other.header.name} was added"
            yield matched.change(
                "response-header-added", verdict(fine), told, side="response", new=other.place, subject=other.subject
            )


def _headers(document: Document, answer: _Answer, status: str) -> dict[str, _Headed]:
    places = member_places(document, answer.place, "headers")
    return {
        name.lower(): _Headed(one, places[name], f"{status} header/{name}")
        for name, one in answer.response.headers.items()
        if name.lower() != "content-type"
    }


def _header(matched: Matched, old: _Headed, new: _Headed) -> Iterator[Change]:
    one, other = old.header, new.header
    place: dict[str, Any] = {"side": "response", "old": old.place, "new": new.place, "subject": old.subject}
    if one.required != other.required:
        became = "required" if other.required else "optional"
        fine = (became == "required") != matched.received
        yield matched.change(f"response-header-became-{became}", verdict(fine), f"the header {one.name} became {became}", **place)
    if one.explode != other.explode:
        told = f"the header {one.name} is written another way where it has several values"
        yield matched.change("response-header-explode-changed", "unknown", told, **place)
    if one.deprecated != other.deprecated:
        rule, became = ("deprecated", "became") if other.deprecated else ("reactivated", "is no longer")
        told = f"the header {one.name} {became} deprecated"
        yield matched.change(f"response-header-{rule}", "compatible", told, **place)
    before, after = (each.content.name if each.content else "" for each in (one, other))
    if bool(before) != bool(after) or not same_media_type(before, after):
        told = f"the header {one.name} is written as {after or 'its schema says'} instead of {before or 'its schema said'}"
        yield matched.change("response-header-content-changed", "breaking", told, **place)
        return
    first, second = (each.content.schema if each.content else each.schema for each in (one, other))
    yield from matched.schemas(first, second, "response", "header", old.subject, name=one.name, media_type=before)


# ---- links


def _link_changes(matched: Matched, before: _Answer, after: _Answer, status: str) -> Iterator[Change]:
    """The changes of links. One is called by its name, so that it breaks nobody on the wire."""
    old, new = before.response.links, after.response.links
    old_places, new_places = (
        member_places(matched.pair.old, before.place, "links"),
        member_places(matched.pair.new, after.place, "links"),
    )
    for name in dict.fromkeys([*old, *new]):
        place: dict[str, Any] = {
            "side": "response",
            "old": old_places.get(name),
            "new": new_places.get(name),
            "subject": f"{status} link/{name}",
        }
        if name not in old:
            yield matched.change("response-link-added", "compatible", f"the link {name} was added", **place)
        elif name not in new:
            yield matched.change("response-link-removed", "breaking", f"the link {name} was removed", **place, by_name=True)
        elif _meaning(old[name]) != _meaning(new[name]):
            told = f"the link {name} leads elsewhere, or gives other values"
            yield matched.change("response-link-changed", "unknown", told, **place, by_name=True)


def _meaning(link: Link) -> tuple[Any, ...]:
    body = None if link.request_body is UNSET else [link.request_body]
    server = link.server.url if link.server else ""
    return link.operation_id, link.operation_ref, dict(link.parameters), body, server
