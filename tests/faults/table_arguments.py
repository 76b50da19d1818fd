"""Promises about arguments, documents and the environment: values stay values, the key stays at its origin, TLS stays on."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import Any

import httpx

from aerostack_dynamic import ArgumentsError, Spec

from .answers import answer
from .document import KEY, KEY_HEADER, PATHS, document
from .row import OK_DATA, Outcome, Row, Scene, fails, gives
from .runner import call, settle, tell, tell_request
from .server import Script, close, hear, silence, tunnel
from .world import environment, names, old_server_hello

RETURNS = "returns {'ok': True}"
NOT_SENT = {"sent": "no", "requests": 0, "connections": 0}


# ---- paths


def target(*expected: str) -> Any:
    """A check of the target that was asked for."""

    def check(scene: Scene, _: Outcome) -> str | None:
        seen = scene.server.seen[-1].target
        return None if seen in expected else f"asked for {seen}"

    return check


def _path(name: str, value: str, expected: str | None, bare: str) -> Row:
    expect = gives(OK_DATA, target(expected), requests=1) if expected else fails("ArgumentsError", **NOT_SENT)
    return Row(
        f"H19-{name}",
        "a value in a path stays in its place, or is refused",
        Script((answer(),)),
        expect,
        bare,
        call="find",
        arguments={"name": value},
        tell=tell_request,
        also=("H27",) if "http" in value else (),
    )


AT = "/v1/things/"
IN_PATHS = (
    _path("up", "../admin", f"{AT}..%2Fadmin", "sends GET /v1/admin"),
    _path("dots", "..", None, "sends GET /v1/?"),
    _path("dot", ".", None, "sends GET /v1/things/?"),
    _path("encoded-dots", "%2e%2e", None, "sends GET .*"),
    _path("twice-encoded-dots", "%252e%252e", f"{AT}%25252e%25252e", "sends GET .*"),
    _path("encoded-slash", "a%2Fb", f"{AT}a%252Fb", "sends GET /v1/things/a%2Fb"),
    _path("slash", "a/b", f"{AT}a%2Fb", "sends GET /v1/things/a/b"),
    _path("backslash", "..\\admin", f"{AT}..%5Cadmin", "sends GET .*"),
    _path("query", "a?admin=1", f"{AT}a%3Fadmin%3D1", r"sends GET /v1/things/a\?admin=1"),
    _path("fragment", "a#b", f"{AT}a%23b", "sends GET /v1/things/a"),
    _path("matrix", "a;v=1", f"{AT}a%3Bv%3D1", "sends GET /v1/things/a;v=1"),
    _path("empty", "", None, "sends GET /v1/things/"),
    _path("nul", "a\0b", f"{AT}a%00b", "raises InvalidURL"),
    _path("line-break", "a\r\nX: y", f"{AT}a%0D%0AX%3A%20y", "raises InvalidURL"),
    _path("address", "http://elsewhere.test/x", f"{AT}http%3A%2F%2Felsewhere.test%2Fx", "sends GET .*"),
    _path("letters", "caf\xe9", f"{AT}caf%C3%A9", "sends GET /v1/things/caf%C3%A9"),
)

# ---- headers, queries, cookies


def _header(name: str, value: str, bare: str) -> Row:
    return Row(
        f"H20-value-{name}",
        "a header's value is one line of visible characters",
        Script((answer(),)),
        fails("ArgumentsError", **NOT_SENT),
        bare,
        call="find",
        arguments={"name": "a", "x_trace": value},
    )


def _own(name: str, value: str, bare: str) -> Row:
    def by_hand_with(client: Any, scene: Scene) -> Any:
        return client.get(scene.server.url, headers={KEY_HEADER: KEY, name: value}).json()

    def tell_own(scene: Scene, outcome: Outcome) -> str:
        if not scene.server.seen:
            return tell(scene, outcome)
        return f"sends {name}: {' and '.join(text for key, text in scene.server.seen[0].headers if key.lower() == name.lower())}"

    return Row(
        f"H20-own-{name.lower()}",
        "a caller's header does not take the place of the client's own",
        Script((answer(), close()), early=True),
        fails("ArgumentsError", **NOT_SENT),
        bare,
        options={"headers": {name: value}},
        by_hand=by_hand_with,
        tell=tell_own,
    )


def query(expected: str) -> Any:
    """A check of the query that was sent."""
    return target(f"{AT}a?{expected}")


async def _allowed_to_refuse(client: Any, scene: Scene) -> Any:
    try:
        await call(client, scene)
    except ArgumentsError:
        pass


def _one_cookie(scene: Scene, _: Outcome) -> str | None:
    sent = [one.header("cookie") for one in scene.server.seen]
    return f"cookies: {sent}" if any(";" in (one or "") for one in sent) else None


IN_HEADERS = (
    _header("line-break", "a\r\nX-Injected: 1", "raises LocalProtocolError"),
    _header("nul", "a\0b", "raises LocalProtocolError"),
    _header("letters", "\u2603", "raises UnicodeEncodeError"),
    _own("Host", "elsewhere.test", "sends Host: elsewhere.test"),
    _own("Content-Length", "5", "sends Content-Length: 5|raises LocalProtocolError"),
    _own("Transfer-Encoding", "chunked", "sends Transfer-Encoding: chunked"),
    _own("Connection", "close", "sends Connection: close"),
    _own(KEY_HEADER, "another", f"sends {KEY_HEADER}: another"),
    _own("Proxy-Authorization", "Basic x", "sends Proxy-Authorization: Basic x"),
    Row(
        "H21-query",
        "a value in a query is one value",
        Script((answer(),)),
        gives(OK_DATA, query("q=a%26admin%3D1%23b%2B%20c")),
        r"sends GET /v1/things/a\?q=a%26admin%3D1%23b%2B\+c",
        call="find",
        arguments={"name": "a", "q": "a&admin=1#b+ c"},
        tell=tell_request,
    ),
    Row(
        "H21-cookie",
        "a value in a cookie is one cookie, or refused",
        Script((answer(),)),
        gives(None, _one_cookie),
        "sends Cookie: tenant=a; admin=1",
        call="find",
        arguments={"name": "a", "tenant": "a; admin=1"},
        drive=_allowed_to_refuse,
        tell=lambda scene, _: f"sends Cookie: {scene.server.seen[0].header('cookie')}",
    ),
    Row(
        "H22-path",
        "a text that looks like a path is a text, and no file is read",
        Script((answer(),)),
        gives(OK_DATA, lambda scene, _: None if b"\r\n\r\n/etc/passwd\r\n" in scene.server.seen[0].body else "it was read"),
        RETURNS,
        call="upload",
        arguments={"file": "/etc/passwd"},
        needs="linux darwin",
    ),
)


# ---- what errors show

ESCAPES = {"code": "X", "message": "\x1b[2Jgone \x9b31m\u202e" + "long " * 200}


def _shown(scene: Scene, outcome: Outcome) -> str | None:
    text = str(outcome.error)
    wild = [char for char in text if not char.isprintable()]
    return f"shows {wild!r}" if wild else f"{len(text)} characters" if len(text) > 600 else None


ERRORS = (
    Row(
        "H9-escapes",
        "an error shows no control characters of a server's, and not all of what it says",
        Script((answer(400, json.dumps(ESCAPES).encode()),)),
        fails("BadRequestError", _shown, message=ESCAPES["message"]),
        "returns 400",
    ),
    Row(
        "H9-echo",
        "nor the key that a server sends back",
        Script((answer(400, b"your request was: X-Aerostack-Key: " + KEY.encode(), "text/plain"),)),
        fails("BadRequestError", lambda _, outcome: "the key is shown" if KEY in str(outcome.error) else None),
        "returns 400",
    ),
)

# ---- documents


def _elsewhere_document(scene: Scene) -> dict[str, Any]:
    paths = dict(PATHS)
    paths["/read"] = {"get": {**PATHS["/read"]["get"], "servers": [{"url": f"http://127.0.0.1:{scene.sink.port}"}]}}
    return document(paths=paths)


def _key_in(**scheme: str) -> Any:
    whole = {"type": "apiKey", "in": "header", "name": KEY_HEADER, **scheme}
    return lambda scene: {"spec": Spec.load(document(components={"securitySchemes": {"ApiKey": whole}}))}


def _naively(client: Any, scene: Scene) -> Any:
    return client.get(f"http://127.0.0.1:{scene.sink.port}/read", headers={KEY_HEADER: KEY}).json()


def _scheme(name: str) -> Row:
    return Row(
        f"H17-{name.lower()}",
        "a document can't put the key into a header that is not its own",
        Script((answer(), close()), early=True),
        fails("AerostackError", sent="no", requests=0),
        "returns .*|raises .*",
        options=_key_in(name=name),
        by_hand=lambda client, scene: client.get(scene.server.url, headers={name: KEY}).json(),
    )


async def _sent_elsewhere(client: Any, scene: Scene) -> Any:
    return await settle(client.send(httpx.Request("GET", f"http://127.0.0.1:{scene.sink.port}/v1/read")))


DOCUMENTS = (
    Row(
        "H10-operation-server",
        "an operation's own server at another origin gets neither a call nor the key",
        Script((answer(),)),
        fails("CredentialsError", sent="no", requests=0),
        "follows to the other origin with the key",
        options=lambda scene: {"spec": Spec.load(_elsewhere_document(scene))},
        by_hand=_naively,
    ),
    Row(
        "H10-allowed",
        "unless the caller allows the origin",
        Script((answer(),)),
        gives(OK_DATA, requests=0, sink=1),
        "follows to the other origin with the key",
        options=lambda scene: {
            "spec": Spec.load(_elsewhere_document(scene)),
            "allow_origins": [f"http://127.0.0.1:{scene.sink.port}"],
        },
        by_hand=_naively,
    ),
    *map(_scheme, ("Host", "Cookie", "Content-Length", "Transfer-Encoding", "Proxy-Authorization")),
    Row(
        "H27-send",
        "a request of the caller's own goes to no other origin",
        Script((answer(),)),
        fails("CredentialsError", sent="no", requests=0),
        "follows to the other origin with the key",
        drive=_sent_elsewhere,
        by_hand=_naively,
    ),
)

# ---- the environment


def _tell_proxy(scene: Scene, outcome: Outcome) -> str:
    seen = scene.sink.seen
    return f"sends {seen[0].method} {'with' if seen[0].header(KEY_HEADER) else 'without'} the key to the proxy" if seen else "none"


def _proxied(*variables: str) -> Any:
    return lambda scene: environment(dict.fromkeys(variables, f"http://127.0.0.1:{scene.sink.port}"))


@contextmanager
def _proxied_and_unknown(scene: Scene) -> Any:
    with _proxied("HTTPS_PROXY")(scene), names({"api.test": None}):
        yield


@contextmanager
def _netrc(scene: Scene) -> Any:
    path = scene.folder / "netrc"
    path.write_text("machine 127.0.0.1 login user password secret\n")
    path.chmod(0o600)
    with environment({"NETRC": str(path), "HOME": str(scene.folder)}):
        (scene.folder / ".netrc").write_text(path.read_text())
        yield


@contextmanager
def _key_log(scene: Scene) -> Any:
    with environment({"SSLKEYLOGFILE": str(scene.folder / "keys")}):
        yield


def _unlogged(scene: Scene, _: Outcome) -> str | None:
    return "there is a file for the keys of the connection" if (scene.folder / "keys").exists() else None


def _tell_log(scene: Scene, outcome: Outcome) -> str:
    return "writes the keys of the connection" if _unlogged(scene, outcome) else "writes nothing"


def _via_proxy(name: str, promise: str, expect: Any, **more: Any) -> Row:
    """Calls https://api.test, which is behind the second server, a proxy that sees `CONNECT` alone."""
    return Row(
        name,
        promise,
        Script((answer(),)),
        expect,
        "sends CONNECT without the key to the proxy",
        by_hand=lambda client, scene: client.get("https://api.test/v1/read", headers={KEY_HEADER: KEY}).json(),
        sink=Script((tunnel(), answer()), inner="api.test"),
        tell=_tell_proxy,
        alone=True,
        **more,
    )


