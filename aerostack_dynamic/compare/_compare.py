"""`compare`: two documents, from wherever they come, and what some code uses of the API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from .._errors import ArgumentsError
from .._load import Spec
from .._recorded import RecordedCall
from .._recordings import read_calls
from .._usage import USAGE_MARK, UsageReport
from .._used import usage_of
from .._values import is_object
from ._changes import Change, Comparison
from ._matched import sentence
from ._operations import operation_changes, webhook_changes
from ._pair import Pair
from ._security import scheme_changes
from ._servers import server_changes
from ._use import reasons

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._usage import OperationUsage

# How a document is given: as it is, as a file, its bytes, parsed, or the version of one that comes with the package.
Source: TypeAlias = "Spec | Path | bytes | Mapping[str, Any] | str"
Used: TypeAlias = "UsageReport | Path | Iterable[RecordedCall | UsageReport | Path]"


def compare(old: Source, new: Source, used: Used | None = None, *, today: date | None = None) -> Comparison:
    """Every change between two documents, with a verdict for code written for the old one and a server of the new one.

    A document is a Spec, a Path, bytes, a mapping, or the version of a bundled one, such as "1.5.0". `used` is what some code uses of
    the API: a usage report, the path of a usage file or of a recording, recorded calls, or several of these. `today` tells dates that are
    still to come from others; it is this day, in UTC, unless it is given. Raises SpecError for what is no document, ArgumentsError for
    what tells no use.
    """
    one, other = _spec(old, "old"), _spec(new, "new")
    report = None if used is None else _report(used, one)
    pair = Pair(one.document, other.document)
    changes = tuple(_changes(pair, one, other, today or datetime.now(timezone.utc).date()))
    if report is None:
        return Comparison(one, other, changes)
    return Comparison(one, other, changes, report, reasons(changes, report, _by_operation(one, report), pair))


def _spec(source: object, name: str) -> Spec:
    if isinstance(source, Spec):
        return source
    if isinstance(source, str):
        return Spec.bundled(source)
    if isinstance(source, (Path, bytes, Mapping)):
        return Spec.load(source)  # pyright: ignore[reportUnknownArgumentType]  # keys are read as they come
    raise ArgumentsError(f"{name}: give a Spec, a Path, bytes, a mapping or a bundled version, not a {type(source).__name__}")


def _changes(pair: Pair, old: Spec, new: Spec, today: date) -> Iterator[Change]:
    if old.sha256 == new.sha256 and old.document.raw == new.document.raw:
        return
    yield from _version(old, new)
    yield from server_changes(old, new)
    yield from scheme_changes(old, new)
    yield from operation_changes(pair, old, new, today)
    yield from webhook_changes(pair, old, new, today)


def _version(old: Spec, new: Spec) -> Iterator[Change]:
    if old.version != new.version:
        places = ["/info/version" if one.version else None for one in (old, new)]
        told = f"the version is {new.version or 'not told'} instead of {old.version or 'not told'}"
        yield Change("api-version-changed", "compatible", "rule", sentence(told), old_pointer=places[0], new_pointer=places[1])


# ---- what code uses


def _report(used: object, old: Spec) -> UsageReport:
    several: Iterable[Any] = used if isinstance(used, (list, tuple)) or hasattr(used, "__next__") else [used]  # type: ignore[assignment]  # anything at all
    reports: list[UsageReport] = []
    calls: list[RecordedCall] = []
    for one in several:
        if isinstance(one, RecordedCall):
            calls.append(one)
        elif isinstance(one, (UsageReport, Path)):
            reports.append(_read(one, old) if isinstance(one, Path) else one)
        else:
            raise ArgumentsError("used: give a UsageReport, the Path of a usage file or of a recording, recorded calls, or several")
    return UsageReport().merged(*reports, usage_of(calls))


def _read(path: Path, old: Spec) -> UsageReport:
    """A usage file, or a recording; told by what is in it."""
    try:
        value = _object(path.read_bytes())
        if value is not None and USAGE_MARK in value:
            return UsageReport.from_json(value)
        return usage_of(read_calls(path, old, on_skipped=_ignored))
    except OSError as error:
        raise ArgumentsError(f"used: {path} can't be read: {error.strerror}") from None
    except ValueError as error:
        raise ArgumentsError(f"used: {error}") from None


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        value: object = json.loads(content)
    except ValueError:
        return None
    return value if is_object(value) else None


def _ignored(_sentence: str) -> None:
    """What fits no operation uses none."""


def _by_operation(spec: Spec, used: UsageReport) -> Mapping[str, OperationUsage]:
    """The use of each operation of a document: those of its method and path, and of its key where that says another path."""
    found: dict[str, OperationUsage] = {}
    for name, use in used.operations.items():
        operation = spec.operations.get(f"{use.method} {use.path}") or spec.operations.get(name)
        if operation is not None:
            key = operation.operation_id
            found[key] = found[key].merged(use) if key in found else use
    return found
