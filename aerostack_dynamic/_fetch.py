"""Reading a document from an address, when a caller asks for that: bounded in size and in time, redirects not followed."""

from __future__ import annotations

import time
from typing import Any

from . import _http
from ._bounded import BoundedBody
from ._errors import ResponseError, SpecError
from ._values import printable


def fetch(url: str, *, timeout: float, verify: Any, max_bytes: int) -> bytes:
    """The bytes at an http or https address. Raises SpecError when they can't be had in `timeout` seconds, or are too many."""
    deadline = time.monotonic() + timeout
    try:
        with (
            _http.Client(verify=verify, timeout=timeout, trust_env=False) as client,
            client.stream("GET", url, headers={"Accept-Encoding": "gzip"}) as response,
        ):
            if response.status_code != 200:
                raise SpecError(f"the document can't be had: the server answered with status {response.status_code}")
            body = BoundedBody(max_bytes, response.headers.get("content-encoding", ""))
            for chunk in response.iter_raw():
                body.feed(chunk)
                if time.monotonic() > deadline:
                    raise SpecError(f"the document can't be had: it did not arrive within {timeout:g} s")
            return body.finish()
    except (_http.HTTPError, _http.InvalidURL, ResponseError) as error:
        raise SpecError(f"the document can't be had: {printable(str(error)) or type(error).__name__}") from None
