"""Security schemes: which alternative is met, where each credential goes, and what is refused (OpenAPI 3.1, sections 4.8.27 to 30)."""

from __future__ import annotations

import hashlib
import pickle
import subprocess
import sys
from typing import Any

import httpx
import pytest

from aerostack_dynamic import Client, CredentialsError
from aerostack_dynamic.auth import Secret, environment

HEADER = {"type": "apiKey", "in": "header", "name": "X-Key"}
QUERY = {"type": "apiKey", "in": "query", "name": "the key"}
COOKIE = {"type": "apiKey", "in": "cookie", "name": "sid"}
BASIC = {"type": "http", "scheme": "basic"}
BEARER = {"type": "http", "scheme": "bearer"}
MUTUAL = {"type": "mutualTLS"}
SCHEMES = {"H": HEADER, "Q": QUERY, "C": COOKIE, "B": BEARER, "M": MUTUAL}


@pytest.mark.parametrize(
    ("security", "given", "sent"),
    [
        ([], "HQCB", ""),
        ([{}], "", ""),
        ([{}], "H", ""),
        ([{"H": []}], "H", "H"),
        ([{"H": []}, {"Q": []}], "Q", "Q"),
        ([{"H": []}, {"Q": []}], "HQ", "H"),
        ([{"H": [], "Q": []}], "HQ", "HQ"),
        ([{"H": [], "Q": []}, {"C": []}], "HC", "C"),
        ([{"H": [], "Q": [], "C": [], "B": []}], "HQCB", "HQCB"),
        ([{}, {"H": []}], "H", "H"),
        ([{"H": []}, {}], "", ""),
        ([{"H": [], "Q": []}, {}], "H", ""),
        ([{"Unknown": []}, {"H": []}], "H", "H"),
        ([{"H": []}], "", None),
        ([{"H": [], "Q": []}], "H", None),
        ([{"Unknown": []}], "H", None),
        ([{"M": []}], "H", None),
        ([{"M": [], "H": []}], "H", None),
        ([{"M": []}, {"H": []}], "H", "H"),
    ],
    ids=repr,
)
def test_alternatives(wire: Any, reply: Any, document: Any, security: Any, given: str, sent: str | None) -> None:
    server = wire([reply()])
    keys = {name: f"k{name}" for name in given}
    with Client(spec=document(SCHEMES, security), server=server.url, credentials=keys) as client:
        if sent is None:
            with pytest.raises(CredentialsError, match="no credential for"):
                client.get_x()
            assert server.connections == 0
            return
        client.get_x()
        client.put_x()
    found = ""
    found += "H" if server.seen[0].header("x-key") == "kH" else ""
    found += "Q" if server.seen[0].target == "/v1/x?the%20key=kQ" else ""
    found += "C" if server.seen[0].header("cookie") == "sid=kC" else ""
    found += "B" if server.seen[0].header("authorization") == "Bearer kB" else ""
    assert found == sent
    bare = server.seen[1]
    assert bare.target == "/v1/x"
    assert [bare.header(name) for name in ("x-key", "cookie", "authorization")] == [None, None, None]


def test_what_would_help_is_said(document: Any) -> None:
    def told(security: Any) -> str:
        with (
            Client(spec=document(SCHEMES, security), server="http://127.0.0.1:9") as client,
            pytest.raises(CredentialsError) as caught,
        ):
            client.get_x()
        return str(caught.value)

    assert told([{"H": []}, {"Q": [], "C": []}]) == "get_x: no credential for H or Q and C; give credentials={scheme: value}"
    assert told([{"M": []}]) == "get_x: no credential for M; give cert=(certificate, key) for M, which is mutual TLS"
    assert told([{"M": [], "H": []}]).endswith(
        "give credentials={scheme: value}, or cert=(certificate, key) for M, which is mutual TLS"
    )


