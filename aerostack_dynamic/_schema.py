"""Schemas that check: three engines behind one port, one registry that never fetches, one set of format functions.

The only module that imports a JSON Schema engine, and each only when it is asked for.
"""

from __future__ import annotations

from functools import lru_cache
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

from ._errors import SpecError
from ._formats import FORMATS, UNJUDGED, is_anything
from ._model import Finding
from ._values import MAX_DEPTH, EngineName, Problem, as_array, as_object, is_array, is_object, is_tuple, json_pointer, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from jsonschema_rs import ValidationError as FastError

    from ._model import Schema
    from ._reference import Document

ENGINES: Final[tuple[EngineName, ...]] = ("compiled", "jsonschema", "openapi-core")
_ROOT: Final = "urn:aerostack-dynamic:document"
# What the engines judge differently, each keyword with what differs. All else they judge alike, and a test holds them to it.
DIFFERENCES: Final[tuple[tuple[str, str], ...]] = (
    ("dependencies", "no keyword of 2020-12; `compiled` asserts it all the same, as drafts up to 7 had it"),
    (
        "any, malformed",
        "`compiled` refuses what it can't act on, the others what breaks the meta-schema: an array in `items` is one",
    ),
    ("$ref", "schemas that refer to one another in place and never say anything: `compiled` lets all pass, the others refuse them"),
    ("any, not finite", "NaN and Infinity, where `allow_nan` lets them in: to `compiled` they are within any limit"),
    ("unevaluatedProperties", "beside patternProperties: all but `compiled` match the names by Python's own patterns"),
    ("depth", "schemas of many layers, on values nested over some 50 levels: all but `compiled` refuse what they can't follow"),
    ("pattern", "without jsonschema-rs, `pattern` and `patternProperties` are not enforced"),
)
# What jsonschema-rs names by another keyword than the one that was broken; the end of the path into the schema tells that one.
_NAMED_BY_PATH: Final = MappingProxyType(
    {
        "required dependentRequired": "dependentRequired",
        "falseSchema propertyNames": "propertyNames",
        "falseSchema additionalProperties": "additionalProperties",
    }
)
# Keywords whose findings stand for the value as a whole: engines differ in the names and numbers they give.
_AS_A_WHOLE: Final = frozenset({"unevaluatedProperties", "unevaluatedItems", "propertyNames", "contains", "falseSchema"})
# Keywords that assert nothing, and demands of the meta-schema on keywords that can be obeyed all the same.
_NOT_ASSERTED: Final = frozenset({"$comment", "$id", "default", "deprecated", "description", "examples", "title"}) | frozenset(
    {"contentEncoding", "contentMediaType", "readOnly", "writeOnly"}
)
_NOT_NEEDED: Final = frozenset({"minItems", "uniqueItems"})


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
    except SpecError as error:
        raise SpecError("a schema can't be used", [Problem("document", pointer, str(error), "schema")]) from None
    except Exception as error:
        message = f"the schema can't be compiled: {type(error).__name__}: {printable(getattr(error, 'message', str(error)), 150)}"
        raise SpecError("a schema can't be used", [Problem("document", pointer, message, "schema")]) from None


def too_deep(value: object, limit: int = MAX_DEPTH) -> bool:
    """Whether arrays and objects nest deeper than `limit`; found without recursion."""
    level: list[Any] = [value]
    for _ in range(limit):
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
    __slots__ = ("_is_valid", "_iter_errors", "_other")

    def __init__(
        self, is_valid: Callable[[Any], bool], iter_errors: Callable[[Any], Iterable[FastError]], other: Callable[[], Schema]
    ) -> None:
        self._is_valid = is_valid
        self._iter_errors = iter_errors
        self._other = other

    def findings(self, instance: object, /) -> Sequence[Finding]:
        try:
            if self._is_valid(instance):
                return ()
            if not _is_beyond(instance):
                return _distinct(_from_fast(error, instance) for error in self._iter_errors(instance))
        except RuntimeError:
            pass  # a panic: the schema divides by zero; the other engine refuses it by its form
        return self._other().findings(instance)


