"""Instances of the Schema Objects of a document, with what it says by examples, defaults and discriminators."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from .._choice import discriminator_of, ends, named_schema
from .._errors import SpecError
from .._formats import STANDARD
from .._lower import DEFS, ONLY, Lowering
from .._schema import compile_schema
from .._values import Unset, as_array, as_object, as_string, is_object, json_pointer, pointer_tokens
from ._generator import Generator
from ._place import NoInstanceError
from ._ways import Discriminator, without_unwanted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from .._formats import Formats
    from .._lower import Direction
    from .._reference import Document
    from .._values import JSON
    from ._place import Effort


def instance_of(
    document: Document,
    place: str,
    *,
    direction: Direction = "response",
    seed: int = 0,
    salt: str = "",
    full: bool = True,
    formats: Formats = STANDARD,
    examples: Sequence[JSON] = (),
    effort: Effort | None = None,
) -> JSON:
    """An instance of the Schema Object at a place, valid as `compile_schema` judges it, the same for the same words.

    At every level an example comes before a default, that before `const` and `enum`, and those before what format and type allow; each
    only where it is valid. `examples` are of the whole, and come before those of the schema. Where the standard lets less pass than
    documents mean, what it lets pass comes first. `effort` bounds the search of several instances together. Raises NoInstanceError.
    """
    told: NoInstanceError | None = None
    try:
        checker = compile_schema(document, place, direction=direction, formats=formats)
        for said in (True, False):
            lowering = _lowering(document, said)
            schema = {"$ref": DEFS + lowering.key(place, direction)}
            make = partial(_generator, document, lowering, direction, seed, formats, said)
            generator = document.once(("generator", said, direction, seed, formats), make)
            for one in (generator.fitted(schema, example) for example in examples):
                if not isinstance(one, Unset) and not checker.findings(one):
                    return one
            try:
                return generator.instance(schema, salt, full=full, valid=lambda made: not checker.findings(made), effort=effort)
            except NoInstanceError as error:
                told = told or error
    except SpecError as error:
        raise NoInstanceError(f"the schema can't be used: {error}") from None
    raise told or NoInstanceError(place)


def as_sent(document: Document, place: str, value: JSON, direction: Direction = "response") -> JSON:
    """A value by the Schema Object at a place without the properties that its direction lacks (OpenAPI 3.0, section 4.7.24.1)."""
    lowering = _lowering(document, True)
    key = document.once(("what lacks", place, direction), lambda: _lacking(lowering, place, direction))
    return without_unwanted(value, [{"$ref": DEFS + key}], lambda key: lowering.definition(key).schema) if key else value


def _lacking(lowering: Lowering, place: str, direction: Direction) -> str:
    """The key of a schema by which a direction lacks properties; empty for any other."""
    with suppress(SpecError):
        return lowering.key(place, direction) if ONLY[direction] in lowering.traits(place) else ""
    return ""


def _lowering(document: Document, said: bool) -> Lowering:
    """The document's schemas with what they say of examples, or without, as they are judged by."""
    if said:
        return document.once("lowering with examples", lambda: Lowering(document, documented=True))
    return document.once("lowering", lambda: Lowering(document))


def _generator(document: Document, lowering: Lowering, direction: Direction, seed: int, formats: Formats, said: bool) -> Generator:
    def told(place: str) -> Discriminator | None:
        return document.once(("discriminator", place, direction), lambda: _discriminator(document, lowering, place, direction))

    def lookup(key: str) -> Any:
        return lowering.definition(key).schema

    return Generator(lookup, seed=seed, formats=formats, told=told if said else None)


def _discriminator(document: Document, lowering: Lowering, place: str, direction: Direction) -> Discriminator | None:
    """What the discriminator of a Schema Object means (OpenAPI 3.2, section 4.25)."""
    node = as_object(document.at(place))
    said = discriminator_of(node)
    name = as_string(said.get("propertyName"))
    if not name:
        return None
    mapped = {
        found: value
        for value, told in reversed(as_object(said.get("mapping")).items())
        if isinstance(told, str) and (found := named_schema(document, place, node, told)) is not None
    }
    values: dict[str, tuple[str | None, ...]] = {
        word: tuple(mapped.get(end, _last(end, place)) for end in ends(document, place + json_pointer(word), as_array(node[word])))
        for word in ("oneOf", "anyOf")
        if word in node
    }
    if values:
        return Discriminator(name, values, (), _nothing)
    several = {**{heir: _last(heir, place) for heir in _heirs(document, place)}, **mapped}
    own = mapped.get(place, _last(place, ""))
    heirs: list[tuple[str, str]] = []
    for heir, value in several.items():
        with suppress(SpecError):
            if heir != place and value is not None:
                heirs.append((value, lowering.key(heir, direction)))

    def meant(keys: Collection[str]) -> str | None:
        return next((several[where] for where in map(lowering.place, keys) if where in several and where != place), None)

    return Discriminator(name, values, tuple(heirs), meant, own)


def _nothing(keys: Collection[str]) -> None:
    return None


def _last(end: str, place: str) -> str | None:
    """The name of a component, by its place; None where it is a schema within the one at `place`."""
    return (
        None if place and end.startswith(place + "/") else pointer_tokens(end.partition("#")[2] or end)[-1] if "/" in end else None
    )


def _heirs(document: Document, place: str) -> list[str]:
    """The components that inherit from the schema at a place by `allOf`, near ones first."""
    known = document.once("heirs", lambda: _all_heirs(document))
    found: dict[str, None] = {}
    waiting = [place]
    while waiting:
        for heir in known.get(waiting.pop(0), ()):
            if heir not in found:
                found[heir] = None
                waiting.append(heir)
    return [*found]


def _all_heirs(document: Document) -> dict[str, list[str]]:
    known: dict[str, list[str]] = {}
    for heir, base in _inheritances(document):
        known.setdefault(base, []).append(heir)
    return known


def _inheritances(document: Document) -> Iterator[tuple[str, str]]:
    """Each component that inherits from a schema, and where that stands."""
    schemas = as_object(document.field("components", "schemas"))
    for name, node in schemas.items():
        here = json_pointer("components", "schemas", name)
        for index, one in enumerate(as_array(as_object(node).get("allOf"))):
            if is_object(one) and isinstance(one.get("$ref"), str):
                with suppress(SpecError):
                    yield here, document.target(one["$ref"], here + json_pointer("allOf", index))[1]
