"""Results with names: a JSON object as a dict whose declared properties are attributes in their Python types."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple, SupportsIndex, cast, overload

from ._choice import chosen_shape
from ._formats import STANDARD
from ._mask import secret_members
from ._shape import unknown_shape
from ._values import UNSET, Data, did_you_mean, own_words

if TYPE_CHECKING:
    from _collections_abc import dict_items, dict_values
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ._columns import Column
    from ._formats import Formats
    from ._shape import Shape


_PLAIN: Final = (dict, list)
_new: Final = dict[str, Any].__new__
_get: Final = dict[str, Any].get  # a dict's own, which notes nothing and makes nothing of what it gives
_FRAMES: Final = ("to_arrow", "to_pandas", "to_polars")


def as_record(value: Any, shape: Shape | None, formats: Formats = STANDARD) -> Any:
    """`value` with objects as Records and arrays as lists that make them; other values as they are."""
    if type(value) is dict:
        # As the class itself makes one, in half the time: an answer may have thousands.
        made = _new(Record)
        made |= value
        _set_shape(made, chosen_shape(shape, value) if shape is not None and shape.discriminated else shape)  # pyright: ignore[reportUnknownArgumentType]  # what JSON has for an object
        _set_formats(made, formats)
        return made
    if type(value) is list:
        return RecordList(value, (shape.items or unknown_shape(shape.document)) if shape else None, formats)
    return value


class Record(dict[str, Any]):
    """A JSON object of an answer. Items are the wire data; attributes are the declared properties by their Python names.

    An attribute has the Python type of its format (`date-time` is an aware datetime, `uuid` a UUID, `byte` bytes; the wire value where
    it does not convert). A declared property that is absent is None; any other name is an AttributeError that says what is there.
    Objects within are Records by both ways, made when first touched.
    """

    __doc__ = own_words(__doc__)
    # Where it is exported, for signatures and pickles to say.
    __module__ = "aerostack_dynamic"
    __slots__ = ("_formats", "_shape")
    # Types of values that were not touched yet.
    _RAW = cast("tuple[type, ...]", _PLAIN)

    if TYPE_CHECKING:  # so that the annotations of classes of results can be read while the program runs
        _formats: Formats
        _shape: Shape | None

    def __init__(self, data: Any = (), shape: Shape | None = None, formats: Formats = STANDARD) -> None:
        self |= data
        _set_shape(self, shape)
        _set_formats(self, formats)

    def _inner(self, wire: str) -> Shape | None:
        shape = self._shape
        return (shape.properties.get(wire) or shape.additional or unknown_shape(shape.document)) if shape else None

    def _touch(self, wire: str, value: Any) -> Any:
        """What is kept in place of a value of a type in `_RAW`."""
        value = as_record(value, self._inner(wire), self._formats)
        super().__setitem__(wire, value)
        return value

    def __getattr__(self, name: str) -> Any:
        shape = self._shape
        found = shape.attributes.get(name) if shape is not None else None
        if found is None:
            raise AttributeError(self._unknown(name), name=name, obj=self)
        wire, form = found
        value = _get(self, wire)
        if type(value) in self._RAW:
            return self._touch(wire, value)
        return self._formats.convert(form, value) if form and type(value) is str else value

    def _unknown(self, name: str) -> str:
        names: Mapping[str, str] = self._shape.names if self._shape else {}
        known = next((python for python, wire in names.items() if wire == name), None)
        if known is not None:
            return f"{name!r} is the property's wire name: use record.{known}, or record[{name!r}]"
        if name in _FRAMES:
            return f"{name} is a method of lists, and this is one object: call it on the list in it{self._lists()}"
        if name in self:
            return f"{name!r} is not declared in the document, but the answer has it: use record[{name!r}]"
        return f"the record has no {name!r}{did_you_mean(name, names) or (f'; it has {sorted(names)}' if names else '')}"

    def _lists(self) -> str:
        """Where its lists are, as they are written in Python."""
        names = {wire: f"record.{name}" for name, wire in self._shape.names.items()} if self._shape else {}
        found = [names.get(wire, f"record[{wire!r}]") for wire, value in self._data().items() if isinstance(value, list)]
        return f", {' or '.join(found[:3])}" if found else "; it has none"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Record's attributes are read from the answer; set record[{name!r}] to change its data")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(self._shape.names if self._shape else ())})

    def _repr_html_(self) -> str:
        from ._html import record_html  # noqa: PLC0415  # only for notebooks

        return record_html(self, self._shape)

    def _ipython_key_completions_(self) -> list[str]:
        """The keys that it has, and those that it is declared to have."""
        return [*dict.fromkeys([*self._data(), *(self._shape.properties if self._shape else ())])]

    def _tell(self) -> str:
        from ._prose import describe_record  # noqa: PLC0415  # only for those who ask

        return describe_record(self._shape, self._data())

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        return self._touch(key, value) if type(value) in self._RAW else value

    def get(self, key: str, default: Any = None) -> Any:
        """The wire value under a wire name, or `default`."""
        value = super().get(key, UNSET)
        if type(value) in self._RAW:
            return self._touch(key, value)
        return default if value is UNSET else value

    def pop(self, key: str, *default: Any) -> Any:
        """Take the wire value under a wire name out."""
        return as_record(super().pop(key, *default), self._inner(key), self._formats)

    def setdefault(self, key: str, default: Any = None) -> Any:
        """The wire value under a wire name, put there when absent."""
        value = super().setdefault(key, default)
        return self._touch(key, value) if type(value) in self._RAW else value

    def popitem(self) -> tuple[str, Any]:
        """Take the last property out."""
        key, value = super().popitem()
        return key, as_record(value, self._inner(key), self._formats)

    def values(self) -> dict_values[str, Any]:
        """The wire values, objects as Records."""
        self._touch_all()
        return super().values()

    def items(self) -> dict_items[str, Any]:
        """Wire names and wire values, objects as Records."""
        self._touch_all()
        return super().items()

    def _touch_all(self) -> None:
        raw = self._RAW
        # A value may take another's place while the members are gone through.
        for key, value in super().items():
            if type(value) in raw:
                self._touch(key, value)

    def copy(self) -> Record:
        """A shallow copy, a Record too."""
        return Record(dict(self.items()), self._shape, self._formats)

    __copy__ = copy

    def __reduce__(self) -> tuple[Any, ...]:
        return Record, (self._data(), self._shape, self._formats)

    def _data(self) -> dict[str, Any]:
        """The members as they are kept, for what is not the user's to see."""
        return dict(super().items())

    def __repr__(self) -> str:
        secret = secret_members(self._shape, self)
        inner = ", ".join(f"{key!r}: {'***' if key in secret else repr(value)}" for key, value in self.items())
        return f"{{{inner}}}"


