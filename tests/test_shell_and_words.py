"""Calls as shell commands: for schemes and bodies that the bundled document does not have."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from aerostack_dynamic import Client, CredentialsError, Problem, ResponseError, Spec, SpecError
from aerostack_dynamic._values import UNSET, Secret, Unset, printable

OBJECT = {"type": "object", "properties": {"a": {"type": "string"}, "n": {"type": ["integer", "null"]}}}


def document(scheme: dict[str, Any] | None = None, content: dict[str, Any] | None = None, **operation: Any) -> dict[str, Any]:
    body = {"requestBody": {"content": content}} if content else {}
    made: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": "https://a.example"}],
        "paths": {"/x": {"post": {"operationId": "x", "responses": {"200": {"description": ""}}} | body | operation}},
    }
    if scheme:
        made |= {"security": [{"My-Key": []}], "components": {"securitySchemes": {"My-Key": scheme}}}
    return made


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        ({"type": "apiKey", "in": "header", "name": "X-K"}, '--header "X-K: $MY_KEY"'),
        ({"type": "apiKey", "in": "query", "name": "k"}, '--url-query "k=$MY_KEY"'),
        ({"type": "apiKey", "in": "cookie", "name": "k"}, '--cookie "k=$MY_KEY"'),
        ({"type": "http", "scheme": "basic"}, '--user "$MY_KEY"'),
        ({"type": "http", "scheme": "bearer"}, '--header "Authorization: Bearer $MY_KEY"'),
    ],
)
def test_credentials_are_placeholders(scheme: Any, words: str) -> None:
    with Client(spec=document(scheme)) as client:
        assert client.x.curl() == f"curl --request POST https://a.example/x --header 'accept: */*' {words}"


@pytest.mark.parametrize(
    ("content", "arguments", "words"),
    [
        ({"text/plain": {}}, {"body": "it's"}, "--data-binary 'it'\"'\"'s'"),
        ({"application/x-www-form-urlencoded": {"schema": OBJECT}}, {"a": "b c"}, "--data-binary a=b%20c"),
        ({"application/octet-stream": {}}, {"body": ("n.bin", b"")}, "--data-binary @n.bin"),
        ({"application/json": {}}, {"body": [1]}, "--data-binary '[1]'"),
    ],
)
def test_bodies(content: Any, arguments: Any, words: str) -> None:
    with Client(spec=document(content=content)) as client:
        assert client.x.curl(**arguments).endswith(words)


def test_an_example_comes_from_parameters_and_bodies() -> None:
    parameters = [{"name": "p", "in": "query", "schema": {"type": "integer", "examples": [7]}}]
    content = {"application/json": {"schema": {"type": "array"}, "example": [1]}}
    operation = Spec.load(document(content=content, parameters=parameters)).operations["x"]
    assert operation.example() == {"p": 7, "body": [1]}


@pytest.mark.parametrize(
    ("scheme", "credential", "message"),
    [
        ({"type": "apiKey", "in": "header", "name": "Host"}, "k", "which is not its own to set"),
        ({"type": "apiKey", "in": "header", "name": "Content-Type"}, "k", "which is not its own to set"),
        ({"type": "apiKey", "in": "body", "name": "k"}, "k", "does not say where the key goes"),
        ({"type": "apiKey", "in": "header", "name": "K"}, ("a", "b"), "an apiKey is one str"),
        ({"type": "http", "scheme": "basic"}, "k", "http basic takes"),
        ({"type": "http", "scheme": "bearer"}, ("a", "b"), "the token is one str"),
        ({"type": "mutualTLS"}, "k", "mutual TLS takes no credential here"),
    ],
)
def test_credentials_that_do_not_fit_their_scheme(scheme: Any, credential: Any, message: str) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200))
    with pytest.raises(CredentialsError, match=message):
        with Client(spec=document(scheme), credentials={"My-Key": credential}, transport=transport) as client:
            client.x()


def test_two_auth_objects_are_one_too_many() -> None:
    made = document({"type": "http", "scheme": "digest"})
    made["components"]["securitySchemes"]["Second"] = {"type": "http", "scheme": "digest"}
    made["security"] = [{"My-Key": [], "Second": []}]
    auth = httpx.BasicAuth("a", "b")
    with Client(spec=made, credentials={"My-Key": auth, "Second": auth}) as client:
        with pytest.raises(CredentialsError, match="one httpx.Auth can be used"):
            client.x()
        assert "Authorization: digest $SECOND" in client.x.curl()


def test_an_auth_that_answers_challenges(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    challenge = reply(401, WWW_Authenticate='Digest realm="r", nonce="n", qop="auth", algorithm=MD5')
    server = wire([challenge, reply()])

    async def story(client: Any) -> None:
        assert (await settle(client.x.raw())).status == 200

    spec = document({"type": "http", "scheme": "digest"})
    both.run(story, spec=spec, server=server.url, credentials={"My-Key": httpx.DigestAuth("u", "p")})
    assert server.seen[0].header("authorization") is None
    assert (server.seen[1].header("authorization") or "").startswith('Digest username="u"')


def test_plain_answers_to_plain_requests(both: Any, wire: Any, reply: Any, settle: Any) -> None:
    server = wire([reply(204, b"", None), reply(body=b"{"), reply(body=b"text", content_type="text/plain")])

    async def story(client: Any) -> None:
        request = httpx.Request("DELETE", "/y")
        assert (await settle(client.send(request))).data is None
        with pytest.raises(ResponseError, match="not valid JSON"):
            await settle(client.send(request))
        assert (await settle(client.send(request))).data == "text"

    both.run(story, spec=document(), server=server.url)


def test_secrets_and_unset() -> None:
    import copy
    import pickle

    secret = Secret("value")
    assert "value" not in f"{secret!r}{secret}"
    assert copy.copy(secret) is copy.deepcopy(secret) is secret
    assert secret == Secret("value") != Secret("other")
    assert len({secret, Secret("value")}) == 1
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(secret)
    assert pickle.loads(pickle.dumps(UNSET)) is copy.copy(UNSET) is Unset() is UNSET
    assert not UNSET
    assert repr(UNSET) == "UNSET"


def test_what_is_printable() -> None:
    assert printable("a\u202eb\x07") == "a\\u202eb\\x07"
    assert printable("x" * 300) == "x" * 200 + "..."
    assert str(Problem("query", "/a", "m", "r")) == "query/a: m"


def test_pointers_lead_into_arrays() -> None:
    made = document(parameters=[{"$ref": "#/paths/~1y/get/parameters/0"}, {"$ref": "#/paths/~1y/get/parameters/9"}])
    made["paths"]["/y"] = {"get": {"operationId": "y", "parameters": [{"name": "q", "in": "query"}], "responses": {}}}
    spec = Spec.load(made)
    assert [one.name for one in spec.operations["y"].parameters] == ["q"]
    with pytest.raises(SpecError, match="leads nowhere"):
        _ = spec.operations["x"].parameters
    assert [one.pointer for one in spec.problems] == ["/paths/~1x/post/parameters/1"]