@pytest.mark.parametrize("how", ["cert", "verify", "transport", "http_client"])
def test_mutual_tls_is_met_by_a_certificate(wire: Any, reply: Any, document: Any, how: str) -> None:
    import ssl

    server = wire([reply()])
    answer = httpx.MockTransport(lambda request: httpx.Response(200))
    options: dict[str, Any] = {
        "cert": {"cert": ("a.pem", "a.key")},
        "verify": {"verify": ssl.create_default_context()},
        "transport": {"transport": answer},
        "http_client": {"http_client": httpx.Client(transport=answer)},
    }[how]
    spec = document(SCHEMES, [{"M": [], "H": []}])
    with Client(spec=spec, server=server.url, credentials={"H": "k"}, **options) as client:
        assert client.get_x.raw().status == 200
    if how == "http_client":
        options["http_client"].close()
    with pytest.raises(
        CredentialsError, match=r"M: mutual TLS takes no credential here; give the client cert=\(certificate, key\)"
    ):
        Client(spec=spec, server=server.url, credentials={"M": "k"})


# ---- places


def test_a_query_key_follows_the_callers_own_pairs(both: Any, wire: Any, reply: Any, settle: Any, document: Any) -> None:
    server = wire([reply()])
    own = [
        {"name": "the key", "in": "query", "schema": {"type": "string"}},
        {"name": "q", "in": "query", "schema": {"type": "string"}},
    ]

    async def story(client: Any) -> None:
        await settle(client.get_x(the_key="mine", q="a b&c"))
        await settle(client.send(httpx.Request("GET", f"{server.url}/y?a=%2F&the%20key=1")))

    both.run(story, spec=document({"Q": QUERY}, parameters=own), server=server.url, credentials={"Q": "a&b=c+d%e#f/"})
    assert server.seen[0].target == "/v1/x?the%20key=mine&q=a%20b%26c&the%20key=a%26b%3Dc%2Bd%25e%23f%2F"
    assert server.seen[1].target == "/v1/y?a=%2F&the%20key=1&the%20key=a%26b%3Dc%2Bd%25e%23f%2F"


def test_a_cookie_key_joins_the_callers_cookies(both: Any, wire: Any, reply: Any, settle: Any, document: Any) -> None:
    server = wire([reply()])
    own = [{"name": "theme", "in": "cookie", "schema": {"type": "string"}}]

    async def story(client: Any) -> None:
        await settle(client.get_x(theme="dark"))

    spec = document({"C": COOKIE, "D": {**COOKIE, "name": "csrf"}}, [{"C": [], "D": []}], parameters=own)
    both.run(story, spec=spec, server=server.url, credentials={"C": "s1", "D": "s2"})
    assert server.seen[0].header("cookie") == "theme=dark; sid=s1; csrf=s2"


@pytest.mark.parametrize(
    ("schemes", "message"),
    [
        ({"A": BASIC, "B": BEARER}, "A and B both go into the header 'authorization'"),
        ({"A": BEARER, "B": {**HEADER, "name": "AUTHORIZATION"}}, "A and B both go into the header 'authorization'"),
        ({"A": HEADER, "B": {**HEADER, "name": "x-key"}}, "A and B both go into the header 'x-key'"),
        ({"A": COOKIE, "B": COOKIE}, "A and B both go into the cookie 'sid'"),
        ({"A": QUERY, "B": QUERY}, "A and B both go into the query 'the key'"),
    ],
    ids=repr,
)
def test_two_schemes_for_one_place_are_refused(wire: Any, document: Any, schemes: Any, message: str) -> None:
    server = wire([b""])
    keys = {name: ("u", "p") if one == BASIC else "k" for name, one in schemes.items()}
    spec = document(schemes, [{name: [] for name in schemes}])
    with Client(spec=spec, server=server.url, credentials=keys) as client, pytest.raises(CredentialsError, match=message):
        client.get_x()
    assert server.connections == 0


