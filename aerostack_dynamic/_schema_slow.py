"""The engine `jsonschema`, by itself and as openapi-core drives it, with keywords of our own where they differ from `compiled`.

The registry is closed: it has no way to fetch. Patterns run on the linear-time engine or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._errors import SpecError
from ._lower import DEFS
from ._model import Finding
from ._schema_common import AS_A_WHOLE, distinct, matcher
from ._values import as_array, as_object, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ._formats import Formats
    from ._lower import Lowered
    from ._model import Schema

# Of those that these engines are given, who take long.
_MOST_UNTRUSTED: Final = 4000
# Schemas that are applied for one question, where nobody has weighed them.
_MOST_APPLIED: Final = 30_000


class _Interpreted:
    __slots__ = ("_iter_errors",)

    def __init__(self, iter_errors: Callable[[Any], Iterable[Any]]) -> None:
        self._iter_errors = iter_errors

    def findings(self, instance: object, /) -> Sequence[Finding]:
        try:
            return distinct(map(_from_slow, self._iter_errors(instance)))
        except RecursionError:
            return [Finding((), "depth")]


def _from_slow(error: Any) -> Finding:
    rule = str(error.validator) if error.validator is not None else "falseSchema"
    rule = "contains" if rule in ("minContains", "maxContains") else rule
    path = tuple(error.absolute_path)
    if rule in AS_A_WHOLE:
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


def _format_checker(kind: Any, formats: Formats) -> Any:
    def judged(is_valid: Callable[[str], bool]) -> Callable[[object], bool]:
        return lambda value: not isinstance(value, str) or is_valid(value)

    checker = type(kind.FORMAT_CHECKER)(())
    for name, is_valid in formats.checks.items():
        checker.checks(name)(judged(is_valid))
    return checker


def _pattern(validator: Any, pattern: str, instance: Any, _schema: object) -> Iterator[Any]:
    """The `pattern` keyword on the linear-time engine; where that can't, the keyword is not enforced."""
    if validator.is_type(instance, "string") and (matches := matcher(pattern)) is not None and not matches(instance):
        yield _broken(validator, "does not match")


def _pattern_properties(validator: Any, patterns: dict[str, Any], instance: Any, _schema: object) -> Iterator[Any]:
    """The `patternProperties` keyword on the linear-time engine, in the same way."""
    if validator.is_type(instance, "object"):
        for pattern, schema in patterns.items():
            matches = matcher(pattern)
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
    patterns = [*map(matcher, as_object(schema.get("patternProperties")))]
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


