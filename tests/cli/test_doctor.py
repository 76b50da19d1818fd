"""`doctor`: what it finds of good and of broken settings, servers, certificates, clocks and proxies."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import threading
import time
from datetime import datetime, timedelta, timezone
from email.utils import formatdate
from pathlib import Path

import pytest
import trustme

from aerostack_dynamic._server import read_base
from aerostack_dynamic.cli import _probes
from aerostack_dynamic.cli._probes import probe

KEY = "ac_secret_4711"
TODAY = datetime.now(timezone.utc)


def answer_of(status=404, ahead=0.0, *headers):
    """An answer whose date is that of now, less some seconds."""
    lines = [f"HTTP/1.1 {status} Status", f"Date: {formatdate(time.time() - ahead, usegmt=True)}", "Content-Length: 0", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture(scope="session")
def authority_file(authority, tmp_path_factory):
    path = tmp_path_factory.mktemp("trust") / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@contextlib.contextmanager
def secure(authority, *names, **dates):
    """A TLS server on a free port that answers every request with 404."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **dates).configure_cert(context)

    def serve():
        with contextlib.suppress(OSError):
            while True:
                plain, _ = listener.accept()
                with contextlib.suppress(OSError), plain, context.wrap_socket(plain, server_side=True) as one:
                    if one.recv(65536):
                        one.sendall(answer_of())

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR) if os.name == "posix" else None
    thread.join(5)


def found(ran):
    """Name -> status and message of what doctor found; of several by one name the last."""
    return {one["name"]: (one["status"], one["message"]) for one in ran.value}


def statuses(ran):
    return {name: status for name, (status, _) in found(ran).items()}


@pytest.fixture
def doctor(run):
    def examine(*words, after=()):
        return run(*words, "doctor", "--output", "json", *after)

    return examine


def test_all_is_well(doctor, run, wire, monkeypatch):
    server = wire([answer_of(404)])
    monkeypatch.setenv("AEROSTACK_API_KEY", KEY)
    monkeypatch.setenv("AEROSTACK_SERVER", server.url)
    ran = doctor()
    assert (ran.code, ran.err) == (0, "")
    assert set(statuses(ran).values()) == {"ok"}
    assert found(ran)["key"][1] == "ApiKeyAuth: the variable AEROSTACK_API_KEY"
    assert found(ran)["server"][1] == f"{server.url}, by the variable AEROSTACK_SERVER"
    assert [(one.method, one.target, one.header("X-Aerostack-Key")) for one in server.seen] == [("HEAD", "/v1", None)]
    text = run("doctor")
    assert text.code == 0
    assert text.out.startswith("ok    package     aerostack_dynamic ")
    assert text.out.splitlines()[-1] == "ok    clock       as the server's"
    assert KEY not in ran.out + text.out


@pytest.mark.parametrize(
    ("answer", "name", "status", "said"),
    [
        ((200,), "answer", "ok", "status 200"),
        ((503,), "answer", "warn", "status 503"),
        ((307, 0, "Location: https://elsewhere.test/"), "answer", "warn", "leads to https://elsewhere.test/"),
        ((407,), "answer", "fail", "status 407"),
        (b"SSH-2.0-server\r\n", "answer", "fail", "none"),
        (None, "answer", "fail", "none"),
        ((404, 600), "clock", "warn", "10 minutes ahead of the server's"),
        ((404, -7300), "clock", "warn", "2 hours behind the server's"),
        ((404, 90), "clock", "warn", "seconds ahead of the server's"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "clock", "skip", "does not say the time"),
    ],
    ids=["well", "busy", "elsewhere", "proxy", "no http", "nothing", "ahead", "behind", "a little", "no time"],
)
def test_answers(doctor, wire, answer, name, status, said):
    ran = doctor("--server", wire([answer_of(*answer) if isinstance(answer, tuple) else answer]).url, after=["--wait", "0.4"])
    assert found(ran)[name][0] == status
    assert said in found(ran)[name][1]


