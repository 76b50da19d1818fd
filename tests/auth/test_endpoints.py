"""Where tokens come from: the caller's word, the document's, or an OpenID configuration's; and which of those may get a secret."""

from __future__ import annotations

from typing import Any

import pytest

from aerostack_dynamic import Client, CredentialsError
from aerostack_dynamic.auth import ClientCredentials, RefreshToken

SECRET = "s3cr:t canary/+"


def oauth(flows: Any = None) -> dict[str, Any]:
    return {"O": {"type": "oauth2", "flows": flows or {}}}


def declared(url: str) -> dict[str, Any]:
    return oauth({"clientCredentials": {"tokenUrl": url, "scopes": {}}})


def options(issuer: Any, spec: Any, flow: Any = None, **more: Any) -> dict[str, Any]:
    credential = flow or ClientCredentials("me", SECRET, token_url=issuer.token_url)
    return {"spec": spec, "server": issuer.url, "credentials": {"O": credential}, **more}


async def call(client: Any, settle: Any) -> Any:
    return await settle(client.get_x())


@pytest.mark.parametrize(
    "url", ["/v1/token", "token", "{server}/token", "{server}/token?tenant=1"], ids=["absolute path", "relative", "whole", "query"]
)
def test_the_documents_token_url(both: Any, issuer: Any, settle: Any, document: Any, url: str) -> None:
    async def story(client: Any) -> None:
        await call(client, settle)

    spec = document(declared(url.format(server=issuer.url)))
    both.run(story, **options(issuer, spec, ClientCredentials("me", SECRET)))
    assert issuer.calls == ["Bearer tok-1"]
    assert issuer.heads[0].target == "/v1/token" + ("?tenant=1" if "?" in url else "")


def test_another_origin_must_be_allowed(both: Any, issuer: Any, wire: Any, reply: Any, settle: Any, document: Any) -> None:
    api = wire([reply()])
    origin = issuer.url.removesuffix("/v1")
    own = api.url.removesuffix("/v1")
    spec = document(declared(issuer.token_url))

    async def refused(client: Any) -> None:
        with pytest.raises(CredentialsError) as caught:
            await call(client, settle)
        assert str(caught.value) == (
            f"get_x: O: the document's token URL is on {origin}, which is not the server's origin, {own}; "
            f"give the flow token_url=..., or the client allow_origins=['{origin}']"
        )

    async def story(client: Any) -> None:
        await call(client, settle)

    given = {"spec": spec, "server": api.url, "credentials": {"O": ClientCredentials("me", SECRET)}}
    both.run(refused, **given)
    assert not issuer.forms
    both.run(story, **given, allow_origins=origin)
    flow = ClientCredentials("me", SECRET, token_url=issuer.token_url)
    both.run(story, spec=spec, server=api.url, credentials={"O": flow})
    assert len(issuer.forms) == 2


def test_a_flow_shared_with_a_client_that_allows_less_is_no_way_around(issuer: Any, wire: Any, reply: Any, document: Any) -> None:
    api = wire([reply()])
    given = {"spec": document(declared(issuer.token_url)), "server": api.url, "credentials": {"O": ClientCredentials("me", SECRET)}}
    with Client(**given, allow_origins=issuer.url) as client:
        client.get_x()
    with Client(**given) as client, pytest.raises(CredentialsError, match="is not the server's origin"):
        client.get_x()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://token.example/t", "plain http to another machine"),
        ("http://user:canary@127.0.0.1/t", "holds a user or a password"),
        ("ftp://127.0.0.1/t", "is no address"),
        ("https://127.0.0.1/t#f", "has a fragment"),
        ("https://a b/t", "holds a space"),
        ("https://[::1", "token_url|token URL"),
    ],
)
def test_an_address_that_takes_no_secret(wire: Any, document: Any, url: str, message: str) -> None:
    with pytest.raises(CredentialsError, match=message) as made:
        ClientCredentials("me", SECRET, token_url=url)
    given = {"server": wire([b""]).url, "credentials": {"O": ClientCredentials("me", SECRET)}, "allow_origins": "https://127.0.0.1"}
    with Client(spec=document(declared(url)), **given) as client, pytest.raises(CredentialsError, match=message) as asked:
        client.get_x()
    assert "canary" not in str(made.value) + str(asked.value)


