"""Binding: the keywords of a call become parameters and a body, all problems found at once, nothing sent."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._arguments import Layout, choose_media_type, is_structured, kind_of, lay_out, ranked, takes_as_it_is
from ._choice import chooses, chosen_shape, heir, with_choices
from ._codec import WireValues
from ._content import is_file_like
from ._errors import ArgumentsError
from ._formats import STANDARD
from ._given import UNKNOWN_TYPE, GivenBody, guess_type, part_problems
from ._judge import fits_several, to_problems
from ._late import pattern
from ._media_type import essence, own_codec, specificity
from ._names import BUILTINS, assign_names
from ._options import is_framing_header
from ._schema import compile_schema
from ._shape import shape_at
from ._typed import schema_of_each
from ._values import UNSET, EngineName, Problem, did_you_mean, is_object, json_pointer, pointer_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from . import _http
    from ._content import File, Head
    from ._formats import Formats
    from ._media_type import Codec
    from ._model import Argument, MediaType, Operation, Parameter, RequestBody
    from ._reference import Document
    from ._shape import Shape
    from ._values import JSON, Location, Mode

_INDEX: Final = pattern(r"/\d+(?=/|$)")
# What a range stands for where the value is not a file.
_WITHIN: Final = MappingProxyType({"text": "text/plain", "multipart": "multipart/form-data"})
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})
_NO_VALUE: Final = "None is sent only as JSON null in a body; leave the argument out, or give UNSET"


class Rules(NamedTuple):
    """How strictly a call is bound; `asynchronous` says whether content may come from an asynchronous iterable."""

    mode: Mode = "tolerant"
    engine: EngineName = "compiled"
    allow_nan: bool = False
    asynchronous: bool = False
    media_type: str | None = None
    formats: Formats = STANDARD
    codecs: Sequence[Codec] = ()


# The extensions of a request that hold the call it was made for, and the document.
CALL: Final = "aerostack_call"
DOCUMENT: Final = "aerostack_document"
_OPTIONS: Final = frozenset({"timeout", "retry", "headers", "server", "validation", "media_type", "idempotent"})


class Call(NamedTuple):
    """One call, bound and checked, whose keywords are those of `layout`.

    `body` is the JSON value of the body, or `UNSET`; `files` and `heads` (what was given with parts of a multipart body) stand in it by
    JSON pointer.

    `whole_file` is a body that is itself a file. `media_type` has the name that is sent, and no range. `warnings` are sentences about
    keys that are sent though the document does not declare them, or calls them the server's.
    """

    operation: Operation
    parameters: tuple[tuple[Parameter, JSON], ...]
    media_type: MediaType | None
    body: Any
    files: Mapping[str, File]
    heads: Mapping[str, Head]
    whole_file: File | None
    warnings: tuple[str, ...]
    layout: Layout

    def __repr__(self) -> str:
        return f"<Call of {self.operation.dotted}>"


def call_of(request: _http.Request) -> Call | None:
    """The call that a request was made for; None for one that the caller made, and where a client that was lent has made it anew."""
    found: Call | None = request.extensions.get(CALL)
    return found


def document_of(request: _http.Request) -> Document | None:
    """The document of the call that a request was made for."""
    found: Document | None = request.extensions.get(DOCUMENT)
    return found


def layout_of(
    document: Document, operation: Operation, media_type: str | None, arguments: Mapping[str, Any] | None = None
) -> Layout:
    """The keywords of an operation for a media type of its body. Raises ArgumentsError for a media type it lacks.

    Where `media_type` names none, `arguments` may: by a Content-Type among them, or by a body that only another type can hold.
    """
    if media_type is not None:
        return _named_layout(document, operation, media_type)
    key = ("layout", operation.pointer)
    layout: Layout = document.memo.get(key) or document.once(key, partial(_named_layout, document, operation, None))
    if arguments and ("body" in arguments or layout.standard_headers) and (body := operation.request_body) is not None:
        other = _asked_for(body, layout, arguments) or _that_holds(body, layout, arguments)
        return layout if other is None else _layout(document, operation, other)
    return layout


def _named_layout(document: Document, operation: Operation, media_type: str | None) -> Layout:
    body = operation.request_body
    try:
        return _layout(document, operation, choose_media_type(body, media_type))
    except KeyError:
        names = ", ".join(body.content) if body else ""
        raise _refused(operation, f"media_type: the body is one of {names}") from None


def _layout(document: Document, operation: Operation, chosen: MediaType | None) -> Layout:
    def make() -> Layout:
        return lay_out(document, operation.parameters, operation.request_body, chosen)

    # Of the names that a range covers there is no end, of the ways to write them there is.
    place = chosen and chosen.schema and chosen.schema.pointer
    declared = chosen.name if chosen and operation.request_body and chosen.name in operation.request_body.content else None
    layout = document.once(("layout", operation.pointer, declared, place, chosen and kind_of(chosen.name)), make)
    return layout if layout.media_type == chosen else layout._replace(media_type=chosen)


def _asked_for(body: RequestBody, layout: Layout, arguments: Mapping[str, Any]) -> MediaType | None:
    """The media type that an argument for the header Content-Type names."""
    if "content-type" not in layout.standard_headers:
        return None
    for name, value in arguments.items():
        argument = layout.accepted.get(name)
        if (
            argument
            and argument.location == "header"
            and (argument.wire or "").lower() == "content-type"
            and isinstance(value, str)
        ):
            with suppress(KeyError):
                return choose_media_type(body, value)
    return None


def _that_holds(body: RequestBody, layout: Layout, arguments: Mapping[str, Any]) -> MediaType | None:
    """The first media type that can hold what is given as the body, where the layout's can't: a file, or text."""
    argument, value = layout.accepted.get("body"), arguments.get("body")
    if layout.media_type is None or (argument is not None and argument.wire is not None):
        return None
    if is_file_like(value) and not takes_as_it_is(layout.media_type):
        kinds: tuple[str, ...] = ("binary", "any", "xml", "text", "lines", "sequence")
    elif isinstance(value, str) and is_structured(layout.body_shape) and "string" not in layout.body_shape.types:  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]  # a structure has a shape
        kinds = ("text", "xml")
    else:
        return None
    found = [one for kind in kinds for one in ranked(body) if kind_of(one.name) == kind]
    return found[0] if found else None


def bind(document: Document, operation: Operation, arguments: Mapping[str, Any], rules: Rules) -> Call:
    """The call that `arguments` make, by Python or wire names. Raises ArgumentsError with every problem there is."""
    layout = layout_of(document, operation, rules.media_type, arguments)
    binding = _Binding(document, layout, rules)
    binding.place(arguments)
    if rules.mode != "off":
        binding.require()
        binding.check()
    if binding.problems:
        # What is missing comes first: a misspelt name often explains it, and then reads as its consequence.
        raise _refused(operation, "", sorted(binding.problems, key=lambda one: one.rule != "required"))
    body, media_type = binding.body, layout.media_type
    if media_type is None or not body.given:
        media_type = None
    elif body.whole is not None or "*" in media_type.name:
        media_type = _named(media_type, body)
    return Call(
        operation,
        tuple(binding.parameters),
        media_type,
        body.value,
        MappingProxyType(body.files) if body.files else _NONE,
        MappingProxyType(body.heads) if body.heads else _NONE,
        body.whole,
        tuple(binding.warnings),
        layout,
    )


def gives_authorization(layout: Layout, arguments: Mapping[str, Any]) -> bool:
    """Whether an argument is the header Authorization itself."""
    if "authorization" not in layout.standard_headers:
        return False
    given = (layout.accepted.get(name) for name, value in arguments.items() if value is not UNSET)
    return any(one and one.location == "header" and (one.wire or "").lower() == "authorization" for one in given)


def _named(media_type: MediaType, body: GivenBody) -> MediaType:
    """The media type with a name that can be sent: what was given with a file, and for a range a type within it."""
    file = body.whole
    if file is not None and file.content_type is not None:
        return replace(media_type, name=file.content_type)
    if "*" not in media_type.name:
        return media_type
    kind, _, subtype = essence(media_type.name).partition("/")
    if file is not None:
        name = guess_type(file.filename) if specificity(media_type.name, guess_type(file.filename)) else UNKNOWN_TYPE
    elif kind == "*" and isinstance(body.value, str):
        name = "text/plain"
    elif subtype != "*":
        name = f"{kind}/{subtype.rpartition('+')[2]}"
    else:
        name = _WITHIN.get(kind, "application/json")
    return replace(media_type, name=name)


def _refused(operation: Operation, message: str, problems: tuple[Problem, ...] | list[Problem] = ()) -> ArgumentsError:
    error = ArgumentsError(message, problems)
    error.operation = operation.dotted
    return error


class _Binding:
    def __init__(self, document: Document, layout: Layout, rules: Rules) -> None:
        self._document = document
        self._layout = layout
        self._rules = rules
        self._wire = WireValues(rules.allow_nan)
        self._given: dict[str, str] = {}
        self._chosen: dict[str, str] = {}
        self._warned: set[str] = set()
        self.problems: list[Problem] = []
        self.warnings: list[str] = []
        self.parameters: list[tuple[Parameter, JSON]] = []
        # A method of its own would hold it, and both would wait for the collector.
        self._item_problems = partial(item_problems, document, layout.media_type, rules)
        self.body = GivenBody(layout, self._wire, rules.asynchronous, self._item_problems)

    def place(self, arguments: Mapping[str, Any]) -> None:
        """Put each value where its name says; a whole body first, which the keywords beside it add to."""
        layout, accepted = self._layout, self._layout.accepted
        unnamed: list[tuple[str, object]] = []
        for name in (
            arguments if layout.wholes.isdisjoint(arguments) else sorted(arguments, key=lambda one: one not in layout.wholes)
        ):
            value, argument = arguments[name], accepted.get(name)
            if value is UNSET:
                continue
            if argument is None and layout.chosen_by_others and name not in layout.wholes:
                unnamed.append((name, value))
            elif argument is None:
                self._place_unnamed(name, value)
            elif argument.name in self._given:
                other = self._given[argument.name]
                self._problem(argument.location, _place_of(argument), f"given twice, as {other!r} and {name!r}", "name")
            else:
                self._given[argument.name] = name
                if argument.parameter is not None:
                    self._place_parameter(argument.parameter, value)
                elif argument.wire is None:
                    self._place_whole(argument, value)
                else:
                    self.body.put(argument.wire, value)
        for name, value in unnamed:
            self._place_unnamed(name, value)
        if self._layout.flat and self.body.value is UNSET and not self.body.given and self._layout.body_required:
            self.body.value = {}
        if self.body.problems or self._wire.problems:
            self.problems += self.body.problems + self._wire.problems

    def _place_whole(self, argument: Argument, value: object) -> None:
        media_type = self._layout.media_type
        own = own_codec(self._rules.codecs, media_type.name) if media_type else None
        self.body.take(value, argument.binary and not (own and own.encode and not is_file_like(value)))

    def _place_parameter(self, parameter: Parameter, value: object) -> None:
        if value is None:
            self._problem(parameter.location, json_pointer(parameter.name), _NO_VALUE, "type")
            return
        schema = parameter.content.schema if parameter.content else parameter.schema
        if parameter.location == "header" and is_framing_header(parameter.name):
            message = "follows from the rest of the request"
            if self._rules.mode == "strict":
                self._problem("header", json_pointer(parameter.name), message, "name")
            else:
                self.warnings.append(f"header{json_pointer(parameter.name)}: {message}; it is not sent as given")
            return
        shape = shape_at(self._document, schema.pointer) if schema else None
        wire = self._wire.convert(value, parameter.location, parameter.name, shape=shape)
        self.parameters.append((parameter, wire))

    def _place_unnamed(self, name: str, value: object) -> None:
        layout = self._layout
        if name == "body" and layout.flat:
            self.body.take(value, False)
        elif name in (chosen := self._chosen_keywords()):
            self._place_chosen(name, *chosen[name], value)
        elif layout.open_body or (layout.flat and self._rules.mode == "off"):
            self.body.put(name, value)
        else:
            location = "body" if layout.media_type else "query"
            guess = did_you_mean(name, (*(one.name for one in layout.arguments), *chosen))
            takes = ", ".join(one.name for one in layout.arguments) or "no arguments"
            if not guess and name in _OPTIONS:
                guess = f"; as an option of the call it is given by with_options({name}=...)"
            self._problem(location, json_pointer(name), f"unknown argument{guess or f'; it takes {takes}'}", "name")

    def _chosen_keywords(self) -> dict[str, tuple[str, Shape]]:
        """The properties that only the schema declares which a discriminator chooses by what is given, by every spelling."""
        shape, value = self._layout.body_shape, self.body.value
        if shape is None or not self._layout.flat or not is_object(value) or not chooses(shape):
            return {}
        declared = chosen_shape(shape, value).properties
        names = {name: wire for name, wire in assign_names(declared, BUILTINS).items() if wire not in shape.properties}
        spelt = {**{wire: wire for wire in names.values()}, **names}
        spelt.update({f"body_{name}": wire for name, wire in spelt.items() if f"body_{name}" not in spelt})
        return {name: (wire, declared[wire]) for name, wire in spelt.items()}

    def _place_chosen(self, name: str, wire: str, shape: Shape, value: object) -> None:
        other = self._chosen.setdefault(wire, name)
        if other != name:
            self._problem("body", json_pointer(wire), f"given twice, as {other!r} and {name!r}", "name")
        else:
            self.body.put(wire, value, shape)

    def require(self) -> None:
        """Note each required parameter that is missing; what the body lacks its schema finds."""
        for argument in self._layout.required:
            if argument.name in self._given:
                continue
            if argument.parameter is not None and not any(one is argument.parameter for one, _ in self.parameters):
                self._problem(argument.location, _place_of(argument), "required, missing", "required")
            elif argument.wire is None and not self.body.given:
                self._problem("body", "", "required, missing", "required")

    def check(self) -> None:
        """Hold every value against its schema, and look for keys that the document does not declare."""
        if self.problems and any(one.rule == "depth" for one in self.problems):
            return
        for parameter, value in self.parameters:
            schema = parameter.content.schema if parameter.content else parameter.schema
            # An empty value says something of its own where it is allowed, whatever the schema is (OpenAPI 3.2, section 4.12.2.1).
            if schema is not None and not (parameter.allow_empty and value == ""):
                self._judge(schema.pointer, value, parameter.location, json_pointer(parameter.name))
        if self.body.value is not UNSET and self._layout.media_type is not None:
            self._check_body(self._layout.media_type, self.body.value)

    def _judge(self, place: str, value: JSON, location: Location, base: str = "") -> None:
        """Hold a value against a schema. That several alternatives fit it, servers as a rule let pass, so it is told of alone."""
        rules = self._rules
        checker = compile_schema(self._document, place, rules.engine, direction="request", formats=rules.formats, as_needed=True)
        if not (found := checker.findings(value)):
            return
        findings = with_choices(self._document, place, found)
        passed = [] if rules.mode == "strict" else [*filter(fits_several, findings)]
        for one in to_problems(passed, location, base):
            self._warn(one.pointer, one.message, location)
        self._add(to_problems([one for one in findings if not passed or not fits_several(one)], location, base))

    def _check_body(self, media_type: MediaType, value: JSON) -> None:
        kind = self._layout.kind
        if kind == "multipart":
            self.problems += part_problems(media_type, value, self.body.files, self.body.heads)
        items = isinstance(value, list) and (media_type.item_schema is not None or kind in ("lines", "sequence"))
        if items and not (media_type.schema and "array" in shape_at(self._document, media_type.schema.pointer).types):
            assert isinstance(value, list)
            for index, item in enumerate(value):
                self._add([one._replace(pointer=json_pointer(index) + one.pointer) for one in self._item_problems(item)])
        elif (
            media_type.schema is not None
            and not (kind == "multipart" and self._is_nameless_file)
            and not (kind == "form" and self._is_written_form(value))
        ):
            self._judge(media_type.schema.pointer, value, "body")
        if self._layout.body_shape is not None:
            heirs: list[tuple[str, str, Any]] = []
            for pointer, message, rule in departures(self._layout.body_shape, value, "", heirs):
                if self._rules.mode == "strict":
                    self._problem("body", pointer, message, rule)
                else:
                    self._warn(pointer, message)
            for place, pointer, item in heirs:
                self._judge(place, item, "body", pointer)

    @property
    def _is_nameless_file(self) -> bool:
        """Whether the document has a string for a multipart body, which can't be one."""
        shape = self._layout.body_shape
        return shape is not None and shape.types == frozenset({"string"})

    def _is_written_form(self, value: JSON) -> bool:
        """Whether a body is a form already written, as text, which no schema looks into."""
        media_type = self._layout.media_type
        if not isinstance(value, str) or media_type is None:
            return False
        own = own_codec(self._rules.codecs, media_type.name)
        return not (own and own.encode)

    def _warn(self, pointer: str, message: str, location: Location = "body") -> None:
        """Warn of a place once, however many items of an array have it."""
        place = _INDEX.sub("/*", pointer)
        if place not in self._warned:
            self._warned.add(place)
            self.warnings.append(f"{location}{pointer}: {message}{'' if message.endswith('?') else ';'} it is sent as given")

    def _add(self, problems: list[Problem]) -> None:
        """What a schema finds, save of files and at places where a value could not be converted and is told of already."""
        told = {(one.location, one.pointer) for one in self.problems} | {("body", pointer) for pointer in self.body.files}
        self.problems += [one for one in problems if (one.location, one.pointer) not in told]

    def _problem(self, location: Any, pointer: str, message: str, rule: str) -> None:
        self.problems.append(Problem(location, pointer, message, rule))


