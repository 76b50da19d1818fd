"""Keys and servers: where they come from, which are refused, and where a key never goes."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

import aerostack_dynamic as package
from aerostack_dynamic import ArgumentsError, Client, CredentialsError

OK = b'{"exists":true}'


def get(client: Any) -> Any:
    return client.cache.cache_get(key="k")


# ---- keys


def keys(wire: Any, reply: Any, *calls: Any, **options: Any) -> list[str | None]:
    server = wire([reply(body=OK)])
    with Client(server=server.url, **options) as client:
        for call in calls or (get,):
            call(client)
    return [one.header("x-aerostack-key") for one in server.seen]


def test_the_key_comes_from_the_argument_a_callable_or_the_environment(wire: Any, reply: Any, monkeypatch: Any) -> None:
    assert keys(wire, reply, api_key="ac_secret_1") == ["ac_secret_1"]
    numbers = iter("123")
    assert keys(wire, reply, get, get, api_key=lambda: f"ac_secret_{next(numbers)}") == ["ac_secret_1", "ac_secret_2"]
    assert keys(wire, reply, credentials={"ApiKeyAuth": "ac_secret_2"}) == ["ac_secret_2"]
    monkeypatch.setenv("AEROSTACK_API_KEY", "ac_secret_env")
    assert keys(wire, reply) == ["ac_secret_env"]
    assert keys(wire, reply, api_key="ac_secret_1") == ["ac_secret_1"]


def test_a_callable_is_asked_once_a_call(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    server = wire([reply(503), reply(body=OK)])
    asked: list[int] = []

    async def key() -> str:
        asked.append(1)
        return "ac_secret_async"

    def plain() -> str:
        asked.append(1)
        return "ac_secret_plain"

    async def story(client: Any) -> None:
        await settle(get(client))

    both.run(story, plain if both.kind == "sync" else key, server=server.url)
    assert len(asked) == 1
    assert len(server.seen) == 2


def test_an_async_key_needs_an_async_client(wire: Any) -> None:
    async def key() -> str:
        return "k"

    with Client(key, server=wire([b""]).url) as client, pytest.raises(ArgumentsError, match="key is asynchronous"):
        get(client)


@pytest.mark.parametrize("bad", ["", "a b", "a\n", "\u00fc", "a\x00", 3, None])
def test_an_unusable_key_is_refused_without_showing_it(bad: Any, wire: Any) -> None:
    if bad is not None:
        with pytest.raises(CredentialsError) as caught:
            Client(bad)
        assert str(bad) not in str(caught.value) or bad == ""
    with Client(lambda: bad, server=wire([b""]).url) as client, pytest.raises(CredentialsError) as caught:
        get(client)
    assert caught.value.sent == "no"


def test_without_a_key_nothing_is_sent(both: Any, wire: Any, settle: Any) -> None:
    server = wire([b""])

    async def story(client: Any) -> None:
        with pytest.raises(CredentialsError, match=r"no API key; give api_key=\.\.\., or set AEROSTACK_API_KEY"):
            await settle(get(client))

    both.run(story, server=server.url)
    assert server.connections == 0


def test_another_document_never_gets_the_key_of_the_environment(monkeypatch: Any) -> None:
    monkeypatch.setenv("AEROSTACK_API_KEY", "ac_secret_env")
    scheme = {"type": "apiKey", "in": "query", "name": "token"}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": "https://other.example"}],
        "security": [{"Query": []}],
        "components": {"securitySchemes": {"Query": scheme}},
        "paths": {"/x": {"get": {"responses": {"200": {"description": ""}}}}},
    }
    seen: list[str] = []
    transport = httpx.MockTransport(lambda request: seen.append(str(request.url)) or httpx.Response(200))  # type: ignore[func-returns-value]
    with Client(spec=document, transport=transport) as client, pytest.raises(CredentialsError, match="no credential for Query"):
        client.get_x()
    with Client("k", spec=document, transport=transport) as client:
        client.get_x()
    assert seen == ["https://other.example/x?token=k"]
    document["components"]["securitySchemes"]["Second"] = scheme  # type: ignore[index]
    with pytest.raises(CredentialsError, match="it has 2: Query, Second; use credentials="):
        Client("k", spec=document)
    with pytest.raises(CredentialsError, match="no security scheme 'Qery', did you mean 'Query'"):
        Client(spec=document, credentials={"Qery": "k"})


@pytest.mark.parametrize(
    ("scheme", "credential", "header"),
    [
        ({"type": "http", "scheme": "bearer"}, "tok", ("authorization", "Bearer tok")),
        ({"type": "http", "scheme": "Basic"}, ("user", "pass word"), ("authorization", "Basic dXNlcjpwYXNzIHdvcmQ=")),
        ({"type": "oauth2", "flows": {}}, lambda: "tok", ("authorization", "Bearer tok")),
        ({"type": "apiKey", "in": "cookie", "name": "sid"}, "s", ("cookie", "sid=s")),
        ({"type": "http", "scheme": "digest"}, httpx.BasicAuth("u", "p"), ("authorization", "Basic dTpw")),
    ],
    ids=["bearer", "basic", "oauth2", "cookie", "httpx.Auth"],
)
def test_schemes(both: Any, wire: Any, reply: Any, settle: Any, scheme: Any, credential: Any, header: Any) -> None:
    server = wire([reply()])
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "security": [{"Missing": []}, {"S": []}],
        "components": {"securitySchemes": {"S": scheme}},
        "paths": {"/x": {"get": {"responses": {"200": {"description": ""}}}, "put": {"security": [], "responses": {}}}},
    }

    async def story(client: Any) -> None:
        await settle(client.get_x())
        await settle(client.put_x())

    both.run(story, spec=document, server=server.url, credentials={"S": credential})
    assert [one.header(header[0]) for one in server.seen] == [header[1], None]


# ---- servers


def test_servers_by_index_url_and_variables(monkeypatch: Any) -> None:
    def url(**options: Any) -> str:
        return str(Client(**options)._caller.options.base.url)

    assert url() == "https://api.aerostack.ai/v1"
    assert url(server=1) == "http://localhost:8787/v1"
    assert url(server="https://a.example/v2/") == "https://a.example/v2"
    assert url(server="https://{t}.example", server_variables={"t": "x"}) == "https://x.example"
    monkeypatch.setenv("AEROSTACK_SERVER", "1")
    assert url() == "http://localhost:8787/v1"
    assert url(server=0) == "https://api.aerostack.ai/v1"
    monkeypatch.setenv("AEROSTACK_SERVER", "https://env.example")
    assert url() == "https://env.example"
    with pytest.raises(ArgumentsError, match="there is no server 2; the document has 0 = https://api.aerostack.ai/v1, 1 ="):
        Client(server=2)
    with pytest.raises(CredentialsError, match="plain http to another machine"):
        Client("a-key", server="http://api.example")
    with pytest.raises(CredentialsError, match="plain http"):
        Client("a-key").with_options(server="http://api.example")
    assert url(server="http://api.example", allow_insecure_http=True) == "http://api.example"


OPEN = {
    "openapi": "3.1.0",
    "info": {"title": "T", "version": "1"},
    "servers": [{"url": "http://api.example"}],
    "components": {"securitySchemes": {"it": {"type": "apiKey", "in": "header", "name": "k"}}},
    "paths": {"/pets": {"get": {"operationId": "pets", "responses": {"200": {"description": "d"}}}}},
}


def test_plain_http_without_a_key_is_looked_at_and_never_called(both: Any, settle: Any) -> None:
    """All that sends nothing is there; no call is, save where it is allowed."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    async def story(client: Any) -> None:
        assert client.pets.prepare().url == "http://api.example/pets"
        assert "http://api.example/pets" in client.pets.curl()
        assert "GET /pets" in client.pets.__doc__
        for make in (client.pets, client.pets.raw, lambda: client.send(httpx.Request("GET", "/pets"))):
            with pytest.raises(CredentialsError, match="plain http to another machine") as caught:
                await settle(make())
            assert caught.value.sent == "no"

    async def allowed(client: Any) -> None:
        await settle(client.pets())

    options = {"spec": OPEN, "transport": httpx.MockTransport(answer)}
    both.run(story, **options)
    assert seen == []
    both.run(allowed, **options, allow_insecure_http=True)
    assert len(seen) == 1
    several: tuple[dict[str, Any], ...] = ({"api_key": "k"}, {"credentials": {"it": "k"}}, {"headers": {"X-Token": "t"}})
    for one in several:
        with pytest.raises(CredentialsError, match="plain http to another machine"):
            both.client_class(**options, **one)


