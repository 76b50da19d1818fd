"""HTTP/2, by `http2=True` and the extra of that name: calls share a connection, and what the server did not act on is sent again."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import pytest
import trustme

from aerostack_dynamic import ArgumentsError, AsyncClient, Client, NoResponseError, RetryPolicy

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Two", "version": "1"},
    "paths": {
        "/read/{n}": {
            "parameters": [{"name": "n", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {"operationId": "read", "responses": {"200": {"description": "it"}}},
            "post": {"operationId": "act", "responses": {"200": {"description": "it"}}},
        }
    },
}
QUICK = RetryPolicy(first_delay=0.01)


class Server:
    """Answers requests over HTTP/2 with their path; `script(connection, event)` may do something else and say so by True."""

    def __init__(self, context: ssl.SSLContext, script: Callable[[Any, Any], bool]) -> None:
        self.connections = 0
        self.asked: list[str] = []
        self._context = context
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://localhost:{self._listener.getsockname()[1]}"
        self._open: list[Any] = []
        self._threads = [threading.Thread(target=self._run, daemon=True)]
        self._threads[0].start()

    def _run(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(plain)
            self._threads.append(threading.Thread(target=self._serve, args=(plain,), daemon=True))
            self._threads[-1].start()

    def _serve(self, plain: socket.socket) -> None:
        try:
            with self._context.wrap_socket(plain, server_side=True) as secure:
                self._open.append(secure)
                connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
                connection.initiate_connection()
                secure.sendall(connection.data_to_send())
                while data := secure.recv(65536):
                    with contextlib.suppress(h2.exceptions.ProtocolError):  # a client that writes after the end
                        for event in connection.receive_data(data):
                            self._answer(connection, event)
                        secure.sendall(connection.data_to_send())
        except OSError:
            pass
        finally:
            plain.close()

    def _answer(self, connection: Any, event: Any) -> None:
        if not isinstance(event, h2.events.RequestReceived):
            return
        path = next(value for name, value in event.headers if name in (b":path", ":path"))
        self.asked.append(path if isinstance(path, str) else path.decode())
        if self._script(connection, event):
            return
        body = b'{"path":"%s"}' % self.asked[-1].encode()
        connection.send_headers(event.stream_id, [(":status", "200"), ("content-type", "application/json")])
        connection.send_data(event.stream_id, body, end_stream=True)

    def close(self) -> None:
        for one in (self._listener, *self._open):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()
        for thread in self._threads:
            thread.join(5)


AUTHORITY = trustme.CA()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    made: list[Server] = []

    def make(script: Callable[[Any, Any], bool] = lambda connection, event: False) -> Server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        AUTHORITY.issue_cert("localhost").configure_cert(context)
        context.set_alpn_protocols(["h2"])
        made.append(Server(context, script))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def trusting() -> dict[str, Any]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    AUTHORITY.configure_trust(context)
    return {"spec": DOCUMENT, "verify": context, "http2": True, "retry": QUICK}


def first_only(act: Callable[[Any, Any], None]) -> Callable[[Any, Any], bool]:
    done: list[bool] = []

    def script(connection: Any, event: Any) -> bool:
        if done:
            return False
        done.append(True)
        act(connection, event)
        return True

    return script


def test_a_call_over_http_2(both: Any, settle: Any, serve: Any, trusting: Any) -> None:
    server = serve()

    async def story(client: Any) -> None:
        for number in range(3):
            response = await settle(client.read.raw(n=str(number)))
            assert response.data == {"path": f"/read/{number}"}
            assert response.http.http_version == "HTTP/2"

    both.run(story, server=server.url, **trusting)
    assert server.connections == 1


def test_many_calls_at_once_share_a_connection(serve: Any, trusting: Any) -> None:
    server = serve()

    async def story() -> list[Any]:
        async with AsyncClient(server=server.url, **trusting) as client:
            await client.read(n="first")
            return await asyncio.gather(*(client.read(n=str(number)) for number in range(50)))

    assert asyncio.run(story()) == [{"path": f"/read/{number}"} for number in range(50)]
    assert server.connections == 1


@pytest.mark.parametrize("how", ["refused", "going away"])
def test_what_the_server_did_not_act_on_is_sent_again_whatever_it_is(
    both: Any, settle: Any, serve: Any, trusting: Any, how: str
) -> None:
    def act(connection: Any, event: Any) -> None:
        if how == "refused":
            connection.reset_stream(event.stream_id, error_code=h2.errors.ErrorCodes.REFUSED_STREAM)
        else:
            connection.close_connection(last_stream_id=0)

    server = serve(first_only(act))

    async def story(client: Any) -> None:
        response = await settle(client.act.raw(n="1"))
        assert (response.data, response.attempts) == ({"path": "/read/1"}, 2)

    both.run(story, server=server.url, **trusting)
    assert server.asked == ["/read/1"] * 2


def test_what_it_may_have_acted_on_is_not(both: Any, settle: Any, serve: Any, trusting: Any) -> None:
    server = serve(first_only(lambda connection, event: connection.reset_stream(event.stream_id)))

    async def story(client: Any) -> None:
        with pytest.raises(NoResponseError) as caught:
            await settle(client.act(n="1"))
        assert (caught.value.attempts, caught.value.sent) == (1, "maybe")
        assert (await settle(client.act(n="2"))) == {"path": "/read/2"}

    both.run(story, server=server.url, **trusting)


def test_a_call_that_is_cancelled_leaves_the_others_alone(serve: Any, trusting: Any) -> None:
    waiting: list[Any] = []

    def script(connection: Any, event: Any) -> bool:
        if b"late" not in dict(event.headers).get(b":path", b""):
            return False
        waiting.append(event.stream_id)
        return True

    server = serve(script)

    async def story() -> None:
        async with AsyncClient(server=server.url, **trusting) as client:
            await client.read(n="0")
            late = asyncio.ensure_future(client.read(n="late"))
            await asyncio.sleep(0.1)
            late.cancel()
            with pytest.raises(asyncio.CancelledError):
                await late
            found = await asyncio.gather(*(client.read(n=str(number)) for number in range(5)))
            assert found == [{"path": f"/read/{number}"} for number in range(5)]

    asyncio.run(asyncio.wait_for(story(), 10))
    assert server.connections == 1


def test_a_server_that_speaks_http_1_alone(both: Any, settle: Any, wire: Any, reply: Any) -> None:
    async def story(client: Any) -> None:
        assert await settle(client.read(n="1")) == {"ok": True}

    both.run(story, spec=DOCUMENT, server=wire([reply(body=b'{"ok":true}')]).url, http2=True)


def test_it_needs_its_extra(both: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h2", None)
    with pytest.raises(ArgumentsError, match=r"http2: .*pip install 'aerostack_dynamic\[http2\]'"):
        both.client_class(http2=True)
    assert Client()
