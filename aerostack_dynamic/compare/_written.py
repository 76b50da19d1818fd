"""Whether two objects are written alike in both documents, and so is all that they refer to: nothing of them changed then.

It is told by their texts, without reading what they say. Most operations and schemas of two versions of a document are written alike, so
that a comparison takes the time of what changed. What is not may still say the same.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from .._errors import SpecError
from .._graph import circles
from .._values import as_object, is_array, is_object, pointer_token
from ._same import equal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._reference import Document
    from ._pair import Pair

# Words by which a schema may mean another thing than another one that is written the same.
_ELSEWHERE: Final = re.compile(r'"\$(?:dynamicRef|recursiveRef|id|dynamicAnchor)"')
_REFERRING: Final = re.compile(r'"(?:\$ref|mapping)"')
_Places: TypeAlias = tuple[str, str]


class Written:
    """The objects of two documents that are written alike, by their places in the old and the new one. Each two are read once."""

    def __init__(self, pair: Pair) -> None:
        self._documents = pair.old, pair.new
        self._known: dict[_Places, bool] = {}
        self._read: dict[_Places, tuple[_Places, ...] | None] = {}
        self._comparable = pair.old.dialect == pair.new.dialect

    def alike(self, old: str, new: str) -> bool:
        """Whether what stands at two places is written alike, with all that it leads to; where that isn't plain, it isn't."""
        start = old, new
        if not self._comparable:
            return False
        if start not in self._known:
            for circle in circles(start, self._leads_to, self._known):
                inside = set(circle)
                alike = all(self._targets(one) is not None for one in circle)
                alike = alike and all(self._known[one] for here in circle for one in self._leads_to(here) if one not in inside)
                self._known.update(dict.fromkeys(circle, alike))
        return self._known[start]

    def members_alike(self, old: str, new: str, names: tuple[str, ...]) -> bool:
        """Whether these members of the objects at two places are written alike; what neither has is."""
        for name in names:
            has = [name in as_object(document.at(place)) for document, place in zip(self._documents, (old, new), strict=True)]
            if has[0] != has[1] or (has[0] and not self.alike(f"{old}/{name}", f"{new}/{name}")):
                return False
        return True

    def _leads_to(self, places: _Places) -> tuple[_Places, ...]:
        return self._targets(places) or ()

    def _targets(self, places: _Places) -> tuple[_Places, ...] | None:
        """What two objects refer to, where they are written alike; None where they aren't."""
        if places not in self._read:
            self._read[places] = self._compare(*places)
        return self._read[places]

    def _compare(self, old: str, new: str) -> tuple[_Places, ...] | None:
        try:
            one, other = self._documents[0].at(old), self._documents[1].at(new)
        except KeyError:
            return None
        # At a glance first, which takes true for 1.
        if one != other:
            return None
        text = json.dumps(one)
        if (text != json.dumps(other) and not equal(one, other)) or _ELSEWHERE.search(text):
            return None
        if not _REFERRING.search(text):
            return ()
        found: dict[_Places, None] = {}
        for reference, pointer in _references(one, ""):
            before, after = (
                _target(document, reference, place + pointer) for document, place in zip(self._documents, (old, new), strict=True)
            )
            if before is not None and after is not None:
                found[before, after] = None
            elif before is not after:
                return None
        return tuple(found)


def _target(document: Document, reference: str, place: str) -> str | None:
    try:
        return document.target(reference, place)[1]
    except SpecError:
        return None


def _references(node: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """All references in a value with their pointers there; what is written in an example as if it were one counts as well."""
    if is_object(node):
        mapping = as_object(as_object(node.get("discriminator")).get("mapping"))
        for reference in (node.get("$ref"), *mapping.values()):
            if isinstance(reference, str):
                yield reference, pointer
        for name, inner in node.items():
            yield from _references(inner, pointer + pointer_token(name))
    elif is_array(node):
        for index, inner in enumerate(node):
            yield from _references(inner, pointer + pointer_token(index))
