"""From wire names to Python names: one rule, deterministic, never shadowing what the reserved sets hold."""

from __future__ import annotations

import keyword
import re
import unicodedata
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

_ACRONYM_END: Final = re.compile(r"(?<=[A-Z])(?=[A-Z][a-z])")
_WORD_START: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHER: Final = re.compile(r"\W+")


def snake_case(wire: str) -> str:
    """`wire` as a Python identifier: `aiChat` -> `ai_chat`, `getHTTPStatus` -> `get_http_status`, `3d` -> `x3d`, `$` -> `x`.

    Words part at case changes and at every character that no identifier may hold. Leading and trailing underscores go: names
    that start with one are the package's own.
    """
    text = unicodedata.normalize("NFKC", wire)
    text = _WORD_START.sub("_", _ACRONYM_END.sub("_", text))
    text = re.sub(r"_+", "_", _OTHER.sub("_", text)).strip("_").lower()
    return text if text.isidentifier() else f"x{text}" if f"x{text}".isidentifier() else "x"


def python_name(wire: str, reserved: Collection[str] = ()) -> str:
    """`snake_case(wire)`, with a trailing underscore when that is a keyword or in `reserved`."""
    name = snake_case(wire)
    return f"{name}_" if keyword.iskeyword(name) or name in reserved else name


def assign_names(wires: Iterable[str], reserved: Collection[str] = ()) -> dict[str, str]:
    """Python name -> wire name, for names that share one scope.

    Of wire names with the same Python name the one that is spelt like it keeps it, else the first; the others follow with `_2`,
    `_3`, ... in the order given.
    """
    sharing: dict[str, list[str]] = {}
    for wire in dict.fromkeys(wires):
        sharing.setdefault(python_name(wire, reserved), []).append(wire)
    names = {name: name if name in group else group[0] for name, group in sharing.items()}
    for name, group in sharing.items():
        for wire in group:
            if wire == names[name]:
                continue
            number = 2
            while (other := f"{name.rstrip('_')}_{number}") in names:
                number += 1
            names[other] = wire
    return names
