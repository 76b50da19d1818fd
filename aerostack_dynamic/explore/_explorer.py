"""`Explorer`: the page served in a thread of this process; `explore`: the same until Ctrl-C."""

from __future__ import annotations

import secrets
import webbrowser
from typing import TYPE_CHECKING

from .._client import AsyncClient
from .._errors import ArgumentsError
from .._values import printable
from ._door import Door
from ._viewer import viewer_folder

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

    from .._serving import Server

_HOST = "127.0.0.1"


class Explorer:
    """A page on this machine to browse the client's document and try its calls, for the length of a `with` block or from `start` to `stop`.

    The calls are the client's: its server or mock, its credentials, which the page never has, its checks and retries. It stays open when
    the page ends. `url` is the page's address with a token of this run, which nobody else should have: who has it can make calls. `port`
    0 takes a free one. `viewer` is a folder with another release of Swagger UI than the installed one. Raises ArgumentsError for
    options that can't be meant; `start` raises OSError when the port is taken, and ImportError without the extra `explore`.
    """

    def __init__(self, client: AsyncClient, *, port: int = 0, viewer: Path | None = None) -> None:
        if not isinstance(client, AsyncClient):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            raise ArgumentsError(f"client: give an AsyncClient, not a {type(client).__name__}")
        self._client = client
        self._port = port
        self._given_viewer = viewer
        self._server: Server | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """The page's address, for example `http://127.0.0.1:43210/#TOKEN`. The token is no part of what a browser sends or refers to."""
        if self._server is None:
            raise RuntimeError("the page is not served")
        return self._url

    def start(self) -> Self:
        """Serves from now on; RuntimeError when it already does."""
        if self._server is not None:
            raise RuntimeError("the page is served already")
        viewer = viewer_folder(self._given_viewer)
        try:
            from .._serving import Server, listen, url_of  # noqa: PLC0415  # the extra may be missing
        except ModuleNotFoundError as error:
            raise ImportError(
                f"the page needs {error.name}, which is not installed: pip install 'aerostack_dynamic[explore]'", name=error.name
            ) from error
        listener = listen(_HOST, self._port)
        token = secrets.token_urlsafe(32)
        self._url = f"{url_of(listener, _HOST)}/#{token}"
        door = Door(self._client, listener.getsockname()[1], token, viewer)
        self._server = Server.start_in_thread(door, listener, "aerostack-explorer")
        return self

    def stop(self) -> None:
        """Ends the page within about a second; does nothing when stopped."""
        server, self._server = self._server, None
        if server is not None:
            server.end()

    def wait(self) -> None:
        """Until Ctrl-C, or until another thread stops it."""
        try:
            while self._server is not None and self._server.thread.is_alive():
                self._server.thread.join(0.2)  # on Windows a wait without a limit would not hear Ctrl-C
        except KeyboardInterrupt:
            pass

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def explore(client: AsyncClient, *, port: int = 0, viewer: Path | None = None, browser: bool = True) -> None:
    """Serves the page, prints its address, and waits for Ctrl-C. `browser` opens it; the rest, and what is raised, is Explorer's.

    A browser is given the address on its command line, which other users of the machine may be able to read; where there are any,
    open the printed address yourself.
    """
    with Explorer(client, port=port, viewer=viewer) as explorer:
        print(f"{printable(client.spec.title)} {printable(client.spec.version)} is shown on {explorer.url}")
        print("Ctrl-C ends it.", flush=True)
        if browser:
            webbrowser.open(explorer.url)
        explorer.wait()
