"""Faults of one document alone: keywords that are left out since they are not as the standard has them.

What such a keyword means nobody knows, so that where the other document says something else, or nothing, no verdict is possible.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .._keywords import LISTS, MAPS
from .._values import is_object
from ._facing import SUBJECT, Ruling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._values import Problem
    from ._facing import Facing
    from ._positions import Part, Position

_NO_RULING: Final = Ruling("unknown", "rule")
_KEY: Final = re.compile(r"s\d+")
# Keywords in which nothing is looked for further down.
_WHOLE: Final = frozenset({"contains", "dependentSchemas", "else", "if", "not", "propertyNames", "then"})
# Keywords whose members are schemas: what is no schema has no place of its own.
_MEMBERS: Final = LISTS | MAPS
_BESIDE: Final = frozenset({"unevaluatedItems", "unevaluatedProperties"})


def compare_faults(facing: Facing) -> None:
    """Tell those that only one document has at these positions."""
    old, new = _faults(facing.old), _faults(facing.new)
    for key in dict.fromkeys([*old, *new]):
        if key in old and key in new:
            continue
        fault = old[key] if key in old else new[key]
        which = "old" if key in old else "new"
        told = f"{SUBJECT} can't be compared, since the {which} document has a fault at {fault.pointer}: {fault.message}."
        facing.say("unreadable", _NO_RULING, told, declared=True)
        last = facing.differences[-1]
        facing.differences[-1] = last._replace(old=fault.pointer) if key in old else last._replace(new=fault.pointer)


def _faults(position: Position) -> dict[tuple[str, str], Problem]:
    """The faults at a position, by where each is and what it is."""
    return {(one.pointer.removeprefix(part.place), one.message): one for part in position.parts for one in _of(position, part)}


def _of(position: Position, part: Part) -> Iterator[Problem]:
    key = _KEY.match(part.label)
    for one in position.half.lowering.definition(key[0]).problems if key else ():
        if one.pointer == part.place:
            yield one
        elif is_object(part.node) and one.pointer.startswith(f"{part.place}/"):
            word, *more = one.pointer[len(part.place) + 1 :].split("/")
            if not more or word in _WHOLE or word in _BESIDE or (word in _MEMBERS and len(more) == 1):
                yield one
