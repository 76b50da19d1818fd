"""Models: objects with named fields. Which fields there are, under which names, and what they may hold, the document says.

A field has its Python name and its wire name; both are accepted where a model is made. What was not given is None and is not sent.
"""

# pyright: reportPrivateUsage=false
# The functions below the classes reach into them: the public names of a model belong to its fields.

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from decimal import Decimal
from enum import Enum  # noqa: TC003  # annotations of models are read at run time by their users
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, TypeVar

from ..._codec import UndecodableError, WireValues, decode_json, encode_json
from ..._formats import to_datetime
from ..._judge import is_hard, to_problems
from ..._names import assign_names
from ..._schema import compile_schema
from ..._shape import shape_at
from ..._values import MASK, MAX_DEPTH, UNSET, Problem, did_you_mean, json_pointer
from .._document import document
from .._invalid import InvalidArgumentsError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from typing_extensions import dataclass_transform

    from ..._shape import Shape

    @dataclass_transform(kw_only_default=True)
    class _Keywords:
        """Tells type checkers that what is annotated in a model is a keyword of its constructor."""

        _given: set[str]
        _extra: dict[str, Any]

else:
    _Keywords = object

_Made = TypeVar("_Made", bound="Model")


class Field(NamedTuple):
    """A field by its Python and its wire name.

    `kind` is the model or enum of its value, or of the items of it; `nullable` says that null is a value; `aliases` are further
    names that are accepted.
    """

    name: str
    wire: str
    required: bool = False
    kind: type[Model] | type[Enum] | None = None
    shape: Shape | None = None
    nullable: bool = False
    secret: bool = False
    aliases: tuple[str, ...] = ()

    def take(self, value: Any) -> Any:
        """The value as it is kept: mappings as models, texts as enum members and times, what counts as an integer as one."""
        kind, shape = self.kind, self.shape
        if kind is not None:
            return [_made_by(kind, item) for item in _items(value)] if isinstance(value, (list, tuple)) else _made_by(kind, value)
        if shape is None:
            return value
        if shape.types == frozenset({"integer"}):
            return _integer(value)
        if shape.format == "date-time" and isinstance(value, str):
            return to_datetime(value) or value
        return _items(value) if isinstance(value, tuple) and "array" in shape.types else value  # pyright: ignore[reportUnknownVariableType]


def _items(value: Any) -> list[Any]:
    return list(value)


def _made_by(kind: type[Model] | type[Enum], value: Any) -> Any:
    """`value` as a model or an enum member, or as it is where it makes none."""
    if issubclass(kind, Model):
        return unchecked(kind, value) if isinstance(value, Mapping) else value  # pyright: ignore[reportUnknownArgumentType]
    try:
        return kind(value)
    except ValueError:
        return value


def _integer(value: Any) -> Any:
    """What users give for an integer: also a whole float, a bool, and decimal digits, as they come from an environment."""
    if isinstance(value, bool) or (isinstance(value, float) and value.is_integer()):
        return int(value)
    if isinstance(value, str):
        text = value.strip()
        digits = text[1:] if text[:1] in ("-", "+") else text
        if digits.isascii() and digits.isdigit() and len(digits) <= 19:
            return int(text)
    return value


