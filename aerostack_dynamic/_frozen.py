"""Values that can't be changed, told by their fields: what `dataclass(frozen=True, slots=True)` makes, in a twentieth of its time, and
what `typing.NamedTuple` does in half.

That writes six functions as text for each class and compiles them, which for the classes of a client takes longer than all else in
its making. Here they are the same functions for every class, over its names and slots. What the standard library asks of its own,
`dataclasses.replace`, `fields` and `asdict`, `copy.replace` and `inspect.signature`, it may ask of these: what is answered is made then.
"""

from __future__ import annotations

from collections import namedtuple
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from dataclasses import Field
    from inspect import Signature

    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_: Any) -> Callable[[Any], Any]:
        """What type checkers alone are told; Python 3.10 has it not."""
        return lambda function: function


__all__ = ["NamedTuple", "changed", "frozen", "told"]

# What a class of tuples has already.
_GIVEN: Final = frozenset({"__module__", "__qualname__", "__annotations__", "__dict__", "__weakref__"})
_Type = TypeVar("_Type", bound="type[Any]")
_Value = TypeVar("_Value")


@dataclass_transform(frozen_default=True)
def frozen(kind: _Type) -> _Type:
    """The class anew, with a slot for each of its annotations, and the methods of a frozen dataclass.

    A default is the value that stands there, one object for all; what must not be shown has a `__repr__` that leaves it out. It
    inherits of at most one class, which has no fields.
    """
    names = tuple(kind.__annotations__)
    space = {name: value for name, value in vars(kind).items() if name not in (*names, "__dict__", "__weakref__")}
    defaults = {name: vars(kind)[name] for name in names if name in vars(kind)}
    metaclass: Any = type(kind)
    bases = [one for one in kind.__bases__ if one is not object]
    made = metaclass(kind.__name__, (*bases, _Frozen), {**space, "__slots__": names, "__match_args__": names})
    made.__qualname__ = kind.__qualname__
    made.__init__ = _beginning(made, names, defaults)
    made.__dataclass_fields__ = _Fields(made, defaults)
    made.__signature__ = _Signature(made, names, defaults)
    return made  # type: ignore[no-any-return]  # of the same metaclass


def changed(value: _Value, /, **changes: Any) -> _Value:
    """The value with other fields. Raises TypeError for one that it hasn't."""
    kind: Any = type(value)
    return kind(**{name: getattr(value, name) for name in kind.__match_args__ if name not in changes}, **changes)  # type: ignore[no-any-return]


def told(value: Any, *unshown: str) -> str:
    """The `repr` of a value, without what must not be shown."""
    shown = ", ".join(f"{name}={getattr(value, name)!r}" for name in value.__match_args__ if name not in unshown)
    return f"{type(value).__qualname__}({shown})"


def _beginning(kind: type[Any], names: tuple[str, ...], defaults: Mapping[str, Any]) -> Callable[..., None]:
    """The `__init__` of a class."""
    # The slots' own setters, which ask no `__setattr__`.
    setters = [vars(kind)[name].__set__ for name in names]
    count, ends = len(names), hasattr(kind, "__post_init__")

    def __init__(self: Any, *given: Any, **named: Any) -> None:  # it is one
        values: Iterable[Any] = given if len(given) == count and not named else _filled(kind, names, defaults, given, named)
        for put, value in zip(setters, values):  # noqa: B905  # as many, and `strict` takes its time
            put(self, value)
        if ends:
            self.__post_init__()

    __init__.__qualname__ = f"{kind.__qualname__}.__init__"
    return __init__


def _filled(
    kind: type[Any], names: tuple[str, ...], defaults: Mapping[str, Any], given: tuple[Any, ...], named: dict[str, Any]
) -> Iterable[Any]:
    """The values of all fields, in their order. Raises TypeError."""
    values = {**defaults, **dict(zip(names, given)), **named}  # noqa: B905  # fewer may be given
    if len(values) == len(names) >= len(given) and named.keys().isdisjoint(names[: len(given)]):
        try:
            return [values[name] for name in names]
        except KeyError:  # one is missing, and there is another that is none
            pass
    raise TypeError(_misfit(f"{kind.__name__}.__init__()", names, values, given, named))


