"""YAML by the extra `yaml12`, for documents that its reader surely reads as `_yaml` says; all others, and those with a fault, are left.

That reader knows the core schema of YAML 1.2. It keeps the last of a key that occurs twice, writes aliases out without a bound, follows
blocks within blocks until the stack ends, and does not tell how a number was written. So:

- Left unread is what has tags, directives, tabs, explicit keys (`? a`), aliases, or what is no character of YAML 1.1: as far as
  the text can tell, so that a few others are left too.
- A key that occurs twice is found by counting. Each entry of an object has one colon, but for some in braces, and no text gains any when
  it is read. If the colons of the text are those in what was read and one for each key, and its opening braces those in what was read and
  one for each object that is empty, then no entry was lost.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from ._values import MAX_DEPTH, UNSET, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# What stands for itself stands behind white space, or behind what may stand directly before a value.
_MARK: Final = rb"%s(?<![^\s\[{,:?-]%s)"
# White space of Unicode that is none of YAML, by first bytes; and those bytes that follow them.
_BLANKS: Final = (
    (b"\xc2", rb"\xa0"),
    (b"\xe1", rb"\x9a\x80"),
    (b"\xe2", rb"(?:\x80[\x80-\x8a\xaf]|\x81\x9f)"),
    (b"\xe3", rb"\x80\x80"),
)
_BLANK_REST: Final = rb"(?: |" + b"|".join(first + rest for first, rest in _BLANKS) + rb")*(?:[\r\n,\]}:#]|\Z)"
_BLOCK: Final = rb"[-+]?(?:[1-9]| *(?:#[^\r\n]*)?(?:\r\n|\n|\r(?!\n))(?: *[\r\n]|\Z))"
# Each with the bytes that it begins with, which are looked for first.
_LEFT: Final = tuple(
    (first, re.compile(one))
    for first, one in (
        (b"!", _MARK % (b"!", b"!")),  # a tag
        (b"?", _MARK % (rb"\?", rb"\?") + rb"(?=[\s,\[\]{}]|\Z)"),  # an explicit key
        # An anchor whose name is none of YAML 1.1; `&amp;` within a text is no such.
        (b"&", rb"&(?:(?<![^\r\n\[{,:?-]&)|(?<= &)(?<![^\s\[{,:?-] &))(?![\w-]+[\s,\]}]|\s)"),
        (b"%", rb"%(?<![^\n\r]%)"),  # a directive
        (b"\\", rb"\\(?:x(?:3[aA]|7[bB])|u00(?:3[aA]|7[bB])|U000000(?:3[aA]|7[bB]))"),  # a colon or brace that the text hides
        (b"0", rb"0[xo](?:[+-]|[0-9a-fA-F]{15})"),  # no integer, or one that 64 bits may not hold
        (b"+", rb"\+[+-][0-9]"),  # no integer
        # Blocks that say how far they are indented, or begin with an empty line; and what begins as a block where none can be.
        *((one, _MARK % (rb"\%s" % one, rb"\%s" % one) + _BLOCK) for one in (b"|", b">")),
        (b"[", rb"\[(?:[^\[\]]*:)?\s*[|>:?]"),
        (b",", rb",(?:(?<=:,)|\s*[|>:?])"),
        (b"]", rb"\](?<=:\])"),
        # Breaks of lines in YAML 1.1 alone, what is no character there, and texts of what is no white space there.
        (b"\xc2", rb"\xc2[\x80-\x9f]"),
        (b"\xe2\x80", rb"\xe2\x80[\xa8\xa9]"),
        (b"\xef", rb"\xef(?:\xbb\xbf|\xbf[\xbe\xbf])"),
        *((first, _MARK % (first, first) + rest + _BLANK_REST) for first, rest in _BLANKS),
    )
)
_RARE: Final = 200
# The end of a document that may not have begun.
_COMMENTED: Final = re.compile(rb"\s*[#.]")
_ENDED: Final = re.compile(rb"\.\.\.(?<![^\r\n]\.\.\.)")
_CONTROLS: Final = bytes({*range(32), 127} - {*b"\n\r"})
_DASHES: Final = bytes.maketrans(b"-", b" ")
# Indentation, dashes of arrays within arrays included, which is one column a level at least: the stack of any thread is for as many.
_DEEP: Final = b" " * 200
_ANCHOR: Final = re.compile(rb"&([^\s,\[\]{}]+)")
_ALIAS: Final = re.compile(rb"\*([^\s,\[\]{}]+)")
# A key that is an integer, written otherwise than JSON writes it.
_ODD_KEY: Final = re.compile(rb"(?:^|[\s\[{,?-])(?:\+|-?0[0-9xo]|-0)[0-9a-fA-F]* *:(?=[\s,\[\]{}]|\Z)", re.MULTILINE)
_BEYOND_INTEGERS: Final = 2.0**63


class _UnsureError(Exception):
    """The document may be read otherwise."""


def _reader() -> Callable[..., Any] | None:
    try:
        reader: Callable[..., Any] = import_module("yaml12").parse_yaml
    except ImportError:
        return None
    return reader


def read_quickly(content: bytes, most_nodes: int) -> Any:
    """The one document in `content`, UTF-8; UNSET where the extra is not installed, or what stands there is for another to tell."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    reader = _reader()
    if reader is None or _is_left(content, most_nodes):
        return UNSET
    try:
        documents = reader(content.decode(), multi=True)
        return _checked(documents, content) if len(documents) == 1 and type(documents[0]) in (dict, list) else UNSET
    except (ValueError, _UnsureError):
        return UNSET


