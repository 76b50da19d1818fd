"""Headers as they are received."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias, cast

Headers: TypeAlias = "Mapping[str, str] | Iterable[tuple[str, str]]"
Pairs: TypeAlias = "list[tuple[str, str]]"


class HeadersByName(dict[str, str]):
    """Headers by name in lower case, each once."""

    __slots__ = ()


def by_name(headers: Headers) -> HeadersByName:
    """Headers by name in lower case; those of one name are one list (RFC 9110, section 5.3)."""
    if isinstance(headers, HeadersByName):
        return headers
    made = HeadersByName()
    pairs = cast("Iterable[tuple[str, str]]", headers.items() if isinstance(headers, Mapping) else headers)
    for name, text in pairs:
        key = name.lower()
        made[key] = f"{made[key]}{'; ' if key == 'cookie' else ', '}{text}" if key in made else text
    return made


def cookie_pairs(headers: Mapping[str, str]) -> Pairs:
    """The cookies of a request, nothing decoded (RFC 6265, section 4.2)."""
    parts = [one.strip().partition("=") for one in headers.get("cookie", "").split(";")]
    return [(name, text) for name, _, text in parts if name]
