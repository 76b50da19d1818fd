"""Path templates: which parameters fill them, and the query that some have (OpenAPI 3.2, sections 4.8.2 and 4.8.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ._late import pattern

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_VARIABLE: Final = pattern(r"\{([^{}]*)\}")
# A variable as RFC 6570 (section 2) or a server's router writes it: an operator, the name, and a modifier or a pattern.
_SPELT: Final = pattern(r"(?P<operator>[+#./;?&]?)(?P<name>[^*:]+?)\s*(?:\*|:.*)?", re.DOTALL)
# Splits before each mark, which stays with what follows it.
_ENDS: Final = pattern(r"(?=[?#&])")


class Piece(NamedTuple):
    """A part of a template: text as it is, or a variable by its name. `reserved` is RFC 6570's `{+name}`, which leaves slashes alone."""

    text: str
    variable: bool = False
    reserved: bool = False


class Template(NamedTuple):
    """A path template in pieces, and the pairs of the query that is written after it. A fragment is no part of a request."""

    path: tuple[Piece, ...]
    query: tuple[tuple[Piece, ...], ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables in their order, each once."""
        pieces = (piece for group in (self.path, *self.query) for piece in group)
        return tuple(dict.fromkeys(piece.text for piece in pieces if piece.variable))


def read_template(path: str, declared: Collection[str] = ()) -> Template:
    """The template of a Paths Object's key. A variable is called as it is written where `declared` has that name, else without what
    RFC 6570 or a router adds to it.
    """
    groups: list[list[Piece]] = [[]]
    for piece in _pieces(path, declared):
        if piece.variable:
            groups[-1].append(piece)
            continue
        for text in _ENDS.split(piece.text):
            mark, rest = (text[0], text[1:]) if text[:1] in ("?", "#", "&") and text else ("", text)
            if mark == "#":
                return _made(groups)
            if (mark == "?" and len(groups) == 1) or (mark == "&" and len(groups) > 1):
                groups.append([])
            else:
                rest = text
            groups[-1] += [Piece(rest)] if rest else []
    return _made(groups)


def _made(groups: list[list[Piece]]) -> Template:
    path, *query = groups
    return Template(tuple(path), tuple(tuple(pair) for pair in query if pair))


def _pieces(path: str, declared: Collection[str]) -> Iterator[Piece]:
    for index, text in enumerate(_VARIABLE.split(path)):
        if index % 2 == 0:
            yield Piece(text)
        elif text in declared:
            yield Piece(text, True)
        else:
            yield from _spelt(text)


def _spelt(text: str) -> Iterator[Piece]:
    found = _SPELT.fullmatch(text)
    if found is None:
        yield Piece(text, True) if text else Piece("{}")
    elif found["operator"] not in ("?", "&", "#"):
        # What those three stand before is in the query, whose parameters are declared, or in the fragment.
        yield from [Piece(found["operator"])] if found["operator"] in ("/", ".") else []
        yield Piece(found["name"].strip(), True, found["operator"] == "+")
