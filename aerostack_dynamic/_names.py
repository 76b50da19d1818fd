"""From wire names to Python names: one rule, deterministic, never shadowing what the reserved sets hold. docs/naming.md has it in words."""

from __future__ import annotations

import keyword
import re
import unicodedata
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

# Written out rather than read from `builtins`, so that a name does not depend on the Python version.
BUILTINS: Final = frozenset(
    [
        "abs",
        "aiter",
        "all",
        "anext",
        "any",
        "ascii",
        "bin",
        "bool",
        "breakpoint",
        "bytearray",
        "bytes",
        "callable",
        "chr",
        "classmethod",
        "compile",
        "complex",
        "copyright",
        "credits",
        "delattr",
        "dict",
        "dir",
        "divmod",
        "enumerate",
        "eval",
        "exec",
        "exit",
        "filter",
        "float",
        "format",
        "frozenset",
        "getattr",
        "globals",
        "hasattr",
        "hash",
        "help",
        "hex",
        "id",
        "input",
        "int",
        "isinstance",
        "issubclass",
        "iter",
        "len",
        "license",
        "list",
        "locals",
        "map",
        "max",
        "memoryview",
        "min",
        "next",
        "object",
        "oct",
        "open",
        "ord",
        "pow",
        "print",
        "property",
        "quit",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "setattr",
        "slice",
        "sorted",
        "staticmethod",
        "str",
        "sum",
        "super",
        "tuple",
        "type",
        "vars",
        "zip",
    ]
)

# Where a word begins: at a capital after a small letter or a digit, and at the last capital of an acronym that a small letter follows.
# An acronym keeps its plural (`VPCs`), its version (`IPv4`) and a lone small letter before it (`iOS`, `mTLS`).
_WORD_START: Final = re.compile(
    r"""(?=[A-Z])(?: (?<=[0-9]) | (?<=[a-z])(?:(?![A-Z]{2}) | (?<=[A-Za-z0-9][a-z]))
    | (?<=[A-Z])(?=[A-Z](?!s(?![a-z])|v[0-9])[a-z])(?!(?<=O)(?<![A-Z]O)Auth) )""",
    re.VERBOSE,
)
_OTHER: Final = re.compile(r"[^a-z0-9]+")
_SYMBOLS: Final = MappingProxyType(
    {
        " ": "space",
        "!": "exclamation",
        '"': "quote",
        "#": "hash",
        "$": "dollar",
        "%": "percent",
        "&": "ampersand",
        "'": "apostrophe",
        "(": "open_parenthesis",
        ")": "close_parenthesis",
        "*": "star",
        "+": "plus",
        ",": "comma",
        "-": "dash",
        ".": "dot",
        "/": "slash",
        ":": "colon",
        ";": "semicolon",
        "<": "less",
        "=": "equals",
        ">": "greater",
        "?": "question",
        "@": "at",
        "[": "open_bracket",
        "\\": "backslash",
        "]": "close_bracket",
        "^": "caret",
        "`": "backtick",
        "{": "open_brace",
        "|": "pipe",
        "}": "close_brace",
        "~": "tilde",
    }
)
_MOST_SPELT: Final = 40


def snake_case(wire: str) -> str:
    """`wire` as a Python identifier: `aiChat` -> `ai_chat`, `getHTTPStatus` -> `get_http_status`, `3d` -> `x3d`, `+1` -> `plus_1`.

    Words part at case changes and at every character that no identifier may hold. Leading and trailing underscores go: names
    that start with one are the package's own. Without a letter, symbols are spelt out.
    """
    text = words_of(wire)
    return text if text.isidentifier() else unicodedata.normalize("NFKC", f"x{text}")


def words_of(wire: str) -> str:
    """The words of `wire` in small letters with underscores between, to stand within an identifier."""
    words = _ascii_words(wire) if wire.isascii() else _wide_words(_compatible(wire))
    return words if words[:1].isalpha() or any(map(str.isalpha, words)) else spelt_out(wire)