def _enum(theirs: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """The `enum` keyword, for strings without the engine's own comparison, which takes a microsecond each."""

    def judged(validator: Any, options: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if isinstance(instance, str) and instance in options:
            return iter(())
        return theirs(validator, options, instance, schema)

    return judged


def _unique_items(validator: Any, wanted: Any, instance: Any, _schema: object) -> Iterator[Any]:
    """The `uniqueItems` keyword by hashing; the engine compares each item with each."""
    if wanted and validator.is_type(instance, "array") and len(set(map(_canonical, instance))) < len(instance):
        yield _broken(validator, "holds the same item twice")


def _canonical(value: Any) -> object:
    """A key that equal JSON values share, and no others: 1 and 1.0 are equal, 1 and true are not."""
    if is_object(value):
        return frozenset((name, _canonical(item)) for name, item in value.items())
    if is_array(value):
        return tuple(map(_canonical, value))
    return (bool, value) if isinstance(value, bool) else value


def _unevaluated_properties(validator: Any, unevaluated: Any, instance: Any, schema: Any) -> Iterator[Any]:
    """The `unevaluatedProperties` keyword; names are matched on the linear-time engine, where the engine's own uses `re`."""
    if validator.is_type(instance, "object"):
        known = set(_evaluated(validator, instance, schema))
        for name in instance.keys() - known:
            if not _is_valid(validator, instance[name], unevaluated):
                yield _broken(validator, "has a property that is not evaluated")
                return


def _evaluated(validator: Any, instance: Any, schema: Any) -> Iterator[str]:
    """The names that a schema and those applied beside it judge (JSON Schema 2020-12, section 11.3), as far as these let them pass."""
    if not is_object(schema):
        return
    if "$ref" in schema:
        found = validator._resolver.lookup(schema["$ref"])
        yield from _evaluated(validator.evolve(schema=found.contents, _resolver=found.resolver), instance, found.contents)
    yield from as_object(schema.get("properties"))
    for word in ("additionalProperties", "unevaluatedProperties"):
        if word in schema:
            yield from (name for name, value in instance.items() if _is_valid(validator, value, schema[word]))
    for pattern in as_object(schema.get("patternProperties")):
        matches = matcher(pattern)
        yield from (name for name in instance if matches is None or matches(name))
    for inner in _passing(validator, instance, schema):
        yield from _evaluated(validator, instance, inner)


def _passing(validator: Any, instance: Any, schema: dict[str, Any]) -> Iterator[Any]:
    yield from (inner for name, inner in as_object(schema.get("dependentSchemas")).items() if name in instance)
    for word in ("allOf", "anyOf", "oneOf"):
        yield from (inner for inner in as_array(schema.get(word)) if _is_valid(validator, instance, inner))
    if "if" in schema:
        passes = _is_valid(validator, instance, schema["if"])
        yield from (schema[word] for word in (("if", "then") if passes else ("else",)) if word in schema)


def _is_valid(validator: Any, instance: Any, schema: Any) -> bool:
    return next(iter(validator.descend(instance, schema)), None) is None


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
            "enum": _enum(theirs["enum"]),
            "items": _items,
            "multipleOf": _multiple_of,
            "pattern": _pattern,
            "patternProperties": _pattern_properties,
            "propertyNames": _property_names,
            "unevaluatedProperties": _unevaluated_properties,
            "uniqueItems": _unique_items,
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


def interpreted(key: str, closure: Mapping[str, Lowered], trusted: bool, formats: Formats) -> Schema:
    """The checker of `jsonschema`. Raises SpecError for schemas that it can't use."""
    from jsonschema import validators  # noqa: PLC0415  # an engine is imported when asked for

    module: Any = validators
    return _judged_by(module, module.Draft202012Validator, key, closure, trusted, formats)


def openapi_core(key: str, closure: Mapping[str, Lowered], trusted: bool, formats: Formats) -> Schema:
    """The checker of openapi-core. Raises SpecError for schemas that it can't use."""
    from openapi_core.validation.schemas import oas31_schema_validators_factory  # noqa: PLC0415  # an engine is imported when asked for
    from openapi_schema_validator import validators  # noqa: PLC0415

    return _judged_by(validators, oas31_schema_validators_factory.schema_validator_cls, key, closure, trusted, formats)


def _judged_by(module: Any, kind: Any, key: str, closure: Mapping[str, Lowered], trusted: bool, formats: Formats) -> Schema:
    """A checker of the class `kind`; `module` is the engine's own `validators`. The registry is closed: it has no way to fetch."""
    from referencing import Registry  # noqa: PLC0415  # what both engines resolve references with

    if not trusted and sum(one.size for one in closure.values()) > _MOST_UNTRUSTED:
        raise SpecError(f"the schema leads to over {_MOST_UNTRUSTED} others, and the document is not trusted")
    _check_circles(closure)
    make: Any = Registry
    schema = {"$ref": DEFS + key, "$defs": {name: one.schema for name, one in closure.items()}}
    ours = _with_our_keywords(module, kind)
    return _Interpreted(ours(schema, registry=make(), format_checker=_format_checker(kind, formats)).iter_errors)


def _check_circles(closure: Mapping[str, Lowered]) -> None:
    """Raises SpecError for a schema that is applied to a value while it is being applied to it."""
    in_place = {key: _applied(one.schema) for key, one in closure.items()}
    applied_by: dict[str, list[str]] = {}
    for one, others in in_place.items():
        for other in others:
            applied_by.setdefault(other, []).append(one)
    ready = [one for one, others in in_place.items() if not others]
    done = 0
    while ready:
        here = ready.pop()
        done += 1
        for one in applied_by.get(here, ()):
            in_place[one].discard(here)
            if not in_place[one]:
                ready.append(one)
    if done < len(in_place):
        raise SpecError("a schema refers to itself in place, round in a circle")


def _applied(schema: object) -> set[str]:
    """The keys of the definitions that apply to the value that a schema applies to."""
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        node = as_object(waiting.pop())
        if "$ref" in node:
            found.add(node["$ref"].removeprefix(DEFS))
        for word in ("allOf", "anyOf", "oneOf"):
            waiting += as_array(node.get(word))
        waiting += as_object(node.get("dependentSchemas")).values()
        waiting += [node[word] for word in ("not", "if", "then", "else") if word in node]
    return found


class _Resolver:
    """What references to definitions lead to, each found when it is asked for.

    It stands for a `referencing.Resolver`, whose registry is written in Rust and raises what is no Exception where Python's stack does not
    suffice, as it may not here: nobody has looked for circles. `left` is how many schemas may still be applied.
    """

    def __init__(self, lookup: Callable[[str], Any]) -> None:
        self._lookup = lookup
        self.left = 0

    def lookup(self, reference: str) -> _Resolved:
        """The definition, and what references in it lead to."""
        return _Resolved(self._lookup(reference.removeprefix(DEFS)), self)

    def in_subresource(self, resource: object) -> _Resolver:
        """The same within a schema. Raises RecursionError where there was too much already."""
        self.left -= 1
        if self.left < 0:
            raise RecursionError
        return self


class _Resolved(NamedTuple):
    contents: Any
    resolver: _Resolver


def judging(lookup: Callable[[str], Any], formats: Formats) -> Callable[[Any, object], bool | None]:
    """Whether a value is valid by a lowered schema, or a part of one, whose definitions `lookup` gives; None where that is too much.

    For a question or two of each of many schemas, of which the other engines would make something first.
    """
    from jsonschema import validators  # noqa: PLC0415  # an engine is imported when asked for

    module: Any = validators
    kind = module.Draft202012Validator
    resolver = _Resolver(lookup)
    whole = _with_our_keywords(module, kind)({}, format_checker=_format_checker(kind, formats), _resolver=resolver)

    def judge(schema: Any, value: object) -> bool | None:
        resolver.left = _MOST_APPLIED
        try:
            return bool(whole.evolve(schema=schema).is_valid(value))
        except RecursionError:
            return None

    return judge
