"""What the versions of OpenAPI differ in, a row of values each, so that no code asks for a version number."""

from __future__ import annotations

from typing import Final, NamedTuple

from ._errors import SpecError
from ._values import as_string, printable


class Dialect(NamedTuple):
    """One minor version of the standard; `methods` are the fields of its Path Item Object that hold operations."""

    version: str
    methods: tuple[str, ...]


_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_DIALECTS: Final = (Dialect("3.1", _METHODS),)


def dialect_of(document: dict[str, object]) -> Dialect:
    """The dialect a document names in its `openapi` field (OpenAPI 3.1.1, section 4.8.1). Raises SpecError for another one."""
    version = as_string(document.get("openapi"))
    for dialect in _DIALECTS:
        if version == dialect.version or version.startswith(f"{dialect.version}."):
            return dialect
    known = ", ".join(f"{dialect.version}.x" for dialect in _DIALECTS)
    if "openapi" in document or "swagger" in document:
        said = document.get("openapi", document.get("swagger"))
        raise SpecError(f"OpenAPI {printable(str(said), 20)} can't be read; this version reads {known}")
    raise SpecError(f'this is no OpenAPI document: its root has no field \'openapi\' (such as "openapi": "{known[:3]}.0")')
