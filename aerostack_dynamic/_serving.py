"""An ASGI application served by uvicorn in a thread of this process: what the sandbox and mocks run in."""

from __future__ import annotations

import os
import socket
import threading
from types import MappingProxyType
from typing import Any, Final

import uvicorn

_STOP_SECONDS: Final = 1
_IDLE_SECONDS: Final = 75
_LOCAL_NAMES: Final = MappingProxyType({"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"})  # noqa: S104


class Server(uvicorn.Server):
    """uvicorn in a thread; no signal is handled here, since only the main thread may."""

    @classmethod
    def start_in_thread(cls, app: Any, listener: socket.socket, name: str) -> Server:
        """A server on the listening socket, whose backlog holds early connections until the loop runs."""
        server = cls(
            uvicorn.Config(
                app,
                interface="asgi3",
                http="h11",
                loop="asyncio",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=_IDLE_SECONDS,
                timeout_graceful_shutdown=_STOP_SECONDS,
            )
        )
        server.thread = threading.Thread(target=server.run, args=([listener],), name=name, daemon=True)
        server.thread.start()
        return server

    thread: threading.Thread

    def end(self) -> None:
        """Closes the connections; calls that do not end within a second are cancelled."""
        self.should_exit = True
        self.thread.join()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, so that a client may connect at once; OSError when the address is taken or unknown."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        return _bind(found[0][0], found[0][4])
    except OSError as error:
        raise OSError(error.errno, f"cannot serve on {host}:{port}: {error.strerror}") from None


def _bind(family: int, address: Any) -> socket.socket:
    # Not socket.create_server: asyncio sets TCP_NODELAY only where the protocol is named; else answers take 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket, host: str) -> str:
    """The URL of a listening socket, by a name that this machine can call it by."""
    name = _LOCAL_NAMES.get(host, host)
    return f"http://{f'[{name}]' if ':' in name else name}:{listener.getsockname()[1]}"
