"""Operations by words: what their names, texts, arguments and schemas hold, what is nearest to the name first."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._errors import SpecError
from ._names import python_name
from ._values import is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ._model import Operation
    from ._reference import Document

_WORD: Final = re.compile(r"[^\W_]+")
# What a word counts for in a name, a path, a tag, a summary, arguments, schemas and a description: the best place that it is in counts.
_WORTH: Final = (16, 7, 7, 6, 3, 3, 2)
# As a whole, at the beginning, or within another word.
_WHOLE, _BEGINNING, _WITHIN = 4, 3, 2
_LONGEST: Final = 60
_NEAR: Final = 0.75


class _Entry(NamedTuple):
    """An operation, and its words by where they are."""

    operation: Operation
    places: tuple[frozenset[str], ...]


def search(document: Document, operations: Iterable[Operation], words: str) -> tuple[Operation, ...]:
    """The operations that hold every one of the words, the best first; of those that are alike the ones with shorter names.

    A word counts as a whole, as the beginning of another or within one, in small and capital letters. One that no operation has stands
    for those of the document that are written nearly so.
    """
    entries = document.once("search", lambda: [_entry(document, one) for one in operations])
    wanted = [one[:_LONGEST] for one in _WORD.findall(words.lower())]
    if not wanted:
        return ()
    scores = [_scores(entries, word) for word in wanted]
    found = [
        (-sum(several), len(entry.places[0]), entry.operation)
        for entry, *several in zip(entries, *scores, strict=True)
        if all(several)
    ]
    return tuple(one[-1] for one in sorted(found, key=lambda one: one[:2]))


def _scores(entries: Sequence[_Entry], word: str) -> list[int]:
    """What a word counts for in each operation."""
    found = [_score(one.places, word) for one in entries]
    if any(found):
        return found
    near = _nearly(entries, word)
    return [max((_score(one.places, other) for other in near), default=0) for one in entries]


def _score(places: Sequence[frozenset[str]], word: str) -> int:
    return max(worth * _fit(words, word) for worth, words in zip(_WORTH, places, strict=True))


def _fit(words: frozenset[str], word: str) -> int:
    if word in words:
        return _WHOLE
    if any(one.startswith(word) for one in words):
        return _BEGINNING
    return _WITHIN if any(word in one for one in words) else 0


def _nearly(entries: Sequence[_Entry], word: str) -> list[str]:
    from difflib import get_close_matches  # noqa: PLC0415  # only for what is misspelt

    known = sorted({one for entry in entries for words in entry.places for one in words if len(one) <= _LONGEST})
    return get_close_matches(word, known, n=3, cutoff=_NEAR)


def _entry(document: Document, one: Operation) -> _Entry:
    arguments: list[str] = []
    with suppress(SpecError):
        arguments = [text for argument in one.arguments for text in (argument.name, argument.wire or "")]
    texts: tuple[Iterable[str], ...] = (
        (one.name, python_name(one.operation_id), one.operation_id),
        (one.path, one.method),
        (one.group or "", *one.tags),
        (one.summary,),
        arguments,
        [text for name in _references(document.at(one.pointer)) for text in (python_name(name), name)],
        (one.description,),
    )
    return _Entry(one, tuple(frozenset(_words(several)) for several in texts))


def _words(texts: Iterable[str]) -> Iterator[str]:
    """The words of texts, in small letters, those of `aiChat` too."""
    for text in texts:
        yield from _WORD.findall(text.lower())


def _references(node: Any) -> Iterator[str]:
    """The names at the ends of the references in what is written of an operation."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if is_object(here):
            reference = here.get("$ref")
            if isinstance(reference, str):
                yield reference.rpartition("/")[2]
            waiting += here.values()
        elif is_array(here):
            waiting += here
