"""TLS and proxies of our own transport: certificates are checked, contexts are taken, proxies are used for https alone."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from aerostack_dynamic import Client, NoResponseError, Spec, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"exists":true}'


class Secure:
    """A TLS server that gives one answer to each connection; `tunnel` makes it a proxy first (RFC 9110, section 9.3.6)."""

    def __init__(self, context: ssl.SSLContext, tunnel: bool = False) -> None:
        self.asked: list[bytes] = []
        self._context = context
        self._tunnel = tunnel
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            plain.settimeout(5)
            try:
                if self._tunnel:
                    self.asked.append(plain.recv(65536).split(b"\r\n")[0])
                    plain.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                with self._context.wrap_socket(plain, server_side=True) as secure:
                    secure.recv(65536)
                    secure.sendall(ANSWER)
                    secure.recv(65536)
            except OSError:
                pass
            finally:
                plain.close()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Any]:
    made: list[Secure] = []

    def make(*names: str, tunnel: bool = False, mutual: bool = False) -> Secure:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if mutual:
            context.verify_mode = ssl.CERT_REQUIRED
            authority.configure_trust(context)
        authority.issue_cert(*names).configure_cert(context)
        made.append(Secure(context, tunnel))
        return made[-1]

    yield make
    for one in made:
        one.close()


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def test_a_context_is_taken(both: Any, secure: Any, authority: Any, settle: Any) -> None:
    server = secure("localhost")

    async def story(client: Any) -> Any:
        return (await settle(client.cache.cache_get(key="k"))).exists

    assert both.run(story, "k", server=f"https://localhost:{server.port}", verify=trusting(authority))


def test_certificates_may_be_in_files_and_the_client_may_have_one(
    both: Any, secure: Any, authority: Any, settle: Any, tmp_path: Path
) -> None:
    server = secure("localhost", mutual=True)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    own = authority.issue_cert("client.example")
    own.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "own.pem"))

    async def story(client: Any) -> Any:
        return (await settle(client.cache.cache_get(key="k"))).exists

    url = f"https://localhost:{server.port}"
    assert both.run(story, "k", server=url, verify=str(tmp_path / "ca.pem"), cert=str(tmp_path / "own.pem"))
    with pytest.raises(NoResponseError):
        both.run(story, "k", server=url, verify=str(tmp_path / "ca.pem"), retry=1)


@pytest.mark.parametrize("trusted", [False, True])
def test_a_wrong_certificate_is_refused(both: Any, secure: Any, authority: Any, settle: Any, trusted: bool) -> None:
    server = secure("other.example" if trusted else "localhost")

    async def story(client: Any) -> None:
        with pytest.raises(NoResponseError, match="CERTIFICATE_VERIFY_FAILED") as caught:
            await settle(client.cache.cache_get(key="k"))
        assert (caught.value.stage, caught.value.sent) == ("connect", "no")

    both.run(story, "k", server=f"https://localhost:{server.port}", verify=trusting(authority) if trusted else True, retry=1)


def test_an_unverified_server_is_reached_when_asked_for(both: Any, secure: Any, settle: Any) -> None:
    server = secure("localhost")

    async def story(client: Any) -> Any:
        return (await settle(client.cache.cache_get(key="k"))).exists

    with pytest.warns(UserWarning, match="not checked"):
        assert both.run(story, "k", server=f"https://localhost:{server.port}", verify=False)


@pytest.mark.parametrize("how", ["argument", "environment"])
def test_https_goes_through_a_proxy(both: Any, secure: Any, authority: Any, settle: Any, monkeypatch: Any, how: str) -> None:
    proxy = secure("api.example", tunnel=True)
    address = f"http://127.0.0.1:{proxy.port}"
    options: dict[str, Any] = {"proxy": address} if how == "argument" else {}
    for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    if how == "environment":
        monkeypatch.setenv("HTTPS_PROXY", address)

    async def story(client: Any) -> Any:
        return (await settle(client.cache.cache_get(key="k"))).exists

    assert both.run(story, "k", server="https://api.example", verify=trusting(authority), **options)
    assert proxy.asked == [b"CONNECT api.example:443 HTTP/1.1"]


@pytest.mark.parametrize("proxy", ["http://user:pass-4711@127.0.0.1:9", "http://user:pass-4711@:x"])
def test_an_error_names_the_proxy_and_nothing_that_is_secret_of_it(both: Any, settle: Any, proxy: str) -> None:
    async def story(client: Any) -> NoResponseError:
        with pytest.raises(NoResponseError) as caught:
            await settle(client.cache.cache_get(key="k"))
        return caught.value

    error = both.run(story, "k", server="https://[::1]:9", proxy=proxy)
    assert error.sent == "no"
    assert "4711" not in str(error)
    way = "(https://[::1]:9 by way of the proxy http://127.0.0.1:9)"
    assert str(error).endswith("has no URL such as http://proxy.example:3128" if proxy.endswith("x") else way)


def test_the_environment_sends_nothing_near_through_a_proxy(
    both: Any, wire: Any, reply: Any, settle: Any, monkeypatch: Any
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server = wire([reply()])

    async def story(client: Any) -> None:
        await settle(client.cache.cache_get(key="k"))
        with pytest.raises(NoResponseError):
            await settle(client.with_options(server="https://127.0.0.1:9", retry=1).cache.cache_get(key="k"))

    both.run(story, "k", server=server.url)
    assert len(server.seen) == 1


def test_a_document_is_fetched_from_a_trusted_server_only(secure: Any) -> None:
    with pytest.raises(SpecError, match="CERTIFICATE_VERIFY_FAILED"):
        Spec.from_url(f"https://localhost:{secure('localhost').port}/openapi.json")
    assert Client("k", verify=True)
