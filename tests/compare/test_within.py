"""Edits of a schema within others: nothing is compatible there that is not, and what closes an object breaks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .schema_rows import VALUES, B, C, Row, several, text, thing, whole
from .structure_rows import STRUCTURE
from .test_schemas import SIDES, Asked, generated

KINDS = {"const": "one"}, {"const": "two"}
WRAPPED: dict[str, Callable[[Any], Any]] = {
    "anyOf": lambda one: {"anyOf": [whole(), one]},
    "oneOf": lambda one: {"oneOf": [thing("k", "v", k=KINDS[0], v=one), thing("k", k=KINDS[1])]},
    "items": lambda one: several({"anyOf": [one, whole()]}),
    "additionalProperties": lambda one: {"type": "object", "additionalProperties": {"oneOf": [several(whole()), one]}},
    "allOf": lambda one: {"allOf": [{"anyOf": [whole(), one]}, {}]},
    "then": lambda one: {"if": {"type": ["object", "string", "array"]}, "then": one},
    "dependentSchemas": lambda one: thing("k", k=text(), _={"dependentSchemas": {"k": one}}),
}
CLOSING = [
    Row(name, thing(a=text(), k=text()), thing(a=text(), k=text(), _=words), (B,), (C,))
    for name, words in (
        ("others are forbidden", {"additionalProperties": False}),
        ("others are texts", {"additionalProperties": text()}),
        ("what is left is forbidden", {"unevaluatedProperties": False}),
        ("some are numbers", {"patternProperties": {"^z": whole()}}),
        ("names are short", {"propertyNames": {"maxLength": 1}}),
        ("few", {"maxProperties": 1}),
    )
]


EACH = 9  # rows are wrapped, so that each way to wrap has some of every kind


def attacks(asked: Asked, most: int) -> Iterator[Any]:
    """Values of what is declared, and the same with a property more that no document names."""
    for value in generated(asked.declared, most):
        yield value
        for name in ("zz", "another"):
            yield from (with_more(value, name, more) for more in (None, "", 1.5))


def with_more(value: Any, name: str, more: Any) -> Any:
    if isinstance(value, list):
        return [with_more(one, name, more) for one in value]
    return {**{key: with_more(one, name, more) for key, one in value.items()}, name: more} if isinstance(value, dict) else value


@pytest.mark.parametrize("wrapped", WRAPPED)
def test_what_closes_an_object_breaks_wherever_that_is(wrapped: str) -> None:
    for row in CLOSING:
        old, new = (WRAPPED[wrapped](one) for one in (row.old, row.new))
        for narrow, wide in (
            (Asked(old, new, "request"), Asked(new, old, "request")),
            (Asked(new, old, "response"), Asked(old, new, "response")),
        ):
            assert any(one.verdict == B for one in narrow.changes), (row.name, narrow.said)
            assert wide.said, row.name
            assert all(one.verdict == C for one in wide.changes), (row.name, wide.said)


def test_no_edit_within_others_is_called_compatible_that_is_not() -> None:
    names = [*WRAPPED]
    of_others = [row for row in STRUCTURE if re.search("become|evaluated", row.name)]
    for index, row in enumerate([*of_others, *(*VALUES, *STRUCTURE)[::EACH]]):
        wrap = WRAPPED[names[index % len(names)]]
        for side in SIDES:
            asked = Asked(wrap(row.old), wrap(row.new), side)
            if all(change.verdict == C for change in asked.changes):
                found = [one for one in attacks(asked, 4) if asked.is_witness(one)]
                assert not found, (row.name, side, asked.said, found[0])
