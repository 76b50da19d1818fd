"""The engine jsonschema-rs: quick, and not to be interrupted, so what a check may cost is known before."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ._errors import SpecError
from ._lower import DEFS
from ._measure import containers, is_large, members, size_of
from ._model import Finding
from ._narrow import FirstLook
from ._schema_common import AS_A_WHOLE, Quick, compiled_validator, distinct
from ._values import as_object, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from jsonschema_rs import ValidationError as FastError

    from ._formats import Formats
    from ._lower import Lowered, Lowering
    from ._model import Schema
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
# Schemas that one leads to, from where on they are compiled together with others.
_LARGE: Final = 500
# More schemas than a document's operations name.
_MOST_AHEAD: Final = 1_000_000


class _Held:
    """A validator of the schemas `keys`, in whose place another one may be put that judges all of them, and more.

    It is `current` until then.
    """

    __slots__ = ("_next", "current", "keys")

    def __init__(self, validator: Any, keys: frozenset[str] = frozenset()) -> None:
        self.current = validator
        self._next: _Held | None = None
        self.keys = keys

    @property
    def validator(self) -> Any:
        """The validator, or what was put in its place. Right while another thread does so."""
        held = self
        while (found := held.current) is None and held._next is not None:
            held = held._next
        return found

    def replace(self, other: _Held) -> None:
        """Put another one in its place, so that nothing holds this one's validator any longer."""
        self._next = other
        self.current = None


class _Compiled(Quick):
    """A validator's judgment of a value; where it is one of several schemas, of the property called `key`."""

    __slots__ = ("_first_look", "_held", "_key", "_other", "_trusted", "_weight")

    def __init__(
        self, held: _Held, key: str | None, weight: Weight, trusted: bool, other: Callable[[], Schema], first_look: FirstLook | None
    ) -> None:
        self._held = held
        self._key = key
        self._weight = weight
        self._trusted = trusted
        self._other = other
        self._first_look = first_look
        self.passes = held.validator.is_valid if key is None else self._fits

    def _fits(self, instance: object) -> bool:
        validator = self._held.current or self._held.validator
        return bool(validator.is_valid(instance if self._key is None else {self._key: instance}))

    def findings(self, instance: object, /) -> Sequence[Finding]:
        if self._first_look is not None and is_large(instance) and self._first_look.passes(instance):
            return ()
        if self.passes(instance):
            return ()
        if not _is_beyond(instance):
            return self._told(instance)
        try:
            return self._other().findings(instance)
        except SpecError:  # the other engine can't use the schema
            return [Finding((), "unsaid")]

    def _told(self, instance: object) -> Sequence[Finding]:
        """All that is wrong; where that may be too much to gather, the first of it, or that there is something."""
        most = _MOST_TOLD if self._trusted else _MOST_TOLD // 10
        size = size_of(instance)
        amount = self._weight.bound(size, self._trusted, self._weight.told)
        if amount > 20 * most or size.depth * self._weight.depth > _MOST_LAYERS:
            return [Finding((), "unsaid")]
        given = instance if self._key is None else {self._key: instance}
        validator = self._held.validator
        errors = validator.iter_errors(given) if amount <= most else _first(validator, given)
        found = (_from_fast(error, given) for error in errors)
        return distinct(found if self._key is None else map(_within, found))


def _within(found: Finding) -> Finding:
    """What was found in the only property of an object, as found in its value."""
    return replace(found, path=found.path[1:], branches=tuple(tuple(map(_within, branch)) for branch in found.branches))


def _first(validator: Any, instance: object) -> Iterator[FastError]:
    import jsonschema_rs as fast  # noqa: PLC0415  # an engine is imported when asked for

    try:
        validator.validate(instance)
    except fast.ValidationError as error:
        yield error


class Compiler:
    """The checkers of jsonschema-rs for the schemas of a document.

    A validator shares nothing with another one, so that of schemas which all lead to one another each would hold them all. A schema that
    leads to few others has a validator of its own. Large ones are compiled together with those that were before, and with others that
    the document has, twice as many each time: so that few of them are used costs little, and that all are no more than twice as much.
    """

    def __init__(self, lowering: Lowering, trusted: bool, formats: Formats) -> None:
        self.trusted = trusted
        self.formats = formats
        self._lowering = lowering
        self._shared = _Held(None)
        self._ahead = 0

    def covers(self, key: str) -> bool:
        """Whether a validator that was made judges a definition too."""
        return key in self._shared.keys

    def compiled(
        self, key: str, closure: Callable[[], Mapping[str, Lowered]], weight: Weight, other: Callable[[], Schema]
    ) -> Schema:
        """The checker for a definition; `closure` gives it and all that it leads to, `other` a checker that judges what this can't.

        Raises what the engine raises for a schema that it can't use, and ImportError where it is not installed.
        """
        held, several = self._judge(key, closure)
        first_look = None if several else FirstLook(key, closure, self.formats)
        return _Compiled(held, key if several else None, weight, self.trusted, other, first_look)

    def _judge(self, key: str, find: Callable[[], Mapping[str, Lowered]]) -> tuple[_Held, bool]:
        """What judges a schema, and whether it judges others as well."""
        shared = self._shared
        if key in shared.keys:
            return shared, True
        closure = find()
        if sum(one.size for one in closure.values()) < _LARGE:
            schema = {"$ref": DEFS + key, "$defs": {name: one.schema for name, one in closure.items()}}
            return _Held(compiled_validator(schema, self.formats)), False
        known = {name: self._lowering.definition(name) for name in shared.keys}
        wanted = {**known, **closure, **self._lowering.others(self._ahead)}
        try:
            validator = _several(wanted, self.formats)
        except ValueError:  # perhaps for one of the others, which the engine refuses
            return _Held(_several(closure, self.formats)), True
        self._ahead = min(2 * self._ahead or 1, _MOST_AHEAD)
        more = _Held(validator, frozenset(wanted))
        shared.replace(more)
        self._shared = more
        return more, True


def _several(closure: Mapping[str, Lowered], formats: Formats) -> Any:
    """One validator of several schemas, each of which judges the property called by its key."""
    definitions = {name: one.schema for name, one in closure.items()}
    return compiled_validator({"properties": {name: {"$ref": DEFS + name} for name in definitions}, "$defs": definitions}, formats)


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
    level: list[Any] = [value]
    while level:
        if not all(map(isfinite, [node for node in level if isinstance(node, float)])):
            return True
        held = containers(level)
        if any(map(_is_odd_name, frozenset(chain.from_iterable(filter(is_object, held))))):  # thousands of rows share their names
            return True
        level = [*members(held)]
    return False


def _is_odd_name(name: str) -> bool:
    return not name or (name[0] in "+0" and len(name) > 1 and name[1:].isdigit())
