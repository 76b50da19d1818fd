"""Texts that match a pattern (ECMA-262, section 22.2) and have a length: the pattern is read, and for each part the lengths it can have
are known before a character is chosen.

What is read is what an engine of linear time takes: no back references. Groups that look around, and edges inside a pattern (`\\b`, and
`^` or `$` where they are not at an end), are not planned for, so what is written is to be checked.
"""

# Libraries that do this (exrex, rstr, sre_yield) read patterns as Python's `re` does, by a parser of Python's that is not public and
# changes with its versions, know none of ECMA-262's own, and choose a length blindly.
from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from .._schema_common import matcher
from ._ranges import DIGITS, LINE_ENDS, PREFERRED, PROPERTIES, SPACES, WORDS, inverted, overlap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ._dice import Dice
    from ._ranges import Ranges

_UNLIMITED: Final = 1 << 30
# Counts of repetitions of what is no single character, beyond which none are planned.
_MOST_COUNTS: Final = 300
_NAMED: Final = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0, "a": 7}.items()
_CLASSES: Final = (("d", DIGITS), ("w", WORDS), ("s", SPACES))


class _Chars(NamedTuple):
    ranges: Ranges


class _Edge(NamedTuple):
    mark: str


class _Repeat(NamedTuple):
    part: _Node
    least: int
    most: int


class _Several(NamedTuple):
    parts: tuple[_Node, ...]


class _Either(NamedTuple):
    options: tuple[_Node, ...]


_Node: TypeAlias = "_Chars | _Edge | _Repeat | _Several | _Either"


class _Unread(ValueError):
    """That a pattern holds what is not read here."""


