"""How a document is given: as it is, as a file, its bytes, parsed, or by the version of one that comes with the package."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from .._errors import ArgumentsError, SpecError
from .._load import Spec, versions

Source: TypeAlias = "Spec | Path | bytes | Mapping[str, object] | str"


def spec_of(source: object, name: str) -> Spec:
    """The document that the argument `name` gives. Raises SpecError for what is no document, ArgumentsError for another kind of value."""
    if isinstance(source, Spec):
        return source
    if isinstance(source, str):
        if source not in versions() and ("/" in source or "\\" in source or Path(source).suffix in (".json", ".yaml", ".yml")):
            raise ArgumentsError(f"{name}: a str is the version of a bundled document; give a file as Path({source!r})")
        return Spec.bundled(source)
    if isinstance(source, (Path, bytes, Mapping)):
        try:
            return Spec.load(source)  # pyright: ignore[reportUnknownArgumentType]  # keys are read as they come
        except SpecError as error:
            raise SpecError(f"{name}: {error}") from None
    raise ArgumentsError(f"{name}: give a Spec, a Path, bytes, a mapping or a bundled version, not a {type(source).__name__}")
