"""What is told of settings that don't fit together, and what leaves by other transports and through proxies."""

from __future__ import annotations

import base64
import pickle
import time
from typing import Any

import httpx
import pytest

from aerostack_dynamic import ArgumentsError, BadRequestError, CredentialsError, NoResponseError, RetryPolicy, SpecError
from aerostack_dynamic.transports import AsyncTransport, Transport

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Settings", "version": "1"},
    "paths": {"/thing": {"get": {"operationId": "thing", "responses": {"200": {"description": "a thing"}}}}},
}
OK = b'{"ok":true}'


@pytest.mark.parametrize("family", ["httpx", "httpx2", "aiohttp"])
def test_what_has_no_body_announces_none(both: Any, settle: Any, wire: Any, reply: Any, family: str) -> None:
    if family == "aiohttp" and both.kind == "sync":
        pytest.skip("aiohttp is asynchronous only")
    server = wire([reply(body=OK)])

    async def story(client: Any) -> None:
        for _ in range(3):
            assert await settle(client.thing()) == {"ok": True}

    both.run(story, spec=DOCUMENT, server=server.url, transport=family)
    for seen in server.seen:
        assert (seen.header("transfer-encoding"), seen.header("content-type"), seen.body) == (None, None, b"")
    assert server.connections == 1


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_is_given_its_user_and_password(both: Any, settle: Any, wire: Any, reply: Any, scheme: str) -> None:
    proxy = wire([reply(407)])

    async def story(client: Any) -> None:
        with pytest.raises(Exception, match="407") as caught:
            await settle(client.thing())
        if scheme == "https":
            assert isinstance(caught.value, NoResponseError)
            assert (caught.value.attempts, caught.value.stage, caught.value.sent) == (1, "connect", "no")
            assert caught.value.permanent

    address = proxy.url.replace("http://", "http://user:pass%20word@").removesuffix("/v1")
    both.run(story, spec=DOCUMENT, server=f"{scheme}://elsewhere.test", proxy=address, allow_insecure_http=True)
    expected = "Basic " + base64.b64encode(b"user:pass word").decode()
    assert {seen.header("proxy-authorization") for seen in proxy.seen} == {expected}


def test_a_proxy_that_says_nothing_was_sent_nothing(both: Any, settle: Any, wire: Any) -> None:
    proxy = wire(lambda seen: lambda connection: time.sleep(0.6))

    async def story(client: Any) -> None:
        with pytest.raises(NoResponseError) as caught:
            await settle(client.thing())
        assert (caught.value.stage, caught.value.sent) == ("connect", "no")

    options = {"spec": DOCUMENT, "server": "https://elsewhere.test", "timeout": 0.3, "retry": RetryPolicy.off()}
    both.run(story, **options, proxy=proxy.url.removesuffix("/v1"))


def test_settings_of_our_transport_beside_another(both: Any) -> None:
    own: Any = Transport() if both.kind == "sync" else AsyncTransport()
    lent: Any = httpx.Client() if both.kind == "sync" else httpx.AsyncClient()
    for option in (
        {"proxy": "http://127.0.0.1:1"},
        {"verify": "/x.pem"},
        {"cert": "/x.pem"},
        {"trust_env": False},
        {"http2": True},
    ):
        for other in ({"transport": own}, {"http_client": lent}):
            with pytest.raises(
                ArgumentsError, match=f"{next(iter(option))}: for the client's own transport; the {next(iter(other))}"
            ):
                both.client_class(**option, **other)
    with pytest.raises(ArgumentsError, match=r"give an object, (Async)?Transport\(\.\.\.\), not its class"):
        both.client_class(transport=type(own))
    if both.kind == "async":
        with pytest.raises(ArgumentsError, match="http2: aiohttp does not speak it"):
            both.client_class(transport="aiohttp", http2=True)


class Misspelt:
    def on_retrY(self, *_: object) -> None: ...


