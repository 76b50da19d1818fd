"""What a fitted column is in pandas, in polars and in Arrow. None of them is a dependency, and nothing here knows their types."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .._errors import ColumnWarning
from .._values import printable
from .._warn import warn_caller
from ._fit import Fitted, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._formats import Formats
    from .._shape import Shape


def _library(name: str, extra: str, method: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        if error.name != name:
            raise
        raise ImportError(
            f"{method}() needs {name}, which is not installed: pip install 'aerostack_dynamic[{extra}]'", name=name
        ) from None


def _fitted(method: str, rows: Sequence[Any], shape: Shape | None, formats: Formats, *, nested: bool) -> list[Fitted]:
    found, misfits = fit(rows, shape, formats, nested=nested)
    if misfits:
        told = f"{method}: columns that hold what the document does not have there, or what their type can't hold: {', '.join(misfits)}"
        warn_caller(printable(told, 500), ColumnWarning)
    return found


# ---- pandas


def to_pandas(rows: Sequence[Any], shape: Shape | None, formats: Formats) -> Any:
    """A `pandas.DataFrame`: nullable types for what JSON has, moments in UTC, and Python objects for all that has parts."""
    pandas = _library("pandas", "pandas", "to_pandas")
    numpy = import_module("numpy")
    made = {one.name: _pandas_column(pandas, numpy, one) for one in _fitted("to_pandas", rows, shape, formats, nested=False)}
    return pandas.DataFrame(made, index=pandas.RangeIndex(len(rows)))


def _pandas_column(pandas: Any, numpy: Any, one: Fitted) -> Any:
    match one.kind:
        case "boolean":
            return _masked(numpy, one, pandas.arrays.BooleanArray, "bool", False)
        case "integer":
            return _masked(numpy, one, pandas.arrays.IntegerArray, "int64", 0)
        case "number":
            return _masked(numpy, one, pandas.arrays.FloatingArray, "float64", 0.0)
        case "string":
            return pandas.array(one.values, dtype="string")
        case "date-time":
            naive = [value and value.replace(tzinfo=None) for value in one.values]
            return pandas.Series(numpy.array(naive, dtype="datetime64[us]")).dt.tz_localize("UTC")
        case "date":
            return numpy.array(one.values, dtype="datetime64[D]").astype("datetime64[s]")
        case "duration":
            return numpy.array(one.values, dtype="timedelta64[us]")
        case _:
            return pandas.Series(one.values, dtype=object)


def _masked(numpy: Any, one: Fitted, array: Any, dtype: str, filler: Any) -> Any:
    """An array that tells what is missing by itself, so that NaN is a number of the answer."""
    mask = numpy.array([value is None for value in one.values], dtype="bool")
    return array(numpy.array([filler if value is None else value for value in one.values], dtype=dtype), mask)


# ---- polars


def to_polars(rows: Sequence[Any], shape: Shape | None, formats: Formats) -> Any:
    """A `polars.DataFrame`: moments in UTC, structs and lists where the document knows what is in them."""
    polars = _library("polars", "polars", "to_polars")
    fitted = _fitted("to_polars", rows, shape, formats, nested=True)
    # By name: of a list of them, polars takes one that is called "" to have none.
    return polars.DataFrame({one.name: polars.Series(one.name, one.values, dtype=_polars_type(polars, one)) for one in fitted})


def _polars_type(polars: Any, one: Fitted) -> Any:
    if one.item is not None:
        return polars.List(_polars_type(polars, one.item))
    if one.kind == "object":
        return polars.Struct([polars.Field(inner.name, _polars_type(polars, inner)) for inner in one.members])
    if one.kind == "date-time":
        return polars.Datetime("us", "UTC")
    if one.kind == "duration":
        return polars.Duration("us")
    names = {"binary": "Binary", "boolean": "Boolean", "date": "Date", "integer": "Int64", "number": "Float64", "unknown": "Null"}
    return getattr(polars, names.get(one.kind, "String"))


# ---- Arrow


def to_arrow(rows: Sequence[Any], shape: Shape | None, formats: Formats) -> Any:
    """A `pyarrow.Table`: moments in UTC, structs and lists where the document knows what is in them."""
    arrow = _library("pyarrow", "arrow", "to_arrow")
    fitted = _fitted("to_arrow", rows, shape, formats, nested=True)
    arrays = [arrow.array(one.values, type=_arrow_type(arrow, one)) for one in fitted]
    return arrow.table(arrays, names=[one.name for one in fitted])


def _arrow_type(arrow: Any, one: Fitted) -> Any:
    if one.item is not None:
        return arrow.list_(_arrow_type(arrow, one.item))
    if one.kind == "object":
        return arrow.struct([(inner.name, _arrow_type(arrow, inner)) for inner in one.members])
    if one.kind == "date-time":
        return arrow.timestamp("us", "UTC")
    if one.kind == "duration":
        return arrow.duration("us")
    names = {"binary": "binary", "boolean": "bool_", "date": "date32", "integer": "int64", "number": "float64", "unknown": "null"}
    return getattr(arrow, names.get(one.kind, "string"))()