class Model(_Keywords):
    """The base of all models: made by keywords, checked at once. Raises InvalidArgumentsError, which is a ValueError."""

    # Where the document describes the model, which fields hold models or enums, and whether names it does not know are let in.
    _schema: ClassVar[str] = ""
    _inner: ClassVar[tuple[tuple[str, type[Model] | type[Enum]], ...]] = ()
    _open: ClassVar[bool] = False

    if not TYPE_CHECKING:

        def __init__(self, /, **data: Any) -> None:
            self._fill(data)
            self._check()

    @classmethod
    def _read_fields(cls) -> tuple[Field, ...]:
        shape, kinds = shape_at(document(), cls._schema), dict(cls._inner)
        return tuple(
            Field(name, wire, wire in shape.required, kinds.get(wire), one, not one.types or "null" in one.types, one.secret)
            for name, wire in assign_names(shape.properties, dir(Model)).items()
            for one in [shape.properties[wire]]
        )

    def _fill(self, data: Mapping[Any, Any]) -> None:
        """Take over the data as it is, unchecked. Of two spellings of a field the wire name's counts."""
        fields = fields_of(type(self))
        known = {spelling: field for field in fields for spelling in (field.name, field.wire, *field.aliases)}
        given: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        for key, value in data.items():
            field = known.get(key)
            if field is None:
                extra[key] = value
            elif value is not UNSET and (field.name not in given or key == field.wire):
                given[field.name] = field.take(value)
        self.__dict__.update({field.name: given.get(field.name) for field in fields}, _given={*given}, _extra=extra)

    def _check(self) -> None:
        unknown = [] if self._open else [self._unknown(key) for key in self._extra]
        problems = [*unknown, *self._problems()]
        if problems:
            self.__dict__.clear()
            raise InvalidArgumentsError(f"{type(self).__name__}: ", problems)

    def _unknown(self, key: object) -> Problem:
        names = [field.name for field in fields_of(type(self))]
        guess = did_you_mean(str(key), names) or f"; it has {', '.join(names)}"
        return Problem("body", json_pointer(str(key)), f"unknown name{guess}", "name")

    def _problems(self) -> list[Problem]:
        """All that is wrong with the values. What the server judges better is left to it: formats, lengths, ranges of numbers."""
        wires = WireValues(allow_nan=False)
        try:
            value = wires.convert(self._wire(), "body")
        except RecursionError:
            return [Problem("body", "", f"nests deeper than {MAX_DEPTH} arrays and objects, or holds itself", "depth")]
        if wires.problems:
            return wires.problems
        if not self._schema:
            missing = [one for one in fields_of(type(self)) if one.required and one.name not in self._given]
            return [Problem("body", json_pointer(one.wire), "required, missing", "required") for one in missing]
        found = compile_schema(document(), self._schema).findings(value)
        # A server may send what the document does not list yet; a user who does has made a mistake.
        refused = [one for one in found if is_hard(one) or (one.rule == "enum" and not self._open)]
        return to_problems(refused, "response" if self._open else "body")

    def _present(self) -> Iterator[tuple[Field, Any]]:
        """The fields that have a value. None stands for an absent one, unless null is a value of the field."""
        for field in fields_of(type(self)):
            value = self.__dict__[field.name]
            if field.name in self._given and (value is not None or field.required or field.nullable):
                yield field, value

    def _wire(self) -> dict[str, Any]:
        """The data under wire names, as JSON has it."""
        declared = {field.wire: _converted(value, wire_of, True) for field, value in self._present()}
        return declared | {key: _converted(value, wire_of, True) for key, value in self._extra.items()}

    def _arguments(self) -> dict[str, Any]:
        """The arguments, by wire name, of the operation whose request body this is."""
        return self._wire()

    def model_dump(
        self,
        *,
        mode: Literal["python", "json"] = "python",
        by_alias: bool = False,
        exclude_none: bool = False,
        exclude_unset: bool = False,
        exclude_defaults: bool = False,
        include: Collection[str] | None = None,
        exclude: Collection[str] | None = None,
    ) -> dict[str, Any]:
        """The data as a dict, by Python names or, `by_alias`, by wire names; fields without a value are left out.

        `include` and `exclude` take Python names. `mode="json"` gives JSON values only, and raises InvalidArgumentsError for a
        value that JSON can't hold. What the document does not declare is kept, under its own name.
        """
        named = [(field.wire if by_alias else field.name, field.name, value) for field, value in self._present()]
        named += [(key, key, value) for key, value in self._extra.items()]
        bare = exclude_none or exclude_defaults

        def inner(model: Model) -> dict[str, Any]:
            return model.model_dump(by_alias=by_alias, exclude_none=bare)

        dumped = {
            key: _converted(value, inner, mode == "json")
            for key, name, value in named
            if not (value is None and bare) and (include is None or name in include) and (exclude is None or name not in exclude)
        }
        return _json_only(dumped) if mode == "json" else dumped

    def model_dump_json(self, *, indent: int | None = None, **options: Any) -> str:
        """The same as JSON text, laid out by `indent` spaces or compact. Takes the options of `model_dump` save `mode`."""
        from json import dumps  # noqa: PLC0415  # only for text that is laid out

        value: dict[str, Any] = self.model_dump(mode="json", **options)
        return encode_json(value).decode() if indent is None else dumps(value, indent=indent, ensure_ascii=False)

    @classmethod
    def model_validate(cls: type[_Made], obj: Any) -> _Made:
        """A model of a mapping, by Python or wire names, checked; a model of this class as it is. Raises InvalidArgumentsError."""
        if isinstance(obj, cls):
            return obj
        if not isinstance(obj, Mapping):
            raise InvalidArgumentsError(f"{cls.__name__}: give a dict or a {cls.__name__}, not a {type(obj).__name__}")
        made = unchecked(cls, obj)  # pyright: ignore[reportUnknownArgumentType]  # its keys are judged there
        made._check()
        return made

    @classmethod
    def model_validate_json(cls: type[_Made], json_data: str | bytes | bytearray) -> _Made:
        """A model of JSON text, checked. Raises InvalidArgumentsError."""
        try:
            value = decode_json(json_data.encode() if isinstance(json_data, str) else bytes(json_data))
        except (UndecodableError, UnicodeEncodeError):
            raise InvalidArgumentsError(f"{cls.__name__}: the text is not valid JSON") from None
        return cls.model_validate(value)

    def model_copy(self: _Made, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> _Made:
        """A copy, its values copied too when `deep`, with the fields in `update` set anew, unchecked."""
        made = type(self).__new__(type(self))
        made.__dict__.update(deepcopy(self.__dict__) if deep else self.__dict__)
        made.__dict__.update(_given={*self._given}, _extra={**self._extra})
        for name, value in (update or {}).items():
            setattr(made, name, value)
        return made

    @property
    def model_fields_set(self) -> set[str]:
        """The names of the fields that were given a value."""
        return {*self._given}

    @property
    def model_extra(self) -> dict[str, Any]:
        """What the document does not declare, by its own names."""
        return {**self._extra}

    def __setattr__(self, name: str, value: Any) -> None:
        field = next((one for one in fields_of(type(self)) if one.name == name), None)
        if field is None:
            raise AttributeError(f"{type(self).__name__}: {self._unknown(name).message}")
        self.__dict__[name] = field.take(value)
        self._given.add(name)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            extra = self.__dict__.get("_extra", {})
            if name in extra:
                return extra[name]
            if name.startswith("_"):
                raise AttributeError(name)
            raise AttributeError(f"{type(self).__name__}: {self._unknown(name).message}", name=name, obj=self)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        yield from ((field.name, self.__dict__[field.name]) for field in fields_of(type(self)))
        yield from self._extra.items()

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and dict(self) == dict(other)

    __hash__ = None  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]  # what can be changed has no hash

    def __repr__(self) -> str:
        secret = {field.name for field in fields_of(type(self)) if field.secret}
        shown = (f"{key}={MASK if key in secret and value is not None else value!r}" for key, value in self)
        return f"{type(self).__name__}({', '.join(shown)})"