def test_servers_that_are_not_there(doctor, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    ran = doctor("--server", f"https://127.0.0.1:{port}")
    assert ran.code == 1
    assert statuses(ran) | {"key": ""} == {
        **dict.fromkeys(("package", "config", "document", "server", "proxy", "name"), "ok"),
        **dict.fromkeys(("tls", "answer", "clock"), "skip"),
        "connection": "fail",
        "key": "",
    }
    assert "Connection refused" in found(ran)["connection"][1]

    def nowhere(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(_probes.socket, "getaddrinfo", nowhere)
    lost = doctor("--server", "https://api.test")
    assert found(lost)["name"] == ("fail", "api.test has no address: Name or service not known")
    assert statuses(lost)["connection"] == "skip"
    monkeypatch.setattr(_probes.socket, "getaddrinfo", lambda *_, **__: time.sleep(0.3) or [])
    slow = [*probe(read_base("http://api.test"), 0.1)]
    assert slow[1].message == "api.test has no address: no answer within 0.1 s"
    monkeypatch.setattr(_probes.socket, "create_connection", lambda *_: (_ for _ in ()).throw(TimeoutError()))
    monkeypatch.setattr(_probes.socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("192.0.2.1", 80))])
    assert [one.message for one in probe(read_base("http://api.test"), 3)][2] == "api.test port 80: no answer within 3 s"


def test_certificates(doctor, authority, authority_file, monkeypatch):
    def tls(*names, trusted=True, **dates):
        with secure(authority, *names, **dates) as port, monkeypatch.context() as patch:
            if trusted:
                patch.setenv("SSL_CERT_FILE", str(authority_file))
            ran = doctor("--server", f"https://localhost:{port}", after=["--wait", "3"])
            return found(ran)["tls"], found(ran)["answer"]

    sound, answered = tls("localhost")
    assert sound[0] == answered[0] == "ok"
    assert "TLSv1.3, certificate of " in sound[1]
    assert tls("localhost", not_after=TODAY + timedelta(days=3))[0][0] == "warn"
    for (status, said), wanted in [
        (tls("localhost", not_after=TODAY - timedelta(days=1), not_before=TODAY - timedelta(days=9))[0], "certificate has expired"),
        (tls("localhost", not_before=TODAY + timedelta(days=1))[0], "not yet valid"),
        (tls("other.test")[0], "Hostname mismatch"),
        (tls("localhost", trusted=False)[0], "unable to get local issuer certificate"),
    ]:
        assert status == "fail"
        assert wanted in said


def test_tls_that_can_not_be(doctor, wire, monkeypatch, tmp_path):
    server = wire([answer_of(400)])
    plain = doctor("--server", server.url.replace("http:", "https:"), after=["--wait", "0.5"])
    assert found(plain)["tls"][0] == "fail"
    assert "no TLS connection" in found(plain)["tls"][1]
    (tmp_path / "none.pem").write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    broken = doctor("--server", server.url.replace("http:", "https:"), after=["--wait", "0.5"])
    assert "no TLS context can be made" in found(broken)["tls"][1]


