"""Lists as pandas data frames: nullable types by the schema, objects for all that has parts, nothing lost that does not fit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas
import pytest

from aerostack_dynamic import ColumnWarning
from aerostack_dynamic._record import RecordList

Listed = Callable[..., RecordList]
TYPES = {
    "count": "Int64",
    "size": "Float64",
    "on": "boolean",
    "name": "string",
    "at": "datetime64[us, UTC]",
    "day": "datetime64[s]",
    "span": "timedelta64[us]",
    "id": "string",
    "price": "string",
    "clock": "string",
    "pin": "string",
}


def test_types_are_the_schemas_with_and_without_rows(listed: Listed, row: dict[str, Any]) -> None:
    empty, full = listed([]).to_pandas(), listed([row, {}, None]).to_pandas()
    assert [*full] == [*row]
    assert [*empty] == [name for name in row if name != "undeclared"]
    for frame in (empty, full):
        assert {name: str(frame[name].dtype) for name in empty} == dict.fromkeys(empty, "object") | TYPES | (
            {"any": "Int64"} if len(frame) else {}
        )
    assert str(full["undeclared"].dtype) == "boolean"
    assert full.iloc[1:].isna().all(axis=None)
    assert len(RecordList([None, None]).to_pandas()) == 2


def test_values_are_exact(listed: Listed, row: dict[str, Any]) -> None:
    found = listed([row, {"count": None, "size": float("nan")}]).to_pandas()
    first = found.iloc[0].to_dict()
    assert first["count"] == 2**60 + 1
    assert first["at"] == pandas.Timestamp("2024-01-02T01:04:05.123456Z")
    assert first["day"].date() == date(1, 1, 1)
    assert first["span"] == pandas.Timedelta(seconds=1.5)
    assert (first["data"], first["url64"]) == (b"hi", b"\xff")
    for name in ("name", "id", "price", "clock", "inner", "parts", "free", "either", "tree", "pin"):
        assert first[name] == row[name], name
    assert found["size"].array._mask.tolist() == [False, False], "NaN is a number that the answer has"


def test_what_does_not_fit_is_told_and_not_lost(listed: Listed) -> None:
    rows = [{"count": 2**64, "at": "soon", "inner": 5}, {"count": "x", "at": None}, 7]
    with pytest.warns(
        ColumnWarning, match=r"count \(integer, delivered as it came\), at \(date-time, delivered as text\)$"
    ) as caught:
        found = listed(rows).to_pandas()
    assert caught[0].filename == __file__
    assert found["count"].tolist()[:2] == [2**64, "x"]
    assert (found["at"][0], str(found["at"].dtype)) == ("soon", "string")
    assert (found["inner"][0], found["value"][2]) == (5, 7)
