"""Servers, their variables and origins (OpenAPI 3.1, section 4.8.5; RFC 3986; RFC 6454)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic._errors import ArgumentsError, CredentialsError
from aerostack_dynamic._model import Server, ServerVariable
from aerostack_dynamic._server import Origin, check_transport_security, choose_server, is_loopback, origin_of_url, read_base

REGIONS = ServerVariable("eu", ("eu", "us"))
SERVERS = (
    Server("https://api.example.com/v1"),
    Server("https://{region}.example.com:{port}/{base}/", variables={"region": REGIONS, "port": ServerVariable("443")}),
)


def test_the_first_server_is_the_default() -> None:
    assert choose_server(SERVERS, None, {}).url == "https://api.example.com/v1"
    assert choose_server(SERVERS, 0, {}).origin == Origin("https", "api.example.com", 443)
    with pytest.raises(ArgumentsError, match="is no address"):
        choose_server(SERVERS, "", {})


def test_variables_have_defaults_and_choices() -> None:
    base = choose_server(SERVERS, 1, {"base": "v2"})
    assert base.url == "https://eu.example.com:443/v2"
    assert choose_server(SERVERS, 1, {"base": "v2", "region": "us", "port": "8443"}).origin == Origin(
        "https", "us.example.com", 8443
    )
    with pytest.raises(ArgumentsError, match="region must be one of 'eu', 'us'"):
        choose_server(SERVERS, 1, {"base": "v2", "region": "asia"})
    with pytest.raises(ArgumentsError, match="no value for base"):
        choose_server(SERVERS, 1, {})
    with pytest.raises(ArgumentsError, match=r"no variable 'regoin', did you mean 'region'\?"):
        choose_server(SERVERS, 1, {"base": "v2", "regoin": "us"})
    with pytest.raises(ArgumentsError, match="no variable 'x'; it has"):
        choose_server(SERVERS, 0, {"x": "y"})


def test_a_url_may_have_variables_too() -> None:
    assert choose_server((), "http://{host}:1/", {"host": "localhost"}).url == "http://localhost:1"


@pytest.mark.parametrize("value", ["evil.com/", "a@b", "a\\b", "a?b", "a#b", "..", "a b", "x:y@evil.com"])
def test_a_variable_cannot_change_what_kind_of_url_it_is(value: str) -> None:
    servers = (Server("https://api.example.com/{base}/v1"),)
    try:
        base = choose_server(servers, None, {"base": value})
    except ArgumentsError:
        return
    assert base.origin == Origin("https", "api.example.com", 443)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (2, "no server 2; the document has 0 = https://api.example.com/v1, 1 ="),
        (-1, "no server -1"),
        (True, "not a bool"),
        (1.0, "not a float"),
        (b"https://a", "not a bytes"),
    ],
)
def test_what_cannot_be_chosen(chosen: Any, words: str) -> None:
    with pytest.raises(ArgumentsError, match=words):
        choose_server(SERVERS, chosen, {})


def test_a_document_without_servers() -> None:
    with pytest.raises(ArgumentsError, match="lists no server"):
        choose_server((), None, {})
    assert choose_server((), "https://a.example", {}).url == "https://a.example"


@pytest.mark.parametrize(
    ("url", "base", "origin"),
    [
        ("https://a.example", "https://a.example", "https://a.example"),
        ("https://a.example/", "https://a.example", "https://a.example"),
        ("https://a.example/v1/", "https://a.example/v1", "https://a.example"),
        ("https://a.example:443/v1", "https://a.example:443/v1", "https://a.example"),
        ("http://a.example:80", "http://a.example:80", "http://a.example"),
        ("https://a.example:8443", "https://a.example:8443", "https://a.example:8443"),
        ("HTTPS://A.Example/V1", "https://A.Example/V1", "https://a.example"),
        ("http://[::1]:8000", "http://[::1]:8000", "http://[::1]:8000"),
        ("https://a.example.", "https://a.example.", "https://a.example"),
        ("https://a.example/a.b/..c", "https://a.example/a.b/..c", "https://a.example"),
    ],
)
def test_urls_that_are_servers(url: str, base: str, origin: str) -> None:
    found = read_base(url)
    assert found.url == base
    assert str(found.origin) == origin


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("a.example/v1", "is no address"),
        ("/v1", "is no address"),
        ("", "is no address"),
        ("ftp://a.example", "is no address"),
        ("file:///etc/passwd", "is no address"),
        ("https://", "is no address"),
        ("https:///path", "is no address"),
        ("https://.", "is no address"),
        ("javascript:alert(1)", "is no address"),
        ("https://user@a.example", "user or a password"),
        ("https://user:secret@a.example", "user or a password"),
        ("https://@a.example", "user or a password"),
        ("https://a.example?x=1", "query or a fragment"),
        ("https://a.example/#x", "query or a fragment"),
        ("https://a.example\\@evil.example", "backslash"),
        ("https://a.example/a b", "space"),
        ("https://a.example/\r\nX: 1", "control"),
        ("https://a.example/\u202e", "control"),
        ("https://a.example/../x", "steps out"),
        ("https://a.example/./x", "steps out"),
        ("https://a.example/x/..", "steps out"),
        ("https://a.example:port", "server: "),
        ("https://a.example:99999", "server: "),
        ("https://[::1", "server: "),
    ],
)
def test_urls_that_are_not(url: str, words: str) -> None:
    with pytest.raises(ArgumentsError, match=words) as caught:
        read_base(url)
    assert "secret" not in str(caught.value)


@given(st.text(max_size=30), st.sampled_from(["", "https://", "http://a.example", "https://a.example/"]))
def test_any_url_is_a_server_or_refused_and_httpx_agrees_on_its_origin(text: str, before: str) -> None:
    try:
        base = read_base(before + text)
    except ArgumentsError:
        return
    try:
        url = httpx.URL(base.url)
    except httpx.InvalidURL:
        return
    if base.origin.host.isascii():
        assert origin_of_url(url) == base.origin


def test_the_origin_of_a_request() -> None:
    assert origin_of_url(httpx.URL("https://A.example./x?y")) == Origin("https", "a.example", 443)
    assert origin_of_url(httpx.URL("http://[::1]:5/")) == Origin("http", "::1", 5)
    assert origin_of_url(httpx.URL("ftp://a")).port in (0, 21)


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("api.localhost", True),
        ("127.0.0.1", True),
        ("127.255.255.254", True),
        ("::1", True),
        ("localhost.example.com", False),
        ("mylocalhost", False),
        ("127.0.0.1.example.com", False),
        ("127.0.0", False),
        ("127.0.0.x", False),
        ("128.0.0.1", False),
        ("10.0.0.1", False),
        ("0.0.0.0", False),
        ("::2", False),
        ("", False),
        ("127.example.com.evil", False),
    ],
)
def test_loopback(host: str, here: bool) -> None:
    assert is_loopback(host) is here


@pytest.mark.parametrize(
    ("url", "insecure", "allowed"),
    [
        ("https://a.example", False, True),
        ("http://localhost:8787", False, True),
        ("http://127.0.0.1", False, True),
        ("http://[::1]", False, True),
        ("http://a.example", False, False),
        ("http://192.168.0.1", False, False),
        ("http://a.example", True, True),
    ],
)
def test_a_key_is_not_shown_on_the_way(url: str, insecure: bool, allowed: bool) -> None:
    if allowed:
        check_transport_security(read_base(url), insecure)
    else:
        with pytest.raises(CredentialsError, match="plain http to another machine"):
            check_transport_security(read_base(url), insecure)