@pytest.mark.parametrize(
    ("scheme", "message"),
    [
        ({**HEADER, "name": "Host"}, "the header 'host', which is not its own to set"),
        ({**HEADER, "name": "Content-Length"}, "which is not its own to set"),
        ({**HEADER, "name": "Proxy-Authorization"}, "which is not its own to set"),
        ({**HEADER, "name": "X-Key\r\nHost"}, "which is no name for one"),
        ({**HEADER, "name": "X Key"}, "which is no name for one"),
        ({**COOKIE, "name": "a; b"}, "the cookie 'a; b', which is no name for one"),
        ({**HEADER, "in": "body"}, "the document does not say where the key goes"),
        ({**HEADER, "name": ""}, "the document does not say where the key goes"),
        ({"type": "http", "scheme": "a\r\nb"}, "is no name for one"),
        ({"type": "http"}, "is no name for one"),
        ({"type": "novel"}, "a security scheme of type 'novel' needs an httpx.Auth"),
    ],
    ids=repr,
)
def test_a_document_cannot_put_a_key_anywhere(wire: Any, document: Any, scheme: Any, message: str) -> None:
    server = wire([b""])
    with Client(spec=document({"S": scheme}), server=server.url, credentials={"S": "canary"}) as client:
        with pytest.raises(CredentialsError, match=message) as caught:
            client.get_x()
        assert "canary" not in client.get_x.curl()
    assert "canary" not in str(caught.value)
    assert server.connections == 0


@pytest.mark.parametrize(
    ("scheme", "credential", "header"),
    [
        ({**HEADER, "name": "Authorization"}, "Token abc", "Token abc"),
        ({"type": "http", "scheme": "Hoba"}, lambda: 'result="a.b.c"', 'hoba result="a.b.c"'),
        ({"type": "http", "scheme": "digest"}, lambda: 'username="u", realm="r"', 'digest username="u", realm="r"'),
        (BASIC, ("us\u00e9r", "p:\u00e4 \u20ac"), "Basic dXPDqXI6cDrDpCDigqw="),
        (BASIC, lambda: ("u", "p"), "Basic dTpw"),
        (BASIC, ("u", lambda: "p"), "Basic dTpw"),
        (BASIC, ("u", ""), "Basic dTo="),
        (BEARER, Secret("tok"), "Bearer tok"),
        (BEARER, lambda: Secret("tok"), "Bearer tok"),
        ({"type": "openIdConnect", "openIdConnectUrl": "https://x.example"}, "tok", "Bearer tok"),
    ],
    ids=lambda value: repr(value).split(" at 0x")[0],
)
def test_the_authorization_header(
    both: Any, wire: Any, reply: Any, settle: Any, document: Any, scheme: Any, credential: Any, header: str
) -> None:
    server = wire([reply()])

    async def story(client: Any) -> None:
        await settle(client.get_x())

    both.run(story, spec=document({"S": scheme}), server=server.url, credentials={"S": credential})
    assert server.seen[0].header("authorization") == header


@pytest.mark.parametrize(
    ("scheme", "credential", "message"),
    [
        (HEADER, "can ary", "holds a space, a line break"),
        (HEADER, "canary\n", "is there a newline at its end?"),
        (HEADER, Secret("canary\n"), "is there a newline at its end?"),
        (HEADER, ("canary", "canary"), r"an apiKey is one str; \(user, password\) is for http basic"),
        (QUERY, "canary\u00e9", "can't be sent"),
        (COOKIE, "canary;x", "can't be sent"),
        (COOKIE, 'can"ary', "can't be sent"),
        (COOKIE, "can,ary", "can't be sent"),
        (BASIC, "canary", r"http basic takes \(user, password\)"),
        (BASIC, ("can:ary", "p"), "the user holds a colon"),
        (BASIC, ("u", "canary\n"), "the password holds a line break"),
        (BASIC, ("u", 3), "the password is a int, not a str"),
        (BEARER, "canary x", "holds a space"),
        (BEARER, "", "is empty"),
        ({**HEADER, "name": "Authorization"}, "Token canary\n", "holds a space, a line break"),
        ({"type": "http", "scheme": "hoba"}, " canary", "holds a space, a line break"),
        (BEARER, None, "not a NoneType"),
        (BEARER, b"canary", "not a bytes"),
    ],
    ids=repr,
)
def test_an_unusable_credential_is_refused_when_the_client_is_made_or_asks(
    wire: Any, document: Any, scheme: Any, credential: Any, message: str
) -> None:
    server = wire([b""])
    spec = document({"S": scheme})
    with pytest.raises(CredentialsError, match=message) as made:
        Client(spec=spec, server=server.url, credentials={"S": credential})
    with (
        Client(spec=spec, server=server.url, credentials={"S": lambda: credential}) as client,
        pytest.raises(CredentialsError) as asked,
    ):
        client.get_x()
    for one in (made, asked):
        assert "canary" not in str(one.value) + repr(pickle.dumps(one.value))
    assert server.connections == 0


