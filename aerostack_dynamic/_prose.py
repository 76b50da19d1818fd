"""Texts of documents for people: filled anew, without control or bidirectional characters (they could rewrite the screen) and without the
marks of HTML; what is long is cut, with `...` where it was. And a record in words.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any, Final

from ._phrases import literal, phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ._shape import Shape

WIDTH: Final = 92
LONGEST_NOTE: Final = 500
_LONGEST_TEXT: Final = 3000
_MOST_NAMES: Final = 12
_TAG: Final = re.compile(
    r"</?(?:a|b|body|br|code|div|dl|dt|dd|em|h[1-6]|html|i|important|li|note|ol|p|pre|span|strong|sub|sup|table|tbody|td|th|thead|tr|ul)"
    r"\b[^<>]{0,500}>",
    re.IGNORECASE,
)
# Lines that stand by themselves in Markdown: of lists, tables, headings, quotes and code.
_OWN_LINE: Final = re.compile(r"\s*(?:[-*+>|#`~]|\d+[.)])|\s{4}")


def untagged(text: str) -> str:
    """Text of a document in one line, without marks of HTML."""
    return " ".join(_TAG.sub(" ", text).split())


def clean(text: str) -> str:
    """Text of a document as a terminal may show it, in one line without marks of HTML."""
    return "".join(char if char.isprintable() else " " for char in _TAG.sub("", text)).strip()


def prose(text: str, limit: int = _LONGEST_TEXT, width: int = WIDTH) -> str:
    """Paragraphs of a document, filled anew; lines that mean something by themselves in Markdown stay lines."""
    text = text if len(text) <= limit else f"{text[:limit].rstrip()}..."
    parts: list[list[str]] = [[]]
    fenced = False
    for line in text.splitlines():
        fence = line.lstrip().startswith(("```", "~~~"))
        alone = fenced or fence or not line.strip() or _OWN_LINE.match(line)
        if alone or (parts[-1] and not parts[-1][-1].strip()) or _OWN_LINE.match(parts[-1][-1] if parts[-1] else ""):
            parts.append([])
        parts[-1].append(line)
        fenced ^= fence
    filled = (_filled(part, width) for part in parts if part)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(filled)).strip("\n")


def _filled(part: list[str], width: int) -> str:
    indent = part[0][: len(part[0]) - len(part[0].lstrip(" "))] if len(part) == 1 else ""
    text = clean(" ".join(part))
    hung = "  " if _OWN_LINE.match(text) else ""
    return textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent + hung, break_on_hyphens=False)


def entry(name: str, words: str, description: str, deprecated: bool, steps: int = 0) -> Iterator[str]:
    """A name with what it takes, and what it means below; it is to stand so many steps further in than others."""
    head = ": ".join(filter(None, (name, words)))
    yield from textwrap.wrap(head + (", deprecated" if deprecated else ""), WIDTH - 4 * (steps + 1), subsequent_indent="    ")
    yield from indented(prose(description, LONGEST_NOTE, WIDTH - 4 * (steps + 3)).splitlines())


def indented(lines: Iterable[str]) -> Iterator[str]:
    """The lines a step further in."""
    return (f"    {line}" if line else line for line in lines)


def section(title: str, lines: Iterator[str]) -> str:
    """Lines under a title; nothing where there are none."""
    told = [*indented(lines)]
    return "\n".join([f"{title}:", *told]) if told else ""


def describe_record(shape: Shape | None, values: Mapping[str, Any]) -> str:
    """The declared properties of a record with what they may be, and those it has besides."""
    names: Mapping[str, str] = shape.names if shape is not None else {}
    declared: Mapping[str, Shape] = shape.properties if shape is not None else {}
    lines = [
        line
        for python, wire in names.items()
        for line in entry(
            python + f" ({literal(wire)})" * (python != wire), phrase(declared[wire]), declared[wire].description, False
        )
    ]
    others = [literal(name) for name in values if name not in declared]
    more = f" and {len(others) - _MOST_NAMES} more" if len(others) > _MOST_NAMES else ""
    sections = [
        # Who shows a docstring takes away the indent that all lines after the first have.
        (prose(shape.description) if shape is not None else "") or ("An object of an answer." if lines else ""),
        section("Attributes", iter(lines)),
        f"Undeclared, by keys alone: {', '.join(others[:_MOST_NAMES])}{more}" if others else "",
    ]
    return "\n\n".join(filter(None, sections))
