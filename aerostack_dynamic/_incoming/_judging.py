"""Arguments held against their operation: what each parameter and the body may be, looked up once and used for every call.

Of a body the schema is the judge. What it lets pass though it declares no such key, and what it calls the server's, is a problem where
`strict` is asked for: a misspelt key is the commonest mistake that servers say nothing of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._arguments import choose_media_type, is_file, is_standard_header, kind_of
from .._call import Rules, departures, item_problems
from .._choice import with_choices
from .._errors import SpecError
from .._judge import to_problems
from .._schema import compile_schema
from .._shape import shape_at, unknown_shape
from .._style import scalar
from .._typed import is_list
from .._unstyle import one_text
from .._values import Problem, as_object, did_you_mean, is_array, is_object, json_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._model import MediaType, Operation, Parameter, Schema
    from .._reference import Document
    from .._shape import Shape
    from .._spec import BaseSpec
    from .._values import JSON, Location

LOCATIONS: Final[tuple[Location, ...]] = ("path", "query", "querystring", "header", "cookie")
_RULES: Final = Rules()
# Headers that clients send of their own accord, whatever the document says of them.
_CLIENTS_OWN: Final = frozenset({"accept-encoding", "user-agent"})
# What describes a file in the place of its content.
_FILE_KEYS: Final = frozenset({"filename", "content_type", "size"})


class Judged(NamedTuple):
    """A parameter as it is judged: its schema's checker, None where it has no schema, and its shape."""

    parameter: Parameter
    pointer: str
    place: str | None
    checker: Schema | None
    shape: Shape

    def problems(self, document: Document, value: JSON) -> list[Problem]:
        """What is wrong with a value."""
        parameter = self.parameter
        if self.checker is None or (value == "" and parameter.allow_empty):
            return []
        findings = self.checker.findings(value)
        if not findings:
            return []
        assert self.place is not None
        return to_problems(with_choices(document, self.place, findings), parameter.location, self.pointer)

    def same_text(self, value: JSON) -> JSON:
        """What a reader of this document makes of the text that is sent for a value."""
        if self.parameter.content is not None or is_object(value):
            return value
        if is_array(value):
            items = self.shape.items if is_list(self.shape) else None
            return [one_text(scalar(one), items) for one in value]
        return [one_text(scalar(value), self.shape.items)] if is_list(self.shape) else one_text(scalar(value), self.shape)


class Judging:
    """All that arguments of one operation are held against, by location and name; headers by their names in lower case."""

    def __init__(self, document: Document, operation: Operation) -> None:
        self.document = document
        self.operation = operation
        self.faults: list[Problem] = []
        self.known: dict[str, dict[str, Judged]] = {location: {} for location in LOCATIONS}
        for parameter in operation.parameters:
            name = parameter.name.lower() if parameter.location == "header" else parameter.name
            if not is_standard_header(parameter) and name not in _CLIENTS_OWN:
                self.known[parameter.location][name] = self._judged(parameter)
        self.required = [
            (location, name, Problem(location, one.pointer, "required, missing", "required"))
            for location in LOCATIONS
            for name, one in self.known[location].items()
            if one.parameter.required
        ]

    def _judged(self, parameter: Parameter) -> Judged:
        schema = parameter.content.schema if parameter.content else parameter.schema
        pointer = json_pointer(parameter.name)
        if schema is None:
            return Judged(parameter, pointer, None, None, unknown_shape(self.document))
        shape = shape_at(self.document, schema.pointer)
        try:
            checker = compile_schema(self.document, schema.pointer, direction="request")
        except SpecError as error:
            self.faults += error.problems
            return Judged(parameter, pointer, None, None, shape)
        return Judged(parameter, pointer, schema.pointer, checker, shape)

    def problems(self, arguments: Mapping[str, Any], media_type: str | None, strict: bool) -> list[Problem]:
        """What is wrong with arguments that are decoded."""
        found = [*self.faults]
        given: dict[str, Mapping[str, JSON]] = {location: as_object(arguments.get(location)) for location in LOCATIONS}
        headers = given["header"]
        given["header"] = {name.lower(): value for name, value in headers.items()} if headers else headers
        found += [problem for location, name, problem in self.required if name not in given[location]]
        for location, values in given.items():
            known = self.known[location]
            for name, value in values.items():
                judged = known.get(name)
                if judged is not None:
                    found += self._parameter(judged, value)
                elif location in ("query", "querystring"):
                    found.append(undeclared(location, name, known))  # type: ignore[arg-type]  # one of the locations
        return found + self.body_problems(arguments, media_type, strict)

    def _parameter(self, judged: Judged, value: JSON) -> list[Problem]:
        found = judged.problems(self.document, value)
        # Two documents may read one text as different types.
        if found and (other := judged.same_text(value)) != value and not judged.problems(self.document, other):
            return []
        return found

    # ---- the body

    def body_problems(self, arguments: Mapping[str, Any], media_type: str | None, strict: bool) -> list[Problem]:
        """What is wrong with the body among arguments."""
        declared = self.operation.request_body
        if "body" not in arguments:
            return [Problem("body", "", "required, missing", "required")] if declared and declared.required else []
        if declared is None:
            return [Problem("body", "", "the document declares no body here", "undeclared")]
        body = self._body(media_type)
        if isinstance(body, Problem):
            return [body]
        return body.problems(arguments["body"], strict) if body is not None else []

    def _body(self, media_type: str | None) -> _Body | Problem | None:
        declared = self.operation.request_body
        try:
            chosen = choose_media_type(declared, media_type)
        except KeyError:
            names = ", ".join(declared.content) if declared else ""
            return Problem("header", "/Content-Type", f"the body is one of {names}", "content-type")
        if chosen is None:
            return None
        key = ("judged body", self.operation.pointer, chosen.name, chosen.schema and chosen.schema.pointer)
        return self.document.once(key, lambda: _Body(self.document, chosen))


