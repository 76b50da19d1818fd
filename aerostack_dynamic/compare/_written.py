"""Whether two objects are written alike in both documents, and so is all that they refer to: nothing of them changed then.

It is told by their texts, without reading what they say. Most operations and schemas of two versions of a document are written alike, so
that a comparison takes the time of what changed. What is not may still say the same.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._errors import SpecError
from .._values import as_object, is_array, is_object, pointer_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._reference import Document
    from ._pair import Pair

# Words by which a schema may mean another thing than another one that is written the same.
_ELSEWHERE: Final = re.compile(r'"\$(?:dynamicRef|recursiveRef|id)"')


_REFERRING: Final = re.compile(r'"(?:\$ref|mapping)"')


class _Text(NamedTuple):
    """An object as it is written, and the places that its references lead to, None for one that leads nowhere."""

    text: str
    targets: tuple[str | None, ...]


class Written:
    """The objects of two documents as they are written, each read once."""

    def __init__(self, pair: Pair) -> None:
        self._documents = pair.old, pair.new
        self._texts: tuple[dict[str, _Text], dict[str, _Text]] = {}, {}
        self._alike: set[tuple[str, str]] = set()
        self._comparable = pair.old.dialect == pair.new.dialect

    def alike(self, old: str, new: str) -> bool:
        """Whether what stands at two places is written alike, with all that it leads to."""
        if not self._comparable:
            return False
        found: set[tuple[str, str]] = set()
        waiting: list[tuple[str | None, str | None]] = [(old, new)]
        while waiting:
            one, other = waiting.pop()
            if one is None or other is None:
                if one is not other:
                    return False
                continue
            if (one, other) in self._alike or (one, other) in found:
                continue
            before, after = self._read(0, one), self._read(1, other)
            if before.text != after.text or _ELSEWHERE.search(before.text):
                return False
            found.add((one, other))
            waiting += zip(before.targets, after.targets, strict=True)
        self._alike |= found
        return True

    def members_alike(self, old: str, new: str, names: tuple[str, ...]) -> bool:
        """Whether these members of the objects at two places are written alike; what neither has is."""
        for name in names:
            has = [name in as_object(document.at(place)) for document, place in zip(self._documents, (old, new), strict=True)]
            if has[0] != has[1] or (has[0] and not self.alike(f"{old}/{name}", f"{new}/{name}")):
                return False
        return True

    def _read(self, which: int, place: str) -> _Text:
        texts = self._texts[which]
        if place not in texts:
            document = self._documents[which]
            node = document.at(place)
            text = json.dumps(node)
            targets = tuple(_targets(document, node, place)) if _REFERRING.search(text) else ()
            texts[place] = _Text(text, targets)
        return texts[place]


def _target(document: Document, reference: str, place: str) -> str | None:
    try:
        return document.target(reference, place)[1]
    except SpecError:
        return None


def _targets(document: Document, node: Any, place: str) -> Iterator[str | None]:
    """Where all references in a value lead, in its order; what is written in an example as if it were one counts as well."""
    if is_object(node):
        mapping = as_object(as_object(node.get("discriminator")).get("mapping"))
        for reference in (node.get("$ref"), *mapping.values()):
            if isinstance(reference, str):
                yield _target(document, reference, place)
        for name, inner in node.items():
            yield from _targets(document, inner, place + pointer_token(name))
    elif is_array(node):
        for index, inner in enumerate(node):
            yield from _targets(document, inner, place + pointer_token(index))
