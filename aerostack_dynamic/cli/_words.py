"""Values out of words: what the command line holds as text is read by the schema of what it is for.

Where a schema wants a text alone, a word is that text. Everything else is JSON: objects, arrays, numbers, `true`, `false` and `null`; where
a text may stand as well, a word that is no JSON is one. `@FILE` is the content of a file and `-` that of standard input: text where a
text is wanted, else JSON or YAML; `@@` begins a word that has one `@`. A file to be sent is named by its path.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .._codec import UndecodableError, decode_json
from .._encoded import as_text, encoding_of
from .._errors import SpecError
from .._typed import is_list, named_types
from .._values import is_array, printable, shown
from ._common import UNREADABLE
from ._terminal import is_terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._shape import Shape

STDIN: Final = "-"
_STRUCTURES: Final = frozenset({"array", "object"})
_TEXT: Final = frozenset({"string"})
_BROKEN_LIST: Final = re.compile(r'\[\s*["\[{]')
_YAML: Final = (".yaml", ".yml")


class WordError(ValueError):
    """A word that can't be read as what it is for; the text says why, and `rule` of which kind of problem it is."""

    rule = "word"


class UnreadableError(WordError):
    """A word that names a file which can't be read."""

    rule = UNREADABLE


class Stdin:
    """Standard input as a file to be sent, which has no name."""

    def __str__(self) -> str:
        return "standard input"

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        return sys.stdin.buffer.read(size)


class Inputs:
    """Where the words of one command come from besides the command line: files, and standard input, which is read once."""

    def __init__(self, *, taken: bool = False) -> None:
        self._taken = taken

    def file(self, word: str) -> Any:
        """What is sent as a file: a path, or standard input. Raises WordError."""
        if word == STDIN:
            self._take()
            return Stdin()
        path = Path(word[1:] if word.startswith("@") else word).expanduser()
        if path.is_file():
            return path
        raise UnreadableError(
            f"{printable(str(path))} is {'no file' if path.exists() else 'not there'}; give the path of the file to send"
        )

    def content(self, word: str) -> tuple[str, bytes] | None:
        """The name and the content of the file that a word names; None for a word that names none. Raises WordError."""
        if word == STDIN:
            self._take()
            if is_terminal(sys.stdin):
                print("reading standard input, to its end: Ctrl-D, on Windows Ctrl-Z and Enter", file=sys.stderr)
            return "standard input", sys.stdin.buffer.read()
        if not word.startswith("@") or word.startswith("@@"):
            return None
        if word == "@":
            raise WordError("@ names no file; a text that begins with @ is written @@")
        try:
            return word[1:], Path(word[1:]).expanduser().read_bytes()
        except (OSError, ValueError, RuntimeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise UnreadableError(
                f"{printable(word[1:])} can't be read: {reason}; a text that begins with @ is written @@"
            ) from None

    def _take(self) -> None:
        if self._taken:
            raise WordError("standard input is read for another value already, or for a secret")
        if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]  # so it is where the process was started without one
            raise WordError("standard input is closed")
        self._taken = True


def value_of(words: Sequence[str], shape: Shape | None, inputs: Inputs) -> Any:
    """The value that the words given for one argument make: several are the items of an array. Raises WordError."""
    if not _takes_array(shape):
        if len(words) > 1:
            raise WordError("given more than once, and it takes one value")
        return _single(words[0], shape, inputs)
    if len(words) == 1:
        whole = _whole(words[0], shape, inputs)
        return whole if whole is None or is_array(whole) or not is_list(shape) else [whole]
    items = shape.items if shape else None
    return [_single(word, items, inputs) for word in words]


def looks_broken(words: Sequence[str], value: Any, shape: Shape | None) -> bool:
    """Whether a word that stays a text begins as JSON does, where JSON is read."""
    word = words[0].lstrip()
    if is_array(value):  # a text in it may well begin with a bracket
        return _BROKEN_LIST.match(word) is not None and [*value] == [words[0]]
    return word.startswith(("{", "[")) and value == words[0] and not _is_text(shape)


def _takes_array(shape: Shape | None) -> bool:
    return shape is not None and ("array" in named_types(shape) or is_list(shape))


def _whole(word: str, shape: Shape | None, inputs: Inputs) -> Any:
    """The value of one word for an array: the array itself, or one item of it."""
    items = shape.items if shape else None
    named = inputs.content(word)
    if named is not None:
        name, content = named
        if _is_text(items) and not (content.lstrip().startswith(b"[") or name.endswith(_YAML)):
            return _text(name, content, items)
        return _parsed(name, content)
    text = _unescaped(word)
    if text.lstrip().startswith("[") or (text == "null" and "null" in named_types(shape)):
        try:
            return decode_json(text.encode())
        except UndecodableError as error:
            if not _is_text(items):
                raise _no_json(error) from None
    if shape is not None and not is_list(shape):
        return _of_text(text, shape)
    return _of_text(text, items)


def _single(word: str, shape: Shape | None, inputs: Inputs) -> Any:
    named = inputs.content(word)
    if named is None:
        return _of_text(_unescaped(word), shape)
    return _text(*named, shape) if _is_text(shape) else _parsed(*named)


def _unescaped(word: str) -> str:
    return word[1:] if word.startswith("@@") else word


def _is_text(shape: Shape | None) -> bool:
    """Whether a schema wants a text, and nothing else but null."""
    return named_types(shape) - {"null"} == _TEXT


def _of_text(text: str, shape: Shape | None) -> Any:
    """The value that a text writes. One that should be a number or a boolean and is not stays a text, of which the check tells."""
    types = named_types(shape)
    if _is_text(shape):
        return None if text == "null" and "null" in types else text
    try:
        return decode_json(text.encode())
    except UndecodableError as error:
        if types & _STRUCTURES and "string" not in types:
            raise _no_json(error) from None
        return text


def _no_json(error: UndecodableError) -> WordError:
    return WordError(f"{_of_json(error)}; give it in JSON, in quotes that keep it whole, or as @FILE")


def _of_json(error: UndecodableError) -> str:
    """What is wrong with a JSON text, which is no body here."""
    return shown(str(error).removeprefix("the body "))


def _text(name: str, content: bytes, shape: Shape | None) -> str:
    encoded = as_text(content, shape) if encoding_of(shape) else None
    if encoded is not None:
        return str(encoded)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WordError(f"{printable(name)} is no text in UTF-8") from None


def _parsed(name: str, content: bytes) -> Any:
    """A file in JSON, or in YAML where its name or its content says so."""
    try:
        return decode_json(content)
    except UndecodableError as error:
        if name.endswith(".json"):
            raise WordError(f"{printable(name)} {_of_json(error)}") from None
    from .._yaml import parse_yaml  # noqa: PLC0415  # PyYAML is imported for YAML

    try:
        return parse_yaml(content)
    except SpecError as error:
        raise WordError(f"{printable(name)} is neither JSON nor YAML: {shown(str(error))}") from None


def parsed_json(text: str) -> Any:
    """The value of a JSON text. Raises WordError."""
    try:
        return decode_json(text.encode())
    except UndecodableError as error:
        raise _no_json(error) from None