def test_proxies(doctor, wire, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", wire([answer_of(407)]).url.replace("//", "//user:password@").removesuffix("/v1"))
    ran = doctor("--server", "https://api.test", after=["--wait", "2"])
    assert "password" not in ran.out.replace("a user and a password", "").replace("user:password@host:port", "")
    assert found(ran)["proxy"][0] == "ok"
    assert "(with a user and a password), from the environment" in found(ran)["proxy"][1]
    assert found(ran)["name"][1] == "the proxy 127.0.0.1 is 127.0.0.1"
    assert found(ran)["tls"] == ("ok", "goes through the proxy, and is tried with the answer")
    assert found(ran)["answer"][0] == "fail"
    monkeypatch.setenv("NO_PROXY", "api.test")
    monkeypatch.setattr(_probes.socket, "getaddrinfo", lambda *_, **__: [])
    unused = [next(probe(read_base(url), 1)).message for url in ("https://api.test", "http://api.test")]
    assert unused == [
        "not used, though the environment names one for https: NO_PROXY, or the address, leaves this server out",
        "not used, though the environment names one for https: plain http goes to the server itself",
    ]


# ---- settings


def test_a_broken_configuration_or_document(doctor, tmp_path, wire):
    (tmp_path / "config.toml").write_text("[profile.a]\nservr = 1\n")
    ran = doctor("--config", tmp_path / "config.toml", "--profile", "a")
    assert ran.code == 1
    assert statuses(ran) == {"package": "ok", "config": "fail", "document": "skip", "key": "skip", "server": "skip"}
    assert "config.toml:2: profile.a.servr: there is no such key, did you mean 'server'?" in found(ran)["config"][1]
    (tmp_path / "broken.yaml").write_text("openapi: [")
    ran = doctor("--spec", tmp_path / "broken.yaml")
    assert statuses(ran) == {"package": "ok", "config": "ok", "document": "fail", "key": "skip", "server": "skip"}
    ran = doctor("--spec", tmp_path / "broken.yaml", "--server", wire([answer_of()]).url)
    assert statuses(ran)["answer"] == "ok", "what does not need the document is tried"
    assert "not both" in found(doctor("--spec", tmp_path / "broken.yaml", "--spec-version", "1.5.0"))["document"][1]


def test_variables(doctor, monkeypatch):
    monkeypatch.setenv("AEROSTACK_APIKEY", KEY)
    monkeypatch.setenv("AEROSTACK_ZZZZZZZZZZZZZZ", KEY)
    ran = doctor(after=["--offline"])
    told = [(one["status"], one["message"], one["advice"]) for one in ran.value if one["name"] == "variables"]
    assert told[0][:2] == ("warn", "nothing reads the variable AEROSTACK_APIKEY")
    assert told[0][2].startswith("did you mean 'AEROSTACK_API_KEY'")
    assert told[1][2].startswith("there is AEROSTACK_API_KEY, ")
    monkeypatch.setenv("AEROSTACK_VALIDATION", "strct")
    assert found(doctor(after=["--offline"]))["variables"] == ("fail", "AEROSTACK_VALIDATION: there is no mode 'strct'")
    assert KEY not in ran.out


def test_what_is_missing_is_told_without_what_is_there(doctor, monkeypatch):
    def advice(*words):
        return [
            one["advice"] for one in doctor("--spec-version", "1.5.0", *words, after=["--offline"]).value if one["name"] == "key"
        ][-1]

    given = "give --credential SCHEME=SOURCE; the security schemes are: GatewayConsumerKey, BearerAuth"
    assert advice() == f"set AEROSTACK_API_KEY, or give --api-key SOURCE or {given[5:].replace(': ', ': ApiKeyAuth, ')}"
    monkeypatch.setenv("KEY", KEY)
    assert advice("--api-key", "env:KEY") == given


def test_keys(doctor, monkeypatch, tmp_path):
    def key(*words):
        ran = doctor(*words, after=["--offline"])
        assert KEY not in ran.out
        return [(one["status"], one["message"]) for one in ran.value if one["name"] == "key"]

    assert key() == [("fail", "9 of 9 operations need a credential that was not found")]
    monkeypatch.setenv("KEY", KEY)
    assert key("--api-key", "env:KEY") == [("ok", "ApiKeyAuth: the variable KEY, by the option --api-key")]
    assert key("--api-key", "ask") == [
        ("skip", "ApiKeyAuth: a person, who is asked, by the option --api-key; asked for when a call needs it")
    ]
    assert key("--api-key", "env:NO") == [
        ("fail", "ApiKeyAuth: the variable NO, by the option --api-key: the variable NO is not set")
    ]
    assert key("--credential", "ApiKeyAut=env:KEY")[0][0] == "fail"
    monkeypatch.setenv("KEY", f"{KEY} ")
    assert key("--api-key", "env:KEY")[0][0] == "fail"
    monkeypatch.setenv("AEROSTACK_API_KEY", f"Bearer {KEY}")
    assert key() == [("fail", key()[0][1])]
    assert "a word such as Bearer before it" in key()[0][1]
    (tmp_path / "key").write_text(KEY)
    os.chmod(tmp_path / "key", 0o644)
    opened = key("--api-key", f"@{tmp_path / 'key'}")
    assert opened[0][0] == ("warn" if os.name == "posix" else "ok")
    os.chmod(tmp_path / "key", 0o600)
    assert key("--api-key", f"@{tmp_path / 'key'}")[0][0] == "ok"


def own(tmp_path, **more):
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Own", "version": "1"},
        "paths": {"/x": {"get": {"operationId": "x", "responses": {"204": {"description": "d"}}}}},
        **more,
    }
    (tmp_path / "own.json").write_text(json.dumps(document))
    return tmp_path / "own.json"