def _connects(scene: Scene, _: Outcome) -> str | None:
    first = scene.sink.seen[0]
    return None if first.method == "CONNECT" and first.header(KEY_HEADER) is None else f"the proxy sees {first.method} and the key"


TEST_SERVER = {"server": "https://api.test/v1"}
PROXIES = (
    Row(
        "H23-loopback",
        "what goes to this machine goes through no proxy of the environment, which would see the key",
        Script((answer(),)),
        gives(OK_DATA, requests=1),
        "sends GET with the key to the proxy",
        bare_options={"trust_env": True},
        setup=_proxied("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"),
        tell=_tell_proxy,
        alone=True,
        also=("H24",),
    ),
    _via_proxy(
        "H23-https",
        "https goes through it, and the proxy sees neither key nor answer",
        gives(OK_DATA, _connects, sink=2),
        options=TEST_SERVER,
        bare_options={"trust_env": True},
        setup=_proxied("HTTPS_PROXY"),
    ),
    _via_proxy(
        "H23-given",
        "so with a proxy that the caller gives",
        gives(OK_DATA, _connects, sink=2),
        options=lambda scene: {**TEST_SERVER, "proxy": f"http://127.0.0.1:{scene.sink.port}"},
        bare_options=lambda scene: {"proxy": f"http://127.0.0.1:{scene.sink.port}"},
        setup=lambda scene: environment({}),
    ),
    Row(
        "H23-no-environment",
        "none of it where the environment is not to be trusted",
        Script((answer(),)),
        fails("NoResponseError", stage="connect", sent="no"),
        "sends CONNECT without the key to the proxy",
        options={**TEST_SERVER, "trust_env": False},
        bare_options={"trust_env": True},
        by_hand=lambda client, scene: client.get("https://api.test/v1/read").json(),
        setup=_proxied_and_unknown,
        sink=Script((silence(),)),
        total=1.0,
        tell=_tell_proxy,
        alone=True,
    ),
    Row(
        "H24-netrc",
        "no password is read from a .netrc",
        Script((answer(),)),
        gives(OK_DATA, lambda scene, _: scene.server.seen[0].header("authorization")),
        "sends None",
        bare_options={"trust_env": True},
        setup=_netrc,
        tell=lambda scene, _: f"sends {scene.server.seen[0].header('authorization')}",
        alone=True,
    ),
)


