"""One attempt at sending a request, as both drivers make it: all of it but the I/O."""

from __future__ import annotations

import builtins
import ssl
import time
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from . import _http
from ._auth import applied
from ._bounded import BoundedBody, ErrorBody
from ._carried import concealed
from ._errors import AerostackError, NoResponseError, ResponseError, TimeoutError
from ._flight import FLIGHT, Flight
from ._hidden import UNDER_WAY, Request, UnderWay, lines_of
from ._late import is_a, pattern
from ._steps import FINAL, Channel, Received, Send, fields_of
from ._values import Secret, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

    from ._hidden import Hidden, Lines
    from ._steps import Unread


class Attempt:
    """One attempt at a `Send`, as both drivers make it: the request with its credentials, the deadline, the bounded body.

    As a context manager it sets the deadline for our transports, and turns what httpx raises into our errors. `streams` says that the
    body of the answer is left unread.
    """

    _status = 0  # none has come
    _body: BoundedBody | ErrorBody | None = None
    _fields: dict[bytes, bytes] | None = None
    _flow: Generator[Any, Any, None] | None = None
    _timeouts: dict[str, float | None]
    unread: Unread | None = None
    streams = False

    def __init__(self, step: Send, channel: Channel) -> None:
        self._step = step
        self._client = channel.client
        self._foreign = channel.foreign
        self._flight = Flight(step.limits.deadline, step.fresh)
        self._under_way = UnderWay(step.credentials)
        self.idle = step.limits.idle
        self.request = step.request
        if step.streamed:
            self._flight.on_head = self._lift

    def __enter__(self) -> Attempt:
        self._started = time.monotonic()
        self._token = FLIGHT.set(self._flight)
        self._hiding = UNDER_WAY.set(self._under_way)
        limits = self._step.limits
        self._timeouts = self._bounded_timeouts(limits.connect, limits.read, limits.write)
        step, request = self._step, self._step.request
        # Credentials are in this copy alone, which nobody keeps. What is foreign may show it to someone.
        url, lines = applied(request, step.credentials)
        extensions = {**request.extensions, "timeout": self._timeouts}
        self.request = Request.leaving(request, url, lines, extensions, self._foreign)
        auth = step.credentials.auth
        if auth is not None:
            self._flow = auth.auth_flow(self.request)
            self.request = next(self._flow)
            self._hide_added()
        return self

    def _hide_added(self) -> None:
        """Have the logs hide what the caller's httpx.Auth has added as well."""
        before, given = self._step.request, self._step.credentials
        added = {name: Secret(text) for name, text in self.request.headers.items() if before.headers.get(name) != text}
        self._under_way.credentials = given._replace(headers={**given.headers, **added})

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        FLIGHT.reset(self._token)
        UNDER_WAY.reset(self._hiding)
        try:
            if error is not None:
                self._ended(error)
        finally:
            self._under_way.credentials = None

    def _ended(self, error: BaseException) -> None:
        if isinstance(error, AerostackError):
            if self._status:
                error.sent = "answered"
                if isinstance(error, ResponseError):
                    error.status = self._status
        elif _is_network(error):
            raise self._failure(error) from None
        elif not is_a("asyncio", "CancelledError", error):
            # A signal's, it may be, or the caller's own: what it struck is not known.
            self._flight.retire()

    def left(self) -> float | None:
        """Seconds until the deadline, None without one, never negative."""
        deadline = self._flight.deadline
        return None if deadline is None else max(0.0, deadline - time.monotonic())

    def _bounded_timeouts(
        self, connect: float | None, read: float | None, write: float | None, pool: float | None = None
    ) -> dict[str, float | None]:
        """Time limits as httpx's transports read them, none longer than what is left of the call."""
        deadline = self._flight.deadline
        if deadline is None:
            return {"connect": connect, "read": read, "write": write, "pool": pool}
        left = max(0.0, deadline - time.monotonic())
        return {
            "connect": left if connect is None or left < connect else connect,
            "read": left if read is None or left < read else read,
            "write": left if write is None or left < write else write,
            "pool": left if pool is None or left < pool else pool,
        }

    def _lift(self, status: int) -> None:
        """A stream has begun: it may go on for ever, as long as it is not silent. Transports look at their limits when they read."""
        if 200 <= status < 300:
            self._flight.deadline = None
            self._timeouts["read"] = self.idle

    def _bind_again(self) -> None:
        """Another request follows, whose head is waited for as for any."""
        self._flight.deadline = self._step.limits.deadline
        limits = self._step.limits
        self._timeouts.update(self._bounded_timeouts(limits.connect, limits.read, limits.write))

    def lent_request(self, iterate: Callable[[Any], Any]) -> Any:
        """The request as a lent client builds it, so that its own headers and cookies apply, and its timeout unless one was chosen."""
        request, client = self.request, self._client
        if not self._step.alone and _builds_plainly(client):
            self._take_own_limits(client.timeout.as_dict())
            lines = _with_own(lines_of(request), client.headers.raw)
            return Request.leaving(request, request.url, lines, {**request.extensions, "timeout": self._timeouts}, True)
        stream = request.stream
        content = b"".join(stream) if isinstance(stream, _http.ByteStream) else iterate(stream)
        headers = [(name, text) for name, text in request.headers.raw if name.lower() != b"host"]
        built = self._client.build_request(request.method, request.url, headers=headers, content=content)
        if self._step.alone:
            built.url = type(built.url)(str(request.url))
            for name in [name for name in built.headers if name not in request.headers]:
                del built.headers[name]
        self._take_own_limits(built.extensions.get("timeout", {}))
        built.extensions = {**request.extensions, **built.extensions, "timeout": self._timeouts}
        return Request.of(built, None, None).covered() if type(built) is _http.Request else built

    def _take_own_limits(self, own: Mapping[str, float | None]) -> None:
        """Have the time limits of a client that was lent, unless the caller has chosen some for the call."""
        if not self._step.limits.chosen:
            self.idle = own.get("read")
            self._timeouts = self._bounded_timeouts(own.get("connect"), own.get("read"), own.get("write"), own.get("pool"))

    def goes_on(self, response: _http.Response) -> bool:
        """Note that there is an answer; whether the caller's httpx.Auth wants another request after it, now in `request`."""
        self._status = response.status_code
        if self._flow is not None:
            response.request = self.request
            try:
                self.request = self._flow.send(response)
            except StopIteration:
                pass
            else:
                self._bind_again()
                self._hide_added()
                return True
        self.streams = self._step.streamed and 200 <= self._status < 300
        if self.streams:
            self._lift(self._status)
            return False
        self._fields = fields_of(response.headers)
        coding = "" if response.is_stream_consumed else self._fields.get(b"content-encoding", b"").decode("latin-1")
        kind = BoundedBody if 200 <= response.status_code < 300 else ErrorBody
        self._body = kind(self._step.max_bytes, coding)
        if response.is_stream_consumed:
            self._body.feed(response.content)
        return False

    def opened(self, response: _http.Response, unread: Unread) -> Received:
        """The head of a stream."""
        self.unread = unread
        return self.received(response)._replace(unread=unread)

    @contextmanager
    def later(self) -> Generator[None]:
        """While the body of a stream is read: what httpx raises as our errors."""
        try:
            yield
        except Exception as error:
            if not _is_network(error):
                raise
            raise self._failure(error) from None

    def feed(self, chunk: bytes) -> bool:
        """Take a piece of the body; whether more is wanted. Raises ResponseError past the bound, our TimeoutError past the deadline."""
        assert self._body is not None
        if self._flight.deadline is not None and time.monotonic() >= self._flight.deadline:
            raise self._failure(_http.ReadTimeout("the total time limit passed"))
        return self._body.feed(chunk)

    def endures(self, error: _http.TransportError) -> bool:
        """Whether what came before the connection was lost is enough: of an error it is, since its status is known."""
        return not (200 <= self._status < 300 or isinstance(error, _http.TimeoutException))

    def received(self, response: _http.Response) -> Received:
        """The whole answer; of a stream the head."""
        body = b"" if self._body is None else self._body.finish()
        elapsed = time.monotonic() - self._started
        kept = {name: value for name, value in response.extensions.items() if name in _KEPT} if response.extensions else _NONE
        received = Received(response.status_code, response.headers, body, elapsed, kept, fields=self._fields)
        if self._flow is None:
            return received
        received = received._replace(sent=self._under_way.credentials)
        return received if 200 <= received.status < 300 else concealed(received, self._under_way.hidden)

    def _failure(self, error: Exception) -> NoResponseError:
        stage, sent = ("response", "answered") if self._status else ("request", "maybe")
        if isinstance(error, (_http.ConnectError, _http.ConnectTimeout, _http.ProxyError)) or (
            not self._status and self._flight.in_tunnel(self.request.url.scheme)
        ):
            stage, sent = "connect", "no"
        elif isinstance(error, _http.PoolTimeout) or self._flight.queued:
            stage, sent = "queue", "no"
        elif not self._status and (_never_sent(error) or _never_processed(error)):
            sent = "no"
        if isinstance(error, (_http.TimeoutException, builtins.TimeoutError)) or is_a("asyncio", "TimeoutError", error):
            over = self.left() == 0
            limit = "the total time limit of the call passed" if over else f"the time limit to {_WAITED.get(stage, stage)} passed"
            made: NoResponseError = TimeoutError(limit + self._where(error), stage, sent)  # type: ignore[arg-type]  # one of the three, as set above
        else:
            made = NoResponseError(_reason(error, self._under_way.hidden) + self._where(error), stage, sent)  # type: ignore[arg-type]  # the same
            made.stale = self._flight.stale
            made.permanent = self._is_permanent(error)
        made.kind = next((one.__name__ for one in type(error).__mro__ if one.__name__ in _http.__all__), "")
        return made

    def _where(self, error: Exception) -> str:
        """Whom it was with, for a person: the origin, and the proxy on the way to it without its user and password."""
        if self._status or _never_sent(error):
            return ""
        through = f" by way of the proxy {_plain_origin(_http.URL(self._flight.proxy))}" if self._flight.proxy else ""
        return f" ({_plain_origin(self.request.url)}{through})"

    def _is_permanent(self, error: Exception) -> bool:
        """Whether trying again would end the same way: TLS that was refused, or an answer that is not HTTP."""
        if any(isinstance(cause, ssl.SSLError) and not isinstance(cause, _CUT) for cause in _causes(error)):
            return True
        if isinstance(error, _http.ProxyError) and str(error).startswith("4"):
            return True  # the proxy refused
        if isinstance(error, _http.RemoteProtocolError):
            lost = self._flight.ended or any(word in str(error) for word in ("disconnected", "closed", "reset", "Terminated"))
            return not lost and not _never_processed(error)
        return _never_sent(error)


