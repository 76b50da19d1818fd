"""The engine jsonschema-rs: quick, and not to be interrupted, so what a check may cost is known before."""

from __future__ import annotations

from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from ._formats import FORMATS, UNJUDGED, is_anything
from ._measure import children, size_of
from ._model import Finding
from ._schema_common import AS_A_WHOLE, ROOT, distinct, matcher
from ._values import as_object, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from jsonschema_rs import ValidationError as FastError

    from ._model import Schema
    from ._reference import Document
    from ._weight import Weight

# What jsonschema-rs names by another keyword than the one that was broken; the end of the path into the schema tells that one.
_NAMED_BY_PATH: Final = MappingProxyType(
    {
        "required dependentRequired": "dependentRequired",
        "falseSchema propertyNames": "propertyNames",
        "falseSchema additionalProperties": "additionalProperties",
    }
)
# What gathering errors may cost, in units of 0.2 us: a tenth of it for a document that is not trusted.
_MOST_TOLD: Final = 50_000_000
# Alternatives are told within one another, on a stack that may have half a megabyte.
_MOST_LAYERS: Final = 400


class _Compiled:
    __slots__ = ("_other", "_trusted", "_validator", "_weight")

    def __init__(self, validator: Any, weight: Weight, trusted: bool, other: Callable[[], Schema]) -> None:
        self._validator = validator
        self._weight = weight
        self._trusted = trusted
        self._other = other

    def findings(self, instance: object, /) -> Sequence[Finding]:
        try:
            if self._validator.is_valid(instance):
                return ()
            if not _is_beyond(instance):
                return self._told(instance)
        except RuntimeError:
            pass  # a panic: the schema divides by zero; the other engine refuses it by its form
        return self._other().findings(instance)

    def _told(self, instance: object) -> Sequence[Finding]:
        """All that is wrong; where that may be too much to gather, the first of it, or that there is something."""
        most = _MOST_TOLD if self._trusted else _MOST_TOLD // 10
        size = size_of(instance)
        amount = self._weight.bound(size, self._trusted, self._weight.told)
        if amount > 20 * most or size.depth * self._weight.depth > _MOST_LAYERS:
            return [Finding((), "unsaid")]
        errors = self._validator.iter_errors(instance) if amount <= most else _first(self._validator, instance)
        return distinct(_from_fast(error, instance) for error in errors)


def _first(validator: Any, instance: object) -> Iterator[FastError]:
    import jsonschema_rs as fast  # noqa: PLC0415  # an engine is imported when asked for

    try:
        validator.validate(instance)
    except fast.ValidationError as error:
        yield error


def compiled(document: Document, pointer: str, weight: Weight, other: Callable[[], Schema]) -> Schema:
    """The checker of jsonschema-rs; `other` gives one that judges what this can't. Raises what the engine raises, and ImportError."""
    import jsonschema_rs as fast  # noqa: PLC0415  # an engine is imported when asked for

    def validator(name: str, raw: Callable[[], dict[str, Any]]) -> Any:
        return fast.Draft202012Validator(
            {"$ref": f"{ROOT}#{quote(pointer)}"},
            registry=document.once(("registry", name), lambda: fast.Registry([(ROOT, raw())], draft=fast.Draft202012)),
            formats={**dict.fromkeys(UNJUDGED, is_anything), **FORMATS},
            validate_formats=True,
            pattern_options=fast.RegexOptions(),
            offline=True,
        )

    try:
        made = validator("compiled", lambda: document.raw)
    except fast.ValidationError:
        made = validator("mended", lambda: _mended(document))
    return _Compiled(made, weight, document.trusted, other)


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
        if key == "pattern" and isinstance(value, str) and matcher(value) is None:
            continue
        kept = as_object(value) if key == "patternProperties" else {}
        lost = [pattern for pattern in kept if matcher(pattern) is None]
        made[key] = _without_patterns({one: kept[one] for one in kept if one not in lost} if lost else value)
    return made


def _from_fast(error: FastError, root: object) -> Finding:
    kind = error.kind
    path, instance = _place_in(root, error.instance_path)
    rule = _rule_of(kind.name, error.schema_path, path)
    if rule in AS_A_WHOLE:
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
        waiting += children(node)
        if (is_object(node) and any(map(_is_odd_name, node))) or (isinstance(node, float) and not isfinite(node)):
            return True
    return False


def _is_odd_name(name: str) -> bool:
    return not name or (name[0] in "+0" and len(name) > 1 and name[1:].isdigit())
