"""What typed clients are made of: files that the command `stubs` writes import it, and so do the typed clients of the package.

A typed client is a client of one document, and differs from others only by what type checkers and editors see: its operations and
results are the same objects, and the classes that stand for them in its file are names to annotate with.
"""

from __future__ import annotations

# All names of annotations are imported, so that annotations can be read while the program runs.
from collections.abc import AsyncIterable, Iterable, Iterator, Mapping, Sequence  # as said above
from logging import Logger  # noqa: TC003  # as said above
from os import PathLike
from pathlib import Path  # noqa: TC003  # as said above
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol, SupportsIndex, TypeAlias, TypeVar, overload

from typing_extensions import Self

from . import _http
from ._asked import ApiKey, AsyncTransport, Checks, Hook, Transport  # noqa: TC001  # as said above
from ._client import AsyncClient as AnyAsyncClient
from ._client import Client as AnyClient
from ._codecs import BodyPart
from ._errors import ArgumentsError
from ._events import Event
from ._formats import Format  # noqa: TC001  # as said above
from ._lists import AsyncListing, Listing
from ._load import Spec, chosen_spec
from ._media_type import Codec  # noqa: TC001  # as said above
from ._model import Operation  # noqa: TC001  # as said above
from ._options import Timeout  # noqa: TC001  # as said above
from ._record import Record, RecordList
from ._response import Response
from ._retry import RetryPolicy  # noqa: TC001  # as said above
from ._streams import AsyncStream, Stream
from ._values import UNSET, Unset, printable
from ._warn import warn_caller

__all__ = [
    "AnyAsyncClient",
    "AnyClient",
    "Array",
    "AsyncListing",
    "AsyncStream",
    "AsyncTypedClient",
    "AsyncTypedOperation",
    "BodyPart",
    "Event",
    "File",
    "Listing",
    "MadeFor",
    "Readable",
    "RecordList",
    "Request",
    "Response",
    "Stream",
    "TypedClient",
    "TypedOperation",
    "TypedRecord",
    "UNSET",
    "Unset",
]

Request: TypeAlias = _http.Request
_Item_co = TypeVar("_Item_co", covariant=True)


class Array(Protocol[_Item_co]):
    """What is sent as an array: a list or a tuple. A str is a sequence of strings to type checkers, and is none here."""

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> _Item_co: ...

    @overload
    def __getitem__(self, index: slice, /) -> Sequence[_Item_co]: ...

    # Lists and tuples have it; mappings and ranges have not.
    def __mul__(self, value: SupportsIndex, /) -> Sequence[_Item_co]: ...

    def __contains__(self, value: object, /) -> bool: ...

    def __iter__(self) -> Iterator[_Item_co]: ...

    def __len__(self) -> int: ...

    def __reversed__(self) -> Iterator[_Item_co]: ...


class Readable(Protocol):
    """A file that is open, or what reads like one."""

    def read(self, size: int = ..., /) -> bytes | str:
        """At most `size` of what comes next; nothing at the end."""
        ...


_Content: TypeAlias = str | bytes | bytearray | memoryview | PathLike[str] | Readable | Iterable[bytes] | AsyncIterable[bytes]
_Headers: TypeAlias = Mapping[str, str] | None
_Part: TypeAlias = tuple[str | None, _Content, str | None] | tuple[str | None, _Content, str | None, _Headers]
# A file that is sent: its content, or the name that it is sent with, its content, its media type and the headers of its part.
File: TypeAlias = _Content | tuple[str | None, _Content] | _Part


class _Operation(Protocol):
    """What every operation has beside its calls."""

    @property
    def operation(self) -> Operation:
        """What the document says of it."""
        ...

    @overload
    def with_options(
        self,
        *,
        timeout: Timeout | float | Unset | None = UNSET,
        retry: RetryPolicy | int | Unset | None = UNSET,
        headers: Mapping[str, str] | Unset = UNSET,
        server: int | str | Unset | None = UNSET,
        validation: Checks | Unset = UNSET,
        media_type: Unset = UNSET,
        idempotent: bool | Unset | None = UNSET,
    ) -> Self:
        """The same operation with other options, sharing the client's connections. With another `media_type` it may take others."""
        ...

    @overload
    def with_options(
        self,
        *,
        timeout: Timeout | float | Unset | None = UNSET,
        retry: RetryPolicy | int | Unset | None = UNSET,
        headers: Mapping[str, str] | Unset = UNSET,
        server: int | str | Unset | None = UNSET,
        validation: Checks | Unset = UNSET,
        media_type: str,
        idempotent: bool | Unset | None = UNSET,
    ) -> Any: ...


class TypedOperation(_Operation, Protocol):
    """What every operation of a client that waits has beside its calls."""

    # With these arguments it is overridden by those that an operation declares.
    def stream(self, *_: Any, **arguments: Any) -> Stream[Any]:
        """The bytes of the answer as they come, within a `with` block."""
        ...


class AsyncTypedOperation(_Operation, Protocol):
    """What every operation of an asynchronous client has beside its calls."""

    def stream(self, *_: Any, **arguments: Any) -> AsyncStream[Any]:
        """The bytes of the answer as they come, within an `async with` block."""
        ...


class _OnlyAName(type):
    """The class of names that stand for results: no result is an instance, so that asking whether one is must not answer no."""

    def __instancecheck__(cls, instance: object) -> bool:
        raise TypeError(f"{cls.__name__} is for annotations: results are Records, told apart by what they hold")

    def __call__(cls, *_: Any, **__: Any) -> Any:
        raise TypeError(f"{cls.__name__} is for annotations: results are Records, made of answers")


