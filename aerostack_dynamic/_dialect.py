"""What the versions of OpenAPI differ in, a row of values each, so that no code asks for a version number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ._errors import SpecError
from ._values import printable

if TYPE_CHECKING:
    from typing import Protocol

    class Fields(Protocol):
        """The fields of a document's root, whether all of them were read or not."""

        def __contains__(self, name: str, /) -> bool: ...
        def get(self, name: str, /) -> object:
            """The value of a field, None where there is none."""


class Dialect(NamedTuple):
    """One minor version of the standard.

    `methods` are the fields of its Path Item Object that hold operations, and `more_methods` the one that holds others by their
    methods. `json_schema` says that a Schema Object is JSON Schema 2020-12 (OpenAPI 3.1, section 4.8.24), and no subset of an older
    draft with words of its own (OpenAPI 3.0, section 4.7.24).
    """

    version: str
    methods: tuple[str, ...]
    more_methods: str
    json_schema: bool


_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_DIALECTS: Final = (
    Dialect("3.0", _METHODS, "", False),
    Dialect("3.1", _METHODS, "", True),
    Dialect("3.2", (*_METHODS, "query"), "additionalOperations", True),
)


def is_swagger(document: Fields) -> bool:
    """Whether a document says that it is one of Swagger 2.0; a number where it was not quoted, in YAML `2` too."""
    return "openapi" not in document and str(document.get("swagger")).strip() in ("2", "2.0")


def dialect_of(document: Fields) -> Dialect:
    """The dialect a document names in its `openapi` field (OpenAPI 3.1.1, section 4.8.1); that of 3.0 for one of Swagger 2.0.

    Raises SpecError for another one.
    """
    if is_swagger(document):
        return _DIALECTS[0]
    # A number in YAML, where it was not quoted.
    version = str(document.get("openapi") if "openapi" in document else "").strip()
    for dialect in _DIALECTS:
        if version == dialect.version or version.startswith(f"{dialect.version}."):
            return dialect
    known = ", ".join(("2.0", *(f"{dialect.version}.x" for dialect in _DIALECTS)))
    if version or "swagger" in document:
        said = version or document.get("swagger")
        raise SpecError(f"OpenAPI {printable(str(said), 20)} can't be read; this version reads {known}")
    raise SpecError(
        f'this is no OpenAPI document: its root has no field \'openapi\' (such as "openapi": "{_DIALECTS[0].version}.0")'
    )