def _place_of(argument: Argument) -> str:
    return "" if argument.wire is None else json_pointer(argument.wire)


def item_problems(document: Document, media_type: MediaType | None, rules: Rules, item: JSON) -> list[Problem]:
    """What is wrong with one item of a body that is a row of them."""
    each = schema_of_each(document, media_type) if media_type else None
    schema = each or (media_type.schema if media_type else None)
    if schema is None or rules.mode == "off":
        return []
    # Before there was `itemSchema`, documents described all items as one array.
    row = each is None
    checker = compile_schema(document, schema.pointer, rules.engine, direction="request", formats=rules.formats)
    found = to_problems(with_choices(document, schema.pointer, checker.findings([item] if row else item)), "body")
    return [one._replace(pointer=one.pointer.removeprefix("/0")) for one in found] if row else found


def _has_none(shape: Shape | None, value: Any) -> bool:
    """Whether a glance tells that nothing departs in a value: its keys, or those of each of its items, are plain properties."""
    if type(value) is dict:
        return shape is not None and value.keys() <= shape.plain  # pyright: ignore[reportUnknownMemberType]  # looked at as they are
    each = shape.items if shape is not None and type(value) is list else None
    if each is None:
        return type(value) is list  # pyright: ignore[reportUnknownArgumentType]  # looked at as they are
    plain = each.plain
    for item in value:  # noqa: SIM110  # pyright: ignore[reportUnknownVariableType]  # a generator would take a step for each
        if type(item) is not dict or not item.keys() <= plain:  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]  # as they are
            return False
    return True