class Answer(Model):
    """A model of an answer: what the document does not declare is delivered as well, as an attribute by its own name."""

    _open = True


def fields_of(model: type[Model]) -> tuple[Field, ...]:
    """The fields of a model, in the document's order."""
    return document().once(("sdk fields", model), model._read_fields)


def unchecked(model: type[_Made], data: Mapping[Any, Any]) -> _Made:
    """A model of this data as it is: an answer that was checked already, or a part of something that is checked whole."""
    made = model.__new__(model)
    made._fill(data)
    return made


def problems_of(model: Model) -> list[Problem]:
    """All that is wrong with the values of a model."""
    return model._problems()


def arguments_of(model: Model) -> dict[str, Any]:
    """The arguments, by wire name, of the operation whose request body the model is."""
    return model._arguments()


def schema_of(model: type[Model]) -> str:
    """The JSON pointer to the schema that describes a model."""
    return model._schema


def wire_of(model: Model) -> dict[str, Any]:
    """The data of a model under wire names."""
    return model._wire()


def is_empty(model: Model) -> bool:
    """Whether an answer has something to say, and nothing of it is what the document declares."""
    return bool(model._extra) and not model._given


def _converted(value: Any, of_model: Callable[[Model], Any], json: bool) -> Any:
    """A value with its models by `of_model`; for `json`, also what has a usual form there: decimals, sets, integers as keys."""
    if isinstance(value, Model):
        return of_model(value)
    if isinstance(value, (list, tuple)) or (json and isinstance(value, (set, frozenset))):
        return [_converted(item, of_model, json) for item in _items(value)]
    if isinstance(value, dict):
        pairs: list[tuple[Any, Any]] = [*value.items()]  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        return {str(key) if json and type(key) is int else key: _converted(item, of_model, json) for key, item in pairs}
    return str(value) if json and isinstance(value, Decimal) else value


def _json_only(value: dict[str, Any]) -> dict[str, Any]:
    wires = WireValues(allow_nan=False)
    made = wires.convert(value, "body")
    if wires.problems or not isinstance(made, dict):
        raise InvalidArgumentsError("", wires.problems)
    return made
