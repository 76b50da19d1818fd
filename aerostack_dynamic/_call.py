"""Binding: the keywords of a call become parameters and a body, all problems found at once, nothing sent."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._arguments import Layout, choose_media_type, lay_out
from ._codec import WireValues
from ._content import Source, UnusableSourceError, as_source, name_of, path_of
from ._errors import ArgumentsError
from ._formats import STANDARD
from ._judge import to_problems
from ._media_type import family, is_content_type
from ._schema import compile_schema
from ._values import UNSET, EngineName, Problem, did_you_mean, is_array, is_object, is_tuple, json_pointer, pointer_token, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._formats import Formats
    from ._model import Argument, MediaType, Operation, Parameter
    from ._reference import Document
    from ._shape import Shape
    from ._values import JSON, Mode

_INDEX: Final = re.compile(r"/\d+(?=/|$)")
_NO_VALUE: Final = "None is sent only as JSON null in a body; leave the argument out, or give UNSET"


class File(NamedTuple):
    """A file to be sent: its bytes, the name and the content type that were given with it, and its `path` if it has one."""

    source: Source
    filename: str | None
    content_type: str | None
    path: str | None = None


class Rules(NamedTuple):
    """How strictly a call is bound; `asynchronous` says whether content may come from an asynchronous iterable."""

    mode: Mode = "tolerant"
    engine: EngineName = "compiled"
    allow_nan: bool = False
    asynchronous: bool = False
    media_type: str | None = None
    formats: Formats = STANDARD


_OPTIONS: Final = frozenset({"timeout", "retry", "headers", "server", "validation", "media_type", "idempotent"})


class Call(NamedTuple):
    """One call, bound and checked. `body` is the JSON value of the body, or `UNSET`; `files` stand in it by property name.

    `whole_file` is a body that is itself a file. `warnings` are sentences about keys that are sent though the document does not
    declare them.
    """

    operation: Operation
    parameters: tuple[tuple[Parameter, JSON], ...]
    media_type: MediaType | None
    body: Any
    files: Mapping[str, File]
    whole_file: File | None
    warnings: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<Call of {self.operation.dotted}>"


def layout_of(document: Document, operation: Operation, media_type: str | None) -> Layout:
    """The keywords of an operation for a media type of its body, made once. Raises ArgumentsError for a media type it lacks."""

    def make() -> Layout:
        try:
            chosen = choose_media_type(operation.request_body, media_type)
        except KeyError:
            names = ", ".join(operation.request_body.content) if operation.request_body else ""
            raise _refused(operation, f"media_type: the body is one of {names}") from None
        return lay_out(document, operation.parameters, operation.request_body, chosen)

    return document.once(("layout", operation.pointer, media_type), make)


def bind(document: Document, operation: Operation, arguments: Mapping[str, Any], rules: Rules) -> Call:
    """The call that `arguments` make, by Python or wire names. Raises ArgumentsError with every problem there is."""
    layout = layout_of(document, operation, rules.media_type)
    binding = _Binding(document, layout, rules)
    binding.place(arguments)
    if rules.mode != "off":
        binding.require()
        binding.check()
    if binding.problems:
        # What is missing comes first: a misspelt name often explains it, and then reads as its consequence.
        raise _refused(operation, "", sorted(binding.problems, key=lambda one: one.rule != "required"))
    return Call(
        operation,
        tuple(binding.parameters),
        layout.media_type if binding.has_body else None,
        binding.body,
        MappingProxyType(binding.files),
        binding.whole_file,
        tuple(binding.warnings),
    )


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
        self._warned: set[str] = set()
        self.problems: list[Problem] = []
        self.warnings: list[str] = []
        self.parameters: list[tuple[Parameter, JSON]] = []
        self.body: Any = UNSET
        self.files: dict[str, File] = {}
        self.whole_file: File | None = None

    @property
    def has_body(self) -> bool:
        return self.body is not UNSET or self.whole_file is not None

    def place(self, arguments: Mapping[str, Any]) -> None:
        """Put each value where its name says."""
        for name, value in arguments.items():
            if value is UNSET:
                continue
            argument = self._layout.accepted.get(name)
            if argument is None:
                self._place_unnamed(name, value)
            elif argument.name in self._given:
                other = self._given[argument.name]
                self._problem(argument.location, _place_of(argument), f"given twice, as {other!r} and {name!r}", "name")
            else:
                self._given[argument.name] = name
                self._place_named(argument, value)
        if self._layout.flat and self.body is UNSET and self._layout.body_required:
            self.body = {}
        self.problems += self._wire.problems

    def _place_named(self, argument: Argument, value: object) -> None:
        pointer = _place_of(argument)
        if argument.parameter is not None:
            if value is None:
                self._problem(argument.location, pointer, _NO_VALUE, "type")
                return
            wire = self._wire.convert(value, argument.location, argument.parameter.name)
            self.parameters.append((argument.parameter, wire))
        elif argument.binary:
            self._place_file(argument, value)
        elif argument.wire is None:
            self.body = self._wire.convert(value, "body")
        else:
            self._property(argument.wire, self._wire.convert(value, "body", argument.wire))

    def _place_unnamed(self, name: str, value: object) -> None:
        layout = self._layout
        if layout.flat and (layout.open_body or self._rules.mode == "off"):
            self._property(name, self._wire.convert(value, "body", name))
        elif name == "body" and layout.flat and layout.media_type and family(layout.media_type.name) == "json":
            self.body = self._wire.convert(value, "body")
        else:
            location = "body" if layout.media_type else "query"
            guess = did_you_mean(name, (one.name for one in layout.arguments))
            takes = ", ".join(one.name for one in layout.arguments) or "no arguments"
            if not guess and name in _OPTIONS:
                guess = f"; as an option of the call it is given by with_options({name}=...)"
            self._problem(location, json_pointer(name), f"unknown argument{guess or f'; it takes {takes}'}", "name")

    def _property(self, wire: str, value: JSON) -> None:
        if self.body is UNSET:
            self.body = {}
        if is_object(self.body):
            self.body[wire] = value
        else:
            self._problem("body", json_pointer(wire), "given beside body=, which is the whole body", "name")

    def _place_file(self, argument: Argument, value: object) -> None:
        pointer = _place_of(argument)
        try:
            file = as_file(value)
        except UnusableSourceError as error:
            self._problem("body", pointer, str(error), "type")
            return
        if file.source.asynchronous and not self._rules.asynchronous:
            self._problem("body", pointer, "an asynchronous iterable is sent by AsyncClient only", "type")
        if not (file.filename or "").isprintable() or not (file.content_type or "").isprintable():
            self._problem("body", pointer, "the file name or content type holds a control character", "format")
        elif file.content_type is not None and not is_content_type(file.content_type):
            message = f"the content type {printable(file.content_type, 60)!r} is no media type such as 'image/png'"
            self._problem("body", pointer, message, "format")
        if argument.wire is None:
            self.whole_file = file
        else:
            self._property(argument.wire, "")
            self.files[argument.wire] = file

    def require(self) -> None:
        """Note each required parameter that is missing; what the body lacks its schema finds."""
        placed = {(parameter.location, parameter.name) for parameter, _ in self.parameters}
        for argument in self._layout.arguments:
            if not argument.required or argument.name in self._given:
                continue
            if argument.parameter is not None and (argument.location, argument.wire) not in placed:
                self._problem(argument.location, _place_of(argument), "required, missing", "required")
            elif argument.wire is None:
                self._problem("body", "", "required, missing", "required")

    def check(self) -> None:
        """Hold every value against its schema, and look for keys that the document does not declare."""
        if self.problems and any(one.rule == "depth" for one in self.problems):
            return
        engine, formats = self._rules.engine, self._rules.formats
        for parameter, value in self.parameters:
            schema = parameter.content.schema if parameter.content else parameter.schema
            if schema is not None:
                checker = compile_schema(self._document, schema.pointer, engine, direction="request", formats=formats)
                base = json_pointer(parameter.name)
                self._add(to_problems(checker.findings(value), parameter.location, base))
        media_type = self._layout.media_type
        if self.body is UNSET or media_type is None or media_type.schema is None:
            return
        findings = compile_schema(self._document, media_type.schema.pointer, engine, direction="request", formats=formats).findings(
            self.body
        )
        self._add(to_problems(findings, "body"))
        if self._layout.body_shape is not None:
            for pointer, message in undeclared(self._layout.body_shape, self.body):
                if self._rules.mode == "strict":
                    self._problem("body", pointer, message, "undeclared")
                else:
                    self._warn(pointer, message)

    def _warn(self, pointer: str, message: str) -> None:
        """Warn of an undeclared key once, however many items of an array have it."""
        place = _INDEX.sub("/*", pointer)
        if place not in self._warned:
            self._warned.add(place)
            self.warnings.append(f"body{pointer}: {message}{'' if message.endswith('?') else ';'} it is sent as given")

    def _add(self, problems: list[Problem]) -> None:
        """What a schema finds, save at places where a value could not be converted and is told of already."""
        told = {(one.location, one.pointer) for one in self.problems}
        self.problems += [one for one in problems if (one.location, one.pointer) not in told]

    def _problem(self, location: Any, pointer: str, message: str, rule: str) -> None:
        self.problems.append(Problem(location, pointer, message, rule))


def _place_of(argument: Argument) -> str:
    return "" if argument.wire is None else json_pointer(argument.wire)


def as_file(value: object) -> File:
    """A file from what a user gives: the content alone, or `(filename, content, content_type)`. Raises UnusableSourceError."""
    filename = content_type = None
    if is_tuple(value):
        parts = value
        if not 2 <= len(parts) <= 3 or not all(part is None or isinstance(part, str) for part in (parts[0], *parts[2:])):
            raise UnusableSourceError("a tuple for a file is (filename, content) or (filename, content, content_type)")
        filename = parts[0] if isinstance(parts[0], str) else None
        content_type = parts[2] if len(parts) == 3 and isinstance(parts[2], str) else None
        value = parts[1]
    if value is None:
        raise UnusableSourceError("None can't be sent as a file")
    return File(as_source(value), filename or name_of(value), content_type, path_of(value))


def undeclared(shape: Shape, value: object, pointer: str = "") -> Iterator[tuple[str, str]]:
    """The keys within a value that its schema neither declares nor lets in by name, each with a sentence."""
    if is_array(value):
        if shape.items is not None:
            for index, item in enumerate(value):
                yield from undeclared(shape.items, item, pointer + pointer_token(index))
    elif is_object(value):
        for key, item in value.items():
            inner = shape.properties.get(str(key)) or shape.additional
            if inner is not None:
                yield from undeclared(inner, item, pointer + pointer_token(str(key)))
            elif not shape.allows_undeclared:
                guess = did_you_mean(str(key), shape.properties)
                yield pointer + pointer_token(str(key)), f"the document declares no such property{guess}"
