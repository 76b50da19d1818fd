"""`--verbose`: requests, answers and retries on stderr, as they happen, secrets masked."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .._errors import AerostackError
from .._mask import covered_headers, shown_headers, shown_url, telling_of, tells_secret
from .._values import MASK, printable

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from .. import _http
    from .._load import Spec
    from .._model import Operation


class Verbose:
    """A hook of a client. `given` are the security schemes that there is a credential for."""

    def __init__(self, spec: Spec, given: Container[str]) -> None:
        self._document = spec.document
        self._schemes = spec.security_schemes
        self._given = given
        self._begun = 0.0

    def before_request(self, operation: Operation | None, request: _http.Request) -> None:
        """Tell of a request, and of the credentials that are added as it leaves."""
        self._begun = time.monotonic()
        also = telling_of(request)
        _tell(">", [f"{request.method} {shown_url(self._document, operation, request.url, also)}"])
        headers = shown_headers(self._document, operation, request.headers.raw, also)
        _tell(">", (f"{name.lower()}: {text}" for name, text in headers))
        _tell(">", self._added(operation))

    def _added(self, operation: Operation | None) -> Iterator[str]:
        """The first alternative that can be met is (OpenAPI 3.1, section 4.8.30)."""
        met: Iterable[str] = ()
        with suppress(AerostackError):  # of which the call itself tells
            met = next((one for one in (operation.security if operation else ()) if all(name in self._given for name in one)), ())
        for scheme in (self._schemes[name] for name in met if name in self._schemes):
            if scheme.type != "apiKey":
                yield f"authorization: {MASK}" if scheme.type != "mutualTLS" else "(a client's certificate)"
            elif scheme.location == "header":
                yield f"{scheme.parameter_name.lower()}: {MASK}"
            else:
                yield f"{scheme.location} {scheme.parameter_name}={MASK}"

    def after_response(self, operation: Operation | None, response: _http.Response) -> None:
        """Tell of an answer, or of its head where it is a stream."""
        milliseconds = (time.monotonic() - self._begun) * 1000
        _tell("<", [f"{response.status_code} {response.reason_phrase} in {milliseconds:.0f} ms"])
        hidden = covered_headers(self._document)
        _tell(
            "<",
            (f"{name}: {MASK if name in hidden or tells_secret(name) else text}" for name, text in response.headers.multi_items()),
        )

    def on_retry(self, operation: Operation | None, attempt: int, reason: str, delay: float) -> None:
        """Tell of an attempt that failed, and of the next."""
        _tell("*", [f"attempt {attempt} failed ({reason}); the next in {delay:.1f} s"])

    def on_error(self, operation: Operation | None, error: Any) -> None:
        """Tell how it ended."""
        _tell("*", [f"{type(error).__name__} after {error.attempts} attempt{'' if error.attempts == 1 else 's'}"])


def _tell(mark: str, lines: Iterable[str]) -> None:
    for line in lines:
        print(f"{mark} {printable(line, 2000)}", file=sys.stderr, flush=True)