def departures(
    shape: Shape, value: object, pointer: str = "", heirs: list[tuple[str, str, Any]] | None = None
) -> Iterator[tuple[str, str, str]]:
    """The keys within a value that its schema neither declares, requires nor lets in by name, or calls the server's: place, sentence, rule.

    What a discriminator chooses declares as well; `heirs` is given each such schema that inherits from the discriminator's: where it
    stands, where its value does, and that.
    """
    members: Any = value
    if isinstance(value, list):
        if shape.items is not None:
            for index, item in enumerate(members):
                if not _has_none(shape.items, item):
                    yield from departures(shape.items, item, pointer + pointer_token(index), heirs)
    elif isinstance(value, dict):
        if shape.discriminated:
            if heirs is not None and (place := heir(shape, members)) is not None:
                heirs.append((place, pointer, members))
            shape = chosen_shape(shape, members)
        plain = shape.plain
        for key in [key for key in members if key not in plain]:
            item = members[key]
            declared = shape.properties.get(str(key))
            inner = declared or shape.additional
            if declared is not None and declared.read_only:
                yield pointer + pointer_token(str(key)), "is readOnly, the server's to give", "readOnly"
            elif inner is not None:
                if isinstance(item, (dict, list)) and not _has_none(inner, item):
                    yield from departures(inner, members[key], pointer + pointer_token(str(key)), heirs)
            elif not shape.allows_undeclared and key not in shape.required:
                guess = did_you_mean(str(key), shape.properties)
                yield pointer + pointer_token(str(key)), f"the document declares no such property{guess}", "undeclared"
