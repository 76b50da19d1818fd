"""Schemas that let pass less than those they are made of, and are judged in a fraction of the time: what they let pass is right.

An engine judges the formats that it knows by itself many times as fast as by a function of Python's, and an object faster that has no
members but those declared. So a large value is held against such a schema first, and only what that refuses against the schema itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._formats import FORMATS
from ._keywords import LISTS, MAPS, SINGLE
from ._lower import DEFS
from ._schema_common import judging_validator
from ._values import as_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ._formats import Formats
    from ._lower import Lowered

# Formats that jsonschema-rs judges as `_formats` does; a test holds it to that. But it knows the year 0,
# which Python has not, and addresses of protocols to come (RFC 3986, section 3.2.2).
_ALIKE: Final = frozenset(
    {"date", "date-time", "duration", "ipv4", "ipv6", "json-pointer", "time", "uri", "uri-reference", "uuid"},
)
# Those of which it refuses more.
_STRICTER: Final = frozenset({"email", "hostname"})
# A usual address is told by its pattern in half the time; of this length, no part of it is too long.
_LABELS: Final = "[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*"
_USUAL_EMAIL: Final = rf"^[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@{_LABELS}(?:\.{_LABELS})*$"
_USUAL_LENGTH: Final = 60
# Under these, letting less pass would let more pass, or something else.
_CONTRARY: Final = frozenset({"contains", "if", "not", "oneOf", "unevaluatedItems", "unevaluatedProperties"})
# Words by which several schemas speak of the same value.
_BESIDE: Final = frozenset({"$ref", "allOf", "anyOf", "dependentSchemas", "else", "if", "not", "oneOf", "then"})
# Words that speak of the members of an object.
_OF_MEMBERS: Final = frozenset(
    {"additionalProperties", "dependentRequired", "patternProperties", "properties", "required", "unevaluatedProperties"}
)
# What speaks of members that are not declared, here or elsewhere.
_ELSE: Final = _BESIDE | (_OF_MEMBERS - {"dependentRequired", "properties", "required"})


class FirstLook:
    """The first look at large values of the definition `key`; its validators are made when there is such a value."""

    __slots__ = ("_closed", "_closure", "_formats", "_key", "_open")

    def __init__(self, key: str, closure: Callable[[], Mapping[str, Lowered]], formats: Formats) -> None:
        self._key = key
        self._closure = closure
        self._formats = formats
        self._closed: Any = None  # a validator of objects with their declared members alone; False once a right value had others
        self._open: Any = None

    def passes(self, instance: object) -> bool:
        """Whether a value is right for certain."""
        if self._closed is None:
            self._closed = self._made(closed=True)
        if self._closed and self._closed.is_valid(instance):
            return True
        if self._open is None:
            self._open = self._made(closed=False)
        if not self._open.is_valid(instance):
            return False
        self._closed = False
        return True

    def _made(self, *, closed: bool) -> Any:
        schema, functions = narrowed(self._key, self._closure(), self._formats, closed=closed)
        return judging_validator(schema, {name: self._formats.checks[name] for name in functions})


class Narrowed(NamedTuple):
    """A schema that stands alone, and the formats in it that an engine is to judge by our functions."""

    schema: dict[str, Any]
    functions: frozenset[str]


def narrowed(key: str, closure: Mapping[str, Lowered], formats: Formats, *, closed: bool) -> Narrowed:
    """What lets pass no more than the definition `key` among `closure`. Where it is `closed`, objects have their declared members alone."""
    work = _Narrowing(closure, formats, closed)
    schema = {"$ref": work.reference(key, _Here(True, True)), "$defs": work.definitions}
    return Narrowed(schema, frozenset(work.functions))


class _Here(NamedTuple):
    """Where a schema stands: whether it may let pass less there, and whether it alone speaks of its value, so that it may be closed."""

    free: bool
    alone: bool

    @property
    def suffix(self) -> str:
        """What tells a definition made for here from others of its key."""
        return f"{'f' * self.free}{'a' * self.alone}"


class _Narrowing:
    def __init__(self, closure: Mapping[str, Lowered], formats: Formats, closed: bool) -> None:
        self._closure = closure
        self._checks = formats.checks
        self._own = {one.name for one in formats.own}
        self._closed = closed
        self.definitions: dict[str, Any] = {}
        self.functions: set[str] = set()

    def reference(self, key: str, here: _Here) -> str:
        """A reference to a definition as it is here."""
        name = key + here.suffix
        if name not in self.definitions:
            self.definitions[name] = True  # one that leads to itself finds it there
            self.definitions[name] = self._schema(self._closure[key].schema, here)
        return DEFS + name

    def _schema(self, node: Any, here: _Here) -> Any:
        if not is_object(node):
            return node
        made: dict[str, Any] = {}
        for word, value in node.items():
            self._word(word, value, self._within(node, word, here), made)
        if "format" in made and made["format"] not in self.functions:
            made["allOf"] = [*made.get("allOf", ()), *_told(made.pop("format"))]
        if self._closed and here.free and here.alone and _may_be_closed(node):
            made["additionalProperties"] = False
        return made

    def _word(self, word: str, value: Any, inner: _Here, made: dict[str, Any]) -> None:
        if word == "$ref":
            made[word] = self.reference(value.removeprefix(DEFS), inner)
        elif word in SINGLE:
            made[word] = self._schema(value, inner)
        elif word in LISTS:
            made[word] = [self._schema(one, inner) for one in value]
        elif word in MAPS:
            made[word] = {name: self._schema(one, inner) for name, one in value.items()}
        elif word != "format" or self._is_judged(value, inner.free):
            made[word] = value

    def _within(self, node: dict[str, Any], word: str, here: _Here) -> _Here:
        """Where the schemas of a keyword stand."""
        several = len(as_array(node[word])) > 1 and word == "allOf"
        alone = here.alone and not several and _BESIDE.isdisjoint(node.keys() - {word})
        if word in _BESIDE:
            alone = alone and _OF_MEMBERS.isdisjoint(node)
        return _Here(here.free and word not in _CONTRARY, alone)

    def _is_judged(self, name: str, free: bool) -> bool:
        """Whether a format is judged at all, noting one that the engine doesn't judge as our function does."""
        if name not in self._checks:
            return False
        known = name in FORMATS and name not in self._own and (name in _ALIKE or (free and name in _STRICTER))
        if not known:
            self.functions.add(name)
        return True


def _told(name: str) -> Iterator[dict[str, Any]]:
    """The schemas by which the engine tells a format that it knows."""
    known: dict[str, Any] = {"format": name}
    if name == "email":
        literal = {"not": {"type": "string", "pattern": r"@\["}}
        yield {"anyOf": [{"pattern": _USUAL_EMAIL, "maxLength": _USUAL_LENGTH}, {**known, **literal}]}
    else:
        yield known
    if name in ("date", "date-time"):
        yield {"not": {"type": "string", "pattern": "^0000"}}
    if name in ("uri", "uri-reference"):
        yield {"not": {"type": "string", "pattern": r"\[[vV]"}}


def _may_be_closed(node: dict[str, Any]) -> bool:
    """Whether an object schema declares members, requires none but those, and has no word on others."""
    return "properties" in node and _ELSE.isdisjoint(node) and node["properties"].keys() >= {*as_array(node.get("required"))}
