"""Schemas that check: three engines behind one port, one registry that never fetches, one set of format functions.

Only the rooms called `_schema...` import a JSON Schema engine, and each only when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ._errors import SpecError
from ._measure import size_of
from ._model import Finding
from ._schema_common import matcher
from ._schema_fast import compiled
from ._schema_slow import interpreted, openapi_core
from ._values import MAX_DEPTH, EngineName, Problem, as_object, is_array, is_object, json_pointer, printable
from ._weight import Scale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ._model import Schema
    from ._reference import Document
    from ._weight import Weight

ENGINES: Final[tuple[EngineName, ...]] = ("compiled", "jsonschema", "openapi-core")
# What the engines judge differently, each keyword with what differs. All else they judge alike, and a test holds them to it.
DIFFERENCES: Final[tuple[tuple[str, str], ...]] = (
    ("dependencies", "no keyword of 2020-12; `compiled` asserts it all the same, as drafts up to 7 had it"),
    (
        "any, malformed",
        "`compiled` refuses what it can't act on, the others what breaks the meta-schema: an array in `items` is one",
    ),
    ("$ref", "schemas that refer to one another in place and never say anything: `compiled` lets all pass, the others refuse them"),
    ("any, not finite", "NaN and Infinity, where `allow_nan` lets them in: to `compiled` they are within any limit"),
    ("depth", "schemas of many layers, on values nested over some 50 levels: all but `compiled` refuse what they can't follow"),
    ("pattern", "without jsonschema-rs, `pattern` and `patternProperties` are not enforced"),
)
# Steps that jsonschema-rs takes in about a second; and what engines in Python do, in units of `told`.
_MOST_STEPS: Final = 10_000_000
_MOST_SLOW: Final = 5_000_000
_MOST_COUNTED: Final = 500_000
_MOST_LAYERS: Final = 1600
_LIGHT: Final = 16


def compile_schema(document: Document, pointer: str, engine: EngineName = "compiled") -> Schema:
    """The checker for the Schema Object at `pointer`, made once for each document and engine.

    `compiled` falls back to `jsonschema` where jsonschema-rs has no wheel. Raises SpecError when the schema can't be compiled.
    """
    return document.once(("schema", engine, pointer), lambda: _compile(document, pointer, engine))


def _compile(document: Document, pointer: str, engine: EngineName) -> Schema:
    try:
        scale = document.once("scale", lambda: Scale(document))
        weight = scale.weigh(schema := document.at(pointer))
        made = _made(document, pointer, engine, weight)
    except SpecError as error:
        raise SpecError("a schema can't be used", [Problem("document", pointer, str(error), "schema")]) from None
    except Exception as error:
        message = f"the schema can't be compiled: {type(error).__name__}: {printable(getattr(error, 'message', str(error)), 150)}"
        raise SpecError("a schema can't be used", [Problem("document", pointer, message, "schema")]) from None
    slow = not document.trusted and engine != "compiled"
    if weight.growth < 2 and weight.depth * MAX_DEPTH <= _MOST_LAYERS and (document.trusted or weight.steps <= _LIGHT) and not slow:
        return made
    return _Guarded(made, scale, schema, weight, document.trusted, slow)


def _made(document: Document, pointer: str, engine: EngineName, weight: Weight) -> Schema:
    if engine == "openapi-core":
        return openapi_core(document, pointer)
    if engine == "compiled":
        try:
            return compiled(document, pointer, weight, lambda: compile_schema(document, pointer, "jsonschema"))
        except ImportError:  # no wheel for this platform
            pass
    return interpreted(document, pointer)


class _Guarded:
    """A checker that is given no value which it might not come back from."""

    __slots__ = ("_inner", "_scale", "_schema", "_slow", "_trusted", "_weight")

    def __init__(self, inner: Schema, scale: Scale, schema: object, weight: Weight, trusted: bool, slow: bool) -> None:
        self._inner = inner
        self._scale = scale
        self._schema = schema
        self._weight = weight
        self._trusted = trusted
        self._slow = slow

    def findings(self, instance: object, /) -> Sequence[Finding]:
        size, weight = size_of(instance), self._weight
        # Engines recurse for each layer of schemas at each level of the value, on a stack that may be small.
        if weight.depth * size.depth > _MOST_LAYERS:
            return [Finding((), "depth")]
        if self._slow and weight.bound(size, self._trusted, weight.told) > _MOST_SLOW:
            return [Finding((), "work")]
        if weight.bound(size, self._trusted, weight.steps) > _MOST_STEPS:
            doubtful = weight.growth > 1 or not self._trusted
            if doubtful and self._scale.exceeds(self._schema, instance, _MOST_COUNTED):
                return [Finding((), "work")]
        return self._inner.findings(instance)


def unenforced_patterns(document: Document) -> Iterator[Problem]:
    """A problem for each `pattern` of the document that the linear-time engine can't express; such a one is not enforced."""
    waiting: list[tuple[str, Any]] = [("", document.raw)]
    while waiting:
        pointer, node = waiting.pop()
        if is_array(node):
            waiting += [(pointer + json_pointer(index), item) for index, item in enumerate(node)]
        elif is_object(node):
            waiting += [(pointer + json_pointer(key), value) for key, value in node.items()]
            for pattern in (node.get("pattern"), *as_object(node.get("patternProperties"))):
                if isinstance(pattern, str) and matcher(pattern) is None:
                    message = f"the pattern {printable(pattern, 60)!r} is not enforced: no engine of linear time can express it"
                    yield Problem("document", pointer, message, "pattern")