def _is_left(content: bytes, most_nodes: int) -> bool:
    plain = content.translate(_DASHES, _CONTROLS)
    return (
        # A value has a byte of its own at least.
        (len(content) >= most_nodes and _may_be_over(content, most_nodes))
        or len(plain) < len(content)
        or (_COMMENTED.match(content) is not None and _ENDED.search(content) is not None)
        or not content.endswith(b"\n")  # a block that is not ended has none
        or _DEEP in plain
        or any(_has(first, one, content) for first, one in _LEFT)
        or (b"&" in content and not {*_ANCHOR.findall(content)}.isdisjoint(_ALIAS.findall(content)))
    )


def _has(first: bytes, one: re.Pattern[bytes], content: bytes) -> bool:
    """Whether a text has what begins with `first`. Where that is rare, to go from one to the next is many times as fast as a search."""
    at = content.find(first)
    for _ in range(_RARE):
        if at < 0 or one.match(content, at):
            return at >= 0
        at = content.find(first, at + 1)
    return one.search(content, at) is not None if at >= 0 else False


def _may_be_over(content: bytes, most_nodes: int) -> bool:
    """Whether a text may have more values: each but the first needs one of these marks, of which an entry's stands for two."""
    return 1 + 2 * (len(content) - len(content.translate(None, b":-,["))) > most_nodes


def _checked(documents: list[Any], content: bytes) -> Any:
    """The value of the one document, its keys made strings. Raises _UnsureError."""
    texts: list[str] = []
    entries = empty = depth = 0
    numbered = False
    level: list[Any] = [documents]
    while level:
        inner: list[Any] = []
        for node in level:
            values: Iterable[Any] = node
            if is_object(node):
                values = node.values()
                try:
                    texts.append("".join(node))
                except TypeError:
                    texts.append("".join(_named(node)))
                    numbered = True
                entries += len(node)
                empty += not node
            for value in values:
                kind = type(value)  # pyright: ignore[reportUnknownVariableType]  # any type, as of any value
                if kind is str:
                    texts.append(value)
                elif kind is dict or kind is list:
                    inner.append(value)
                elif not (kind is int or kind is bool or value is None):
                    _check_number(value)
        level, depth = inner, depth + 1
    read = "".join(texts)
    # The list of documents is a level too.
    if (
        depth > MAX_DEPTH + 1
        or entries + read.count(":") != content.count(b":")
        or empty + read.count("{") != content.count(b"{")
        or (numbered and _ODD_KEY.search(content))
    ):
        raise _UnsureError
    return documents[0]


def _check_number(value: object) -> None:
    # An integer that 64 bits can't hold is a float there.
    if not (type(value) is float and abs(value) < _BEYOND_INTEGERS):
        raise _UnsureError


def _named(node: dict[Any, Any]) -> dict[str, Any]:
    """An object whose keys were made strings. Raises _UnsureError for those that are no integers."""
    if not {*map(type, node)} <= {int, str}:
        raise _UnsureError
    entries = [(str(key), value) for key, value in node.items()]
    node.clear()
    node.update(entries)
    return node
