"""Records that note what is read of them, made in place of plain ones for an answer whose call is watched.

A name that is asked for counts as read, by attribute, item, `get`, `pop`, `in`, `del` or a pattern. What takes the value as a whole
(`items()`, `values()`, `**record`, iteration, `==`, `json.dumps`, pickles and deep copies) counts as reading all below it. `repr` and
`len` count as nothing. What goes past a class's methods, as some C code does with a list or a dict, leaves no note below the value that
it was given, which then counts as read whole (`_watch.read_places`); of a root that was given to such code nothing is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, SupportsIndex, overload

from ._choice import chosen_shape
from ._codecs import BodyPart
from ._errors import ResponseError, StatusError
from ._events import Event
from ._formats import STANDARD
from ._record import Record, RecordList
from ._shape import shape_at, unknown_shape
from ._told import is_watched
from ._values import UNSET, is_array, is_object, pointer_token
from ._watch import WATCHERS

if TYPE_CHECKING:
    from _collections_abc import dict_items, dict_keys, dict_values
    from collections.abc import Collection, Iterator

    from ._call import Call
    from ._errors import AerostackError
    from ._formats import Formats
    from ._model import Operation
    from ._reference import Document
    from ._shape import Shape
    from ._watch import Use

_NOTED: Final = (dict, list, Record, RecordList)


class Noting:
    """Where a value stands in the answer of a watched call."""

    __slots__ = ("place", "use")

    def __init__(self, use: Use, place: str) -> None:
        self.use = use
        self.place = place

    def below(self, token: str) -> Noting:
        """Where a member stands; `token` is one step of a JSON pointer."""
        return Noting(self.use, self.place + token)

    def read(self) -> None:
        """Note that the value is come by."""
        self.use.read(self.place)

    def whole(self) -> None:
        """Note that the value is read with all below it."""
        self.use.read(self.place, True)


def watched(value: Any, shape: Shape | None, formats: Formats, noting: Noting) -> Any:
    """`value` with objects and arrays that note what is read of them; other values as they are."""
    if type(value) is Record:
        return WatchedRecord(value, None, formats, noting)
    if type(value) is RecordList:
        return WatchedList(value, None, formats, noting)
    if type(value) is dict:
        return WatchedRecord(value, chosen_shape(shape, value) if shape else None, formats, noting)  # pyright: ignore[reportUnknownArgumentType]  # what JSON has for an object
    return WatchedList(value, (shape.items or unknown_shape(shape.document)) if shape else None, formats, noting)


class _Noted:
    """What an object and an array that note what is read of them do alike: comparing and pickling take the value as a whole."""

    __slots__ = ()

    _noting: Noting

    def __eq__(self, other: object) -> bool:
        self._noting.whole()
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        self._noting.whole()
        return super().__ne__(other)

    __hash__ = None  # type: ignore[assignment]  # as dicts and lists have none

    def __reduce__(self) -> Any:
        self._noting.whole()
        return super().__reduce__()


class WatchedRecord(_Noted, Record):
    """A Record that notes what is read of it, made of an object or of a Record. Deep copies and pickles of it are plain Records."""

    __slots__ = ("_noting",)
    _RAW = _NOTED

    _noting: Noting

    def __init__(self, data: Any, shape: Shape | None, formats: Formats, noting: Noting) -> None:
        if isinstance(data, Record):
            data, shape, formats = data._data(), data._shape, data._formats
        super().__init__(data, shape, formats)
        object.__setattr__(self, "_noting", noting)

    def _known(self, key: object) -> bool:
        """Whether the document knows the key, as a property or as any key of a map, or says nothing of keys."""
        shape = self._shape
        return shape is None or key in shape.properties or shape.additional is not None or not shape.properties

    def _below(self, key: object) -> Noting:
        shape = self._shape
        free = shape is not None and key not in shape.properties and shape.additional is not None
        return self._noting.below("/*" if free else pointer_token(str(key)))

    def _note(self, key: object) -> None:
        noting = self._below(key)
        noting.read()
        if not super().__contains__(key) and not self._known(key):
            noting.use.miss(noting.place, self._plain()._unknown(str(key)))

    def _plain(self) -> Record:
        return Record(self._data(), self._shape, self._formats)

    def _touch(self, wire: str, value: Any) -> Any:
        value = watched(value, self._inner(wire), self._formats, self._below(wire))
        super().__setitem__(wire, value)
        return value

    def _unknown(self, name: str) -> str:
        reason = self._plain()._unknown(name)
        if not name.startswith("_"):  # what any object is asked for by those who show it
            noting = self._noting.below(pointer_token(name))
            noting.use.miss(noting.place, reason)
        return reason

    def __getattr__(self, name: str) -> Any:
        wire = self._shape.names.get(name) if self._shape else None
        if wire is not None:
            self._note(wire)
        return super().__getattr__(name)

    def __getitem__(self, key: str) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def __delitem__(self, key: str) -> None:
        self._note(key)
        super().__delitem__(key)

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """The wire value under a wire name, or `default`."""
        self._note(key)
        return super().get(key, default)

    def pop(self, key: str, *default: Any) -> Any:
        """Take the wire value under a wire name out."""
        self._note(key)
        value = super(Record, self).pop(key, *default)
        return self._touched(key, value)

    def setdefault(self, key: str, default: Any = None) -> Any:
        """The wire value under a wire name, put there when absent."""
        self._note(key)
        return super().setdefault(key, default)

    def popitem(self) -> tuple[str, Any]:
        """Take the last property out."""
        key, value = super(Record, self).popitem()
        self._below(key).read()
        return key, self._touched(key, value)

    def _touched(self, key: str, value: Any) -> Any:
        return watched(value, self._inner(key), self._formats, self._below(key)) if type(value) in _NOTED else value

    def __iter__(self) -> Iterator[str]:
        self._noting.whole()
        return super().__iter__()

    def __reversed__(self) -> Iterator[str]:
        self._noting.whole()
        return super().__reversed__()

    def keys(self) -> dict_keys[str, Any]:
        """The wire names."""
        self._noting.whole()
        return super().keys()

    def values(self) -> dict_values[str, Any]:
        """The wire values, objects as Records."""
        self._noting.whole()
        return super().values()

    def items(self) -> dict_items[str, Any]:
        """Wire names and wire values, objects as Records."""
        self._noting.whole()
        return super().items()

    def __or__(self, other: Any) -> Any:
        self._noting.whole()
        return super().__or__(other)

    def __ror__(self, other: Any) -> Any:
        self._noting.whole()
        return super().__ror__(other)

    def copy(self) -> Record:
        """A shallow copy, which notes what is read of it too."""
        return WatchedRecord(self, None, self._formats, self._noting)

    __copy__ = copy

    def __repr__(self) -> str:
        return repr(self._plain())


class WatchedList(_Noted, RecordList):
    """A RecordList that notes what is read of it, made of an array or of one. Deep copies and pickles of it are plain RecordLists."""

    __slots__ = ("_noting",)

    def __init__(self, data: Any, shape: Shape | None, formats: Formats, noting: Noting) -> None:
        if isinstance(data, RecordList):
            data, shape, formats = data._data(), data._shape, data._formats
        super().__init__(data, shape, formats)
        self._noting = noting

    @overload
    def __getitem__(self, index: SupportsIndex) -> Any: ...

    @overload
    def __getitem__(self, index: slice) -> RecordList: ...

    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        value: Any = super(RecordList, self).__getitem__(index)
        if isinstance(index, slice):
            return WatchedList(value, self._shape, self._formats, self._noting)
        noting = self._noting.below("/*")
        noting.read()
        if type(value) in _NOTED:
            value = watched(value, self._shape, self._formats, noting)
            self[index] = value
        return value

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self)))

    def pop(self, index: SupportsIndex = -1) -> Any:
        """Take an item out."""
        value = self[index]
        del self[index]
        return value

    def __contains__(self, value: object) -> bool:
        self._noting.whole()
        return super().__contains__(value)

    def index(self, value: Any, *within: Any) -> int:
        """Where the first item that equals `value` stands."""
        self._noting.whole()
        return super().index(value, *within)

    def sort(self, **how: Any) -> None:
        """Put the items in order."""
        self._noting.whole()
        super().sort(**how)

    def __add__(self, other: Any) -> Any:
        self._noting.whole()
        return super().__add__(other)

    def count(self, value: Any) -> int:
        """How many items equal `value`."""
        self._noting.whole()
        return super().count(value)

    def _rows(self) -> list[Any]:
        self._noting.whole()
        return super()._rows()

    def copy(self) -> RecordList:
        """A shallow copy, which notes what is read of it too."""
        return WatchedList(self, None, self._formats, self._noting)

    __copy__ = copy

    def __repr__(self) -> str:
        return repr(RecordList(self._data(), self._shape, self._formats))


def noting_of(record: WatchedRecord) -> Noting:
    """Where a record stands, and in what call's answer. No attribute of its own says so: those are the document's."""
    noting: Noting = object.__getattribute__(record, "_noting")
    return noting


# ---- calls


def use_of(document: Document, operation: Operation, hooks: Collection[Any]) -> Use | None:
    """What a call that begins is to note, where somebody watches, or a hook asks for whole exchanges."""
    if not WATCHERS.active and not (hooks and is_watched(hooks)):
        return None
    return WATCHERS.begin(document.sha256, operation.operation_id, operation.method, operation.path)


def note_failure(use: Use, error: AerostackError) -> None:
    """Tell those who watch of a failed call, and give the error data that notes what is read of it."""
    if isinstance(error, (StatusError, ResponseError)):
        error.data = watched_answer(error.data, use, error.status)
    use.fail(error)


def watched_answer(data: Any, use: Use, status: int) -> Any:
    """The data of an answer, noting what is read of it.

    What has several values of its own (lines of JSON, parts) has each stand where one schema speaks of all: at the status. A text, a
    number or bytes are read by being delivered.
    """
    place = str(status)
    if type(data) is list:
        return [watched_answer(one, use, status) for one in data]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # what a reader made
    if isinstance(data, BodyPart):
        return data._replace(content=watched_answer(data.content, use, status))
    if isinstance(data, Event):
        return data._replace(data=watched_answer(data.data, use, status))  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]  # of any event
    if type(data) in _NOTED:
        return watched(data, None, STANDARD, Noting(use, place))
    if data is not None:
        use.read(place)
    return data


def filled_places(document: Document, call: Call) -> Iterator[str]:
    """The places of a request that the arguments of a call fill: of objects and arrays what is in them, an empty one itself."""
    for parameter, value in call.parameters:
        schema = parameter.content.schema if parameter.content else parameter.schema
        shape = shape_at(document, schema.pointer) if schema else None
        yield from _places(value, shape, parameter.location + pointer_token(parameter.name))
    schema = call.media_type.schema if call.media_type else None
    if call.whole_file is not None:
        yield "body"
    elif call.body is not UNSET:
        yield from _places(call.body, shape_at(document, schema.pointer) if schema else None, "body")


def _places(value: Any, shape: Shape | None, place: str) -> Iterator[str]:
    if is_object(value) and value:
        shape = chosen_shape(shape, value) if shape else None
        for key, item in value.items():
            declared = shape.properties.get(key) if shape else None
            free = None if declared or not shape else shape.additional
            yield from _places(item, declared or free, place + ("/*" if free else pointer_token(key)))
    elif is_array(value) and value:
        for item in value:
            yield from _places(item, shape and shape.items, place + "/*")
    else:
        yield place
