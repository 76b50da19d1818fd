"""What is made when it is first used: names of modules, so that a client is imported without what calls are made of, and patterns.

Used as `module.name`: `from module import name` resolves it at once, and asks again nothing later.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, AnyStr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def late(namespace: dict[str, Any], places: Mapping[str, str]) -> Callable[[str], Any]:
    """A module's `__getattr__` (PEP 562). `namespace` are its globals; `places` says which module has a name, with a dot before a room.

    A name is kept in `namespace` once it is found, and asks nothing from then on. Raises AttributeError for one that `places` lacks.
    """

    def resolve(name: str) -> Any:
        place = places.get(name)
        # `from . import _x` asks here first, and must find nothing imported in between.
        if place is None:
            raise AttributeError(f"module {namespace['__name__']!r} has no attribute {name!r}")
        namespace[name] = found = getattr(import_module(place, __package__), name)
        return found

    return resolve


class Later:
    """A module that is imported when a name of it is first used; type checkers are told of the module itself."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        found = getattr(import_module(self._name), name)
        setattr(self, name, found)
        return found


class _Pattern:
    """A pattern as it is written, whose methods are those of the compiled one, each from its first use on."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, found)
        return found


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """A pattern that is compiled when it is first used: most calls use few, and compiling one takes as long as importing a room."""
    return _Pattern(text, flags)  # type: ignore[return-value]  # pyright: ignore[reportReturnType]  # it has the methods of one


def is_a(module: str, name: str, value: object) -> bool:
    """Whether a value is of a class of a module, which none is before somebody has imported that."""
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(value, getattr(loaded, name))