class Half:
    on_retry = 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"hooks": [object()]}, "hooks: a object has none of before_request"),
        ({"hooks": [Misspelt()]}, "its on_retrY is none, did you mean 'on_retry'"),
        ({"hooks": [Half()]}, "on_retry of a Half is no method"),
        ({"hooks": "on_retry"}, "several objects"),
        ({"allow_insecure_http": "no"}, "allow_insecure_http: give True or False, not 'no'"),
        ({"trust_env": 0}, "trust_env: give True or False"),
        ({"allow_nan": "x"}, "allow_nan: give True or False"),
        ({"http2": "yes"}, "http2: give True or False"),
        ({"allow_origins": 3}, "allow_origins: give origins as str"),
        ({"allow_origins": [3]}, "allow_origins: give origins as str"),
        ({"timeout": httpx.Timeout(5)}, "an aerostack_dynamic.Timeout, not a httpx.Timeout"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_options_of_the_wrong_kind(both: Any, options: Any, message: str) -> None:
    with pytest.raises(ArgumentsError, match=message):
        both.client_class(**options)


def test_an_option_among_the_arguments_is_told(both: Any) -> None:
    with pytest.raises(ArgumentsError, match=r"as an option of the call it is given by with_options\(timeout=\.\.\.\)"):
        both.client_class(spec=DOCUMENT, server="http://127.0.0.1:9").thing.prepare(timeout=3)


@pytest.mark.parametrize("security", [{"K": []}, "K", ["K"]])
def test_security_that_is_no_list_of_objects_sends_nothing(both: Any, settle: Any, wire: Any, security: Any) -> None:
    server = wire([b""])
    paths = {"/thing": {"get": {**DOCUMENT["paths"]["/thing"]["get"], "security": security}}}

    async def story(client: Any) -> None:
        with pytest.raises(SpecError, match="security is a list of objects"):
            await settle(client.thing())

    both.run(story, spec={**DOCUMENT, "paths": paths}, server=server.url)
    assert server.connections == 0


@pytest.mark.parametrize("name", ["Authorization", "Content-Length", "X\r\nY", "a b"])
def test_a_document_can_not_put_the_id_of_a_call_anywhere(both: Any, name: str) -> None:
    client = both.client_class(spec={**DOCUMENT, "x-aerostack-call-id": name}, server="http://127.0.0.1:9")
    with pytest.raises(SpecError, match="is no header for the id of a call"):
        client.thing.prepare()


def test_a_credential_that_was_given_as_a_header_is_hidden_too(
    both: Any, settle: Any, wire: Any, reply: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server = wire([reply(400, b'{"message":"no CANARY-1 here","seen":"Bearer CANARY-1"}')])

    async def story(client: Any) -> None:
        with pytest.raises(BadRequestError) as caught:
            await settle(client.thing())
        assert server.seen[0].header("authorization") == "Bearer CANARY-1"
        for text in (str(caught.value), repr(caught.value.data), str(caught.value.message), repr(pickle.dumps(caught.value))):
            assert "CANARY" not in text
        with pytest.raises(TypeError, match="the header Authorization is a secret"):
            pickle.dumps(client)

    with caplog.at_level("DEBUG"):
        both.run(story, spec=DOCUMENT, server=server.url, headers={"Authorization": "Bearer CANARY-1"})
    assert "CANARY" not in caplog.text


@pytest.mark.parametrize("family", [None, "httpx", "httpx2", "aiohttp"])
def test_a_family_by_name_has_no_certificate_of_its_own(both: Any, settle: Any, wire: Any, family: str | None) -> None:
    if family == "aiohttp" and both.kind == "sync":
        pytest.skip("aiohttp is asynchronous only")
    server = wire([b""])
    mutual = {"components": {"securitySchemes": {"M": {"type": "mutualTLS"}}}, "security": [{"M": []}]}

    async def story(client: Any) -> None:
        with pytest.raises(CredentialsError, match="certificate"):
            await settle(client.thing())

    both.run(story, spec={**DOCUMENT, **mutual}, server=server.url, transport=family)
    assert server.connections == 0
