"""The address on this machine that a browser comes back to with an authorization code (RFC 8252, section 7.3)."""

from __future__ import annotations

import queue
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import parse_qs, urlsplit

from .._errors import CredentialsError
from .._values import MASK, Secret, printable

if TYPE_CHECKING:
    from collections.abc import Callable

_PATH: Final = "/callback"
_PAGE: Final = b"<!doctype html><title>Done</title><p>This window can be closed.</p>"
_OTHER: Final = b"<!doctype html><title>Not here</title><p>This is not the answer that is waited for.</p>"


class _Handler(BaseHTTPRequestHandler):
    timeout = 10  # seconds that one connection may take, so that one left open by a browser holds nothing up

    def do_GET(self) -> None:
        """Hand an answer to whoever waits; tell the browser whether it was one."""
        known = cast("_Server", self.server).take(self.path)
        page = _PAGE if known else _OTHER
        self.send_response(200 if known else 400)
        for name, value in (("Content-Type", "text/html"), ("Content-Length", str(len(page))), ("Cache-Control", "no-store")):
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: Any) -> None:  # the base class's name
        """Nothing: a line would hold the code."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int) -> None:
        self.accepts: Callable[[str], bool] = bool
        super().__init__(("127.0.0.1", port), _Handler)

    def take(self, target: str) -> bool:
        """Whether a request is the answer that is waited for."""
        return self.accepts(target)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a browser that goes away is no error."""


class Loopback:
    """Listens on 127.0.0.1 while it is entered. `url` is where the browser is to come back to."""

    def __init__(self, port: int = 0) -> None:
        try:
            self._server = _Server(port)
        except (OSError, OverflowError) as error:
            raise CredentialsError(f"port: can't listen on 127.0.0.1:{port} ({type(error).__name__})") from None
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{_PATH}"
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._state: Secret | None = None
        self._strangers = 0

    def __enter__(self) -> Loopback:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def code(self, parse: Callable[..., dict[str, str]], state: Secret, timeout: float) -> Secret:
        """The authorization code, once the browser came back with the right `state` (RFC 6749, sections 4.1.2 and 10.12).

        An answer with another state is somebody else's, and is not what ends the wait. Raises CredentialsError for a refusal, and when
        no answer came within `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        self._server.accepts = lambda target: self._is_answer(target, state)
        while (left := deadline - time.monotonic()) > 0:
            try:
                target = self._answers.get(timeout=left)
            except queue.Empty:
                break
            given = parse_qs(urlsplit(target).query)
            if "error" in given:
                said = ": ".join(given["error"] + given.get("error_description", []))
                raise CredentialsError(f"the authorization was refused: {printable(said.replace(state.reveal(), MASK))}")
            return Secret(parse(target, state=state.reveal())["code"])
        strangers = f"; {self._strangers} came with another state" if self._strangers else ""
        raise CredentialsError(f"no answer from the browser within {timeout:g} s{strangers}")

    def _is_answer(self, target: str, state: Secret) -> bool:
        parts = urlsplit(target)
        given = parse_qs(parts.query)
        if parts.path != _PATH or not ("code" in given or "error" in given):
            return False
        if given.get("state") != [state.reveal()]:
            self._strangers += 1
            return False
        self._answers.put(target)
        return True
