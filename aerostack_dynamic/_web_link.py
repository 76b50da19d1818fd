"""The `Link` header (RFC 8288, section 3): the target of a relation, read in one pass whatever the header holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ._late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

_TARGET: Final = pattern(r"[\s,]*<([^>]*)>")
_PARAMETER: Final = pattern(r"\s*;\s*([^\s=;,\"<>]*)\s*(?:=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;,\"]*)))?")
_QUOTED: Final = pattern(r"\\(.)")


def target_of(fields: Iterable[str], relation: str) -> str | None:
    """The first target of a relation type such as `next` among the fields of a `Link` header, None where none has it.

    What speaks of another context (`anchor`) does not count, and neither does what follows a field's first fault.
    """
    for field in fields:
        end = 0
        while found := _TARGET.match(field, end):
            end = found.end()
            parameters: dict[str, str] = {}
            while (more := _PARAMETER.match(field, end)) and more.end() > end:
                end = more.end()
                value = more[3] or "" if more[2] is None else _QUOTED.sub(r"\1", more[2])
                parameters.setdefault(more[1].lower(), value)  # of several the first counts (section 3.3)
            if relation in parameters.get("rel", "").lower().split() and "anchor" not in parameters:
                return found[1].strip()
    return None
