"""What is said of an operation or a group that a client does not have: what is near, and which other bundled version has it.

It is worked out only for the error; so that asking `hasattr` stays cheap, the index of another version is made once for the process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from ._load import Spec, bundled_document, versions
from ._values import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_SHOWN: Final = 200


def raise_missing(holder: object, spec: Spec | None, group: str, name: str) -> NoReturn:
    """Raise the AttributeError for a name that `holder` does not have: a group, or a client, whose `group` is `""`.

    Names that begin with an underscore are no names of a document's, and without `spec` nothing is known.
    """
    if spec is None or name.startswith("_"):
        raise AttributeError(f"{type(holder).__name__!r} object has no attribute {name!r}", name=name, obj=holder)
    shown = repr(printable(name, _SHOWN))
    what = f"no operation {shown} in the group {group!r}" if group else f"neither a group nor an operation {shown}"
    hint = _elsewhere(spec, group, name) or did_you_mean(name, _names(spec, group)) or _near_elsewhere(spec, group, name)
    text = f"{printable(spec.title, _SHOWN)} {printable(spec.version, _SHOWN)} has {what}{hint}"
    raise AttributeError(text, name=name, obj=holder)


def _names(spec: Spec, group: str) -> Collection[str]:
    return spec.groups.get(group, {}).keys() if group else [*spec.groups, *spec.untagged]


def _others(spec: Spec) -> Iterator[tuple[str, Spec]]:
    """The other bundled versions, of a document that is one of them."""
    bundled = spec.document.bundled
    yield from ((one, Spec(bundled_document(one))) for one in versions() if bundled is not None and one != bundled)


def _elsewhere(spec: Spec, group: str, name: str) -> str:
    found = [
        version
        for version, other in _others(spec)
        if name in _names(other, group) or (group and f"{group}.{name}" in other.operations)
    ]
    return f"; it is in {', '.join(found)}" if found else ""


def _near_elsewhere(spec: Spec, group: str, name: str) -> str:
    for version, other in _others(spec):
        if hint := did_you_mean(name, _names(other, group)):
            return f"{hint[:-1]} of {version}?"
    return ""
