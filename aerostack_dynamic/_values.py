"""Words every floor speaks: JSON values, the absent value, a problem, a drift, a secret. Nothing here imports the package."""

from __future__ import annotations

from collections.abc import Mapping
from types import MethodType
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Generic,
    Literal,
    NamedTuple,
    NoReturn,
    SupportsIndex,
    TypeGuard,
    TypeVar,
    final,
    overload,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    import typing_extensions

    # What an answer, an event or an item is, for type checkers; where nothing is said of it, anything (PEP 696).
    Data = typing_extensions.TypeVar("Data", default=Any)
else:
    Data = TypeVar("Data")

_T_co = TypeVar("_T_co", covariant=True)

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"
JSONObject: TypeAlias = "dict[str, JSON]"

Location: TypeAlias = Literal["path", "query", "querystring", "header", "cookie", "body", "response", "document"]
Severity: TypeAlias = Literal["error", "warning"]
Sent: TypeAlias = Literal["no", "maybe", "answered"]
Mode: TypeAlias = Literal["strict", "tolerant", "observe", "off"]
EngineName: TypeAlias = Literal["compiled", "jsonschema", "openapi-core"]
Idempotency: TypeAlias = Literal["safe", "idempotent", "unsafe"]

MAX_DEPTH: Final = 200
MASK: Final = "***"
_LONGEST_NAME: Final = 100


@final
class Unset:
    """The type of `UNSET`: an argument that was not given. It is falsy, and one object even after a pickle or a copy."""

    __slots__ = ()
    _only: Unset | None = None

    def __new__(cls) -> Unset:
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        return "UNSET"


UNSET: Final = Unset()
"""What an argument that is left out has for a value: given, it sends nothing, where None would be JSON's null."""


class kept(Generic[_T_co]):  # used as `property` is
    """A property that is worked out when it is first asked for, and then is an attribute of its object: reading that is no call.

    Two threads may both work it out; one result stands.
    """

    def __init__(self, make: Callable[[Any], _T_co]) -> None:
        self.__doc__ = make.__doc__
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type | None = None) -> _T_co:
        found: _T_co = instance.__dict__.setdefault(self._name, self._make(instance))
        return found


class View(Mapping[str, _T_co]):
    """A mapping that can't be changed, whose keys shells complete."""

    __slots__ = ("_of",)

    def __init__(self, of: Mapping[str, _T_co]) -> None:
        self._of = of

    def __getitem__(self, key: str) -> _T_co:
        return self._of[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)

    def __repr__(self) -> str:
        return repr(dict(self._of))

    def _ipython_key_completions_(self) -> list[str]:
        return [*self]


def names_without(names: Iterable[str], *own: str) -> list[str]:
    """What `dir()` gives: all names but those that are for this package alone."""
    return sorted({*names} - {*own})


def copy_of(value: JSON) -> JSON:
    """A JSON value anew, for one who may change it."""
    if isinstance(value, dict):
        return {name: copy_of(one) for name, one in value.items()}
    return [*map(copy_of, value)] if isinstance(value, list) else value


class Copies(View["JSON"]):
    """A view of JSON values of a document, each a copy whenever it is read, which can be changed, and written as JSON."""

    __slots__ = ()

    def __getitem__(self, key: str) -> JSON:
        if key not in self._of:
            raise KeyError(f"no {printable(str(key))!r}{did_you_mean(str(key), self._of)}")
        return copy_of(self._of[key])

    def get(self, key: str, default: Any = None) -> Any:
        """As a mapping's, without a word of what was meant."""
        return copy_of(self._of[key]) if key in self._of else default

    def __contains__(self, key: object) -> bool:
        return key in self._of


class _Fixed:
    """What refuses to be changed. It is a dict or a list all the same, and as quick to read; its copies can be changed."""

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("what a document says can't be changed; copy.deepcopy(...) of it can")

    __setitem__ = __delitem__ = __ior__ = __iadd__ = __imul__ = clear = pop = popitem = setdefault = update = _refuse
    append = extend = insert = remove = reverse = sort = _refuse

    def __deepcopy__(self, memo: object) -> Any:
        return copy_of(self)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # what is fixed is a JSON value

    def __reduce_ex__(self, protocol: object) -> tuple[Any, ...]:
        return copy_of, (copy_of(self),)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # the same


