"""The keywords of a call: parameters of all locations and the properties of an object body, side by side under one rule of names.

A name that several places share means the first of path, query, header, cookie, body; the location before the name
(`body_id`) always works.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._mask import is_secret_place
from ._media_type import essence, family
from ._model import Argument, MediaType, Parameter, RequestBody
from ._names import BUILTINS, assign_names
from ._shape import Shape, shape_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ._reference import Document
    from ._values import Location

_PARAMETER_LOCATIONS: Final[tuple[Location, ...]] = ("path", "query", "querystring", "header", "cookie")
_PYTHON_TYPES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "string": str,
        "integer": int,
        "number": float,
        "boolean": bool,
        "array": list,
        "object": dict,
        "null": None,
    }
)
# Of several media types the first of these families is sent, unless the caller names one.
_PREFERRED: Final = ("json", "multipart", "form", "xml", "lines", "sequence", "text", "binary", "missing")
# Whole bodies of these families are files.
_GIVEN_WHOLE: Final = frozenset({"binary", "lines", "sequence", "xml"})


class Layout(NamedTuple):
    """Which keywords a call takes. `accepted` maps every spelling to its argument; `media_type` is the body's, None for no body.

    `flat` says that the body's properties are keywords, `body_required` that there must be one; `body_shape` is what is known of the
    body, and `open_body` that it lets undeclared properties in.
    """

    arguments: tuple[Argument, ...]
    accepted: Mapping[str, Argument]
    media_type: MediaType | None
    flat: bool
    body_shape: Shape | None
    open_body: bool
    body_required: bool


def choose_media_type(body: RequestBody | None, wanted: str | None = None) -> MediaType | None:
    """The media type a body is sent as: the one that is wanted, else the first of the preferred families. Raises KeyError."""
    if body is None or not body.content:
        return None
    if wanted is not None:
        for name, media_type in body.content.items():
            if essence(name) == essence(wanted):
                return media_type
        raise KeyError(wanted)
    return min(body.content.values(), key=lambda one: _PREFERRED.index(family(one.name)))


def lay_out(document: Document, parameters: Sequence[Parameter], body: RequestBody | None, media_type: MediaType | None) -> Layout:
    """The keywords for these parameters and this body."""
    shape = shape_at(document, media_type.schema.pointer) if media_type and media_type.schema else None
    flat = bool(shape and shape.properties and not shape.types - {"object", "null"})
    placed = [*_of_parameters(document, parameters)]
    if media_type is not None and body is not None:
        placed += _of_body(body, media_type, shape) if flat and shape else [_whole_body(body, media_type, shape)]
    arguments, accepted = _resolve(placed)
    return Layout(
        tuple(sorted(arguments, key=lambda one: not one.required)),
        MappingProxyType(accepted),
        media_type,
        flat,
        shape,
        flat and shape is not None and shape.explicitly_open,
        body is not None and body.required,
    )


def _resolve(placed: Sequence[Argument]) -> tuple[list[Argument], dict[str, Argument]]:
    """The arguments under names that are all different, and by every spelling: each as it is shown first, as it is written last."""
    arguments: list[Argument] = []
    own = {name for one in placed for name in (one.name, _wire_name(one))}
    taken: set[str] = set()
    written: dict[str, Location] = {}
    for one in placed:
        name = one.name
        # What an argument of an earlier place is called in the document means that one.
        while name in taken or written.get(name, one.location) != one.location or (name != one.name and name in own):
            name = f"{one.location}_{name.rstrip('_')}"
        taken.add(name)
        written.setdefault(_wire_name(one), one.location)
        arguments.append(one.named(name))
    accepted = {one.name: one for one in arguments}
    pairs = [*zip(placed, arguments, strict=True)]
    for one, final in pairs:
        accepted.setdefault(one.name, final)
        accepted.setdefault(_wire_name(one), final)
    for one, final in pairs:
        for name in (one.name, one.name.rstrip("_"), _wire_name(one)):
            placed_name = f"{one.location}_{name}"
            while accepted.setdefault(placed_name, final) is not final:
                placed_name = f"{one.location}_{placed_name}"
    return arguments, accepted


def _wire_name(argument: Argument) -> str:
    return argument.name if argument.wire is None else argument.wire


def _of_parameters(document: Document, parameters: Sequence[Parameter]) -> Iterator[Argument]:
    for location in _PARAMETER_LOCATIONS:
        here = {one.name: one for one in parameters if one.location == location}
        for name, wire in assign_names(here, BUILTINS).items():
            one = here[wire]
            schema = one.content.schema if one.content else one.schema
            shape = shape_at(document, schema.pointer) if schema else None
            yield Argument(
                name,
                location,
                wire,
                one.required,
                annotation_of(shape),
                one.description or (shape.description if shape else ""),
                schema,
                parameter=one,
                secret=one.secret or bool(shape and shape.secret) or is_secret_place(document, location, wire),
                deprecated=one.deprecated,
            )


def _of_body(body: RequestBody, media_type: MediaType, shape: Shape) -> Iterator[Argument]:
    for name, wire in assign_names(shape.properties, BUILTINS).items():
        inner = shape.properties[wire]
        binary = is_file(inner, media_type)
        yield Argument(
            name,
            "body",
            wire,
            body.required and wire in shape.required,
            Any if binary else annotation_of(inner),
            inner.description,
            binary=binary,
            secret=inner.secret,
        )


def _whole_body(body: RequestBody, media_type: MediaType, shape: Shape | None) -> Argument:
    binary = family(media_type.name) in _GIVEN_WHOLE
    return Argument(
        "body",
        "body",
        None,
        body.required,
        Any if binary else annotation_of(shape),
        body.description,
        media_type.schema,
        binary=binary,
        secret=bool(shape and shape.secret),
    )


def is_file(shape: Shape, media_type: MediaType) -> bool:
    """Whether a property of a body is sent as a file: binary, in a multipart body."""
    return shape.binary and family(media_type.name) == "multipart"


def annotation_of(shape: Shape | None) -> Any:
    """The plain Python type of what a schema describes; `Any` where it names none."""
    kinds = sorted(shape.types) if shape else []
    known: list[Any] = [_PYTHON_TYPES[kind] for kind in kinds if kind in _PYTHON_TYPES]
    if not known or known == [None]:
        return Any
    known.sort(key=lambda kind: kind is None)
    union: Any = known[0]
    for kind in known[1:]:
        union = union | kind
    return union
