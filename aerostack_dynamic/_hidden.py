"""Hiding by value: what a call has sent as a secret, wherever it comes back, and requests and headers that do not show what they hold.

Nothing here does any work until something is shown.
"""

from __future__ import annotations

import logging
from base64 import b64decode, b64encode, urlsafe_b64encode
from contextvars import ContextVar
from html import escape
from json import dumps
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, quote_plus

from . import _http
from ._server import origin_of_url
from ._style import percent_encode
from ._values import MASK, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from typing import TypeAlias

    from ._server import Origin
    from ._steps import Credentials

    Lines: TypeAlias = "Sequence[tuple[bytes, bytes]]"

# A shorter text can't be told from others: it is masked where it is declared, and not looked for elsewhere.
_SHORTEST: Final = 4
# Headers of a request whose values say nothing of its caller (RFC 9110).
_PLAIN: Final = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "host", "transfer-encoding", "user-agent"}
)
# Loggers of libraries that requests may go through, and that tell of URLs and headers. Each by name: a filter is not asked for children.
_LOGGERS: Final = (
    "aiohttp.client",
    "aiohttp.internal",
    "h2",
    "hpack.hpack",
    "hpack.table",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
    "httpx",
)
_FAMILIES: Final = ("aiohttp.", "h2.", "hpack.", "httpcore.", "httpx.")


class Hidden:
    """Texts that are not to be shown, found in every form that they are usually repeated in."""

    __slots__ = ("__forms",)

    def __init__(self, values: Iterable[str]) -> None:
        forms = {form for value in values if len(value) >= _SHORTEST for form in _forms(value)}
        self.__forms = tuple(sorted(forms, key=len, reverse=True))

    def text(self, text: str) -> str:
        """`text` with a mask in place of each of them."""
        for form in self.__forms:
            text = text.replace(form, MASK)
        return text

    def data(self, data: bytes) -> bytes:
        """The same for bytes, in which text is UTF-8."""
        for form in self.__forms:
            data = data.replace(form.encode(), MASK.encode())
        return data

    def value(self, value: Any) -> Any:
        """The same for a JSON value, names of properties included."""
        if isinstance(value, str):
            return self.text(value)
        if is_object(value):
            return {self.text(key): self.value(item) for key, item in value.items()}
        return [self.value(item) for item in value] if is_array(value) else value


def _forms(value: str) -> Iterator[str]:
    """A text as it is, and as URLs, JSON, HTML, Python and base64 write it."""
    yield value
    # Python's functions, and encodeURIComponent and encodeURI of JavaScript (ECMA-262, section 19.2.6), each leave other characters.
    safe = ("", "/", "!'()*", ";,/?:@&=+$#!'()*")
    for one in (percent_encode(value), quote_plus(value), *(quote(value, safe=characters) for characters in safe)):
        yield one
        yield "".join(part.lower() if part[:1] == "%" else part for part in _triplets(one))
    for ascii_only in (True, False):
        quoted = dumps(value, ensure_ascii=ascii_only)[1:-1]
        yield from (quoted, quoted.replace("/", "\\/"), dumps(quoted)[1:-1])
    for quoted in (repr(value)[1:-1], repr(value.encode())[2:-1]):
        yield quoted
        # What is quoted is quoted again in the repr of an exception, and of one that holds it.
        yield from (repr(quoted)[1:-1], repr(repr(quoted)[1:-1])[1:-1])
    yield escape(value)
    yield b64encode(value.encode()).decode().rstrip("=")
    yield urlsafe_b64encode(value.encode()).decode().rstrip("=")