def _compiled(document: Document, pointer: str) -> Schema:
    try:
        import jsonschema_rs as fast  # noqa: PLC0415  # an engine is imported when asked for
    except ImportError:
        return _interpreted(document, pointer)

    def validator(name: str, raw: Callable[[], dict[str, Any]]) -> Any:
        return fast.Draft202012Validator(
            {"$ref": f"{_ROOT}#{quote(pointer)}"},
            registry=document.once(("registry", name), lambda: fast.Registry([(_ROOT, raw())], draft=fast.Draft202012)),
            formats={**dict.fromkeys(UNJUDGED, is_anything), **FORMATS},
            validate_formats=True,
            pattern_options=fast.RegexOptions(),
            offline=True,
        )

    try:
        made = validator("compiled", lambda: document.raw)
    except fast.ValidationError:
        made = validator("mended", lambda: _mended(document))
    return _Compiled(made.is_valid, made.iter_errors, lambda: compile_schema(document, pointer, "jsonschema"))


def _mended(document: Document) -> dict[str, Any]:
    """The document with its anchors where an engine finds them, and without patterns that the linear-time engine can't express."""
    raw: dict[str, Any] = _without_patterns(document.raw)
    return {**raw, "$defs": as_object(as_object(raw.get("components")).get("schemas"))}


def _without_patterns(node: Any) -> Any:
    if is_array(node):
        return [_without_patterns(item) for item in node]
    if not is_object(node):
        return node
    made: dict[str, Any] = {}
    for key, value in node.items():
        if key == "pattern" and isinstance(value, str) and _matcher(value) is None:
            continue
        kept = as_object(value) if key == "patternProperties" else {}
        lost = [pattern for pattern in kept if _matcher(pattern) is None]
        made[key] = _without_patterns({one: kept[one] for one in kept if one not in lost} if lost else value)
    return made


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
                if isinstance(pattern, str) and _matcher(pattern) is None:
                    message = f"the pattern {printable(pattern, 60)!r} is not enforced: no engine of linear time can express it"
                    yield Problem("document", pointer, message, "pattern")


@lru_cache(maxsize=1024)
def _matcher(pattern: str) -> Callable[[str], bool] | None:
    """Whether a text matches, on the linear-time engine; None where that can't express the pattern, or is not installed."""
    try:
        import jsonschema_rs as fast  # noqa: PLC0415  # an engine is imported when asked for
    except ImportError:
        return None
    try:
        return fast.Draft202012Validator({"pattern": pattern}, pattern_options=fast.RegexOptions()).is_valid
    except fast.ValidationError:
        return None


def _from_fast(error: FastError, root: object) -> Finding:
    kind = error.kind
    path, instance = _place_in(root, error.instance_path)
    rule = _rule_of(kind.name, error.schema_path, path)
    if rule in _AS_A_WHOLE:
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


def _rule_of(name: str, schema_path: Sequence[str | int], path: tuple[str | int, ...]) -> str:
    before, last = ["", "", *schema_path][-2:]
    # The last step may be the name of a property, one called `propertyNames` for example.
    if before in ("properties", "patternProperties", "dependentSchemas") and path[-1:] != (before,):
        return name
    return _NAMED_BY_PATH.get(f"{name} {last}", name)


def _place_in(root: object, path: Iterable[str | int]) -> tuple[tuple[str | int, ...], Any]:
    """The path with names of digits as names again, which jsonschema-rs gives as numbers, and the value it leads to."""
    node: Any = root
    named: list[Any] = []
    for step in path:
        named.append(str(step) if is_object(node) else step)
        node = node[named[-1]]
    return tuple(named), node


def _is_beyond(value: object) -> bool:
    """Whether jsonschema-rs can't tell of a value: a name whose place it loses (empty, or an unusual number), NaN, Infinity."""
    waiting: list[Any] = [value]
    while waiting:
        node = waiting.pop()
        waiting += _children(node)
        if (is_object(node) and any(map(_is_odd_name, node))) or (isinstance(node, float) and not isfinite(node)):
            return True
    return False


def _is_odd_name(name: str) -> bool:
    return not name or (name[0] in "+0" and len(name) > 1 and name[1:].isdigit())


# ---- jsonschema, also as openapi-core drives it


class _Interpreted:
    __slots__ = ("_iter_errors",)

    def __init__(self, iter_errors: Callable[[Any], Iterable[Any]]) -> None:
        self._iter_errors = iter_errors

    def findings(self, instance: object, /) -> Sequence[Finding]:
        try:
            return _distinct(map(_from_slow, self._iter_errors(instance)))
        except RecursionError:
            return [Finding((), "depth")]


def _from_slow(error: Any) -> Finding:
    rule = str(error.validator) if error.validator is not None else "falseSchema"
    rule = "contains" if rule in ("minContains", "maxContains") else rule
    path = tuple(error.absolute_path)
    if rule in _AS_A_WHOLE:
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
    return tuple(_additional(schema, instance)) if rule == "additionalProperties" else ()


