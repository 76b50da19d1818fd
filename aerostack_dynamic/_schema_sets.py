"""Schemas as the sets of values they allow: whether one holds another, and what is left of one without another.

The algebra is that of jsonschema-rs, over plain JSON Schema 2020-12 (what `_lower` makes). It decides much, and says so where it doesn't;
nothing is raised, and where there is no wheel for the platform nothing is decided. It takes an object that says nothing of other
properties as one that may have any: whoever means otherwise says so in the schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from ._formats import STANDARD
from ._measure import children
from ._schema_common import compiled_validator
from ._values import UNSET, Unset

if TYPE_CHECKING:
    from collections.abc import Callable

    from jsonschema_rs import CanonicalSchema

# A schema of more values than this, in all that it leads to, is not given to the algebra, which takes a product of both.
LARGEST: Final = 1500


class ValueSet:
    """The values that a schema allows, made once and asked often; the schema may be given as what makes it, when it is needed.

    What is known to be too large for the algebra is told by `large`: its schema is then not made to find that out.
    """

    __slots__ = ("_canonical", "_schema", "_validator", "large")

    def __init__(self, schema: dict[str, Any] | Callable[[], dict[str, Any]], large: bool = False) -> None:
        self._schema = schema
        self.large = large
        self._canonical: CanonicalSchema | Unset | None = UNSET
        self._validator: Any = UNSET

    @property
    def schema(self) -> dict[str, Any]:
        """The schema, which stands alone."""
        if callable(self._schema):
            self._schema = self._schema()
        return self._schema

    @property
    def _made(self) -> CanonicalSchema | None:
        if isinstance(self._canonical, Unset):
            self._canonical = None if self.large else _canonical(self.schema)
        return self._canonical

    def holds(self, value: object) -> bool | None:
        """Whether a value is one of these; None where no engine tells."""
        if isinstance(self._validator, Unset):
            try:
                self._validator = compiled_validator(self.schema, STANDARD)
            except (ImportError, ValueError):
                self._validator = None
        if self._validator is None:
            return None
        said: bool = self._validator.is_valid(value)
        return said

    def covered_by(self, other: ValueSet) -> Literal["yes", "no", "unknown"]:
        """Whether every one of these values is one of the other's."""
        if self.large or other.large or self._made is None or other._made is None:
            return "unknown"
        try:
            said = str(other._made.covers(self._made))
        except Exception:
            return "unknown"
        return "yes" if said == "yes" else "no" if said == "no" else "unknown"

    def apart(self, other: ValueSet) -> bool:
        """Whether it is certain that no value is in both."""
        if self.large or other.large or self._made is None or other._made is None:
            return False
        try:
            return str(self._made.intersect(other._made).satisfiability()) == "no"
        except Exception:
            return False

    def without(self, other: ValueSet) -> Any:
        """A schema of the values that are not of the other; None where that can't be said."""
        if self.large or other.large or self._made is None or other._made is None:
            return None
        try:
            schema: Any = self._made.subtract(other._made).to_json_schema()
        except Exception:
            return None
        return schema


def _canonical(schema: Any) -> CanonicalSchema | None:
    try:
        import jsonschema_rs as fast  # noqa: PLC0415  # an engine is imported when asked for
    except ImportError:
        return None
    if _is_large(schema):
        return None
    try:
        return fast.canonicalize(
            schema, draft=fast.Draft202012, validate_formats=True, pattern_options=fast.RegexOptions(), offline=True
        )
    except Exception:
        return None


def _is_large(schema: Any) -> bool:
    waiting, seen = [schema], 0
    while waiting:
        waiting += children(waiting.pop())
        seen += 1
        if seen > LARGEST:
            return True
    return False
