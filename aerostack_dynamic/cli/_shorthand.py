"""Values in short: `name=text` and `name:=json`, with places within (`user.name=Ann`, `tags[]=new`, `messages[0].role=user`).

The same words mean the same as in HTTPie: `=` gives a text whatever it holds, `:=` gives JSON, `=@FILE` and `:=@FILE` a file's content.
A backslash takes a dot, a bracket, a colon or an equals sign as a part of a name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._values import UNSET, is_array, is_object, printable
from ._words import WordError, parsed_json

if TYPE_CHECKING:
    from collections.abc import Container

    from ._words import Inputs

_WORD: Final = re.compile(r"(?P<place>(?:\\.|[^\\=:\[]|\[[^\]]*\]|:(?!=))*)(?P<sign>:?=)(?P<text>.*)", re.DOTALL)
_STEP: Final = re.compile(r"\.?(?P<name>(?:\\.|[^\\.\[\]])+)|\[(?P<inner>[^\]]*)\]")
_OPEN: Final = re.compile(r"(?<!\\)\[[^\]]*$")
_INDEX: Final = re.compile(r"\d{1,9}", re.ASCII)
_ESCAPE: Final = re.compile(r"\\(.)")
_FORM: Final = "give NAME=TEXT or NAME:=JSON, such as user.name=Ann or tags[]:=7"


class Short(NamedTuple):
    """One word: the argument's name, the `steps` within its value (None is the place behind a list's last item), and the value."""

    name: str
    steps: tuple[str | int | None, ...]
    text: str
    json: bool


def read_short(word: str, known: Container[str]) -> Short:
    """What a word says; a name among those that are `known` may hold dots of its own. Raises WordError."""
    found = _WORD.fullmatch(word)
    if found is None or not found["place"]:
        switch = "; a switch takes no value: --NAME or --no-NAME" if word in ("true", "false") else ""
        if _OPEN.search(word):
            raise WordError(f"'{printable(word, 60)}' has a bracket that is not closed: {_FORM}")
        raise WordError(f"'{printable(word, 60)}' gives no value: {_FORM}{switch}")
    name, rest = _named(found["place"], known)
    return Short(name, _steps(rest, word), found["text"], found["sign"] == ":=")


def _named(place: str, known: Container[str]) -> tuple[str, str]:
    """The name that a place begins with, the longest that is known."""
    ends = [len(place), *(one.start() for one in reversed([*re.finditer(r"[.\[]", place)]))]
    for end in ends:
        if place[:end] in known:
            return place[:end], place[end:]
    first = _STEP.match(place)
    if first is None or first["name"] is None:
        raise WordError(f"'{printable(place, 60)}' begins with no name: {_FORM}")
    return _ESCAPE.sub(r"\1", first["name"]), place[first.end() :]


def _steps(rest: str, word: str) -> tuple[str | int | None, ...]:
    steps: list[str | int | None] = []
    at = 0
    while at < len(rest):
        found = _STEP.match(rest, at)
        if found is None or (found["name"] is not None and rest[at] != "."):
            raise WordError(f"'{printable(word, 60)}' names no place: {_FORM}")
        inner = found["inner"]
        if inner is None:
            steps.append(_ESCAPE.sub(r"\1", found["name"]))
        else:
            steps.append(None if not inner else int(inner) if _INDEX.fullmatch(inner) else inner)
        at = found.end()
    return tuple(steps)


def short_value(short: Short, inputs: Inputs) -> Any:
    """The value of a word. Raises WordError."""
    text = short.text
    named = inputs.content(text) if text.startswith("@") else None
    if named is not None:
        try:
            text = named[1].decode("utf-8-sig")
        except UnicodeDecodeError:
            raise WordError(f"{printable(named[0])} is no text in UTF-8") from None
    elif text.startswith("@@"):
        text = text[1:]
    return parsed_json(text) if short.json else text


def put(given: Any, steps: tuple[str | int | None, ...], value: Any) -> Any:
    """What was given, `UNSET` at first, with a value at a place within it. Raises WordError where another value is in the way."""
    if not steps:
        if given is not UNSET:
            raise WordError("given more than once")
        return value
    first, rest = steps[0], steps[1:]
    if isinstance(first, str):
        members: dict[str, Any] = {} if given is UNSET else given
        if not is_object(members):
            raise WordError(f"'{printable(first, 60)}' is no place in what is given besides, which is no object")
        return {**members, first: put(members.get(first, UNSET), rest, value)}
    items: list[Any] = [] if given is UNSET else given
    if not is_array(items):
        raise WordError(f"[{'' if first is None else first}] is no place in what is given besides, which is no list")
    index = len(items) if first is None else first
    if index > len(items):
        raise WordError(f"[{index}] comes before [{len(items)}] is given; [] is the place behind the last")
    return [*items[:index], put(items[index] if index < len(items) else UNSET, rest, value), *items[index + 1 :]]