def _triplets(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        size = 3 if text[start] == "%" else 1
        yield text[start : start + size]
        start += size


def credential_texts(credentials: Credentials) -> Iterator[str]:
    """What a call has sent as a secret: its credentials and what is within (a token behind its scheme's name, a password), and the rest."""
    for secret in (*credentials.headers.values(), *credentials.query.values(), *credentials.cookies.values()):
        text = secret.reveal()
        yield text
        word, _, rest = text.partition(" ")
        yield rest
        if word == "Basic":
            pair = b64decode(rest).decode()
            yield pair
            yield pair.partition(":")[2]
    if credentials.also is not None:
        yield from credentials.also()


# ---- requests and headers that do not show what they hold


class Headers(_http.Headers):
    """Headers whose repr masks the values of those in `secret`, or of all but harmless ones where that is None."""

    def __init__(self, headers: Any = None, secret: Collection[str] | None = None) -> None:
        super().__init__(headers)
        self._secret = secret

    def shown(self) -> list[tuple[str, str]]:
        """Names and values, those that are secret masked."""
        secret = self._secret
        return [
            (name, MASK if (name not in _PLAIN if secret is None else name in secret) else text)
            for name, text in self.multi_items()
        ]

    def __repr__(self) -> str:
        return f"Headers({self.shown()!r})"


class _Url(_http.URL):
    """A URL whose repr leaves path and query out."""

    def __repr__(self) -> str:
        return f"URL({_origin(self)!r})"


class Known:
    """What is worked out once of the head of many requests: of its URL the origin, and the same URL as what may show it shows it;
    of its lines the names in lower case.
    """

    __slots__ = ("covered", "names", "origin", "url")

    def __init__(self, url: _http.URL, lines: Lines) -> None:
        self.url = url
        self.names = frozenset([name.lower() for name, _ in lines])
        self.origin = origin_of_url(url)
        self.covered = _Url(url)


def origin_of(request: _http.Request) -> Origin:
    """The origin that a request goes to: known already, unless somebody has given it another URL."""
    known = request.known if isinstance(request, Request) else None
    return known.origin if known is not None and known.url is request.url else origin_of_url(request.url)


class Request(_http.Request):
    """A request that shows `shown` for its URL, and no more than the origin where that is None.

    Its headers are `lines` of a name and a value until somebody asks for them, since most requests leave without that. Their repr masks
    those in `secret`, or all that may be where that is None.
    """

    shown: str | None = None
    _secret: Collection[str] | None = None
    _headers: _http.Headers | None = None
    _lines: Lines = ()
    known: Known | None = None

    def __init__(
        self, method: str, url: _http.URL, lines: Lines, body: bytes | Any, extensions: dict[str, Any], known: Known | None = None
    ) -> None:
        """`body` is held, or a stream; `known` is what is known of the URL.

        The method has the letters that are given, since `copy` is not `COPY` (RFC 9110, section 9.1).
        """
        self.method = method
        self.url = url
        self.known = known
        self._lines = lines
        if isinstance(body, bytes):
            self._content = body  # where httpx keeps what it has read
            self.stream = _http.ByteStream(body)
        else:
            self.stream = body
        self.extensions = extensions

    @classmethod
    def of(cls, request: _http.Request, shown: str | None, secret: Collection[str] | None) -> Request:
        """The same request, sharing its parts. `secret` names the headers that are masked in a repr, None all that may be."""
        made = cls._like(request, lines_of(request), request.extensions)
        made.shown, made._secret = shown, secret
        return made

    @classmethod
    def leaving(cls, request: _http.Request, url: _http.URL, lines: Lines, extensions: dict[str, Any], foreign: bool) -> Request:
        """The same request about to leave, at a URL and with lines that hold credentials; what is `foreign` may show it to someone."""
        made = cls._like(request, lines, extensions)
        if foreign:
            made.url = made.known.covered if made.known is not None and made.known.url is url else _Url(url)
        else:
            made.url = url
        return made

    @classmethod
    def _like(cls, request: _http.Request, lines: Lines, extensions: dict[str, Any]) -> Request:
        made = cls.__new__(cls)
        made.__dict__.update(request.__dict__, _headers=None, _lines=lines, _secret=None, shown=None, extensions=extensions)
        return made

    def covered(self) -> Request:
        """This request, about to leave with credentials in it: its URL shows nothing of them either."""
        self.url = _Url(self.url)
        return self

    @property
    def headers(self) -> _http.Headers:  # pyright: ignore[reportIncompatibleVariableOverride]  # the same
        """The headers, made when they are first asked for."""
        found = self._headers
        if found is None:
            found = self._headers = Headers([*self._lines], self._secret)
        return found

    @headers.setter
    def headers(self, headers: _http.Headers) -> None:
        self._headers = headers

    def __repr__(self) -> str:
        return f"<Request({self.method!r}, {_origin(self.url) if self.shown is None else self.shown!r})>"


def lines_of(request: _http.Request) -> Lines:
    """The names and values of a request's headers, as they are written."""
    if type(request) is Request and request._headers is None:  # pyright: ignore[reportPrivateUsage]  # of this room
        return request._lines  # pyright: ignore[reportPrivateUsage]  # the same
    return request.headers.raw


def names_of(request: _http.Request) -> frozenset[bytes] | None:
    """The names of its lines, in lower case, beside those that tell of its body; None where they are not known."""
    if type(request) is Request and request._headers is None and request.known is not None:  # pyright: ignore[reportPrivateUsage]  # of this room
        return request.known.names
    return None


def _origin(url: _http.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode()}/..."


# ---- the logs of libraries


class UnderWay:
    """The credentials of an attempt, while it lasts. (What copies a context, as a connection does, would keep them longer.)"""

    __slots__ = ("credentials",)

    def __init__(self, credentials: Credentials) -> None:
        self.credentials: Credentials | None = credentials

    @property
    def hidden(self) -> Hidden:
        """What is not to be shown of it."""
        return Hidden(() if self.credentials is None else credential_texts(self.credentials))


UNDER_WAY: Final[ContextVar[UnderWay]] = ContextVar("aerostack_dynamic.under_way")


class _Filter(logging.Filter):
    """Masks the credentials of the call under way in what a library's logger tells. It lets every record through."""

    def filter(self, record: logging.LogRecord) -> bool:
        under_way = UNDER_WAY.get(None)
        if under_way is not None:
            try:
                text = record.getMessage()
            except Exception:  # such a record is for `logging` itself to complain of
                return True
            hidden = under_way.hidden.text(text)
            if hidden != text:
                record.msg, record.args = hidden, ()
        return True


_FILTER: Final = _Filter()


def hide_from_logs() -> None:
    """Have the loggers of libraries that requests go through mask credentials; once for each logger, however often it is called."""
    known = [name for name in [*logging.Logger.manager.loggerDict] if name.startswith(_FAMILIES)]
    for name in {*_LOGGERS, *known}:
        logging.getLogger(name).addFilter(_FILTER)