def _format_checker(kind: Any) -> Any:
    def judged(is_valid: Callable[[str], bool]) -> Callable[[object], bool]:
        return lambda value: not isinstance(value, str) or is_valid(value)

    checker = type(kind.FORMAT_CHECKER)(())
    for name, is_valid in FORMATS.items():
        checker.checks(name)(judged(is_valid))
    return checker


def _pattern(validator: Any, pattern: str, instance: Any, _schema: object) -> Iterator[Any]:
    """The `pattern` keyword on the linear-time engine; where that can't, the keyword is not enforced."""
    if validator.is_type(instance, "string") and (matches := _matcher(pattern)) is not None and not matches(instance):
        yield _broken(validator, "does not match")


def _pattern_properties(validator: Any, patterns: dict[str, Any], instance: Any, _schema: object) -> Iterator[Any]:
    """The `patternProperties` keyword on the linear-time engine, in the same way."""
    if validator.is_type(instance, "object"):
        for pattern, schema in patterns.items():
            matches = _matcher(pattern)
            for name in filter(matches, instance) if matches is not None else ():
                yield from validator.descend(instance[name], schema, path=name, schema_path=pattern)


def _additional_properties(validator: Any, additional: Any, instance: Any, schema: Any) -> Iterator[Any]:
    """The `additionalProperties` keyword; names are matched on the linear-time engine."""
    if validator.is_type(instance, "object"):
        names = [*_additional(schema, instance)]
        if additional is not False:
            for name in names:
                yield from validator.descend(instance[name], additional, path=name)
        elif names:
            yield _broken(validator, "has additional properties")


def _additional(schema: dict[str, Any], instance: dict[str, Any]) -> Iterator[str]:
    patterns = [*map(_matcher, as_object(schema.get("patternProperties")))]
    for name in instance:
        if name not in as_object(schema.get("properties")) and not any(one is None or one(name) for one in patterns):
            yield name


def _items(validator: Any, items: Any, instance: Any, schema: Any) -> Iterator[Any]:
    """The `items` keyword, which tells of each item even where none may stand."""
    if validator.is_type(instance, "array"):
        for index in range(len(as_array(schema.get("prefixItems"))), len(instance)):
            yield from validator.descend(instance[index], items, path=index)


def _property_names(validator: Any, names: Any, instance: Any, _schema: object) -> Iterator[Any]:
    """The `propertyNames` keyword, told of the object rather than of its names, which have no place of their own."""
    if validator.is_type(instance, "object"):
        judge = validator.evolve(schema=names)
        if not all(map(judge.is_valid, instance)):
            yield _broken(validator, "has a name that is not allowed")


def _broken(validator: Any, message: str) -> Exception:
    """An error of the engine's own class, such as a schema of `false` gives."""
    (error,) = validator.descend(None, False)
    kind: Any = error.__class__
    made: Exception = kind(message)
    return made


def _multiple_of(validator: Any, factor: float, instance: float, _schema: object) -> Iterator[Any]:
    """The `multipleOf` keyword in decimal arithmetic: 0.3 is a multiple of 0.1, as it reads."""
    from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext  # noqa: PLC0415  # only with this keyword

    if not validator.is_type(instance, "number"):
        return
    with localcontext() as context:
        context.prec = 400
        try:
            fits = Decimal(repr(instance)) % Decimal(repr(factor)) == 0
        except (InvalidOperation, DivisionByZero):
            fits = False
    if not fits:
        yield _broken(validator, "is not a multiple")


def _with_our_keywords(module: Any, kind: Any) -> Any:
    """`kind` with keywords of our own; `module` is the engine's own `validators`."""
    theirs = module.Draft202012Validator.VALIDATORS
    made: Any = module.extend(
        kind,
        {
            # openapi-core lets `discriminator` decide, which by OpenAPI 3.1, section 4.8.25, is only a hint.
            **{word: theirs[word] for word in ("allOf", "anyOf", "oneOf")},
            "additionalProperties": _additional_properties,
            "items": _items,
            "multipleOf": _multiple_of,
            "pattern": _pattern,
            "patternProperties": _pattern_properties,
            "propertyNames": _property_names,
        },
    )
    made.descend = _descending(made.descend)
    return made


def _descending(descend: Callable[..., Iterable[Any]]) -> Callable[..., Iterable[Any]]:
    """`descend` with the place of a value that a schema of `false` refuses, which jsonschema leaves out."""

    def placed(validator: Any, instance: Any, schema: Any, path: Any = None, schema_path: Any = None, **rest: Any) -> Iterable[Any]:
        if schema is not False:
            return descend(validator, instance, schema, path, schema_path, **rest)
        (error,) = descend(validator, instance, False)
        if path is not None:
            error.path.appendleft(path)
        if schema_path is not None:
            error.schema_path.appendleft(schema_path)
        return iter((error,))

    return placed