def _misfit(called: str, names: tuple[str, ...], values: Iterable[str], given: tuple[Any, ...], named: Iterable[str]) -> str:
    """What is wrong with what was given, in Python's words."""
    if len(given) > len(names):
        return f"{called} takes {len(names) + 1} positional arguments but {len(given) + 1} were given"
    for name in named:
        if name not in names:
            return f"{called} got an unexpected keyword argument {name!r}"
        if name in names[: len(given)]:
            return f"{called} got multiple values for argument {name!r}"
    missing = [repr(name) for name in names if name not in values]
    return f"{called} missing {len(missing)} required arguments: {', '.join(missing)}"


class _Frozen:
    """What all of these classes inherit."""

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()

    def _values(self) -> Any:
        return attrgetter(*self.__match_args__)(self)

    def __repr__(self) -> str:
        return told(self)

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        same: Any = other
        return bool(self._values() == same._values())

    def __hash__(self) -> int:
        return hash(self._values())

    def __setattr__(self, name: str, value: object) -> None:
        self.__delattr__(name)

    def __delattr__(self, name: str) -> None:
        from dataclasses import FrozenInstanceError  # noqa: PLC0415  # slow to import, and few meet it

        raise FrozenInstanceError(f"{name} of a {type(self).__name__} can't be changed")

    def __getstate__(self) -> list[Any]:
        return [getattr(self, name) for name in self.__match_args__]

    def __setstate__(self, state: list[Any]) -> None:
        for name, value in zip(self.__match_args__, state):  # noqa: B905  # as many
            object.__setattr__(self, name, value)

    def __replace__(self, **changes: Any) -> Any:
        return changed(self, **changes)


class _Fields:
    """The `__dataclass_fields__` of a class."""

    def __init__(self, kind: type[Any], defaults: Mapping[str, Any]) -> None:
        self._kind = kind
        self._defaults = defaults

    def __get__(self, instance: object, owner: type[Any]) -> dict[str, Field[Any]]:
        from dataclasses import dataclass  # noqa: PLC0415  # only for those who ask

        dataclass(init=False, repr=False, eq=False, frozen=True)(self._kind)
        found: dict[str, Field[Any]] = self._kind.__dict__["__dataclass_fields__"]
        for name, value in self._defaults.items():
            found[name].default = value
        return found


class _Signature:
    """The `__signature__` of a class; a subclass with an `__init__` of its own has that of it, and instances have none."""

    def __init__(self, kind: type[Any], names: tuple[str, ...], defaults: Mapping[str, Any]) -> None:
        self._kind = kind
        self._names = names
        self._defaults = defaults

    def __get__(self, instance: object, owner: type[Any]) -> Signature:
        from inspect import Parameter, Signature  # noqa: PLC0415  # only for those who ask

        if instance is not None or owner.__init__ is not self._kind.__init__:
            raise AttributeError("__signature__")
        told, defaults = self._kind.__annotations__, self._defaults
        parameters = [
            Parameter(one, Parameter.POSITIONAL_OR_KEYWORD, default=defaults.get(one, Parameter.empty), annotation=told[one])
            for one in self._names
        ]
        return Signature(parameters, return_annotation=None)


if TYPE_CHECKING:
    from typing import NamedTuple
else:

    class _TupleKind(type):
        """Makes tuples with names of annotations. `typing.NamedTuple` compiles each as well, to look whether it is a type."""

        def __new__(cls, name: str, bases: tuple[type[Any], ...], space: dict[str, Any]) -> type[Any]:
            if not bases:
                return super().__new__(cls, name, bases, space)
            fields = space["__annotations__"]
            made = namedtuple(name, fields, defaults=[space[one] for one in fields if one in space], module=space["__module__"])
            for key, value in space.items():
                if key not in fields and key not in _GIVEN:
                    setattr(made, key, value)
            made.__annotations__ = fields
            return made

    class NamedTuple(metaclass=_TupleKind):
        """As that of `typing`, for classes whose defaults stand last."""
