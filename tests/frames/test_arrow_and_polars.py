"""Lists as Arrow tables and polars frames: types by the schema, values exact, nothing lost that does not fit."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import polars
import pyarrow as arrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic import ColumnWarning, Format
from aerostack_dynamic._formats import Formats
from aerostack_dynamic._record import Record, RecordList

Listed = Callable[..., RecordList]
UTC = timezone.utc


def back(rows: RecordList) -> tuple[list[Any], list[Any]]:
    """The rows as both frames give them back."""
    return rows.to_arrow().to_pylist(), rows.to_polars().to_dicts()


@pytest.fixture
def expected(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "at": datetime(2024, 1, 2, 1, 4, 5, 123456, tzinfo=UTC),
        "day": date(1, 1, 1),
        "span": timedelta(seconds=1.5),
        "data": b"hi",
        "url64": b"\xff",
        "inner": {"n": 1, "days": [date(2024, 1, 1), None], "more": [1, 2]},
        "parts": [{"key": "a"}, {"key": None}],
        "free": '{"a":[1,"x"]}',
        "either": "4",
        "tree": {"name": "root", "below": ['{"name":"leaf"}']},
    }


def test_every_kind_of_value(listed: Listed, row: dict[str, Any], expected: dict[str, Any]) -> None:
    nothing = dict.fromkeys(expected)
    for found in back(listed([row, {}, None, {"count": None, "inner": None}])):
        assert found == [expected, nothing, nothing, nothing]
        assert [*found[0]] == [*expected], "declared columns in their order, and then what the data has"


def test_an_empty_list_has_its_columns_and_their_types(listed: Listed, row: dict[str, Any]) -> None:
    empty, full = listed([]), listed([row])
    table, frame = empty.to_arrow(), empty.to_polars()
    names = [name for name in row if name != "undeclared"]
    assert table.schema.names == frame.columns == names
    settled = [name for name in names if name not in ("any", "inner")]
    assert [table.schema.field(name).type for name in settled] == [full.to_arrow().schema.field(name).type for name in settled]
    assert [frame.schema[name] for name in settled] == [full.to_polars().schema[name] for name in settled]
    assert str(table.schema.field("at").type) == "timestamp[us, tz=UTC]"
    assert str(table.schema.field("inner").type) == "struct<n: int64, days: list<item: date32[day]>>"
    assert frame.schema["at"] == polars.Datetime("us", "UTC")
    assert frame.schema["parts"] == polars.List(polars.Struct({"key": polars.String}))
    assert table.schema.field("any").type == arrow.null()
    assert (RecordList().to_arrow().num_columns, RecordList().to_polars().shape) == (0, (0, 0))


@pytest.mark.parametrize(
    ("name", "values", "told", "delivered"),
    [
        ("count", [1, "x", None], "count (integer, delivered as JSON text)", ["1", '"x"', None]),
        ("count", ["1", "x"], "count (integer, delivered as text)", ["1", "x"]),
        ("count", [2**63, True], "count (integer", ["9223372036854775808", "true"]),
        ("count", [1.5], "count (integer", ["1.5"]),
        ("size", [2**60 + 1, 0.5], "size (number", ["1152921504606846977", "0.5"]),
        ("size", [10**400], "size (number", [str(10**400)]),
        ("size", [True], "size (number", ["true"]),
        ("on", [1], "on (boolean", ["1"]),
        ("name", [1], "name (string", ["1"]),
        ("name", ["\ud800"], "name (string", ['"\\ud800"']),
        ("at", ["2024-01-01T00:00:00Z", "soon"], "at (date-time, delivered as text)", ["2024-01-01T00:00:00Z", "soon"]),
        ("at", ["0001-01-01T00:00:00+05:00"], "at (date-time", ["0001-01-01T00:00:00+05:00"]),
        ("day", [20240101], "day (date,", ["20240101"]),
        ("span", ["P1Y"], "span (duration", ["P1Y"]),
        ("span", ["P999999999D"], "span (duration", ["P999999999D"]),
        ("span", [1], "span (duration", ["1"]),
        ("data", ["?"], "data (binary", ["?"]),
        ("data", [1], "data (binary", ["1"]),
        ("url64", [1], "url64 (binary", ["1"]),
        ("inner", [{"n": 1}, "x"], "inner (object", ['{"n":1}', '"x"']),
        ("inner", [{"n": "x"}], "inner.n (integer, delivered as text)", [{"n": "x", "days": None}]),
        ("inner", [{"days": [1]}], "inner.days[] (date", [{"n": None, "days": ["1"]}]),
        ("parts", [{"key": "a"}], "parts (array", ['{"key":"a"}']),
    ],
)
def test_what_does_not_fit_is_told_and_not_lost(
    listed: Listed, name: str, values: list[Any], told: str, delivered: list[Any]
) -> None:
    rows = listed([{name: value} for value in values])
    with pytest.warns(ColumnWarning) as caught:
        found = back(rows)
    assert [told in str(one.message) for one in caught] == [True, True], [str(one.message) for one in caught]
    assert {one.filename for one in caught} == {__file__}
    assert [[one[name] for one in rows] for rows in found] == [delivered, delivered]


def test_what_fits_by_the_rules_of_json_schema(listed: Listed) -> None:
    nan = float("nan")
    for found in back(listed([{"count": 3.0, "size": 2**60}, {"size": nan}, {"size": float("inf")}])):
        assert [one["count"] for one in found] == [3, None, None]
        assert found[0]["size"] == float(2**60)
        assert str(found[1]["size"]) == "nan"
        assert found[2]["size"] == float("inf")


def test_rows_that_are_no_objects(listed: Listed) -> None:
    rows = listed(["2024-01-01", None], {"type": "string", "format": "date"})
    assert back(rows) == ([{"value": date(2024, 1, 1)}, {"value": None}],) * 2
    assert back(RecordList([{"": 1, "a": 2}], None)) == ([{"": 1, "a": 2}],) * 2
    for found in back(listed([{"a": 1}, 2], {"type": "object", "properties": {"a": {"type": "integer"}}})):
        assert found == [{"a": 1, "value": None}, {"a": None, "value": 2}]
    with pytest.raises(AttributeError, match=r"call it on the list in it, record\.parts or record\['rows'\]$"):
        Record({"parts": [1], "rows": []}, listed([{}])[0]._shape).to_pandas()
    with pytest.raises(AttributeError, match="it has none$"):
        Record({}).to_arrow()


def test_a_format_of_the_callers_own_is_a_text(listed: Listed) -> None:
    found = listed([{"day": "tomorrow"}], formats=Formats([Format("date", to_python=str.upper)]))
    assert found.to_arrow().column("day").to_pylist() == ["tomorrow"]


def test_documents_without_an_end_are_cut(listed: Listed) -> None:
    inner = {"type": "object", "properties": {f"q{i}": {} for i in range(400)}}
    wide = {"type": "object", "properties": {f"p{i}": inner for i in range(4)}}
    names = [str(one.type).partition("<")[0] for one in listed([], wide).to_arrow().schema]
    assert names == ["struct", "struct", "string", "string"]
    deep: Any = {"type": "integer"}
    data: Any = 1
    for _ in range(40):
        deep, data = {"type": "array", "items": deep}, [data]
    for wanted in (deep, {}):
        (found,) = listed([{"a": data}], {"properties": {"a": wanted}}).to_arrow().to_pylist()
        depth = 0
        while isinstance(found, (list, dict)):
            found, depth = (found["a"] if isinstance(found, dict) else found[0]), depth + 1
        assert 5 < depth < 20
        assert json.loads(found) == json.loads("[" * (41 - depth) + "1" + "]" * (41 - depth))


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
_VALUES = {
    "count": st.integers(-(2**63), 2**63 - 1),
    "size": st.floats(allow_nan=False),
    "on": st.booleans(),
    "name": _TEXT,
    "day": st.dates().map(str),
    "parts": st.lists(st.none() | st.fixed_dictionaries({"key": _TEXT}), max_size=3),
    "free": st.dictionaries(_TEXT, st.integers(), max_size=2),
}


@given(st.lists(st.fixed_dictionaries({}, optional={key: st.none() | one for key, one in _VALUES.items()}), max_size=5))
def test_what_fits_comes_back(listed: Listed, data: list[Any]) -> None:
    for found in back(listed(data)):
        for one, other in zip(data, found, strict=True):
            day, free = other["day"], other["free"]
            again = other | {"day": day and str(day), "free": free and json.loads(free)}
            assert {name: again[name] for name in _VALUES} == {name: one.get(name) for name in _VALUES}
