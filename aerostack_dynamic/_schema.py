"""Schemas that check: three engines behind one port, one registry that never fetches, one set of format functions.

The only module that imports a JSON Schema engine, and each only when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ._errors import SpecError
from ._formats import FORMATS
from ._model import Finding
from ._values import MAX_DEPTH, EngineName, Problem, as_object, is_array, is_object, is_tuple, pointer_tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from jsonschema_rs import ValidationError as FastError

    from ._model import Schema
    from ._reference import Document

ENGINES: Final[tuple[EngineName, ...]] = ("compiled", "jsonschema", "openapi-core")
_ROOT: Final = "urn:aerostack-dynamic:document"
# What jsonschema-rs names by another keyword than the one that was broken; the path into the schema tells that one.
_NAMED_BY_PATH: Final = frozenset({"falseSchema", "required", "contains"})
# Keywords whose findings stand for the object as a whole: engines differ in the names they give.
_WITHOUT_NAMES: Final = frozenset({"unevaluatedProperties", "unevaluatedItems", "propertyNames"})


def compile_schema(document: Document, pointer: str, engine: EngineName = "compiled") -> Schema:
    """The checker for the Schema Object at `pointer`, made once for each document and engine.

    `compiled` falls back to `jsonschema` where jsonschema-rs has no wheel. Raises SpecError when the schema can't be compiled.
    """
    return document.once(("schema", engine, pointer), lambda: _compile(document, pointer, engine))


def _compile(document: Document, pointer: str, engine: EngineName) -> Schema:
    makers: dict[EngineName, Callable[[Document, str], Schema]] = {
        "compiled": _compiled,
        "jsonschema": _interpreted,
        "openapi-core": _openapi_core,
    }
    try:
        return makers[engine](document, pointer)
    except SpecError:
        raise
    except Exception as error:
        message = f"the schema can't be compiled: {type(error).__name__}: {getattr(error, 'message', error)}"
        raise SpecError("a schema can't be used", [Problem("document", pointer, message[:300], "schema")]) from None


def too_deep(value: object, limit: int = MAX_DEPTH) -> bool:
    """Whether arrays and objects nest deeper than `limit`; found without recursion."""
    level: list[Any] = [value]
    for _ in range(limit + 1):
        inner: list[Any] = []
        for node in level:
            inner += [child for child in _children(node) if isinstance(child, (dict, list, tuple))]
        if not inner:
            return False
        # Each once: a list that holds itself twice would otherwise double at every level.
        level = [*{id(child): child for child in inner}.values()]
    return True


def _children(node: Any) -> Iterable[Any]:
    if is_object(node):
        return node.values()
    return node if is_array(node) or is_tuple(node) else ()


# ---- jsonschema-rs


class _Compiled:
    __slots__ = ("_is_valid", "_iter_errors")

    def __init__(self, is_valid: Callable[[Any], bool], iter_errors: Callable[[Any], Iterable[FastError]]) -> None:
        self._is_valid = is_valid
        self._iter_errors = iter_errors

    def findings(self, instance: object, /) -> Sequence[Finding]:
        if self._is_valid(instance):
            return ()
        return _distinct(_from_fast(error, instance) for error in self._iter_errors(instance))


def _compiled(document: Document, pointer: str) -> Schema:
    try:
        import jsonschema_rs as fast  # noqa: PLC0415  # an engine is imported when asked for
    except ImportError:
        return _interpreted(document, pointer)
    registry = document.once(("registry", "compiled"), lambda: fast.Registry([(_ROOT, document.raw)], draft=fast.Draft202012))
    validator = fast.Draft202012Validator(
        {"$ref": f"{_ROOT}#{pointer}"},
        registry=registry,
        formats=dict(FORMATS),
        validate_formats=True,
        pattern_options=fast.RegexOptions(),
        offline=True,
    )
    return _Compiled(validator.is_valid, validator.iter_errors)


def _from_fast(error: FastError, root: object) -> Finding:
    kind, schema_path = error.kind, error.schema_path
    path = tuple(error.instance_path)
    instance = _at(root, path)
    rule = kind.name
    if rule in _NAMED_BY_PATH:
        rule = next((step for step in reversed(schema_path) if isinstance(step, str)), rule)
    if rule in _WITHOUT_NAMES:
        return Finding(path, rule, instance=instance)
    details = kind.as_dict()
    if rule in ("anyOf", "oneOf"):
        several = type(kind).__name__ == "OneOfMultipleValid"
        found = () if several else tuple(tuple(_from_fast(one, root) for one in branch) for branch in details["context"])
        return Finding(path, rule, instance=instance, branches=found)
    names = tuple(details.get("unexpected", ())) or ((details["property"],) if "property" in details else ())
    if rule == "additionalProperties" and not names:
        names = tuple(as_object(instance))
    return Finding(path, rule, expected=kind.value, names=names, instance=instance)


def _at(root: object, path: Iterable[str | int]) -> Any:
    node: Any = root
    for step in path:
        node = node[step]
    return node


# ---- jsonschema, also as openapi-core drives it


class _Interpreted:
    __slots__ = ("_iter_errors",)

    def __init__(self, iter_errors: Callable[[Any], Iterable[Any]]) -> None:
        self._iter_errors = iter_errors

    def findings(self, instance: object, /) -> Sequence[Finding]:
        return _distinct(map(_from_slow, self._iter_errors(instance)))


def _from_slow(error: Any) -> Finding:
    rule = str(error.validator) if error.validator is not None else _last_keyword(error)
    path = tuple(error.absolute_path)
    if rule in _WITHOUT_NAMES:
        return Finding(path, rule, instance=error.instance)
    if rule in ("anyOf", "oneOf"):
        branches: dict[object, list[Finding]] = {}
        for inner in error.context or ():
            branches.setdefault(inner.schema_path[0], []).append(_from_slow(inner))
        return Finding(path, rule, instance=error.instance, branches=tuple(map(tuple, branches.values())))
    return Finding(path, rule, expected=error.validator_value, names=_names(rule, error), instance=error.instance)


def _names(rule: str, error: Any) -> tuple[str, ...]:
    value, instance, schema = error.validator_value, error.instance, as_object(error.schema)
    if rule == "required":
        return tuple(name for name in value if name not in instance)
    if rule == "dependentRequired":
        return tuple(name for key, needed in value.items() if key in instance for name in needed if name not in instance)
    if rule == "additionalProperties" and not schema.get("patternProperties"):
        return tuple(name for name in instance if name not in as_object(schema.get("properties")))
    return ()


def _last_keyword(error: Any) -> str:
    return next((step for step in reversed(error.absolute_schema_path) if isinstance(step, str)), "falseSchema")


def _format_checker(checker: Any) -> Any:
    def judged(is_valid: Callable[[str], bool]) -> Callable[[object], bool]:
        return lambda value: not isinstance(value, str) or is_valid(value)

    for name, is_valid in FORMATS.items():
        checker.checks(name)(judged(is_valid))
    return checker


def _linear_pattern(validator: Any, pattern: str, instance: object, _schema: object) -> Iterator[Any]:
    """The `pattern` keyword on the linear-time engine; where that is not installed, the keyword is not enforced."""
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415  # an engine is imported when asked for

    if validator.is_type(instance, "string") and not _matches(pattern, instance):
        yield ValidationError("does not match")


def _matches(pattern: str, text: object) -> bool:
    try:
        import jsonschema_rs as fast  # noqa: PLC0415  # an engine is imported when asked for
    except ImportError:
        return True
    return fast.is_valid({"pattern": pattern}, text, pattern_options=fast.RegexOptions())


def _multiple_of(validator: Any, factor: float, instance: float, _schema: object) -> Iterator[Any]:
    """The `multipleOf` keyword in decimal arithmetic: 0.3 is a multiple of 0.1, as it reads."""
    from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext  # noqa: PLC0415  # only with this keyword

    from jsonschema.exceptions import ValidationError  # noqa: PLC0415  # an engine is imported when asked for

    if not validator.is_type(instance, "number"):
        return
    with localcontext() as context:
        context.prec = 400
        try:
            fits = Decimal(repr(instance)) % Decimal(repr(factor)) == 0
        except (InvalidOperation, DivisionByZero):
            fits = False
    if not fits:
        yield ValidationError("is not a multiple")


def _with_our_keywords(kind: Any) -> Any:
    from jsonschema import validators  # noqa: PLC0415  # an engine is imported when asked for

    untyped: Any = validators
    return untyped.extend(kind, {"pattern": _linear_pattern, "multipleOf": _multiple_of})


def _interpreted(document: Document, pointer: str) -> Schema:
    from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415  # an engine is imported when asked for
    from referencing import Registry  # noqa: PLC0415
    from referencing.jsonschema import DRAFT202012  # noqa: PLC0415

    def machinery() -> tuple[Any, Any, Any]:
        kind: Any = Registry
        registry = kind().with_resource(_ROOT, DRAFT202012.create_resource(document.raw))
        return _with_our_keywords(Draft202012Validator), registry, _format_checker(FormatChecker(()))

    kind, registry, checker = document.once(("registry", "jsonschema"), machinery)
    validator = kind({"$ref": f"{_ROOT}#{pointer}"}, registry=registry, format_checker=checker)
    return _Interpreted(validator.iter_errors)


def _refuse(uri: str) -> Any:
    raise SpecError(f"a reference leaves the document: {uri}")


def _openapi_core(document: Document, pointer: str) -> Schema:
    from jsonschema import FormatChecker  # noqa: PLC0415  # an engine is imported when asked for
    from jsonschema_path import SchemaPath  # noqa: PLC0415
    from openapi_core.validation.schemas import oas31_schema_validators_factory as factory  # noqa: PLC0415

    def machinery() -> Any:
        return SchemaPath.from_dict(document.raw, handlers={"<all_urls>": _refuse})

    root: Any = document.once(("registry", "openapi-core"), machinery)
    inner: Any = factory.create(root, root.joinpath(*_steps(document, pointer)), format_validators={}).validator
    kind = _with_our_keywords(type(inner))
    # The resolver carries the base of every reference, and only the private keyword takes one, as openapi-core itself does it.
    judge = kind(inner.schema, _resolver=inner._resolver, format_checker=_format_checker(FormatChecker(())))
    return _Interpreted(judge.iter_errors)


def _steps(document: Document, pointer: str) -> list[str | int]:
    """The steps of `pointer` with those into arrays as numbers."""
    steps: list[str | int] = []
    node: Any = document.raw
    for token in pointer_tokens(pointer):
        step: Any = int(token) if is_array(node) else token
        steps.append(step)
        node = node[step]
    return steps


def _distinct(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in their order, each (path, rule, names) once: an engine may name all missing properties in each error."""
    kept: dict[object, Finding] = {}
    for one in findings:
        kept.setdefault((one.path, one.rule, one.names, repr(one.expected)), one)
    return list(kept.values())
