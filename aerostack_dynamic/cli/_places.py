"""Where in files the places of a document are: file and line, for reports that people click on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def lines_in(document: Path, places: Iterable[str]) -> dict[str, tuple[str, int]]:
    """File and line, from 1, of places of a document and of the files beside it; of the nearest above one that is not there as such.

    A place in another file is its name, a number sign, and the pointer there. What is in no file that can be read is left out.
    """
    from ..compare import lines_of  # noqa: PLC0415  # for those who ask for lines

    pointers: dict[Path, dict[str, str]] = {}
    for place in set(places):
        other, _, pointer = ("", "", place) if place.startswith("/") or not place else place.partition("#")
        pointers.setdefault(document.parent / other if other else document, {})[place] = pointer
    found: dict[str, tuple[str, int]] = {}
    for file, named in pointers.items():
        if file.is_file():
            above = {one for pointer in named.values() for one in _and_above(pointer)}
            lines = lines_of(file.read_text(encoding="utf-8-sig", errors="replace"), above)
            for place, pointer in named.items():
                line = next((lines[one] for one in _and_above(pointer) if one in lines), None)
                found |= {} if line is None else {place: (file.as_posix(), line)}
    return found


def _and_above(pointer: str) -> list[str]:
    """A pointer and those of what it stands in, the nearest first."""
    steps = pointer.split("/")
    return ["/".join(steps[:count]) for count in range(len(steps), 0, -1)]