def _compatible(wire: str) -> str:
    """`wire` as identifiers are compared, in NFKC, without the variation selectors, which show nothing."""
    return "".join(char for char in unicodedata.normalize("NFKC", wire) if not "\ufe00" <= char <= "\ufe0f")


def _ascii_words(text: str) -> str:
    if not text.islower():
        text = _WORD_START.sub("_", text).lower()
    return text if text.isalnum() else _OTHER.sub("_", text).strip("_")


def _wide_words(text: str) -> str:
    """The words of a text in NFKC: capitals are those of all scripts, and an identifier holds what Python lets it."""
    plain = "".join(char if char.isascii() else "E" if char.isupper() else "e" if char.islower() else "_" for char in text)
    starts = [0, *(found.start() for found in _WORD_START.finditer(plain)), len(text)]
    parted = "_".join(text[start:end] for start, end in pairwise(starts))
    kept = "".join(char if _continues(char) else "_" for char in unicodedata.normalize("NFKC", parted.lower()))
    return "_".join(filter(None, kept.split("_")))


def _continues(char: str) -> bool:
    return f"x{char}".isidentifier()


def spelt_out(wire: str) -> str:
    """`wire` with its symbols as words: `a<` -> `a_less`, `[]` -> `open_bracket_close_bracket`, `_id` -> `underscore_id`.

    A character without a word of its own goes by its name in Unicode, or by its number. No more than the first 40 are spelt out.
    """
    text = _compatible(wire)
    inner = len(text) - len(text.lstrip("_")), len(text.rstrip("_"))
    words: list[str] = []
    spelt = 0
    for index, char in enumerate(text):
        if _continues(char) and (char != "_" or inner[0] <= index < inner[1]):
            words.append(char)
        elif spelt < _MOST_SPELT:
            spelt += 1
            words.append(f" {_word_for(char, index == 0 and text[1:2].isdigit())} ")
    return _wide_words("".join(words)) or "empty"


def _word_for(symbol: str, is_sign: bool) -> str:
    if symbol in "_-":
        return "underscore" if symbol == "_" else "minus" if is_sign else "dash"
    return _SYMBOLS.get(symbol) or unicodedata.name(symbol, f"u{ord(symbol):04x}").lower()


def python_name(wire: str, reserved: Collection[str] = ()) -> str:
    """`snake_case(wire)`, with a trailing underscore when that is a keyword or in `reserved`."""
    return unreserved(snake_case(wire), reserved)


def unreserved(name: str, reserved: Collection[str] = ()) -> str:
    """`name`, with a trailing underscore when it is a keyword or in `reserved`."""
    return f"{name}_" if keyword.iskeyword(name) or name in reserved else name


def assign_names(wires: Iterable[str], reserved: Collection[str] = ()) -> dict[str, str]:
    """Python name -> wire name, for names that share one scope.

    Of wire names with the same Python name the one that is spelt like it keeps it, else the first. Each of the others goes by its
    wire name where Python can write that, else with its symbols spelt out, and where that is taken too with a number after it.
    """
    sharing: dict[str, list[str]] = {}
    for wire in dict.fromkeys(wires):
        sharing.setdefault(python_name(wire, reserved), []).append(wire)
    names = {name: next((one for one in (name, name.rstrip("_")) if one in group), group[0]) for name, group in sharing.items()}
    for name, group in sharing.items():
        for wire in group:
            if wire == names[name]:
                continue
            other = wire if _is_writable(wire, reserved) else python_name(spelt_out(wire), reserved)
            number = 2
            while other in names:
                other = f"{name.rstrip('_')}_{number}"
                number += 1
            names[other] = wire
    return names


def _is_writable(wire: str, reserved: Collection[str]) -> bool:
    """Whether a wire name can stand in Python code as it is, and is nobody's own."""
    if not wire.isidentifier() or wire.startswith("_") or unicodedata.normalize("NFKC", wire) != wire:
        return False
    return unreserved(wire, reserved) == wire
