"""What changed between contents: media types of a request's body or of an answer, their schemas, and how their parts are written.

A media type is the same as one of its name, then as one that differs by its parameters alone; then a range is taken for the types that
it covers. A client asks for the media types that its document declares (`Accept`), so that one more among them breaks no answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._media_type import essence, parameters, specificity
from .._values import json_pointer, pointer_token, pointer_tokens
from ._matched import verdict
from ._places import body_place
from ._texts import Texts, by_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._model import Encoding, MediaType
    from ._changes import Change, Side
    from ._matched import Matched

_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


class Content(NamedTuple):
    """The media types of a body or an answer, by name, and the place of the object that has them."""

    types: Mapping[str, MediaType]
    place: str

    def at(self, name: str) -> str:
        """The place of a media type."""
        return self.place + json_pointer("content", name)


def body_changes(matched: Matched) -> Iterator[Change]:
    """The changes of an operation's Request Body Object."""
    before, after = matched.old.request_body, matched.new.request_body
    old = body_place(matched.pair.old, matched.old) if before else None
    new = body_place(matched.pair.new, matched.new) if after else None
    place: dict[str, Any] = {"side": "request", "old": old, "new": new, "subject": "body"}
    if before is None and after is not None:
        needed = "required" if after.required else "optional"
        breaks = after.required and not matched.received
        told = f"a body was added, which is {needed}"
        yield matched.change(f"request-body-added-{needed}", verdict(not breaks), told, **place)
    elif before is not None and after is None:
        yield matched.change("request-body-removed", "breaking", "the body was removed", **place)
    elif before is not None and after is not None:
        assert old is not None, "it has a place"
        assert new is not None, "it has a place"
        if before.required != after.required:
            became = "required" if after.required else "optional"
            fine = (became == "optional") != matched.received
            yield matched.change(f"request-body-became-{became}", verdict(fine), f"the body became {became}", **place)
        yield from content_changes(matched, "request", Content(before.content, old), Content(after.content, new), "body")


def content_changes(matched: Matched, side: Side, old: Content, new: Content, subject: str) -> Iterator[Change]:
    """The changes of media types, in the order of the old document, then those that were added."""
    if side == "response" and new.types and not old.types:
        told = f"the answer, which had no content, has {', '.join(new.types)}"
        yield matched.change("response-body-added", "unknown", told, side=side, old=old.place, new=new.place, subject=subject)
        return
    pairs = _paired(list(old.types), list(new.types))
    for name in old.types:
        if not any(one == name for one, _ in pairs):
            rule = "request-body-media-type-removed" if side == "request" else "response-media-type-removed"
            fine = side == "request" and matched.received
            told = f"the media type {name} was removed"
            yield matched.change(rule, verdict(fine), told, side=side, old=old.at(name), subject=subject)
    for name, other in pairs:
        yield from _media_type(matched, side, (old, name), (new, other), subject)
    for other in new.types:
        if not any(one == other for _, one in pairs):
            rule = "request-body-media-type-added" if side == "request" else "response-media-type-added"
            fine = side == "response" or not matched.received
            told = f"the media type {other} was added"
            yield matched.change(rule, verdict(fine), told, side=side, new=new.at(other), subject=subject)


def same_media_type(one: str, other: str) -> bool:
    """Whether two names are of one media type, whatever their parameters; that a text is UTF-8 says nothing."""
    return essence(one) == essence(other)


def _said(name: str) -> dict[str, str]:
    found = parameters(name)
    return {key: value for key, value in found.items() if (key, value.lower()) != ("charset", "utf-8")}