def openid(issuer: Any, url: str, endpoint: str | None = None, name: str | None = None) -> dict[str, Any]:
    issuer.configuration = {"issuer": issuer.url if name is None else name, "token_endpoint": endpoint or issuer.token_url}
    return {"O": {"type": "openIdConnect", "openIdConnectUrl": url}}


@pytest.mark.parametrize("url", ["{}", "{}/", "{}/.well-known/openid-configuration", "/v1", "."])
@pytest.mark.parametrize("slash", ["", "/"])
def test_discovery(both: Any, issuer: Any, settle: Any, document: Any, url: str, slash: str) -> None:
    spec = document(openid(issuer, url.format(issuer.url), name=issuer.url + slash), [{"O": ["profile"]}])

    async def story(client: Any) -> None:
        await call(client, settle)
        await call(client, settle)

    both.run(story, **options(issuer, spec, ClientCredentials("me", SECRET)))
    assert [one.target for one in issuer.heads] == ["/v1/.well-known/openid-configuration", "/v1/token"]
    assert issuer.forms[0]["scope"] == "profile"
    assert [one.header("authorization") is None for one in issuer.heads] == [True, False]


def test_what_discovery_may_not_say(both: Any, issuer: Any, settle: Any, document: Any) -> None:
    def told(spec: Any, configuration: Any = None) -> str:
        if configuration is not None:
            issuer.configuration = configuration

        async def story(client: Any) -> str:
            with pytest.raises(CredentialsError) as caught:
                await call(client, settle)
            return str(caught.value)

        return str(both.run(story, **options(issuer, spec, ClientCredentials("me", SECRET))))

    spec = document(openid(issuer, issuer.url))
    assert "is of another issuer, 'https://evil.example'" in told(document(openid(issuer, issuer.url, name="https://evil.example")))
    assert "is of another issuer" in told(spec, {"token_endpoint": issuer.token_url})
    assert "names no token_endpoint" in told(spec, {"issuer": issuer.url})
    assert "it is no JSON object" in told(spec, [])
    assert "the discovered token endpoint is on https://evil.example" in told(
        spec, {"issuer": issuer.url, "token_endpoint": "https://evil.example/t"}
    )
    assert "is on https://id.example, which is not the server's origin" in told(document(openid(issuer, "https://id.example")))
    assert "no address" in told(spec, {"issuer": issuer.url, "token_endpoint": "file:///etc/passwd"})
    assert not issuer.forms


def test_a_scheme_without_a_use_for_tokens(document: Any, issuer: Any) -> None:
    def told(scheme: Any, flow: Any) -> str:
        with pytest.raises(CredentialsError) as caught:
            Client(spec=document({"O": scheme}), server=issuer.url, credentials={"O": flow})
        return str(caught.value)

    flow = ClientCredentials("me", SECRET)
    assert told({"type": "apiKey", "in": "query", "name": "k"}, flow) == (
        "O: ClientCredentials is for oauth2, openIdConnect and http bearer"
    )
    assert "the document names no token URL for ClientCredentials; give it token_url=..." in told({"type": "oauth2"}, flow)
    assert "names no token URL" in told({"type": "http", "scheme": "bearer"}, flow)
    assert "names no token URL for RefreshToken" in told({"type": "oauth2", "flows": {}}, RefreshToken("r", "me"))


def test_http_bearer_takes_a_flow_with_a_token_url(both: Any, issuer: Any, settle: Any, document: Any) -> None:
    async def story(client: Any) -> None:
        await call(client, settle)

    both.run(story, **options(issuer, document({"O": {"type": "http", "scheme": "bearer"}})))
    assert issuer.calls == ["Bearer tok-1"]
