"""A `Response`: an answer as `raw` and `send` give it, its parts made when first asked for."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, NamedTuple

from ._values import Data, names_without

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from . import _http
    from ._call import Call
    from ._heads import HeaderValues
    from ._steps import Received


class Past(NamedTuple):
    """What links may take from the exchange behind an answer: the call, its request without credentials, the head as it was sent."""

    call: Call
    request: _http.Request
    received: Received

    def __repr__(self) -> str:
        return f"<Past of {self.call.operation.dotted}>"


class Response(Generic[Data]):
    """An answer and what is known of it.

    `data` is what the plain call returns; `status`, `headers` (looked up without regard to case), `request_id`, `elapsed` (seconds,
    of all attempts), `attempts`, and `undocumented`, which is True for a 2xx status that the document does not have. `http` is the
    `httpx.Response`, its request without credentials. `links` are the calls that the document says may follow, by name: a mapping to
    what is called as an operation is, with arguments taken from this answer and its request; those that are given go before.
    """

    __module__ = "aerostack_dynamic"  # where it is exported, for signatures to say

    __slots__ = (
        "_headers",
        "_http",
        "_make_headers",
        "_make_http",
        "_make_values",
        "_received",
        "_values",
        "attempts",
        "data",
        "elapsed",
        "links",
        "past",
        "request_id",
        "undocumented",
    )

    data: Data
    links: Mapping[str, Any]

    def __init__(
        self,
        received: Received,
        make_headers: Callable[[], _http.Headers],
        make_http: Callable[[], _http.Response],
        make_values: Callable[[_http.Headers], HeaderValues],
        *,
        data: Data,
        elapsed: float,
        attempts: int,
        request_id: str | None,
        undocumented: bool,
    ) -> None:
        self._make_headers = make_headers
        self._headers: _http.Headers | None = None
        self._received = received
        self._make_http = make_http
        self._http: _http.Response | None = None
        self._make_values = make_values
        self._values: HeaderValues | None = None
        self.past: Past | None = None
        self.links = MappingProxyType({})
        self.data = data
        self.elapsed = elapsed
        self.attempts = attempts
        self.request_id = request_id
        self.undocumented = undocumented

    def remember(self, call: Call, request: _http.Request) -> None:
        """Keep what links may take from the exchange."""
        self.past = Past(call, request, self._received)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self._received.status

    @property
    def headers(self) -> _http.Headers:
        """The answer's headers as they were sent, with masks where they repeat a secret of the call."""
        if self._headers is None:
            self._headers = self._make_headers()
        return self._headers

    @property
    def decoded_headers(self) -> HeaderValues:
        """The headers that the document declares, in the types of their schemas, by wire name or Python name; absent ones left out."""
        if self._values is None:
            self._values = self._make_values(self.headers)
        return self._values

    @property
    def http(self) -> _http.Response:
        """The answer as an `httpx.Response`, read and decoded."""
        if self._http is None:
            self._http = self._make_http()
        return self._http

    def __reduce__(self) -> tuple[Any, ...]:
        kept = {name: getattr(self, name) for name in ("data", "elapsed", "attempts", "request_id", "undocumented")}
        return _restore, (self._received._replace(extensions={}, headers=self.headers), self.http, self.decoded_headers, kept)

    def __dir__(self) -> list[str]:
        return names_without(super().__dir__(), "past", "remember")

    def _repr_html_(self) -> str:
        from ._hidden import Headers  # noqa: PLC0415  # only for notebooks
        from ._html import answer_html  # noqa: PLC0415  # the same

        attempts = "1 attempt" if self.attempts == 1 else f"{self.attempts} attempts"
        facts = {"elapsed": f"{self.elapsed:.3f} s in {attempts}", "request id": self.request_id or ""}
        known = [(name, text) for name, text in facts.items() if text]
        title = f"Response {self.status}" + (", a status that is not documented" if self.undocumented else "")
        headers = self.headers
        return answer_html(title, known, headers.shown() if isinstance(headers, Headers) else (), self.data)

    def __repr__(self) -> str:
        return f"<Response {self.status} in {self.elapsed:.3f} s>"


def _restore(received: Received, http: _http.Response, values: HeaderValues, kept: dict[str, Any]) -> Response:
    return Response(received, lambda: received.headers, lambda: http, lambda _: values, **kept)