def test_versions_and_specs(monkeypatch: Any, tmp_path: Any) -> None:
    assert Client(version="1.0.0").spec.version == "1.0.0"
    with pytest.raises(package.SpecError, match="no bundled document '9.9.9'; there is '1.0.0'"):
        Client(version="9.9.9")
    monkeypatch.setenv("AEROSTACK_SPEC_VERSION", "1.0.0")
    assert Client().spec.version == "1.0.0"
    with pytest.raises(ArgumentsError, match="version and spec: give one"):
        Client(version="1.0.0", spec={})
    with pytest.raises(ArgumentsError, match=r"not a str; Spec.from_url"):
        Client(spec="https://a.example/openapi.json")  # type: ignore[arg-type]
    with pytest.raises(ArgumentsError, match="a file is given as a Path"):
        Client(spec="openapi.json")  # type: ignore[arg-type]
    document = b"openapi: 3.1.0\ninfo: {title: T, version: 2024-10-01}\nservers: [{url: 'https://a.example'}]\npaths: {}\n"
    path = tmp_path / "openapi.yaml"
    path.write_bytes(document)
    for spec in (path, document, package.Spec.load(path)):
        assert Client(spec=spec).spec.version == "2024-10-01"


def test_headers_are_checked() -> None:
    with pytest.raises(ArgumentsError, match="X-Aerostack-Key is set by the client itself"):
        Client(headers={"x-aerostack-key".title(): "k"})
    for wrong in ({"a b": "c"}, {"a": "c\r\nd"}, {"a": 1}, {"Content-Length": "1"}, {"Proxy-Authorization": "x"}):
        with pytest.raises(ArgumentsError, match="headers"):
            Client(headers=wrong)  # type: ignore[arg-type]


