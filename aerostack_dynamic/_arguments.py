"""The keywords of a call: parameters of all locations and the properties of an object body, side by side under one rule of names.

A name that several places share means the first of path, query, header, cookie, body; the location before the name
(`body_id`) always works. What a caller need not know of can be given all the same: properties that are `readOnly`, and the header
parameters Accept, Content-Type and Authorization, of which the standard says that they are ignored (OpenAPI 3.2, section 4.12.2.1).
So can those such as Content-Length, which follow from the rest of a request, and are not sent as given.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._choice import chooses
from ._encoded import encoding_of
from ._mask import is_secret_place
from ._media_type import essence, family, is_content_type, specificity
from ._model import Argument, MediaType, Parameter, RequestBody
from ._names import BUILTINS, assign_names
from ._options import is_framing_header
from ._shape import Shape, shape_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ._reference import Document
    from ._values import Location

# Header parameters that the standard has no say in (OpenAPI 3.1, section 4.8.12.2).
STANDARD_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})
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
# Of several media types the first of these kinds is sent, unless the caller names one, or gives what only another can hold.
_PREFERRED: Final = ("json", "multipart", "form", "text", "lines", "sequence", "xml", "any", "binary", "missing")
# Kinds whose bodies may be given as they are sent: a file, bytes, or text.
_AS_IT_IS: Final = ("binary", "any", "text", "xml", "lines", "sequence", "missing")
_STRUCTURED: Final = frozenset({"object", "array", "number", "integer", "boolean"})


class Layout(NamedTuple):
    """Which keywords a call takes. `accepted` maps every spelling to its argument; `media_type` is the body's, None for no body.

    `flat` says that the body's properties are keywords, `body_required` that there must be one; `body_shape` is what is known of the
    body, and `open_body` that it lets undeclared properties in. `standard_headers` are those, in lower case, that the standard has other
    words for and that are accepted all the same. `kind` is how the body is written, `wholes` are the spellings of the whole body,
    `required` the arguments that must be given; `chosen_by_others` says that a property of the body may declare what others there are.
    """

    arguments: tuple[Argument, ...]
    accepted: Mapping[str, Argument]
    media_type: MediaType | None
    flat: bool
    body_shape: Shape | None
    open_body: bool
    body_required: bool
    standard_headers: frozenset[str]
    kind: str
    wholes: frozenset[str]
    required: tuple[Argument, ...]
    chosen_by_others: bool


@lru_cache(maxsize=128)
def kind_of(name: str) -> str:
    """How a body of a media type, or of a range of them, is written: its family; `any` for `*/*` and `application/*`, whose values tell."""
    kind, _, subtype = essence(name).partition("/")
    return "any" if kind in ("*", "application") and subtype == "*" else family(name)


def choose_media_type(body: RequestBody | None, wanted: str | None = None) -> MediaType | None:
    """The media type a body is sent as: the one that is wanted, else the first of the preferred kinds. Raises KeyError."""
    if body is None or not body.content:
        return None
    return ranked(body)[0] if wanted is None else _wanted(body, wanted)


def ranked(body: RequestBody) -> list[MediaType]:
    """The media types of a body, the one that is sent unless something speaks for another first; ranges behind single ones."""
    return sorted(body.content.values(), key=lambda one: (_PREFERRED.index(kind_of(one.name)), "*" in one.name))


def takes_as_it_is(media_type: MediaType) -> bool:
    """Whether a body of the media type may be given as the bytes that are sent."""
    return kind_of(media_type.name) in _AS_IT_IS


def _wanted(body: RequestBody, wanted: str) -> MediaType:
    """The media type that a caller names: as it is declared, else as it is written where a declared one or a range covers it."""
    for name, media_type in body.content.items():
        if name.strip().lower() == wanted.strip().lower():
            return media_type
    best = max(body.content, key=lambda one: _covers(one, wanted))
    if not _covers(best, wanted):
        raise KeyError(wanted)
    named = body.content[best]
    return named if ";" not in wanted and essence(best) == essence(wanted) else replace(named, name=wanted.strip())


def _covers(declared: str, wanted: str) -> int:
    """How well a declared name or range fits a wanted type; a range such as `application/*+json` does by its suffix."""
    kind, _, suffix = essence(declared).partition("/*+")
    by_suffix = suffix and essence(wanted).startswith(f"{kind}/") and essence(wanted).endswith((f"+{suffix}", f"/{suffix}"))
    return specificity(f"{kind}/*" if by_suffix else declared, wanted) if is_content_type(wanted) else 0


def is_structured(shape: Shape | None) -> bool:
    """Whether a schema describes more than a string or bytes."""
    return bool(shape and (shape.properties or shape.types & _STRUCTURED))


def lay_out(document: Document, parameters: Sequence[Parameter], body: RequestBody | None, media_type: MediaType | None) -> Layout:
    """The keywords for these parameters and this body."""
    shape = shape_at(document, media_type.schema.pointer) if media_type and media_type.schema else None
    streamed = media_type is not None and kind_of(media_type.name) in ("lines", "sequence")
    is_object_body = bool(shape and not shape.types - {"object", "null"} and not streamed)
    flat = bool(shape and is_object_body and shape.properties)
    shown, headers = [*_of_parameters(document, parameters)], [*_of_headers(document, parameters)]
    hidden = [*headers]
    if media_type is not None and body is not None:
        if flat and shape:
            placed = [*_of_body(body, media_type, shape)]
            shown += [one for one in placed if not shape.properties[one.wire or ""].read_only]
            hidden += [one for one in placed if shape.properties[one.wire or ""].read_only]
        else:
            shown.append(_whole_body(body, media_type, shape))
    arguments, accepted = _resolve([*shown, *hidden])
    ordered = tuple(sorted(arguments[: len(shown)], key=lambda one: not one.required))
    wholes = {"body"} if flat and "body" not in accepted else {name for name, one in accepted.items() if one.wire is None}
    return Layout(
        ordered,
        MappingProxyType(accepted),
        media_type,
        flat,
        shape,
        is_object_body and shape is not None and shape.explicitly_open,
        body is not None and body.required,
        frozenset((one.wire or "").lower() for one in headers),
        kind_of(media_type.name) if media_type else "missing",
        frozenset(wholes),
        tuple(one for one in ordered if one.required),
        bool(flat and shape and chooses(shape)),
    )


def argument_shape(document: Document, layout: Layout, argument: Argument) -> Shape | None:
    """What is known of the value of one of a layout's arguments; None where the document says nothing of it."""
    if argument.location == "body" and layout.body_shape is not None:
        return layout.body_shape if argument.wire is None else layout.body_shape.properties.get(argument.wire)
    return shape_at(document, argument.schema.pointer) if argument.schema else None


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
        here = {one.name: one for one in parameters if one.location == location and not is_standard_header(one)}
        for name, wire in assign_names(here, BUILTINS).items():
            yield _of_parameter(document, name, here[wire])