# The slots of Records, which refuse to be set by name.
_set_shape: Final[Callable[[Record, Shape | None], None]] = vars(Record)["_shape"].__set__
_set_formats: Final[Callable[[Record, Formats], None]] = vars(Record)["_formats"].__set__


class RecordList(list[Data]):
    """A JSON array of an answer: a list whose objects are Records, made when first touched."""

    __slots__ = ("_formats", "_shape")

    def __init__(self, data: Any = (), shape: Shape | None = None, formats: Formats = STANDARD) -> None:
        super().__init__(data)
        self._shape = shape
        self._formats = formats

    @overload
    def __getitem__(self, index: SupportsIndex) -> Data: ...

    @overload
    def __getitem__(self, index: slice) -> RecordList[Data]: ...

    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        value: Any = super().__getitem__(index)
        if isinstance(index, slice):
            return RecordList(value, self._shape, self._formats)
        if type(value) in _PLAIN:
            value = as_record(value, self._shape, self._formats)
            super().__setitem__(index, value)
        return value

    def __iter__(self) -> Iterator[Data]:
        shape, formats, put = self._shape, self._formats, super().__setitem__
        for index, value in enumerate(super().__iter__()):
            if type(value) in _PLAIN:
                made = as_record(value, shape, formats)
                put(index, made)
                yield made
            else:
                yield value

    def __reversed__(self) -> Iterator[Data]:
        return (self[index] for index in range(len(self) - 1, -1, -1))

    def pop(self, index: SupportsIndex = -1) -> Data:
        """Take an item out."""
        return as_record(super().pop(index), self._shape, self._formats)  # type: ignore[no-any-return]  # it is one of the items

    def copy(self) -> RecordList[Data]:
        """A shallow copy."""
        return RecordList(self, self._shape, self._formats)

    __copy__ = copy

    def __reduce__(self) -> tuple[Any, ...]:
        return RecordList, (self._data(), self._shape, self._formats)

    def _data(self, first: int | None = None) -> list[Any]:
        """The items as they are kept, all or so many."""
        return [*islice(super().__iter__(), first)]

    def to_pandas(self) -> Any:
        """The list as a `pandas.DataFrame`, with a column for each property and the types that the document says.

        Types are nullable (`Int64`, `Float64`, `boolean`, `string`), moments `datetime64[us, UTC]`; objects and arrays are as they came.
        Raises ImportError where pandas is not installed. Warns with ColumnWarning of a column whose values do not fit its type, which
        is then as it came; none is lost.
        """
        from ._dataframe import to_pandas  # noqa: PLC0415  # only for those who want data frames

        return to_pandas(self._rows(), self._shape, self._formats)

    def to_polars(self) -> Any:
        """The list as a `polars.DataFrame`. Objects are structs and arrays lists where the document says what is in them, else JSON text.

        Raises and warns as `to_pandas` does.
        """
        from ._dataframe import to_polars  # noqa: PLC0415  # the same

        return to_polars(self._rows(), self._shape, self._formats)

    def to_arrow(self) -> Any:
        """The list as a `pyarrow.Table`, of the same types as `to_polars` has. Raises and warns as `to_pandas` does."""
        from ._dataframe import to_arrow  # noqa: PLC0415  # the same

        return to_arrow(self._rows(), self._shape, self._formats)

    def _rows(self) -> list[Any]:
        """The items for what reads all of them."""
        return self._data()

    def _table(self, columns: Callable[..., tuple[Column, ...]], first: int | None) -> Table:
        rows = self._data(first)
        return Table(columns(rows, self._shape), rows)

    def _repr_html_(self) -> str:
        from ._html import list_html  # noqa: PLC0415  # only for notebooks

        return list_html(self, self._shape)

    def __repr__(self) -> str:
        secret = self._shape is not None and self._shape.secret
        return f"[{', '.join('***' if secret else repr(item) for item in self)}]"


class Table(NamedTuple):
    """The rows of a list as they are kept, with their columns: what shows a list as a table reads it here, and nothing is noted as read."""

    columns: tuple[Column, ...]
    rows: Sequence[Any]


def table_of(items: Sequence[Any], first: int | None = None) -> Table:
    """A list as a table: of a RecordList with the columns of its schema, of another list with those that its objects have.

    Of the rows at most the `first` are read, and given.
    """
    from ._columns import columns  # noqa: PLC0415  # only for those who want tables

    if isinstance(items, RecordList):
        return items._table(columns, first)  # pyright: ignore[reportPrivateUsage]  # a list's own methods are no users' names
    rows = [*islice(items, first)]
    return Table(columns(rows), rows)