# ---- TLS

TLS = (
    Row(
        "H25-old",
        "TLS before 1.2 is refused",
        Script(greetings=((hear(), old_server_hello(), silence()),), tls="good"),
        fails("NoResponseError", stage="connect", sent="no", requests=0, within=1.5),
        "raises ConnectError",
    ),
    Row(
        "H25-plain-port",
        "plain HTTP where TLS is expected is no answer",
        Script(greetings=((hear(), answer(), close()),), tls="good"),
        fails("NoResponseError", stage="connect", sent="no", requests=0, within=1.5),
        "raises ConnectError",
    ),
    Row(
        "H25-tls-port",
        "and TLS where plain HTTP is expected is none either",
        Script((answer(),), tls="good"),
        fails("NoResponseError", requests=0, within=1.5),
        "raises (RemoteProtocolError|ReadError)",
        options=lambda scene: {"server": scene.server.url.replace("https", "http")},
        by_hand=lambda client, scene: client.get(scene.server.url.replace("https", "http")),
    ),
    Row(
        "H25-key-log",
        "no variable makes the client write down the keys of its connections",
        Script((answer(),), tls="untrusted"),
        fails("NoResponseError", _unlogged, stage="connect", requests=0),
        "writes the keys of the connection",
        options={"verify": True},
        bare_options={"verify": True, "trust_env": True},
        setup=_key_log,
        tell=_tell_log,
        alone=True,
    ),
)

ROWS = (*IN_PATHS, *IN_HEADERS, *ERRORS, *DOCUMENTS, *PROXIES, *TLS)