def _of_headers(document: Document, parameters: Sequence[Parameter]) -> Iterator[Argument]:
    """The header parameters that nobody needs to give; the one that holds a credential is secret."""
    for one in parameters:
        if is_standard_header(one):
            name = next(iter(assign_names([one.name], BUILTINS)))
            yield replace(_of_parameter(document, name, one), required=False)


def is_standard_header(parameter: Parameter) -> bool:
    """Whether a parameter is one of the headers that the standard has other words for, or one that is made from the rest of a request."""
    name = parameter.name.lower()
    return parameter.location == "header" and (name in STANDARD_HEADERS or is_framing_header(name))


def _of_parameter(document: Document, name: str, one: Parameter) -> Argument:
    schema = one.content.schema if one.content else one.schema
    shape = shape_at(document, schema.pointer) if schema else None
    return Argument(
        name,
        one.location,
        one.name,
        one.required,
        annotation_of(shape),
        one.description or (shape.description if shape else ""),
        schema,
        parameter=one,
        secret=one.secret or bool(shape and shape.secret) or is_secret_place(document, one.location, one.name),
        deprecated=one.deprecated or bool(shape and shape.deprecated),
    )


def _of_body(body: RequestBody, media_type: MediaType, shape: Shape) -> Iterator[Argument]:
    for name, wire in assign_names(shape.properties, BUILTINS).items():
        inner = shape.properties[wire]
        binary = is_file(inner, media_type, wire)
        yield Argument(
            name,
            "body",
            wire,
            body.required and wire in shape.required and not inner.read_only,
            Any if binary else annotation_of(inner),
            inner.description,
            binary=binary,
            secret=inner.secret,
            deprecated=inner.deprecated,
        )


def _whole_body(body: RequestBody, media_type: MediaType, shape: Shape | None) -> Argument:
    binary = kind_of(media_type.name) == "binary" and not is_structured(shape)
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


def is_file(shape: Shape, media_type: MediaType, name: str = "") -> bool:
    """Whether a property of a multipart body, or each item of it, is sent as a file: by its schema, or by its Encoding Object."""
    if kind_of(media_type.name) != "multipart":
        return False
    one = shape.items if shape.items is not None and "array" in shape.types else shape
    encoding = media_type.encoding.get(name)
    types = encoding.content_type.split(",") if encoding and encoding.content_type else []
    declared = bool(types) and all(kind_of(kind) in ("binary", "any") for kind in types)
    return one.binary or (declared and not one.types - {"string", "null"} and not encoding_of(one))


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
