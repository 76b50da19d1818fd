"""The ways in which a value can fit what schemas combine: of alternatives one is chosen, what they refer to and conjoin is gathered.

Which keywords a value breaks by `not`, or by an alternative of `oneOf` that is not chosen, is a choice as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._lower import DEFS, DISCRIMINATED, UNWANTED
from .._values import as_array, as_object, is_array, is_object
from ._facts import BROKEN, broken, contradictory, declared, item, member, required, types_of, values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from .._values import JSON

# States that are looked into for one value.
_MOST: Final = 300
# Alternatives, of more than which one is not sought that the others refuse.
_MOST_REFUSED: Final = 30
_UNSURE: Final = frozenset({"unevaluatedProperties", "unevaluatedItems", "maxContains"})


class Choice(NamedTuple):
    """Alternatives of which one is to hold, and the keyword that says so.

    `others` must not hold beside the one of the same index; `plain` are the same alternatives with less said, should none hold.
    """

    word: str
    options: tuple[Any, ...]
    others: tuple[Any, ...] = ()
    plain: tuple[Any, ...] = ()


class Discriminator(NamedTuple):
    """What a discriminator means: the property, its values for the alternatives of `oneOf` and `anyOf`, and the values that choose
    other definitions, by their keys; `own` is the value of the schema that has it, where it may be meant itself. `meant` gives the value
    that the definitions which led to it stand for.
    """

    name: str
    values: Mapping[str, tuple[str | None, ...]]
    heirs: tuple[tuple[str, str], ...]
    meant: Callable[[Collection[str]], str | None]
    own: str | None = None


class Way(NamedTuple):
    """Schemas that apply to a value together, the keys of the definitions they came from, whether what fits them is to be checked, and
    whether there were others to choose.
    """

    nodes: tuple[dict[str, Any], ...]
    keys: frozenset[str]
    unsure: bool
    chosen: bool


class _State(NamedTuple):
    waiting: tuple[Any, ...]
    nodes: tuple[dict[str, Any], ...] = ()
    keys: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    unsure: bool = False
    made: int = 0


def ways(
    schemas: Sequence[Any],
    lookup: Callable[[str], Any],
    told: Callable[[str], Discriminator | None],
    order: Callable[[int, Choice, Sequence[str]], Sequence[int]],
) -> Iterator[Way]:
    """The ways, the best first. `order` gives the indexes of a choice's options as they are to be tried, those left out never.

    It is told how many choices were made before, and the keys of the definitions so far, the outermost first. `told` gives what the
    discriminator at a place means.
    """
    stack = [_State(tuple(schemas))]
    for _ in range(_MOST):
        if not stack:
            return
        state = _settled(stack.pop(), lookup, told)
        if state is None:
            continue
        if not state.choices:
            yield Way(state.nodes, frozenset(state.keys), state.unsure, state.made > 0)
            continue
        choice = state.choices[0]
        base = state._replace(choices=state.choices[1:], made=state.made + 1)
        options = _ordered(choice, order(state.made, choice, state.keys))
        stack += [base._replace(waiting=(option,)) for option in reversed(options)]


def _ordered(choice: Choice, indexes: Sequence[int]) -> list[Any]:
    """The options, and behind them each without all others, where these must not hold beside it."""
    chosen = [choice.options[index] for index in indexes]
    for index in indexes if 1 < len(choice.others) <= _MOST_REFUSED else ():
        refused = [{"not": other} for number, other in enumerate(choice.others) if number != index]
        chosen.append({"allOf": [choice.options[index], *refused]})
    return chosen + [choice.plain[index] for index in indexes if choice.plain]


def _settled(state: _State, lookup: Callable[[str], Any], told: Callable[[str], Discriminator | None]) -> _State | None:
    """The same with all that waits looked into; None where nothing can fit."""
    waiting, nodes, keys = [*reversed(state.waiting)], [*state.nodes], dict.fromkeys(state.keys)
    choices, unsure = [*state.choices], state.unsure
    while waiting:
        schema = waiting.pop()
        if schema is False:
            return None
        if not is_object(schema):
            continue
        nodes.append(schema)
        key = schema.get("$ref", DEFS).removeprefix(DEFS)
        waiting += reversed(as_array(schema.get("allOf")))
        if key and key not in keys:
            keys[key] = None
            waiting.append(lookup(key))
        found = [*_choices(schema, lookup, told, keys)]
        choices += found
        unsure = unsure or not _UNSURE.isdisjoint(schema) or any(one.word not in ("anyOf", "discriminator") for one in found)
    if values_of(nodes) == [] or not types_of(nodes) or any(BROKEN in node and _in_vain(node, nodes) for node in nodes):
        return None
    return _State((), tuple(nodes), tuple(keys), tuple(choices), unsure, state.made)


def _in_vain(node: dict[str, Any], nodes: Sequence[dict[str, Any]]) -> bool:
    return any(contradictory(member(nodes, name)) for name in node["properties"])


def _choices(
    schema: dict[str, Any], lookup: Callable[[str], Any], told: Callable[[str], Discriminator | None], keys: Collection[str]
) -> Iterator[Choice]:
    discriminator = told(schema[DISCRIMINATED]) if DISCRIMINATED in schema else None
    if "anyOf" in schema:
        yield _discriminated(Choice("anyOf", tuple(schema["anyOf"])), discriminator, schema, lookup)
    if "oneOf" in schema:
        yield _discriminated(Choice("oneOf", tuple(schema["oneOf"]), tuple(schema["oneOf"])), discriminator, schema, lookup)
    if discriminator is not None:
        yield from _inherited(discriminator, keys)
    if "if" in schema and ("then" in schema or "else" in schema):
        met = {"allOf": [schema["if"], schema.get("then", True)]}
        yield Choice("if", (met, {"allOf": [{"not": schema["if"]}, schema.get("else", True)]}))
    if "not" in schema:
        yield Choice("not", (*broken(schema["not"], lookup), {}))
    for name, inner in as_object(schema.get("dependentSchemas")).items():
        yield Choice("dependentSchemas", ({"required": [name], "allOf": [inner]}, {"properties": {name: False}}, True))


def _discriminated(
    choice: Choice, discriminator: Discriminator | None, schema: dict[str, Any], lookup: Callable[[str], Any]
) -> Choice:
    """The same, where each alternative has the value that chooses it, if it has the property."""
    values = () if discriminator is None else discriminator.values.get(choice.word, ())
    if discriminator is None or len(values) != len(choice.options):
        return choice
    name = discriminator.name
    options = [
        option if value is None or name not in declared(conjoined([schema, option], lookup)) else _with(name, value, option)
        for option, value in zip(choice.options, values, strict=True)
    ]
    return choice._replace(options=tuple(options), plain=choice.options)


def _inherited(discriminator: Discriminator, keys: Collection[str]) -> Iterator[Choice]:
    """What inherits from the schema of a discriminator: what led to it, where that does; else any."""
    meant = discriminator.meant(keys)
    own = [] if discriminator.own is None else [_with(discriminator.name, discriminator.own, True)]
    if meant is not None:
        yield Choice("discriminator", (_with(discriminator.name, meant, True), True))
    elif discriminator.heirs:
        several = [_with(discriminator.name, value, {"$ref": DEFS + key}) for value, key in discriminator.heirs]
        yield Choice("discriminator", (*several, *own, True))


def _with(name: str, value: str, schema: Any) -> dict[str, Any]:
    """A schema for an object that has a property of a value besides."""
    return {"allOf": [schema], "properties": {name: {"const": value}}, "required": [name]}


def conjoined(schemas: Iterable[Any], lookup: Callable[[str], Any], *words: str) -> list[dict[str, Any]]:
    """The schemas that surely apply where these do: what they refer to and conjoin too; and by other words those that may."""
    waiting, found, keys = [*schemas][::-1], list[dict[str, Any]](), set[str]()
    while waiting:
        schema = as_object(waiting.pop())
        if not schema:
            continue
        found.append(schema)
        for word in ("allOf", *words):
            waiting += reversed(as_array(schema.get(word)))
        key = schema.get("$ref", DEFS).removeprefix(DEFS)
        if key and key not in keys:
            keys.add(key)
            waiting.append(lookup(key))
    return found


def without_unwanted(value: JSON, schemas: Iterable[Any], lookup: Callable[[str], Any]) -> JSON:
    """The value without the properties that its direction lacks, by any of the schemas and alternatives that may apply to it; those stay
    that are required all the same.
    """
    nodes = conjoined(schemas, lookup, "anyOf", "oneOf") if is_object(value) or is_array(value) else []
    if is_array(value):
        return [without_unwanted(one, item(nodes, index), lookup) for index, one in enumerate(value)]
    if not is_object(value):
        return value
    members, needed = {name: member(nodes, name) for name in value}, required(nodes)
    return {
        name: without_unwanted(one, members[name], lookup)
        for name, one in value.items()
        if name in needed or not is_unwanted(members[name], lookup)
    }


def is_unwanted(schemas: Iterable[Any], lookup: Callable[[str], Any]) -> bool:
    """Whether a property of these schemas is one that the values of this direction lack."""
    return any(UNWANTED in node for node in conjoined(schemas, lookup))