def _interpreted(document: Document, pointer: str) -> Schema:
    from jsonschema import validators  # noqa: PLC0415  # an engine is imported when asked for

    module: Any = validators
    return _judged_by(module, module.Draft202012Validator, document, pointer)


def _openapi_core(document: Document, pointer: str) -> Schema:
    from openapi_core.validation.schemas import oas31_schema_validators_factory  # noqa: PLC0415  # an engine is imported when asked for
    from openapi_schema_validator import validators  # noqa: PLC0415

    return _judged_by(validators, oas31_schema_validators_factory.schema_validator_cls, document, pointer)


def _judged_by(module: Any, kind: Any, document: Document, pointer: str) -> Schema:
    """A checker of the class `kind`; `module` is the engine's own `validators`. The registry is closed: it has no way to fetch."""
    from referencing import Registry  # noqa: PLC0415  # what both engines resolve references with
    from referencing.jsonschema import DRAFT202012  # noqa: PLC0415

    def machinery() -> Any:
        make: Any = Registry
        return make().with_resource(_ROOT, DRAFT202012.create_resource(_with_anchors(document)))

    registry = document.once(("registry", "interpreted"), machinery)
    _check_usable(module.Draft202012Validator, registry.resolver(_ROOT).lookup(f"#{pointer}"))
    ours = document.once(("kind", kind), lambda: _with_our_keywords(module, kind))
    return _Interpreted(ours({"$ref": f"{_ROOT}#{pointer}"}, registry=registry, format_checker=_format_checker(kind)).iter_errors)


def _with_anchors(document: Document) -> dict[str, Any]:
    return {**document.raw, "$defs": as_object(as_object(document.raw.get("components")).get("schemas"))}


class _Place(NamedTuple):
    """A schema and what resolves its references; what `referencing` calls Resolved, for subschemas too."""

    contents: Any
    resolver: Any


def _check_usable(kind: Any, start: Any) -> None:
    """Everything that a schema leads to, held against the meta-schema and its references followed; raises for what is broken."""
    from referencing.jsonschema import DRAFT202012  # noqa: PLC0415  # an engine is imported when asked for

    _check_form(kind, start.contents)
    waiting, in_place = [start], dict[int, set[int]]()
    while waiting:
        here = waiting.pop()
        if id(here.contents) in in_place or not is_object(here.contents):
            continue
        targets = [here.resolver.lookup(here.contents[word]) for word in ("$ref", "$dynamicRef") if word in here.contents]
        for target in targets:
            _check_form(kind, target.contents)
        in_place[id(here.contents)] = {id(one.contents) for one in targets} | {*map(id, _applied_in_place(here.contents))}
        resource: Any = DRAFT202012.create_resource(here.contents)
        waiting += [*targets, *(_Place(one.contents, here.resolver.in_subresource(one)) for one in resource.subresources())]
    _check_circles(in_place)


def _applied_in_place(schema: dict[str, Any]) -> Iterator[Any]:
    for word in ("allOf", "anyOf", "oneOf"):
        yield from as_array(schema.get(word))
    yield from as_object(schema.get("dependentSchemas")).values()
    yield from (schema[word] for word in ("not", "if", "then", "else") if word in schema)


def _check_form(kind: Any, schema: object) -> None:
    for error in kind(kind.META_SCHEMA).iter_errors(schema):
        word = next((step for step in reversed(error.path) if isinstance(step, str)), "")
        if word not in _NOT_ASSERTED and error.validator not in _NOT_NEEDED:
            raise SpecError(f"a schema is malformed at {json_pointer(*error.path)!r}")


def _check_circles(in_place: dict[int, set[int]]) -> None:
    """Raises SpecError for a schema that is applied to a value while it is being applied to it."""
    done: set[int] = set()
    while ready := [one for one, others in in_place.items() if one not in done and not (others & in_place.keys()) - done]:
        done.update(ready)
    if len(done) < len(in_place):
        raise SpecError("a schema refers to itself in place, round in a circle")


def _distinct(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in their order, each (path, rule, names) once: an engine may name all missing properties in each error."""
    kept: dict[object, Finding] = {}
    for one in findings:
        kept.setdefault((one.path, one.rule, one.names, repr(one.expected)), one)
    return list(kept.values())
