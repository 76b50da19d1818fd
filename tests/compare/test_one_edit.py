"""One edit at a time, done and undone: each has the right verdict, and none is compatible that is not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from aerostack_dynamic import Spec
from aerostack_dynamic.compare import Comparison, compare
from aerostack_dynamic.compare._rules import RULES

from .documents import document, edited
from .edit_rows import ANSWER, DOCUMENT_ROWS, PUT, SCHEMA_ROWS, Row, SchemaRow

DAY = date(2026, 6, 1)
BASE = Spec.load(document())
SENT = f"{PUT}/requestBody/content/application~1json/schema"
ANSWERED = f"{ANSWER}/content/application~1json/schema"


def verdict(comparison: Comparison) -> str:
    """What a comparison comes to: what is not known counts as breaking."""
    return "breaking" if comparison.breaking else "compatible" if comparison else "none"


def both_ways(at: str, value: Any) -> tuple[Comparison, Comparison]:
    other = Spec.load(edited(document(), (at, value)))
    return compare(BASE, other, today=DAY), compare(other, BASE, today=DAY)


def check_places(comparison: Comparison) -> None:
    """Each change has a rule that is listed, a sentence, and pointers that lead to something in their documents."""
    for one in comparison:
        assert one.rule in RULES
        assert one.message.endswith(".")
        assert one.known in ("proved", "rule")
        for pointer, spec in ((one.old_pointer, comparison.old), (one.new_pointer, comparison.new)):
            assert pointer is None or spec.document.at(pointer) is not None


@pytest.mark.parametrize("row", SCHEMA_ROWS, ids=lambda row: f"{row.at} {row.value}"[:60])
def test_an_edit_of_a_schema(row: SchemaRow) -> None:
    told = []
    for place, expected in ((SENT, row.sent), (ANSWERED, row.answered)):
        found = both_ways(place + row.at, row.value)
        told += [str(one) for comparison in found for one in comparison]
        assert tuple(map(verdict, found)) == expected, told
        for comparison in found:
            check_places(comparison)
            assert {one.side for one in comparison} <= {"request" if place == SENT else "response"}
            assert {one.operation for one in comparison} <= {"putItem" if place == SENT else "getItem"}


@pytest.mark.parametrize("row", DOCUMENT_ROWS, ids=lambda row: f"{row.done[0]} {row.at}"[-60:])
def test_an_edit_of_the_document(row: Row) -> None:
    for comparison, (rule, expected) in zip(both_ways(row.at, row.value), (row.done, row.undone), strict=True):
        told = [str(one) for one in comparison]
        assert verdict(comparison) == expected, told
        assert rule in {one.rule for one in comparison} | ({"none"} if not comparison else set()), told
        check_places(comparison)