class TypedRecord(Record, metaclass=_OnlyAName):
    """What the classes of results derive from. Undeclared names are no attributes, so type checkers let none pass."""

    __slots__ = ()

    if TYPE_CHECKING:
        # What is no method lets no name pass, in mypy and in pyright; that of a Record would let all.
        __getattr__: None  # type: ignore[misc, assignment]  # pyright: ignore[reportIncompatibleMethodOverride]


class MadeFor(NamedTuple):
    """The document that a typed client was written for: its SHA-256, and the bundled version or the file that it is."""

    sha256: str
    bundled: str | None = None
    file: Path | None = None


def _chosen(made: MadeFor, name: str, spec: Spec | Path | bytes | Mapping[str, Any] | None, version: str | None) -> Spec:
    """The document of a typed client: the one that it was written for unless another is given, of which it warns."""
    if spec is not None or version is not None:
        chosen = chosen_spec(spec, version)
    elif made.bundled is not None:
        chosen = Spec.bundled(made.bundled)
    elif made.file is not None:
        chosen = Spec.load(made.file)
    else:
        raise ArgumentsError(f"spec: {name} was written for a document that is in no file; give it as spec=...")
    if chosen.sha256 != made.sha256:
        shown = f"{printable(chosen.title)} {printable(chosen.version)}, SHA-256 {chosen.sha256[:12]}..."
        message = (
            f"{name} was written for the document with SHA-256 {made.sha256[:12]}..., and this is {shown}: its types may be wrong."
        )
        warn_caller(f"{message} `aerostack-dynamic stubs` writes it anew", UserWarning)
    return chosen


class TypedClient(AnyClient):
    """A client of the document that it was written for."""

    _made_for: ClassVar[MadeFor]

    if TYPE_CHECKING:
        __getattr__: None  # type: ignore[misc, assignment]  # pyright: ignore[reportIncompatibleMethodOverride]  # as in TypedRecord

        def __init__(
            self,
            api_key: ApiKey | None = None,
            *,
            version: None = None,
            spec: Spec | Path | bytes | Mapping[str, Any] | None = None,
            server: int | str | None = None,
            server_variables: Mapping[str, str] | None = None,
            credentials: Mapping[str, Any] | None = None,
            allow_origins: str | Iterable[str] = (),
            allow_insecure_http: bool = False,
            retry: RetryPolicy | int | None = None,
            timeout: Timeout | float | Unset | None = UNSET,
            validation: Checks | None = None,
            transport: Transport | None = None,
            http_client: Any = None,
            proxy: str | None = None,
            verify: Any = True,
            cert: Any = None,
            trust_env: bool = True,
            http2: bool = False,
            headers: Mapping[str, str] | None = None,
            hooks: Iterable[Hook] = (),
            logger: Logger | None = None,
            max_response_bytes: int = 64 * 1024 * 1024,
            allow_nan: bool = False,
            codecs: Iterable[Codec] = (),
            formats: Mapping[str, Any] | Iterable[Format] = (),
        ) -> None: ...

        def with_options(
            self,
            *,
            timeout: Timeout | float | Unset | None = UNSET,
            retry: RetryPolicy | int | Unset | None = UNSET,
            headers: Mapping[str, str] | Unset = UNSET,
            server: int | str | Unset | None = UNSET,
            validation: Checks | Unset = UNSET,
            media_type: str | Unset = UNSET,
            idempotent: bool | Unset | None = UNSET,
        ) -> Self:
            """A client with other options that shares this one's connections and credentials."""
            ...

    @classmethod
    def _choose(cls, spec: Spec | Path | bytes | Mapping[str, Any] | None, version: str | None) -> Spec:
        return _chosen(cls._made_for, cls.__name__, spec, version)


class AsyncTypedClient(AnyAsyncClient):
    """A client for asyncio of the document that it was written for."""

    _made_for: ClassVar[MadeFor]

    if TYPE_CHECKING:
        __getattr__: None  # type: ignore[misc, assignment]  # pyright: ignore[reportIncompatibleMethodOverride]  # as in TypedRecord

        def __init__(
            self,
            api_key: ApiKey | None = None,
            *,
            version: None = None,
            spec: Spec | Path | bytes | Mapping[str, Any] | None = None,
            server: int | str | None = None,
            server_variables: Mapping[str, str] | None = None,
            credentials: Mapping[str, Any] | None = None,
            allow_origins: str | Iterable[str] = (),
            allow_insecure_http: bool = False,
            retry: RetryPolicy | int | None = None,
            timeout: Timeout | float | Unset | None = UNSET,
            validation: Checks | None = None,
            transport: AsyncTransport | None = None,
            http_client: Any = None,
            proxy: str | None = None,
            verify: Any = True,
            cert: Any = None,
            trust_env: bool = True,
            http2: bool = False,
            headers: Mapping[str, str] | None = None,
            hooks: Iterable[Hook] = (),
            logger: Logger | None = None,
            max_response_bytes: int = 64 * 1024 * 1024,
            allow_nan: bool = False,
            codecs: Iterable[Codec] = (),
            formats: Mapping[str, Any] | Iterable[Format] = (),
        ) -> None: ...

        def with_options(
            self,
            *,
            timeout: Timeout | float | Unset | None = UNSET,
            retry: RetryPolicy | int | Unset | None = UNSET,
            headers: Mapping[str, str] | Unset = UNSET,
            server: int | str | Unset | None = UNSET,
            validation: Checks | Unset = UNSET,
            media_type: str | Unset = UNSET,
            idempotent: bool | Unset | None = UNSET,
        ) -> Self:
            """A client with other options that shares this one's connections and credentials."""
            ...

    @classmethod
    def _choose(cls, spec: Spec | Path | bytes | Mapping[str, Any] | None, version: str | None) -> Spec:
        return _chosen(cls._made_for, cls.__name__, spec, version)