def test_unverified_tls_is_never_silent() -> None:
    with pytest.warns(UserWarning, match="TLS certificates are not checked") as caught:
        Client(verify=False)
    assert caught[0].filename == __file__


def test_the_request_id_is_where_the_document_says(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "x-aerostack-request-id": "X-Trace",
        "paths": {"/x": {"get": {"responses": {"200": {"description": ""}}}}},
    }
    server = wire([reply(x_trace="t1", x_request_id="r1")])

    async def story(client: Any) -> Any:
        return (await settle(client.get_x.raw())).request_id

    assert both.run(story, spec=document, server=server.url) == "t1"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"hooks": None}, "hooks: give several objects, as in"),
        ({"headers": 3}, "headers: give a mapping of names to values"),
        ({"allow_origins": "nonsense"}, "allow_origins: 'nonsense' is no address"),
        ({"max_response_bytes": "x"}, "max_response_bytes: give a number of bytes above 0"),
        ({"max_response_bytes": 0}, "max_response_bytes: give a number of bytes above 0"),
        ({"logger": "x"}, "logger: give a logging.Logger"),
        ({"proxy": "nonsense"}, "proxy: give a URL such as"),
        ({"server": True}, "server: give an index or a URL, not a bool"),
        ({"retry": "5"}, "retry: give a RetryPolicy, a number of attempts, or None, not a str"),
        ({"retry": 9}, "retry: attempts: 9 is not a number from 1 to 5"),
        ({"spec": {"openapi": "3.1.0", "info": {}, "paths": {}}}, "server: the document lists no server"),
    ],
    ids=repr,
)
def test_a_wrong_option_is_told_when_the_client_is_made(options: Any, message: str) -> None:
    with pytest.raises(ArgumentsError) as caught:
        Client(**options)
    assert str(caught.value).startswith(message)


def test_wrong_credentials_are_told() -> None:
    with pytest.raises(CredentialsError, match="credentials: give a mapping"):
        Client(credentials=3)  # type: ignore[arg-type]
    with pytest.raises(CredentialsError, match="api_key and credentials both give ApiKeyAuth"):
        Client("k", credentials={"ApiKeyAuth": "k"})
    with pytest.raises(CredentialsError, match="not a int"):
        Client(credentials={"ApiKeyAuth": 3})


def test_wrong_options_of_a_call_are_told() -> None:
    client = Client("k")
    with pytest.raises(ArgumentsError, match="idempotent: give True, False or None"):
        client.with_options(idempotent="x")  # type: ignore[arg-type]
    with pytest.raises(ArgumentsError, match="send takes an httpx.Request, not a str"):
        client.send("x")  # type: ignore[arg-type]
    for wrong in ({"verify": "/no/such/file"}, {"cert": "/no/such/file"}):
        with pytest.raises(ArgumentsError, match="verify or cert: no TLS context can be made of them"):
            Client("k", server="https://127.0.0.1:9", **wrong).cache.cache_get(key="k")  # type: ignore[arg-type]


def test_other_origins_can_be_allowed(wire: Any, reply: Any) -> None:
    other = wire([reply()])
    request = httpx.Request("GET", other.url)
    with Client("ac_secret_x", server=wire([reply()]).url, allow_origins=other.url) as client:
        assert client.send(request).status == 200
    assert other.seen[0].header("x-aerostack-key") == "ac_secret_x"
