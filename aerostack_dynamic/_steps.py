"""What a call asks of its driver: the only crossing from rules to I/O. A step is a value; a driver carries it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    from . import _http
    from ._gate import Gate
    from ._values import Secret


# The extension of an answer that is the same for every attempt of a call.
FINAL: Final = "aerostack_final"


class Limits(NamedTuple):
    """Time limits in seconds, each None for no limit; `deadline` is a reading of the monotonic clock. `chosen` by the caller?

    Once the body of a stream has begun, `idle` alone holds: so long it may be silent.
    """

    deadline: float | None
    connect: float | None
    read: float | None
    write: float | None
    chosen: bool
    idle: float | None = None


class Credentials(NamedTuple):
    """What is added to a request as it leaves: headers, query pairs, cookies, and a scheme of httpx's kind.

    `renew`, where there is one, is asked after an answer of 401: it gives other credentials to try once more with. `also` gives what
    else the call sends that is not to be shown.
    """

    headers: Mapping[str, Secret]
    query: Mapping[str, Secret]
    cookies: Mapping[str, Secret]
    auth: _http.Auth | None = None
    renew: Callable[[], Generator[Step, Any, Credentials]] | None = None
    also: Callable[[], Iterable[str]] | None = None


class Unread(Protocol):
    """The body of a stream, which its driver reads and closes; `coding` is its Content-Encoding.

    `read` gives the next piece, None at the end, and raises NoResponseError. `drop` is for one that nobody holds any more.
    """

    coding: str

    def read(self) -> Any:
        """The next piece; awaited on an asynchronous client."""
        ...

    def close(self) -> Any:
        """Give the connection back, or end it where there is more to come; awaited on an asynchronous client."""
        ...

    def drop(self) -> None:
        """Close it from wherever the last reference went away."""
        ...


class Received(NamedTuple):
    """A whole answer: its headers as sent, its body decoded and complete. `elapsed` is in seconds, from the first byte sent.

    Of a stream it is the head alone: `body` is empty, and `unread` the body. `sent` is what was sent as secrets, where a scheme of
    httpx's kind has added to the credentials. `fields` are the headers by name in lower case, where they were looked through before.
    """

    status: int
    headers: _http.Headers
    body: bytes
    elapsed: float
    extensions: Mapping[str, Any]
    unread: Unread | None = None
    sent: Credentials | None = None
    fields: Mapping[bytes, bytes] | None = None

    def header(self, name: bytes) -> str:
        """The text of the header whose name in lower case this is, those of one name as one list; empty where there is none."""
        if self.fields is None:
            return str(self.headers.get(name.decode(), ""))
        text = self.fields.get(name, b"")
        return text.decode() if text.isascii() else self.headers[name.decode()]

    @property
    def final(self) -> bool:
        """Whether what carried it says that another attempt would be answered the same, as what replays a recording does."""
        return FINAL in self.extensions

    def __repr__(self) -> str:
        return f"<Received {self.status}, {len(self.body)} bytes>"


def fields_of(headers: _http.Headers) -> dict[bytes, bytes]:
    """Headers by name in lower case, those of one name as one list (RFC 9110, section 5.3).

    Made where several are looked for, since each look-up of httpx's is a pass of its own.
    """
    lines = headers.raw
    found: dict[bytes, bytes] = {}
    for name, text in lines:
        found[name.lower()] = text
    if len(found) < len(lines):
        several: dict[bytes, list[bytes]] = {}
        for name, text in lines:
            several.setdefault(name.lower(), []).append(text)
        return {name: b", ".join(texts) for name, texts in several.items()}
    return found


class Send(NamedTuple):
    """Send `request` with `credentials` added and answer a `Received`, of at most `max_bytes` of body.

    A `fresh` one goes over a connection that was not used before, where the transport can choose. Of a `streamed` one the answer
    leaves the body unread if its status is 2xx.
    `alone`: a client that was lent adds no headers and cookies of its own, since the request is not for its server.
    """

    request: _http.Request
    credentials: Credentials
    limits: Limits
    max_bytes: int
    fresh: bool = False
    streamed: bool = False
    alone: bool = False


class Read(NamedTuple):
    """Answer the next piece of an unread body, None at its end. Raises NoResponseError."""

    unread: Unread


class Sleep(NamedTuple):
    """Wait for so many seconds."""

    seconds: float


class Acquire(NamedTuple):
    """Wait for a turn at a gate, until `deadline` at the latest; who was let in calls `gate.leave()`. Our TimeoutError past it."""

    gate: Gate
    deadline: float | None


class Ask(NamedTuple):
    """Call a function of the user's and answer its result; an asynchronous driver awaits what can be awaited."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()


class Channel(NamedTuple):
    """How requests leave: an httpx transport, or a client that was lent to us. `foreign` ones know no deadline of ours."""

    transport: Any = None
    client: Any = None
    foreign: bool = False


Step: TypeAlias = "Send | Read | Sleep | Acquire | Ask"
Conversation: TypeAlias = "Generator[Step, Any, Any]"