class _FixedObject(_Fixed, dict[str, "JSON"]):  # pyright: ignore[reportIncompatibleMethodOverride]  # it refuses what a dict does
    __slots__ = ()


class _FixedArray(_Fixed, list["JSON"]):  # pyright: ignore[reportIncompatibleMethodOverride]  # the same of a list
    __slots__ = ()


def fixed(value: JSON) -> JSON:
    """A JSON value that refuses to be changed, for what is read too often to be handed out as copies."""
    if isinstance(value, dict):
        return _FixedObject({name: fixed(one) for name, one in value.items()})
    return _FixedArray(map(fixed, value)) if isinstance(value, list) else value


class CopiedTuple(tuple["JSON", ...]):
    """The same of several in their order."""

    __slots__ = ()

    @overload
    def __getitem__(self, index: SupportsIndex) -> JSON: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[JSON, ...]: ...

    def __getitem__(self, index: SupportsIndex | slice) -> JSON | tuple[JSON, ...]:
        return CopiedTuple(super().__getitem__(index)) if isinstance(index, slice) else copy_of(super().__getitem__(index))

    def __iter__(self) -> Iterator[JSON]:
        return map(copy_of, super().__iter__())


class reading(Generic[_T_co]):  # used as `property` is
    """A property that only tells what is there.

    What completes names evaluates no `property`, whose code may do anything; IPython without jedi goes through these.
    """

    def __init__(self, read: Callable[[Any], _T_co]) -> None:
        self._read = read
        self.__doc__ = read.__doc__

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> reading[_T_co]: ...

    @overload
    def __get__(self, instance: object, owner: type | None = None) -> _T_co: ...

    def __get__(self, instance: object, owner: type | None = None) -> reading[_T_co] | _T_co:
        return self if instance is None else self._read(instance)


class _Unseen:
    __slots__ = ("_call",)

    def __init__(self, call: Callable[[Any, str], Any]) -> None:
        self._call = call

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return None if instance is None else MethodType(self._call, instance)


def unseen(call: Callable[[Any, str], Any]) -> Any:
    """A `__getattr__` that a class does not show: it raises for every name, and only says what there is instead.

    What completes names evaluates no attribute of a class that has a `__getattr__`, which might do anything.
    """
    return _Unseen(call)


class _OwnWords:
    __slots__ = ("_text",)

    def __init__(self, text: str | None) -> None:
        self._text = text

    def __get__(self, instance: Any, owner: type | None = None) -> str | None:
        if instance is None:
            return self._text
        told: str = instance._tell()
        return told


def own_words(text: str | None) -> Any:
    """For a class's `__doc__`: its docstring, beside which instances have words of their own, which `_tell()` says when somebody asks."""
    return _OwnWords(text)


class Problem(NamedTuple):
    """One thing that is wrong, and where.

    `location` is the part of the message (`body`, `query`, ..., or `document` for a fault of the document itself), `pointer` an
    RFC 6901 JSON pointer within it, `rule` the keyword that was broken. No part holds a value from the instance.

    Of a fault of the document, the pointer has the file's name and `#` before it where it is in another file; `consequence` says what
    the client does about it, and `severity` whether an operation can't be called for it (`error`) or all can (`warning`).
    """

    location: Location
    pointer: str
    message: str
    rule: str
    severity: Severity = "error"
    consequence: str = ""

    def __str__(self) -> str:
        apart = " " if self.pointer and not self.pointer.startswith("/") else ""
        return shown(f"{self.location}{apart}{printable(self.pointer, 500)}: {self.message}")


def doubtful(place: str, message: str, consequence: str, rule: str = "document") -> Problem:
    """The problem for a part of the document that is left out, or read as something else, while all operations can be called."""
    return Problem("document", place, message, rule, "warning", consequence)


