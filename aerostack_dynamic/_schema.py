"""Schemas that check: three engines behind one port, given what `_lower` makes, and one set of format functions.

Only the rooms called `_schema...` import a JSON Schema engine, and each only when it is asked for.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ._errors import SpecError
from ._formats import STANDARD
from ._lower import Direction, Lowering
from ._measure import size_of
from ._model import Finding
from ._reach import Reach
from ._schema_common import Quick, compiled_validator
from ._schema_fast import Compiler
from ._schema_part import Partly, Parts, Passing
from ._values import MAX_DEPTH, EngineName, Problem, printable
from ._weight import Scale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ._formats import Formats
    from ._lower import Lowered
    from ._model import Schema
    from ._reference import Document
    from ._values import Severity
    from ._weight import Weight

ENGINES: Final[tuple[EngineName, ...]] = ("compiled", "jsonschema", "openapi-core")
# What the engines judge differently, each keyword with what differs. All else they judge alike, and a test holds them to it.
DIFFERENCES: Final[tuple[tuple[str, str], ...]] = (
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
# A schema that is made of more than so many is compiled as values need it, where that is asked for.
_LARGE: Final = 100
# What follows from a schema that can't be used, by the direction of its values.
_UNUSABLE: Final[Mapping[Direction, tuple[Severity, str]]] = MappingProxyType(
    {"request": ("error", "what it describes can't be sent"), "response": ("warning", "answers are not checked by it")}
)


def compile_schema(
    document: Document,
    place: str,
    engine: EngineName = "compiled",
    *,
    direction: Direction = "response",
    formats: Formats = STANDARD,
    as_needed: bool = False,
) -> Schema:
    """The checker for the Schema Object at a place, of what is sent or of what is answered, made once for each document, engine
    and set of formats.

    `compiled` falls back to `jsonschema` where jsonschema-rs has no wheel. Raises SpecError when the schema can't be compiled.
    `as_needed`: of a large one in a document that is trusted no more is made than the values reach that come, and what is wrong with
    a part of it is raised by `findings` when one does.
    """
    as_needed = as_needed and engine == "compiled" and document.trusted
    key = ("schema", engine, direction, formats.own, place, as_needed)
    found: Schema | None = document.memo.get(key)
    return found or document.once(key, partial(_chosen, document, place, direction, engine, formats, as_needed))


def passing(checker: Schema | None) -> Callable[[object], bool]:
    """What tells of a small value that it is right for certain: no member of it has many. False tells nothing."""
    return checker.passes if isinstance(checker, Quick) else _undecided


def _undecided(_: object) -> bool:
    return False


def lowering_of(document: Document) -> Lowering:
    """The schemas of a document as plain JSON Schema, made once for it."""
    return document.once("lowering", lambda: Lowering(document))


def _chosen(document: Document, place: str, direction: Direction, engine: EngineName, formats: Formats, as_needed: bool) -> Schema:
    """The checker, one for both directions where they differ in nothing."""
    lowering = lowering_of(document)
    try:
        key = lowering.key(place, direction)
        as_needed = as_needed and not _compiler_of(document, formats).covers(key) and lowering.is_larger(key, _LARGE)
    except SpecError as error:
        raise _unusable(place, error) from None
    except Exception as error:
        raise _not_compiled(place, error) from None
    other = partial(compile_schema, document, place, "jsonschema", direction=direction, formats=formats)

    def whole() -> Schema:
        return document.once(("checker", engine, key, formats.own), lambda: _compile(document, place, key, engine, formats, other))

    parts = document.once("parts", Parts)
    if not as_needed or not parts.suffice:
        return whole()
    part = partial(_compile_part, document, place, formats, whole)
    return document.once(("part", key, formats.own), lambda: Partly(Reach(lowering, key), parts, part, whole))


def _compiler_of(document: Document, formats: Formats) -> Compiler:
    return document.once(("compiler", formats.own), lambda: Compiler(lowering_of(document), document.trusted, formats))


def _unusable(place: str, error: SpecError) -> SpecError:
    return SpecError("a schema can't be used", error.problems or [Problem("document", place, str(error), "schema")])


def _not_compiled(place: str, error: Exception) -> SpecError:
    message = f"the schema can't be compiled: {type(error).__name__}: {printable(getattr(error, 'message', str(error)), 150)}"
    return SpecError("a schema can't be used", [Problem("document", place, message, "schema")])


def _compile(document: Document, place: str, key: str, engine: EngineName, formats: Formats, other: Callable[[], Schema]) -> Schema:
    lowering = lowering_of(document)
    try:
        compiler = _compiler_of(document, formats)
        closure = partial(lowering.closure, key)
        if engine != "compiled" or not compiler.covers(key):
            closure()  # what can't be followed, or is too much, is told before anything is weighed
        schema = lowering.definition(key).schema
        scale = document.once("scale", lambda: Scale(lowering.definition, document.trusted))
        weight = scale.weigh(schema)
        made = _made(compiler, engine, key, closure, weight, other)
    except SpecError as error:
        raise _unusable(place, error) from None
    except Exception as error:
        raise _not_compiled(place, error) from None
    return _guarded(document, made, scale, schema, weight, not document.trusted and engine != "compiled")


def _compile_part(document: Document, place: str, formats: Formats, whole: Callable[[], Schema], reach: Reach) -> Schema:
    """The checker of what values have reached of a schema."""
    schema, scale = reach.schema, Scale(reach.definition, document.trusted)
    try:
        weight = scale.weigh(schema)
        made = Passing(compiled_validator(reach.alone(), formats))
    except ImportError:  # no wheel for this platform
        return whole()
    except SpecError as error:
        raise _unusable(place, error) from None
    except Exception as error:
        raise _not_compiled(place, error) from None
    return _guarded(document, made, scale, schema, weight)


def _guarded(document: Document, made: Schema, scale: Scale, schema: object, weight: Weight, slow: bool = False) -> Schema:
    """A checker, with a guard before it where there are values which it might not come back from."""
    if weight.growth < 2 and weight.depth * MAX_DEPTH <= _MOST_LAYERS and (document.trusted or weight.steps <= _LIGHT) and not slow:
        return made
    return _Guarded(made, scale, schema, weight, document.trusted, slow)


def _made(
    compiler: Compiler,
    engine: EngineName,
    key: str,
    closure: Callable[[], dict[str, Lowered]],
    weight: Weight,
    other: Callable[[], Schema],
) -> Schema:
    if engine == "compiled":
        try:
            return compiler.compiled(key, closure, weight, other)
        except ImportError:  # no wheel for this platform
            pass
    from ._schema_slow import interpreted, openapi_core  # noqa: PLC0415  # only for those who choose one, or have no wheel

    make = openapi_core if engine == "openapi-core" else interpreted
    return make(key, closure(), compiler.trusted, compiler.formats)


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
            unclear = weight.growth > 1 or not self._trusted
            if unclear and self._scale.exceeds(self._schema, instance, _MOST_COUNTED):
                return [Finding((), "work")]
        return self._inner.findings(instance)


def schema_problems(document: Document, places: Iterable[tuple[str, Direction]]) -> Iterator[Problem]:
    """What is wrong with the schemas at these places and all that they lead to, each thing once; every one is compiled.

    What can't be used is an error where it is sent, and a warning where it is answered.
    """
    lowering = lowering_of(document)
    known: set[str] = set()
    for place, direction in places:
        try:
            compile_schema(document, place, direction=direction)
            closure = lowering.closure(lowering.key(place, direction), known)
        except SpecError as error:
            severity, consequence = _UNUSABLE[direction]
            yield from (one._replace(severity=severity, consequence=consequence) for one in error.problems)
            continue
        known.update(closure)
        for made in closure.values():
            yield from made.problems
