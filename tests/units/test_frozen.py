"""Frozen values and tuples with names: what dataclasses and typing make of the same classes, these are, as far as anybody can ask."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import typing
from typing import Any

import pytest

from aerostack_dynamic._frozen import NamedTuple, changed, frozen, told


@frozen
class Ours:
    """Words."""

    first: int
    second: str = "two"
    third: tuple[int, ...] = ()

    def sum(self) -> int:
        """What a method sees."""
        return self.first + len(self.third)


@dataclasses.dataclass(frozen=True)
class Theirs:
    """Words."""

    first: int
    second: str = "two"
    third: tuple[int, ...] = ()


@frozen
class Checked:
    """What looks at its fields when it is made, and shows one of them to nobody."""

    limit: float
    secret: str = ""

    def __post_init__(self) -> None:
        if self.limit < 0:
            raise ValueError("below 0")

    def __repr__(self) -> str:
        return told(self, "secret")


class OurPair(NamedTuple):
    """Words."""

    left: int
    right: list[int] | None = None

    @property
    def both(self) -> tuple[Any, ...]:
        """What a method sees."""
        return (self.left, self.right)


class TheirPair(typing.NamedTuple):
    """Words."""

    left: int
    right: list[int] | None = None


GIVEN: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((1,), {}),
    ((1, "x", (1, 2)), {}),
    ((), {"first": 1}),
    ((1,), {"third": (3,)}),
    ((), {}),
    ((1,), {"first": 2}),
    ((1, "x", (), 4), {}),
    ((1,), {"fourth": 4}),
    ((), {"second": "x", "third": (), "fourth": 4}),
]


@pytest.mark.parametrize(("given", "named"), GIVEN)
def test_it_takes_what_a_dataclass_takes(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    try:
        theirs = Theirs(*given, **named)
    except TypeError:
        with pytest.raises(TypeError, match=r"Ours.__init__\(\) (takes|got|missing)"):
            Ours(*given, **named)
        return
    ours = Ours(*given, **named)
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)  # type: ignore[call-overload]


def test_it_is_compared_hashed_and_copied_by_its_fields() -> None:
    one = Ours(1, third=(1, 2))
    assert one == Ours(1, "two", (1, 2)) != Ours(2)
    assert one != Theirs(1, "two", (1, 2))
    assert hash(one) == hash(Ours(1, "two", (1, 2)))
    assert pickle.loads(pickle.dumps(one)) == copy.copy(one) == copy.deepcopy(one) == one
    assert one.sum() == 3
    match one:
        case Ours(first, "two", (1, *_)):
            assert first == 1


def test_it_can_not_be_changed() -> None:
    one = Ours(1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.first = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del one.first
    with pytest.raises(AttributeError):
        one.fourth = 4  # type: ignore[attr-defined]
    assert not hasattr(one, "__dict__")


def test_a_changed_one_is_another() -> None:
    one = Ours(1, "x")
    assert changed(one, first=2) == dataclasses.replace(one, first=2) == Ours(2, "x")  # type: ignore[type-var]
    with pytest.raises(TypeError, match="unexpected keyword argument 'fourth'"):
        changed(one, fourth=4)
    if hasattr(copy, "replace"):
        assert copy.replace(one, first=2) == Ours(2, "x")


def test_it_is_looked_at_when_it_is_made_and_shows_no_secret() -> None:
    assert repr(Checked(1.0, "hush")) == "Checked(limit=1.0)"
    for make in (lambda: Checked(-1.0), lambda: changed(Checked(1.0), limit=-1.0)):
        with pytest.raises(ValueError, match="below 0"):
            make()


def test_the_standard_library_takes_it_for_a_dataclass() -> None:
    assert dataclasses.is_dataclass(Ours)
    found = [(one.name, one.default, one.type) for one in dataclasses.fields(Ours)]  # type: ignore[arg-type]
    assert found == [(one.name, one.default, one.type) for one in dataclasses.fields(Theirs)]
    assert inspect.signature(Ours) == inspect.signature(Theirs)
    assert Ours.__doc__ == "Words."
    assert not hasattr(Ours(1), "__signature__")
    assert Ours.__init__.__qualname__ == "Ours.__init__"


def test_a_class_may_be_made_of_it() -> None:
    @dataclasses.dataclass(frozen=True)
    class More(Ours):  # type: ignore[misc]
        fourth: int = 4

    class Plain(Ours):
        pass

    class Own(Ours):
        def __init__(self, *, only: int) -> None:
            super().__init__(only)

    assert repr(More(1, third=(1,))) == f"{More.__qualname__}(first=1, second='two', third=(1,), fourth=4)"
    assert [one.name for one in dataclasses.fields(More)] == ["first", "second", "third", "fourth"]
    assert inspect.signature(Plain) == inspect.signature(Ours)
    assert [*inspect.signature(Own).parameters] == ["only"]
    assert Own(only=3).first == 3


def test_tuples_are_those_of_typing() -> None:
    assert OurPair(1) == TheirPair(1) == (1, None)
    assert OurPair(1)._replace(right=[2]) == (1, [2])
    assert repr(OurPair(1)) == "OurPair(left=1, right=None)"
    assert OurPair._fields == TheirPair._fields
    assert OurPair._field_defaults == TheirPair._field_defaults
    assert OurPair(1).both == (1, None)
    assert OurPair.__doc__ == "Words."
    assert OurPair.__module__ == __name__
    assert typing.get_type_hints(OurPair) == typing.get_type_hints(TheirPair)
    assert pickle.loads(pickle.dumps(OurPair(1))) == (1, None)
    assert inspect.signature(OurPair).parameters.keys() == inspect.signature(TheirPair).parameters.keys()