def test_documents_of_ones_own(doctor, tmp_path, monkeypatch):
    monkeypatch.setenv("AEROSTACK_API_KEY", KEY)
    ran = doctor("--spec", own(tmp_path), after=["--offline"])
    told = {(one["name"], one["status"]): one["message"] for one in ran.value}
    assert told["key", "ok"] == "none is needed"
    assert "is for the platform's documents" in told["key", "warn"]
    assert "the document lists no server" in told["server", "fail"]
    basic = own(
        tmp_path,
        servers=[{"url": "http://api.test"}],
        security=[{"Basic": []}],
        components={"securitySchemes": {"Basic": {"type": "http", "scheme": "basic"}}},
    )
    monkeypatch.setenv("PAIR", f"me:{KEY}")
    ran = doctor("--spec", basic, "--credential", "Basic=env:PAIR", after=["--offline"])
    assert found(ran)["key"] == ("ok", "Basic: the variable PAIR, by the option --credential")
    assert "plain http to another machine" in found(ran)["server"][1]
    broken = own(tmp_path, paths={"/x": {"get": {"operationId": "x", "parameters": [{"in": "query"}], "responses": {}}}})
    assert found(doctor("--spec", broken, after=["--offline"]))["document"][0] == "warn"


def test_a_profile(doctor, tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    path.write_text(
        'default_profile = "a"\n[profile.a]\nserver = "http://localhost:1"\n'
        '[profile.a.credentials]\nBasic = { user = "me", env = "KEY" }\nspare = { env = "KEY" }\n'
    )
    with open(path, "a") as file:
        file.write(f'[profile.b]\nspec = "{Path(own(tmp_path)).as_posix()}"\n[profile.c]\napi_key = {{ env = "KEY" }}\n')
    os.chmod(path, 0o666)
    monkeypatch.setenv("KEY", KEY)
    ran = doctor("--config", path, after=["--offline"])
    configs = [(one["status"], one["message"]) for one in ran.value if one["name"] == "config"]
    assert ("ok", f"{path}; the profile 'a', by default_profile in the configuration") in configs
    assert (len(configs) == 2) is (os.name == "posix")
    unknown = [one for one in ran.value if one["name"] == "key" and one["status"] == "fail"]
    assert "the document has no such security scheme" in unknown[0]["message"]
    assert "no profile is chosen" in found(doctor("--config", os.devnull, after=["--offline"]))["config"][1]
    assert "Own 1 (" in found(doctor("--config", path, "--profile", "b", after=["--offline"]))["document"][1]
    monkeypatch.setenv("AEROSTACK_API_KEY", KEY)
    ran = doctor("--config", path, "--profile", "c", after=["--offline"])
    assert "the variable AEROSTACK_API_KEY wins over what the profile c says" in [one["message"] for one in ran.value]