def _is_network(error: BaseException | None) -> TypeGuard[Exception]:
    # asyncio has a TimeoutError of its own in Python 3.10.
    return isinstance(error, _NETWORK) or is_a("asyncio", "TimeoutError", error)


def _plain_origin(url: _http.URL) -> str:
    host = f"[{url.host}]" if ":" in url.host else printable(url.host)
    return f"{url.scheme}://{host}" if url.port is None else f"{url.scheme}://{host}:{url.port}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what led to it."""
    here: BaseException | None = error
    for _ in range(_CAUSES):
        if here is None:
            return
        yield here
        here = here.__cause__ or here.__context__


def _never_sent(error: Exception) -> bool:
    return isinstance(error, (_http.UnsupportedProtocol, _http.LocalProtocolError, _http.InvalidURL))


def _never_processed(error: Exception) -> bool:
    """Whether the server says by HTTP/2 that it did not act on the request (RFC 9113, section 8.7), in an event of the h2 library."""
    for cause in _causes(error):
        event: Any = cause.args[0] if cause.args else None
        kind = type(event).__name__
        if (kind == "StreamReset" and event.error_code == _REFUSED_STREAM) or (
            kind == "ConnectionTerminated" and event.last_stream_id == 0
        ):
            return True
    return False


_NETWORK: Final = (_http.HTTPError, _http.StreamError, _http.InvalidURL, builtins.TimeoutError)
# A TLS connection that was cut, which is as good as any that was.
_CUT: Final = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
_CAUSES: Final = 6
# Where in Python's source OpenSSL's errors were met.
_SOURCE: Final = pattern(r" \(_ssl\.c:\d+\)")
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})
# Extensions of an answer that are kept.
_KEPT: Final = frozenset({"http_version", "reason_phrase", FINAL})
_REFUSED_STREAM: Final = 7
_WAITED: Final = MappingProxyType(
    {"connect": "connect", "queue": "get a connection", "request": "read or write", "response": "read"}
)


def _builds_plainly(client: Any) -> bool:
    """Whether a client that was lent builds a request as httpx's does, and adds nothing to it but headers."""
    build: Any = client.__class__.build_request
    return build is _http.Client.build_request and not client.cookies and not client.params


def _with_own(lines: Lines, own: Lines) -> Lines:
    """The lines of a request with those that a client has of its own, as its `build_request` puts them, which takes long to do so."""
    given = {name.lower() for name, _ in lines}
    return [*lines[:1], *(one for one in own if one[0].lower() not in given), *lines[1:]]


def _reason(error: Exception, hidden: Hidden) -> str:
    """A sentence for a network error. What a protocol error says of our own request is left out: it may quote a header."""
    kind = type(error).__name__
    if isinstance(error, _http.LocalProtocolError):
        return f"{kind}: the request is not valid HTTP"
    # What asyncio's connections raise has no text of its own; what led to it has.
    text = next((said for said in map(str, _causes(error)) if said), "")
    return f"{kind}: {printable(hidden.text(_SOURCE.sub('', text)))}" if text else kind