class _Reader:
    """The reading of one pattern, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def all(self) -> _Node:
        """The whole of it."""
        found = self._either()
        if self._at < len(self._text):
            raise _Unread(self._text)
        return found

    def _peek(self, several: str) -> bool:
        return self._at < len(self._text) and self._text[self._at] in several

    def _take(self) -> str:
        if self._at >= len(self._text):
            raise _Unread(self._text)
        self._at += 1
        return self._text[self._at - 1]

    def _either(self) -> _Node:
        options = [self._sequence()]
        while self._peek("|"):
            self._at += 1
            options.append(self._sequence())
        return options[0] if len(options) == 1 else _Either(tuple(options))

    def _sequence(self) -> _Node:
        parts: list[_Node] = []
        while self._at < len(self._text) and not self._peek("|)"):
            parts.append(self._repeated(self._atom()))
        return _Several(tuple(parts))

    def _repeated(self, part: _Node) -> _Node:
        while self._peek("*+?{"):
            mark = self._take()
            counts = {"*": (0, _UNLIMITED), "+": (1, _UNLIMITED), "?": (0, 1)}.get(mark) or self._counts()
            if counts is None:
                self._at -= 1
                return part
            part = _Repeat(part, *counts)
            if self._peek("?"):
                self._at += 1
        return part

    def _counts(self) -> tuple[int, int] | None:
        """What stands between braces; None where they are meant as characters."""
        inner, end, _ = self._text[self._at :].partition("}")
        least, comma, most = inner.partition(",")
        if not end or not least.isdecimal() or (most and not most.isdecimal()):
            return None
        self._at += len(inner) + 1
        return int(least), (int(most) if most else _UNLIMITED) if comma else int(least)

    def _atom(self) -> _Node:
        char = self._take()
        if char in "^$":
            return _Edge(char)
        if char == "(":
            return self._group()
        if char == "[":
            return _Chars(self._class())
        if char == ".":
            return _Chars(inverted(LINE_ENDS))
        if char != "\\":
            return _Chars(((ord(char), ord(char)),))
        if self._peek("bBAzZ"):
            return _Edge(self._take())
        return _Chars(self._escaped())

    def _group(self) -> _Node:
        if self._look():
            return _Several(())
        if self._peek("?"):
            self._at += 1
            if self._peek("P<"):
                while self._take() != ">":
                    pass
            elif not (flags := self._flags()):
                return _Several(())
            elif flags == ")":
                raise _Unread(self._text)
        found = self._either()
        if self._take() != ")":
            raise _Unread(self._text)
        return found

    def ahead(self) -> list[tuple[bool, str]]:
        """What must or must not follow where the pattern begins, each as a pattern; the reading goes on behind."""
        self._at += self._peek("^")
        found: list[tuple[bool, str]] = []
        while self._text.startswith(("(?=", "(?!"), self._at):
            start = self._at + 3
            self._at += 1
            self._look()
            found.append((self._text[start - 1] == "=", self._text[start : self._at - 1]))
        return found

    def rest(self) -> str:
        """What is not read yet."""
        return self._text[self._at :]

    def _look(self) -> bool:
        """Whether a group looks around; what is in it takes no part of the text."""
        mark = next((one for one in ("?=", "?!", "?<=", "?<!") if self._text.startswith(one, self._at)), "")
        if mark:
            self._at += len(mark)
            self._either()
            if self._take() != ")":
                raise _Unread(self._text)
        return bool(mark)

    def _flags(self) -> bool | str:
        """Whether a group follows behind its flags; where it does not, they are for all that follows. `)` where none can be read."""
        while self._peek("imsux-U"):
            self._at += 1
        end = self._take()
        return ")" if end not in ":)" else end == ":"

    def _escaped(self) -> Ranges:
        char = self._take()
        for name, ranges in _CLASSES:
            if char in (name, name.upper()):
                return ranges if char == name else inverted(ranges)
        if char in "pP":
            named = self._property()
            return named if char == "p" else inverted(named)
        code = self._code(char)
        return ((code, code),)

    def _code(self, char: str) -> int:
        """The character that an escape names."""
        for name, code in _NAMED:
            if char == name:
                return code
        if char == "c" and self._peek("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"):
            return ord(self._take()) % 32
        if char not in "xu":
            return ord(char)
        if self._peek("{"):
            inner = self._text[self._at + 1 :].partition("}")[0]
            self._at += len(inner) + 2
        else:
            inner = self._text[self._at : self._at + (2 if char == "x" else 4)]
            self._at += len(inner)
        try:
            return int(inner, 16)
        except ValueError:
            raise _Unread(self._text) from None

    def _property(self) -> Ranges:
        if self._peek("{"):
            inner = self._text[self._at + 1 :].partition("}")[0]
            self._at += len(inner) + 2
        else:
            inner = self._take()
        found = PROPERTIES.get(inner.rpartition("=")[2])
        if found is None:
            raise _Unread(self._text)
        return found

    def _class(self) -> Ranges:
        negated = self._peek("^")
        self._at += negated
        ranges: list[tuple[int, int]] = []
        while not self._peek("]"):
            ranges += self._member()
        self._at += 1
        return inverted(ranges) if negated else tuple(ranges)

    def _member(self) -> Ranges:
        first = self._single()
        if len(first) == 1 and first[0][0] == first[0][1] and self._peek("-") and self._text[self._at + 1 : self._at + 2] != "]":
            self._at += 1
            last = self._single()
            return ((first[0][0], last[0][1]),)
        return first

    def _single(self) -> Ranges:
        char = self._take()
        if char == "\\":
            if self._peek("b"):
                self._at += 1
                return ((8, 8),)
            return self._escaped()
        return ((ord(char), ord(char)),)


@lru_cache(maxsize=512)
def _read(pattern: str) -> _Node | None:
    """A pattern as it is read, or None. What it doesn't hold to an end of the text may have other text before it, or behind."""
    try:
        found = _Reader(pattern).all()
    except (_Unread, RecursionError):
        return None
    return found


@lru_cache(maxsize=512)
def looking(pattern: str) -> Callable[[str], bool] | None:
    """Whether a text matches a pattern that begins with what must or must not follow, each part on the linear-time engine.

    None for a pattern that does not begin so. What no part of that engine can express is not looked at.
    """
    reader = _Reader(pattern)
    try:
        several = reader.ahead()
    except (_Unread, RecursionError):
        return None
    wanted = [(must, matcher(f"^(?:{inner})")) for must, inner in several]
    wanted.append((True, matcher(("^" if pattern.startswith("^") else "") + reader.rest())))
    return (lambda text: all(found is None or found(text) is must for must, found in wanted)) if several else None


def _padded(node: _Node) -> _Node:
    """The same with other text at the ends that are not marked."""
    options = node.options if isinstance(node, _Either) else (node,)
    around = _Repeat(_Chars(((0x61, 0x7A),)), 0, _UNLIMITED)
    made: list[_Node] = []
    for one in options:
        parts = one.parts if isinstance(one, _Several) else (one,)
        ends = [isinstance(parts[index], _Edge) if parts else False for index in (0, -1)]
        made.append(_Several((*(() if ends[0] else (around,)), *parts, *(() if ends[1] else (around,)))))
    return _Either(tuple(made))