def test_a_function_gives_a_value_and_no_function(wire: Any, document: Any) -> None:
    with Client(spec=document({"S": BEARER}), server=wire([b""]).url, credentials={"S": lambda: environment("X")}) as client:
        with pytest.raises(CredentialsError, match="the function gave a _Environment, not a str"):
            client.get_x()


def test_an_asynchronous_password(wire: Any, reply: Any, document: Any) -> None:
    import asyncio

    from aerostack_dynamic import AsyncClient

    server = wire([reply()])

    async def password() -> str:
        return "p"

    async def main() -> None:
        async with AsyncClient(spec=document({"S": BASIC}), server=server.url, credentials={"S": ("u", password)}) as client:
            await client.get_x()

    asyncio.run(main())
    assert server.seen[0].header("authorization") == "Basic dTpw"


def test_digest_by_httpx(both: Any, wire: Any, reply: Any, settle: Any, document: Any) -> None:
    challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256'
    server = wire(lambda seen: reply(200 if seen.header("authorization") else 401, WWW_Authenticate=challenge))

    async def story(client: Any) -> Any:
        return (await settle(client.get_x.raw())).status

    spec = document({"D": {"type": "http", "scheme": "digest"}, "Q": QUERY, "H": HEADER}, [{"D": [], "H": []}])
    keys = {"D": httpx.DigestAuth("user", "canary"), "Q": "kq", "H": "kh"}
    assert both.run(story, spec=spec, server=server.url, credentials=keys) == 200
    first, second = server.seen
    assert first.header("authorization") is None
    given = dict(part.strip().split("=", 1) for part in (second.header("authorization") or "").removeprefix("Digest ").split(","))

    def hashed(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    cnonce = given["cnonce"].strip('"')
    expected = hashed(f"{hashed('user:r:canary')}:n:{given['nc']}:{cnonce}:auth:{hashed('GET:/v1/x')}")
    assert given["response"].strip('"') == expected
    assert [(one.target, one.header("x-key"), one.header("cookie")) for one in (first, second)] == [("/v1/x", "kh", None)] * 2
    assert "canary" not in repr(server.seen)


def test_two_httpx_auths_are_too_many(wire: Any, document: Any) -> None:
    spec = document({"A": {"type": "x"}, "B": {"type": "y"}}, [{"A": [], "B": []}])
    auths = {name: httpx.BasicAuth("u", "p") for name in "AB"}
    with (
        Client(spec=spec, server=wire([b""]).url, credentials=auths) as client,
        pytest.raises(CredentialsError, match="one httpx.Auth"),
    ):
        client.get_x()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
def test_curl_names_what_stands_for_a_credential(document: Any) -> None:
    def shown(scheme: Any) -> list[str]:
        command = Client(spec=document({"S": scheme}), server="https://a.example").get_x.curl()
        script = "S=value\nfor word in " + command.removeprefix("curl ") + '; do printf "%s\\n" "$word"; done'
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
        return done.stdout.splitlines()[-2:]

    assert shown({"type": "http", "scheme": "digest"}) == ["--header", "Authorization: digest value"]
    assert shown({"type": "oauth2", "flows": {}}) == ["--header", "Authorization: Bearer value"]
    assert shown(QUERY) == ["--url-query", "the key=value"]
    assert shown(MUTUAL) == ["--cert", "value"]
    assert shown(BASIC) == ["--user", "value"]
    for name in ('x"; echo evil; "', "x`echo evil`", "x$(echo evil)", "x' 'y"):
        assert shown({**HEADER, "name": name}) == ["--header", f"{name}: value"]
        assert shown({"type": "http", "scheme": name}) == ["--header", f"Authorization: {name} value"]