def _paired(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    """Which names of the new document a name of the old one is compared with: one, or those that a range covers."""
    found: list[tuple[str, str]] = []
    left_old, left_new = list(old), list(new)
    for is_same in (_same_name, same_media_type):
        for name in list(left_old):
            other = next((one for one in left_new if is_same(name, one)), None)
            if other is not None:
                found.append((name, other))
                left_old.remove(name)
                left_new.remove(other)
    for name in left_old:
        covering = max(new, key=lambda one: specificity(one, name), default=None)
        if covering is not None and specificity(covering, name):
            found.append((name, covering))
        else:
            found += [(name, one) for one in left_new if specificity(name, one)]
    return sorted(found, key=lambda pair: old.index(pair[0]))


def _same_name(one: str, other: str) -> bool:
    return essence(one) == essence(other) and _said(one) == _said(other)


def _media_type(matched: Matched, side: Side, old: tuple[Content, str], new: tuple[Content, str], subject: str) -> Iterator[Change]:
    before, after = old[0].types[old[1]], new[0].types[new[1]]
    place: dict[str, Any] = {"side": side, "old": old[0].at(old[1]), "new": new[0].at(new[1]), "subject": subject}
    yield from _name_changes(matched, side, before.name, after.name, place)
    changes = matched.schemas(before.schema, after.schema, side, "body", subject, media_type=before.name)
    yield from _as_sent(matched, changes, before, after) if side == "request" and not matched.received else changes
    if before.item_schema is not None and after.item_schema is not None:
        yield from matched.schemas(before.item_schema, after.item_schema, side, "body", f"{subject}/*", media_type=before.name)
    elif before.item_schema is not None or after.item_schema is not None:
        gone = after.item_schema is None
        found = matched.widened(side) if gone else matched.narrowed(side)
        told = f"the items of {before.name} have {'no schema any longer' if gone else 'a schema'}"
        yield matched.change(f"{side}-body-media-type-item-schema-{'removed' if gone else 'added'}", found, told, **place)
    yield from _encodings(matched, side, before, after, place)


def _as_sent(matched: Matched, found: list[Change], old: MediaType, new: MediaType) -> list[Change]:
    """The same of fields of a form, where values of other types are sent as the same text."""
    if essence(old.name) not in _FORMS or not same_media_type(old.name, new.name) or not old.schema or not new.schema:
        return found
    for subject in dict.fromkeys(one.subject for one in found if one.verdict != "compatible"):
        name = pointer_tokens(subject.removeprefix("body"))[0]
        if subject.count("/") == 1 and name not in old.encoding and name not in new.encoding:
            found = by_text(found, Texts.of(matched.pair, old.schema.pointer, new.schema.pointer, True, name), subject)
    return found


def _name_changes(matched: Matched, side: Side, old: str, new: str, place: dict[str, Any]) -> Iterator[Change]:
    if _same_name(old, new):
        return
    told = f"the media type {old} is {new}"
    if same_media_type(old, new):
        rule = "response-media-type-name-changed" if side == "response" else "request-body-media-type-name-changed"
        yield matched.change(rule, "unknown", told, **place)
        return
    wider = specificity(new, old) > 0
    found = matched.widened(side) if wider else matched.narrowed(side)
    rule = f"response-media-type-name-{'generalized' if wider else 'specialized'}"
    if side == "request":
        rule = f"request-body-media-type-{'added' if wider else 'removed'}"
    yield matched.change(rule, found, told, **place)


def _encodings(matched: Matched, side: Side, old: MediaType, new: MediaType, place: dict[str, Any]) -> Iterator[Change]:
    """How parts are written. A part whose writing changed may be refused, or not be read."""
    parts = list(dict.fromkeys([*old.encoding, *new.encoding]))
    pairs = [(name, old.encoding.get(name), new.encoding.get(name)) for name in parts]
    pairs += [("*", old.item_encoding, new.item_encoding)]
    pairs += [(str(index), one, other) for index, (one, other) in enumerate(_both(old.prefix_encoding, new.prefix_encoding))]
    for name, before, after in pairs:
        if _writing(before) != _writing(after):
            inner: dict[str, Any] = {**place, "subject": f"{place['subject']}{pointer_token(name)}"}
            told = f"the part {name!r} of {old.name} is written another way"
            yield matched.change(f"{side}-body-encoding-changed", "unknown", told, **inner)


def _both(old: tuple[Encoding, ...], new: tuple[Encoding, ...]) -> Iterator[tuple[Encoding | None, Encoding | None]]:
    for index in range(max(len(old), len(new))):
        yield (old[index] if index < len(old) else None), (new[index] if index < len(new) else None)


def _writing(one: Encoding | None) -> Any:
    """What tells two encodings apart. An Encoding Object that says nothing is none."""
    if one is None:
        return None
    inner = {name: _writing(part) for name, part in one.encoding.items()}
    headers = sorted((name.lower(), header.required) for name, header in one.headers.items())
    nested = [inner, [_writing(part) for part in one.prefix], _writing(one.item)]
    styled: tuple[Any, ...] = (one.style, one.explode, one.allow_reserved)
    if styled != (None, None, None):  # the others have their defaults then (OpenAPI 3.2, section 4.15.1.2)
        style = one.style or "form"
        styled = (style, style == "form" if one.explode is None else one.explode, bool(one.allow_reserved))
    told = (one.content_type, *styled, headers, nested)
    return None if told == (None, None, None, None, [], [{}, [], None]) else told
