"""Texts of a document as source code. Whatever they hold, they stay within a string literal, and names are made of letters and digits.

A document may be anybody's, and what is written here runs where it is imported.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from .._names import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WIDTH: Final = 88
# A quotation mark beside another, or at the end of a line, where it could close what it stands in.
_CLOSING: Final = re.compile(r'"(?="|$)|(?<=")"')


def literal(value: str | float | None) -> str:
    """A value as a Python literal; a text in double quotes unless it holds such, in ASCII where it can't be shown."""
    if not isinstance(value, str):
        return repr(value)
    written = repr(value)
    if written[0] == "'" and '"' not in value:
        # Without quotation marks to escape, what stands between the apostrophes stands between quotation marks as well.
        written = f'"{written[1:-1]}"'
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in written)


def docstring(text: str, indent: str) -> list[str]:
    """The lines of a docstring, its first and its last line with their quotes."""
    lines = [_escaped(line) for line in text.strip().splitlines()]
    if not any(lines):
        return []
    if len(lines) == 1:
        return [f'{indent}"""{lines[0].strip()}"""']
    body = [f"{indent}{line}".rstrip() for line in lines[1:]]
    return [f'{indent}"""{lines[0].strip()}'.rstrip(), *body, f'{indent}"""']


def _escaped(line: str) -> str:
    """A line of a docstring: without control and bidirectional characters, and without an end of the literal that it stands in."""
    shown = "".join(char if char.isprintable() else " " for char in line).rstrip()
    return _CLOSING.sub(r'\\"', shown.replace("\\", "\\\\"))


def class_name(text: str) -> str:
    """A text as the name of a class: its words, each with a capital, after a letter of ASCII."""
    parts = words_of(text).split("_")
    joined = unicodedata.normalize("NFKC", "".join(part[:1].upper() + part[1:] for part in parts))
    name = joined if joined[:1].isascii() and joined[:1].isalpha() else f"X{joined}"
    return name if name.isidentifier() else f"X{sum(map(ord, text))}"


def can_be_key(wire: str) -> bool:
    """Whether a name can be a field in the body of a class as it is: an identifier that Python does not change, and no keyword."""
    plain = wire.isidentifier() and not keyword.iskeyword(wire) and unicodedata.normalize("NFKC", wire) == wire
    return plain and not wire.startswith("__")


class Names:
    """The names of a module, each given once."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {*taken, *keyword.kwlist}

    def new(self, wanted: str) -> str:
        """The name that is wanted, with a number where it is another's."""
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted}{number}", number + 1
        self._taken.add(name)
        return name


def bracketed(indent: str, head: str, items: list[str], tail: str) -> Iterator[str]:
    """`head`, items and `tail` in a line where they fit, else with an item a line."""
    line = f"{indent}{head}{', '.join(items)}{tail}"
    if len(line) <= WIDTH or not items:
        yield line
        return
    yield f"{indent}{head}"
    yield from (f"{indent}    {item}," if item != "*" else f"{indent}    *," for item in items)
    yield f"{indent}{tail}"
