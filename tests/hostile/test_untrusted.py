"""A document that is not trusted: its servers are advice, its keys stay in headers, and what it is stays known."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

from aerostack_dynamic import ArgumentsError, Client, CredentialsError, Spec, SpecError

KEY = "ac_secret_for_tests"


def document(*servers: Any, scheme: dict[str, Any] | None = None) -> dict[str, Any]:
    given = scheme or {"type": "apiKey", "in": "header", "name": "X-Key"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": one} if isinstance(one, str) else one for one in servers],
        "paths": {"/x": {"get": {"operationId": "x", "responses": {}}}},
        "components": {"securitySchemes": {"key": given}},
        "security": [{"key": []}],
    }


@pytest.fixture
def fetched(wire: Any, reply: Any) -> Any:
    """The Spec of a document that is fetched from an address, which is where `{origin}` in it leads, and the address."""

    def fetch(raw: dict[str, Any], path: str = "/openapi.json") -> tuple[Spec, str]:
        box: list[bytes] = []
        server = wire(lambda seen: box[0])
        origin = server.url.removesuffix("/v1")
        box.append(reply(body=json.dumps(raw).replace("{origin}", origin).encode()))
        return Spec.from_url(origin + path), origin

    return fetch


@pytest.mark.parametrize("url", ["{origin}/v2", "/v2", "v2", "../v2", "./v2/"])
def test_a_server_of_the_same_origin_is_called(url: str, fetched: Any) -> None:
    spec, origin = fetched(document(url), "/docs/openapi.json" if ".." in url else "/openapi.json")
    with Client(spec=spec) as client:
        assert str(client.x.prepare().url) == f"{origin}/v2/x"


@pytest.mark.parametrize(
    "url",
    [
        *("https://evil.example/v1", "//evil.example/v1", "http://127.0.0.1:9/v1", "https://127.0.0.1/", "http://localhost/"),
        *("{origin}.evil.example/v1", "http://127.0.0.2/", "https:evil.example", "HTTP://EVIL.example"),
    ],
)
def test_a_server_of_another_origin_needs_the_caller(url: str, fetched: Any) -> None:
    spec, _ = fetched(document("{origin}/v1", url))
    with pytest.raises((CredentialsError, ArgumentsError)) as caught:
        Client(KEY, spec=spec, server=1)
    assert "server" in str(caught.value)
    assert KEY not in str(caught.value)
    with Client(KEY, spec=spec) as client, pytest.raises((CredentialsError, ArgumentsError)):
        client.with_options(server=1)
    with Client(KEY, spec=spec, server="https://evil.example/v1") as client:
        assert str(client.x.prepare().url) == "https://evil.example/v1/x"


@pytest.mark.parametrize(
    "url", ["https://user:pass@evil.example/", "file:///etc/passwd", "javascript:1", "https://", "", "\\\\evil\\x", "http://[::1"]
)
def test_a_server_that_is_none_is_refused(url: str, fetched: Any) -> None:
    spec, _ = fetched(document("{origin}/v1", url))
    try:
        client = Client(spec=spec, server=1)
    except (CredentialsError, ArgumentsError):
        return
    assert client.x.prepare().url.host == "127.0.0.1"


@pytest.mark.parametrize("source", [dict, bytes])
def test_a_document_without_an_address_always_needs_a_server(source: Any) -> None:
    raw = document("https://a.example/v1")
    given = raw if source is dict else json.dumps(raw).encode()
    spec = Spec.load(given, trusted=False)
    for chosen in (None, 0):
        with pytest.raises(CredentialsError, match=r"give server='https://a.example/v1' if that is meant"):
            Client(KEY, spec=spec, server=chosen)
    with Client(KEY, spec=spec, server="https://a.example/v1") as client:
        assert str(client.x.prepare().url) == "https://a.example/v1/x"
    with Client(KEY, spec=Spec.load(given)) as client:
        assert str(client.x.prepare().url) == "https://a.example/v1/x"


VARIABLES = {"where": {"default": "a", "enum": ["a", "b"]}, "free": {"default": "x"}, "odd": {"default": "z", "enum": ["a"]}}


def test_variables_are_of_their_enum_and_in_the_path(fetched: Any) -> None:
    urls = (
        "{origin}/{where}",
        "https://{where}.example/",
        "{where}://a.example",
        "{origin}/{free}",
        "{origin}/{odd}",
        "//{where}/",
    )
    spec, origin = fetched(document(*({"url": url, "variables": VARIABLES} for url in urls)))
    with Client(spec=spec) as client:
        assert str(client.x.prepare().url) == f"{origin}/a/x"
    with Client(spec=spec, server_variables={"where": "b"}) as client:
        assert str(client.x.prepare().url) == f"{origin}/b/x"
    with pytest.raises(ArgumentsError, match="where must be one of"):
        Client(spec=spec, server_variables={"where": "c"})
    for index in (1, 2, 5):
        with pytest.raises(CredentialsError, match="has a variable in its scheme or host"):
            Client(spec=spec, server=index)
    for index in (3, 4):
        with pytest.raises(ArgumentsError, match="may only be one of its enum"):
            Client(spec=spec, server=index)
    assert Client(spec=spec, server=4, server_variables={"odd": "a"})


@pytest.mark.parametrize("location", ["query", "cookie"])
def test_a_key_is_put_into_a_url_or_cookie_only_where_the_caller_names_it(location: str) -> None:
    raw = document("https://a.example", scheme={"type": "apiKey", "in": location, "name": "k"})
    spec = Spec.load(raw, trusted=False)
    with pytest.raises(CredentialsError, match=f"puts the key into the {location}") as caught:
        Client(KEY, spec=spec, server="https://a.example")
    assert KEY not in str(caught.value)
    assert Client(spec=spec, server="https://a.example", credentials={"key": KEY})
    assert Client(KEY, spec=raw)


@pytest.mark.parametrize("name", ["Host", "cookie", "Content-Length", "content-type", "Transfer-Encoding", "Proxy-Authorization"])
def test_a_key_takes_no_header_of_the_protocol(name: str) -> None:
    import httpx

    raw = document("https://a.example", scheme={"type": "apiKey", "in": "header", "name": name})
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={}))
    with Client(KEY, spec=Spec.load(raw, trusted=False), server="https://a.example", transport=transport) as client:
        with pytest.raises(CredentialsError, match="not its own to set"):
            client.x()


def test_that_it_is_not_trusted_stays_known(fetched: Any) -> None:
    spec, origin = fetched(document("https://evil.example"))
    overlay = {
        "overlay": "1.0.0",
        "info": {"title": "O", "version": "1"},
        "actions": [{"target": "$.info", "update": {"title": "B"}}],
    }
    for one in (spec, pickle.loads(pickle.dumps(spec)), copy.copy(spec), copy.deepcopy(spec), spec.with_overlay(overlay)):
        assert (one.document.trusted, one.document.address) == (False, f"{origin}/openapi.json")
        with pytest.raises(CredentialsError, match=f"the document came from {origin} and is not trusted"):
            Client(spec=one)
    assert Spec.bundled().document.trusted
    assert pickle.loads(pickle.dumps(Spec.load(document("https://a.example")))).document.trusted


def test_a_small_document_may_have_problems_and_be_of_use() -> None:
    """A schema that is refused disables what needs it, and nothing else."""
    two = {"oneOf": [{"$ref": "#/components/schemas/S1"}] * 2}
    schemas = {f"S{n}": {"oneOf": [{"$ref": f"#/components/schemas/S{n + 1}"}] * 2} for n in range(1, 30)} | {"S30": {}}
    raw = document("https://a.example")
    raw["components"]["schemas"] = schemas
    query = {"name": "q", "in": "query", "schema": two}
    raw["paths"]["/y"] = {"get": {"operationId": "y", "parameters": [query], "responses": {}}}
    spec = Spec.load(raw, trusted=False)
    [problem] = spec.problems
    assert problem.pointer == "/paths/~1y/get/parameters/0/schema"
    assert "over 10000 schemas apply to the same value" in problem.message
    with Client(spec=spec, server="https://a.example") as client:
        assert client.x.prepare()
        with pytest.raises(SpecError, match="over 10000 schemas"):
            client.y.prepare(q="a")