def as_warnings(problems: Iterable[Problem], consequence: str) -> list[Problem]:
    """Problems that are no errors where they were found."""
    return [one._replace(severity="warning", consequence=consequence) for one in problems]


class Drift(NamedTuple):
    """One place where an answer and the document disagree, delivered all the same.

    `operation` is the dotted Python name (`ai.ai_chat`), `pointer` an RFC 6901 JSON pointer into the answer's body.
    """

    operation: str
    status: int
    pointer: str
    rule: str
    message: str

    def __str__(self) -> str:
        return shown(f"{self.operation}: {self.status} response{printable(self.pointer)}: {self.message}")


@final
class Secret:
    """A value that is shown by nothing: not by `repr`, `str`, `vars`, a format or a pickle. `reveal()` gives it."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The value itself."""
        return self.__value

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.__value == self.__value

    def __hash__(self) -> int:
        return hash((Secret, self.__value))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Secret:
        return self

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not pickled; give the credential again where it is needed")


def pointer_token(token: str | int) -> str:
    """`token` as one step of a JSON pointer, slash included (RFC 6901, section 3)."""
    return "/" + str(token).replace("~", "~0").replace("/", "~1")


def json_pointer(*tokens: str | int) -> str:
    """The JSON pointer that walks `tokens` (RFC 6901)."""
    return "".join(map(pointer_token, tokens))


def pointer_tokens(pointer: str) -> list[str]:
    """The steps of a JSON pointer (RFC 6901, section 4). Raises ValueError when it does not start with a slash."""
    if not pointer:
        return []
    if not pointer.startswith("/"):
        raise ValueError(f"not a JSON pointer: {pointer!r}")
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether `value` is a JSON object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Whether `value` is a JSON array."""
    return isinstance(value, list)


def is_tuple(value: object) -> TypeGuard[tuple[Any, ...]]:
    """Whether `value` is a tuple."""
    return isinstance(value, tuple)


def is_bytes(value: object) -> TypeGuard[bytes | bytearray | memoryview]:
    """Whether a value is bytes, held in memory."""
    return isinstance(value, (bytes, bytearray, memoryview))


def as_object(value: object) -> dict[str, Any]:
    """`value` if it is a JSON object, else an empty one: for parts of a document that may be missing or malformed."""
    return value if is_object(value) else {}


def as_array(value: object) -> list[Any]:
    """`value` if it is a JSON array, else an empty one."""
    return value if is_array(value) else []


def as_string(value: object) -> str:
    """`value` if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def printable(text: str, limit: int = 200) -> str:
    """At most `limit` characters of `text`, control and bidirectional characters escaped: safe in a log line or a terminal."""
    kept = text[: limit + 1]
    shown = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in kept[:limit])
    return shown + "..." if len(kept) > limit else shown


def shown(text: str) -> str:
    """`text` as a terminal may show it: control and bidirectional characters escaped, all but line breaks and tabs."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in "\n\t" else char.encode("unicode_escape").decode() for char in text)


def did_you_mean(name: str, candidates: Iterable[str], cutoff: float = 0.65) -> str:
    """`", did you mean 'x'?"` for the candidates closest to `name`, or an empty string. `cutoff` is how close they are, 1 being the same.

    Looks at names of usual length, and at no more than a thousand: comparing takes the product of two lengths.
    """
    from difflib import get_close_matches  # noqa: PLC0415  # only on the way to an error
    from itertools import islice  # noqa: PLC0415

    if len(name) > _LONGEST_NAME:
        return ""
    usual = [one for one in islice(candidates, 1000) if len(one) <= _LONGEST_NAME]
    folded = {one.lower().replace("_", "").replace("-", ""): one for one in reversed(usual)}
    close = get_close_matches(name.lower().replace("_", "").replace("-", ""), folded, n=2, cutoff=cutoff)
    return f", did you mean {' or '.join(repr(folded[one]) for one in close)}?" if close else ""
