"""YAML as JSON, and JSON as YAML, by the core schema of YAML 1.2.

What is read is bounded in depth, and in what aliases add. Keys are strings whatever they look like, as OpenAPI asks: an unquoted 200 is
the key "200". A merge key (`<<`), not being part of YAML 1.2, is a key. Where the extra `yaml12` is installed its reader reads what it
surely reads the same way, several times as fast; PyYAML is imported for the rest alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ._errors import SpecError
from ._measure import too_deep
from ._values import MAX_DEPTH, UNSET, printable
from ._yaml_fast import read_quickly

if TYPE_CHECKING:
    from ._values import JSON

_MOST_NODES: Final = 2_000_000


def parse_yaml(content: bytes, *, most_nodes: int = _MOST_NODES) -> Any:
    """The one document in `content` as JSON values. Raises SpecError with the line and column of what is wrong.

    A key that occurs twice, a tag, a number that JSON does not have and more than `most_nodes` values once aliases are written out
    are errors.
    """
    try:
        content = _in_utf8(content)
    except UnicodeError as error:
        raise SpecError(f"the document is neither JSON nor YAML: {printable(str(error), 300)}") from None
    if (found := read_quickly(content, most_nodes)) is not UNSET:
        return found
    from ._yaml_slow import read  # noqa: PLC0415  # PyYAML takes longer to import than most documents to be read

    found = read(content, most_nodes)
    if too_deep(found):  # aliases add to the depth
        raise SpecError(f"the document nests deeper than {MAX_DEPTH} arrays and objects")
    return found


def write_yaml(value: JSON) -> str:
    """A JSON value as a YAML document, from which `parse_yaml`, and what reads YAML 1.1, makes the same value. Texts of several lines
    are literal blocks, keys stay in their order.
    """
    from ._yaml_slow import write  # noqa: PLC0415  # as above

    return write(value)


def _in_utf8(content: bytes) -> bytes:
    """A YAML stream in UTF-8, which it is unless its byte order mark says UTF-16 (YAML 1.2.2, section 5.2)."""
    return content.decode("utf-16").encode() if content.startswith((b"\xff\xfe", b"\xfe\xff")) else content
