"""Servers through the public face: relative ones, templates, those of paths and operations, and what is no server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aerostack_dynamic import ArgumentsError, Client, Spec

OK = {"responses": {"200": {"description": "OK"}}}


def document(*servers: Any, path: Any = None, own: Any = None, **root: Any) -> dict[str, Any]:
    operation = {"operationId": "getX", **OK, **({} if own is None else {"servers": own})}
    item = {"get": operation, **({} if path is None else {"servers": path})}
    listed = [{"url": one} if isinstance(one, str) else one for one in servers]
    head = {"openapi": "3.2.0", "info": {"title": "T", "version": "1"}, "servers": listed}
    return {**head, "paths": {"/x": item, "/y": {"get": {"operationId": "getY", **OK}}}, **root}


def url(raw: Any, name: str = "getX", **options: Any) -> str:
    with Client(spec=raw, **options) as client:
        return str(client.operations[name].prepare().url)


@pytest.mark.parametrize(
    ("server", "called"),
    [
        ("https://a.example", "https://a.example/x"),
        ("https://a.example/", "https://a.example/x"),
        ("https://a.example/v1/", "https://a.example/v1/x"),
        (" https://a.example/v1\n", "https://a.example/v1/x"),
        ("HTTPS://a.example/v1", "https://a.example/v1/x"),
        ("//a.example/v1", "https://a.example/v1/x"),
        ("https://a.example:8443", "https://a.example:8443/x"),
        ("http://localhost:8080", "http://localhost:8080/x"),
    ],
)
def test_servers_of_a_document_that_has_no_address(server: str, called: str) -> None:
    assert url(document(server)) == called


@pytest.mark.parametrize(
    ("server", "words"),
    [
        ("/v1", "the document's server '/v1' is relative, .* as in server='https://api.example.com/v1'"),
        ("v1/", "is relative, .* server='https://api.example.com/v1'"),
        ("../v2", "is relative, .* server='https://api.example.com/v2'"),
        (".", "is relative, .* server='https://api.example.com'"),
        ("", "is relative, .* server='https://api.example.com'"),
        ("/", "is relative, .* server='https://api.example.com'"),
        ("v1.2/x", "is relative, .* server='https://api.example.com/v1.2/x'"),
        ("localhost:8080", "has no scheme, .* server='http://localhost:8080'"),
        ("localhost/v1", "has no scheme, .* server='http://localhost/v1'"),
        ("api.example.com/v1", "has no scheme, .* server='https://api.example.com/v1'"),
        ("api.example.com:81", "has no scheme, .* server='https://api.example.com:81'"),
        ("https://a.example/?x=1", "has a query or a fragment"),
        ("ws://a.example", "is no address"),
        ("https://a.example/{}", "no value for "),
        ("https://{region}.a.example", r"no value for region of .*; give server_variables=\{'region': '...'\}"),
    ],
)
def test_servers_that_say_what_to_write(server: str, words: str) -> None:
    with pytest.raises(ArgumentsError, match=words):
        Client(spec=document(server))
    assert url(document(server), server="https://b.example/v3") == "https://b.example/v3/x"


@pytest.mark.parametrize(
    "servers", [{}, {"servers": []}, {"servers": None}, {"servers": "x"}, {"servers": [3, {}, {"url": 3}]}], ids=repr
)
def test_documents_without_servers(servers: Any, wire: Any, reply: Any) -> None:
    raw = document()
    del raw["servers"]
    raw |= servers
    with pytest.raises(ArgumentsError, match=r"lists no server; give its URL, such as server='https://api.example.com/v1'"):
        Client(spec=raw)
    assert url(raw, server="https://a.example") == "https://a.example/x"
    origin = wire([reply(body=json.dumps(raw).encode())]).url.removesuffix("/v1")
    assert url(Spec.from_url(f"{origin}/docs/openapi.json")) == f"{origin}/x"


@pytest.mark.parametrize(
    ("server", "path"),
    [("/v1", "/v1/x"), ("../v2", "/v2/x"), (".", "/docs/x"), ("v3", "/docs/v3/x"), ("", "/x"), ("/", "/x"), (" /v1/ ", "/v1/x")],
)
def test_relative_servers_of_a_document_from_an_address(server: str, path: str, wire: Any, reply: Any) -> None:
    origin = wire([reply(body=json.dumps(document(server)).encode())]).url.removesuffix("/v1")
    assert url(Spec.from_url(f"{origin}/docs/openapi.json")) == origin + path


def templated(template: str, **variables: Any) -> dict[str, Any]:
    return document({"url": template, "variables": variables})


def test_variables() -> None:
    raw = templated(
        "{scheme}://{host}:{port}/{base}",
        scheme={"default": "https", "enum": ["https", "http"]},
        host={"default": "a.example"},
        port={"default": 8443},
        base={"default": ""},
    )
    assert url(raw) == "https://a.example:8443/x"
    assert (
        url(raw, server_variables={"port": "1", "base": "v1", "host": "localhost", "scheme": "http"}) == "http://localhost:1/v1/x"
    )
    with pytest.raises(ArgumentsError, match="scheme must be one of 'https', 'http'"):
        Client(spec=raw, server_variables={"scheme": "ftp"})
    assert url(templated("https://a.example/{beta}", beta={"default": True})) == "https://a.example/true/x"


def test_a_variable_without_a_default_is_named() -> None:
    raw = templated("https://{region}.a.example", region={"enum": ["eu", "us"]})
    with pytest.raises(ArgumentsError, match="no value for region"):
        Client(spec=raw)
    assert url(raw, server_variables={"region": "eu"}) == "https://eu.a.example/x"
    assert Spec.load(raw).servers[0].variables["region"].default is None


def test_a_default_that_is_not_of_its_enum_is_taken() -> None:
    assert url(templated("https://{region}.a.example", region={"default": "eu", "enum": ["us"]})) == "https://eu.a.example/x"


@pytest.mark.parametrize(
    ("own", "called"),
    [
        ("/v2", "https://a.example/v2/x"),
        ("v2", "https://a.example/v1/v2/x"),
        ("../v2", "https://a.example/v2/x"),
        ("https://b.example", "https://b.example/x"),
        ("//b.example/v3/", "https://b.example/v3/x"),
        ("", "https://a.example/v1/x"),
        (" /v2 ", "https://a.example/v2/x"),
        ({"url": "https://{r}.b.example", "variables": {"r": {"default": "eu"}}}, "https://eu.b.example/x"),
    ],
    ids=repr,
)
def test_servers_of_paths_and_operations(own: Any, called: str) -> None:
    listed = [{"url": own} if isinstance(own, str) else own]
    for raw in (document("https://a.example/v1", own=listed), document("https://a.example/v1", path=listed)):
        assert url(raw) == called
        assert url(raw, "getY") == "https://a.example/v1/y"
    assert url(document("https://a.example/v1", path=[{"url": "/no"}], own=listed)) == called


@pytest.mark.parametrize("own", [[], [3], [{}], "x", None, [{"url": 3}]], ids=repr)
def test_what_is_no_server_of_an_operation_does_not_count(own: Any) -> None:
    assert url(document("https://a.example/v1", path=[{"url": "/v2"}], own=own)) == "https://a.example/v2/x"
    assert url(document("https://a.example/v1", path=own)) == "https://a.example/v1/x"


def test_which_server_wins() -> None:
    raw = document("https://a.example", "https://c.example", own=[{"url": "https://b.example/v1"}])
    with Client(spec=raw, server="https://d.example") as client:
        assert str(client.get_x.prepare().url) == "https://b.example/v1/x"
        assert str(client.with_options(server=1).get_x.prepare().url) == "https://b.example/v1/x"
        assert str(client.with_options(server=1).get_y.prepare().url) == "https://c.example/y"
        # Named for the operation itself, it is the one that is meant.
        chosen = client.get_x.with_options(server="https://e.example")
        assert str(chosen.prepare().url) == "https://e.example/x"
        assert str(chosen.with_options(timeout=3).prepare().url) == "https://e.example/x"
        assert str(client.get_x.prepare().url) == "https://b.example/v1/x"


@pytest.mark.parametrize("own", ["https://{r}/", "ws://b.example", "https://[", "https://u:p@b.example", "https://b.example/?x"])
def test_an_unusable_server_of_an_operation_matters_to_it_alone(own: str) -> None:
    raw = document("https://a.example", own=[{"url": own}])
    assert url(raw, "getY") == "https://a.example/y"
    with pytest.raises(ArgumentsError):
        url(raw)


def test_servers_have_names() -> None:
    raw = document(
        {"url": "https://a.example", "name": "live"},
        {"url": "https://b.example", "name": "test"},
        {"url": "https://c.example", "name": "https://a.example"},
    )
    assert [one.name for one in Spec.load(raw).servers] == ["live", "test", "https://a.example"]
    assert url(raw, server="test") == "https://b.example/x"
    assert url(raw, server="https://a.example") == "https://a.example/x"
    with pytest.raises(ArgumentsError, match="'tset' is no address"):
        Client(spec=raw, server="tset")
    with pytest.raises(ArgumentsError, match=r"'localhost:8080' is no address; .* as in 'http://localhost:8080'"):
        Client(spec=raw, server="localhost:8080")


@pytest.mark.parametrize(
    ("servers", "pointer", "words"),
    [
        ("x", "/servers", "servers is a list of objects"),
        ([3], "/servers/0", "a server is an object with a url"),
        ([{"url": "https://a.example"}, {}], "/servers/1", "a server is an object with a url"),
        ([{"url": "https://{r}/"}], "/servers/0", "the variable 'r' has no default"),
        ([{"url": "https://{r}/", "variables": {"r": {"default": "a", "enum": ["b"]}}}], "/servers/0", "not one of its enum"),
    ],
    ids=repr,
)
def test_faults_of_servers_are_warnings(servers: Any, pointer: str, words: str) -> None:
    raw = {**document(), "servers": servers}
    (problem,) = Spec.load(raw).problems
    assert (problem.pointer, problem.severity, problem.rule) == (pointer, "warning", "servers")
    assert words in problem.message
    assert problem.consequence
    assert url(raw, server="https://b.example") == "https://b.example/x"
    for raw in (document("https://a.example", own=servers), document("https://a.example", path=servers)):
        (problem,) = Spec.load(raw).problems
        assert problem.pointer.endswith(pointer)
        assert problem.pointer.startswith("/paths/~1x")