def _sum(one: int, other: int, within: int) -> int:
    """The lengths that two parts have together, each set of lengths as the bits of a number."""
    if one.bit_count() > other.bit_count():
        one, other = other, one
    found = 0
    while one:
        low = one & -one
        found |= other << (low.bit_length() - 1)
        one ^= low
    return found & within


class _Writer:
    """Writes texts of up to `most` characters. `wild` takes any printable characters, where it else prefers letters."""

    def __init__(self, most: int, dice: Dice, wild: bool) -> None:
        self._within = (1 << (most + 1)) - 1
        self._most = most
        self._dice = dice
        self._wild = wild
        self._known: dict[int, tuple[int, ...]] = {}

    def lengths(self, node: _Node) -> int:
        """The lengths that a part can have, as bits."""
        return self._plan(node)[0]

    def _plan(self, node: _Node) -> tuple[int, ...]:
        """The lengths of a part; behind them what it takes to choose among them."""
        found = self._known.get(id(node))
        if found is None:
            found = self._known[id(node)] = self._planned(node)
        return found

    def _planned(self, node: _Node) -> tuple[int, ...]:
        match node:
            case _Edge():
                return (1,)
            case _Chars(ranges):
                return (2 & self._within if ranges else 0,)
            case _Either(options):
                found = 0
                for one in options:
                    found |= self.lengths(one)
                return (found,)
            case _Several(parts):
                rest = [1]
                for one in reversed(parts):
                    rest.append(_sum(self.lengths(one), rest[-1], self._within))
                return tuple(reversed(rest))
            case _Repeat():
                return self._repeats(node)

    def _repeats(self, node: _Repeat) -> tuple[int, ...]:
        if isinstance(node.part, _Chars):
            most = min(node.most, self._most) if node.part.ranges else 0
            return (((1 << (most + 1)) - 1) >> node.least << node.least,)
        one, powers = self.lengths(node.part), [1]
        while len(powers) <= min(node.most, _MOST_COUNTS, max(self._most, node.least)) and powers[-1]:
            powers.append(_sum(one, powers[-1], self._within))
        found = 0
        for power in powers[node.least : node.most + 1]:
            found |= power
        return (found, *powers)

    def write(self, node: _Node, length: int) -> str:
        """A text of a length that the part can have."""
        match node:
            case _Edge():
                return ""
            case _Chars(ranges):
                return self._char(ranges)
            case _Either(options):
                return self.write(self._dice.pick([one for one in options if self.lengths(one) >> length & 1]), length)
            case _Several(parts):
                return self._sequence(parts, self._plan(node)[1:], length)
            case _Repeat(part, least, most):
                if isinstance(part, _Chars):
                    return "".join(self._char(part.ranges) for _ in range(length))
                powers = self._plan(node)[1:]
                count = self._dice.pick(
                    [number for number in range(least, min(most + 1, len(powers))) if powers[number] >> length & 1]
                )
                return self._sequence([part] * count, powers[:count][::-1], length)

    def _sequence(self, parts: Sequence[_Node], rest: Sequence[int], length: int) -> str:
        """Several parts, of which those behind each can have the lengths in `rest`."""
        written: list[str] = []
        for part, behind in zip(parts, rest, strict=True):
            own = self.lengths(part)
            fitting = [one for one in range(length + 1) if own >> one & 1 and behind >> (length - one) & 1]
            chosen = self._dice.pick(fitting[:6])
            written.append(self.write(part, chosen))
            length -= chosen
        return "".join(written)

    def _char(self, ranges: Ranges) -> str:
        for wanted in PREFERRED[-2:] if self._wild else PREFERRED:
            if found := overlap(ranges, wanted):
                low, high = self._dice.pick(found)
                return chr(self._dice.between(low, high))
        low, high = self._dice.pick(ranges)
        return chr(self._dice.between(low, high))


def text_matching(pattern: str, dice: Dice, least: int = 0, most: int | None = None, *, wild: bool = False) -> str | None:
    """A text of `least` to `most` characters that a pattern is likely to match; None where none is found.

    Without `most`, and where that is far, it is about as long as it must be.
    """
    node = _read(pattern)
    if node is None or (most is not None and most < least):
        return None
    for one, span in ((node, 64), (_padded(node), 64), (node, 1000)):
        limit = least + span if most is None else min(most, least + span)
        writer = _Writer(limit, dice, wild)
        found = writer.lengths(one) >> least << least
        if found:
            lengths = [length for length in range(least, limit + 1) if found >> length & 1]
            return writer.write(one, dice.pick(lengths[:8]))
    return None