class _Body:
    """What a body of one media type is held against."""

    def __init__(self, document: Document, media_type: MediaType) -> None:
        self._document = document
        self._media_type = media_type
        self._kind = kind_of(media_type.name)
        schema = media_type.schema
        self._place = schema.pointer if schema else ""
        self._shape = shape_at(document, schema.pointer) if schema else None
        self._in_items = self._kind in ("lines", "sequence") or media_type.item_schema is not None
        if self._shape is not None and "array" in self._shape.types and media_type.item_schema is None:
            self._in_items = False
        # Such a document has no words for what is in the parts.
        self._is_told_as_text = self._kind == "multipart" and self._shape is not None and self._shape.types == frozenset({"string"})
        self._fault: list[Problem] = []
        self._checker: Schema | None = None
        if schema is not None and self._kind not in ("binary", "missing") and not self._in_items:
            try:
                self._checker = compile_schema(document, schema.pointer, direction="request")
            except SpecError as error:
                self._fault = [*error.problems]

    def problems(self, value: JSON, strict: bool) -> list[Problem]:
        """What is wrong with a body."""
        if self._fault:
            return self._fault
        if self._in_items and is_array(value):
            return [
                one._replace(pointer=json_pointer(index) + one.pointer)
                for index, item in enumerate(value)
                for one in item_problems(self._document, self._media_type, _RULES, item)
            ]
        if self._checker is None or is_description(value) or self._is_told_as_text:
            return []
        files: set[str] = set()
        if self._kind == "multipart":
            value = self._without_files(value, files)
        findings = self._checker.findings(value)
        found = to_problems(with_choices(self._document, self._place, findings), "body") if findings else []
        found = [one for one in found if one.pointer not in files]
        return _once(found, self._departures(value)) if strict else found

    def _departures(self, value: JSON) -> list[Problem]:
        if self._shape is None:
            return []
        heirs: list[tuple[str, str, Any]] = []
        found = [Problem("body", *one) for one in departures(self._shape, value, "", heirs)]
        for place, pointer, item in heirs:
            findings = compile_schema(self._document, place, direction="request").findings(item)
            found += to_problems(with_choices(self._document, place, findings), "body", pointer)
        return found

    def _without_files(self, value: JSON, files: set[str]) -> JSON:
        """The value with a text in place of each file, whose places are noted."""
        if is_array(value):
            return [self._text(one, json_pointer(index), files) for index, one in enumerate(value)]
        if not is_object(value):
            return value
        made: dict[str, JSON] = {}
        for name, item in value.items():
            here, shape = json_pointer(name), self._shape.properties.get(name) if self._shape else None
            if shape is not None and is_file(shape, self._media_type, name) and isinstance(item, str):
                files.add(here)
            several = is_array(item) and not is_description(item)
            made[name] = (
                [self._text(one, here + json_pointer(index), files) for index, one in enumerate(item)]
                if several and is_array(item)
                else self._text(item, here, files)
            )
        return made

    def _text(self, value: JSON, place: str, files: set[str]) -> JSON:
        if not is_description(value):
            return value
        files.add(place)
        return ""


def _once(found: list[Problem], departures: list[Problem]) -> list[Problem]:
    """Problems with a body and keys that are not declared, each told once: by the departure, which has close matches."""
    told = {one.pointer for one in departures if one.rule == "undeclared"}
    # A schema refuses a key by its own place, or by that of its object.
    within = {pointer.rpartition("/")[0] for pointer in told}
    kept = [
        one
        for one in found
        if not (one.rule == "additionalProperties" and one.pointer in told)
        and not (one.rule == "unevaluatedProperties" and (one.pointer in told or one.pointer in within))
    ]
    return kept + departures


def is_description(value: object) -> bool:
    """Whether a value stands for a file: its name, media type and size."""
    return is_object(value) and value.keys() == _FILE_KEYS


def undeclared(location: Location, name: str, known: Mapping[str, object]) -> Problem:
    """The problem of a parameter that the document does not declare."""
    guess = did_you_mean(name, known)
    return Problem(location, json_pointer(name), f"the document declares no such parameter{guess}", "undeclared")


def judging(document: Document, operation: Operation) -> Judging:
    """What an operation's arguments are held against, made once. Raises SpecError for an operation that is malformed."""
    return document.once(("judging", operation.pointer), lambda: Judging(document, operation))


def argument_problems(
    spec: BaseSpec, operation: Operation, arguments: Mapping[str, Any], media_type: str | None = None, *, strict: bool = False
) -> list[Problem]:
    """What is wrong with arguments that are decoded: JSON values by location and wire name, with `"body"` for a body.

    `media_type` is the body's, by default the one that the client would send. A parameter whose text the operation reads as another
    type counts as that. `strict` refuses keys within the body that the document does not declare as well. Raises SpecError for an
    operation that is malformed.
    """
    return judging(spec.document, operation).problems(arguments, media_type, strict)


def files_within(value: JSON, pointer: str = "") -> Iterator[str]:
    """The places of files in a body."""
    if is_description(value):
        yield pointer
    elif is_array(value) or is_object(value):
        for key, item in value.items() if is_object(value) else enumerate(value):
            yield from files_within(item, pointer + json_pointer(key))
