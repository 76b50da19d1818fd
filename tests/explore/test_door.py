"""What stands behind the page: who may ask, what is read, and how calls are made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from aerostack_dynamic import AsyncClient
from aerostack_dynamic.explore import Explorer, _answers, _calls, _door

from .conftest import SECRET, Asker

if TYPE_CHECKING:
    from aerostack_dynamic import Spec

REMOTE = ("http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1")


def test_nobody_else_may_ask(asker: Asker) -> None:
    """Other names of this machine, other pages, no token, another's token; and nothing tells a browser that another page may."""
    http, token = asker.http, asker.token
    port = http.base_url.port
    own = f"http://127.0.0.1:{port}"
    for path in ("/", "/explore.js", "/viewer/swagger-ui.css", "/settings", "/document/openapi.json", "/call"):
        method = "POST" if path == "/call" else "GET"
        for host in (
            f"evil.example:{port}",
            "127.0.0.1",
            f"127.0.0.1:{port + 1}",
            f"localhost.evil.example:{port}",
            f"127.0.0.1.:{port}",
        ):
            assert http.request(method, path, headers={**asker.headers, "Host": host}).status_code == 421
        for origin in REMOTE:
            assert http.request(method, path, headers={**asker.headers, "Origin": origin}).status_code == 403
        for site in ("cross-site", "same-site"):
            headers = {**asker.headers, "Sec-Fetch-Site": site, "Sec-Fetch-Dest": "image"}
            assert http.request(method, path, headers=headers).status_code == 403
    for path in ("/settings", "/document/openapi.json", "/nothing", "/call"):
        for headers in (
            {},
            {"Explore-Token": ""},
            {"Explore-Token": token[:-1]},
            {"Explore-Token": token + "x"},
            {"Cookie": f"Explore-Token={token}"},
        ):
            assert http.request("POST" if path == "/call" else "GET", path, headers=headers).status_code == 403
        refused = http.get(path, headers={**asker.headers, "Sec-Fetch-Site": "none"})
        assert refused.status_code == 403, "what is typed into the address bar is no page's own request"
    assert http.get("/", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}).status_code == 200, (
        "a link, in a terminal"
    )
    for headers in (
        {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"},
        {"Origin": own, "Sec-Fetch-Site": "same-origin"},
    ):
        assert http.get("/settings", headers={**asker.headers, **headers}).status_code == 200
    preflight = {
        "Origin": "http://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "explore-token",
    }
    assert http.options("/call", headers=preflight).status_code == 403
    for reply in (http.get("/"), http.get("/settings"), asker.get("/settings"), http.options("/call", headers=preflight)):
        assert not [name for name in reply.headers if name.startswith("access-control")]
        assert "set-cookie" not in reply.headers
        assert (reply.headers["x-frame-options"], reply.headers["referrer-policy"]) == ("DENY", "no-referrer")
        assert (reply.headers["x-content-type-options"], reply.headers["cache-control"]) == ("nosniff", "no-store")
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]


def test_a_call_is_posted(asker: Asker) -> None:
    """What is done needs more than an address: nothing is called by GET, which any page can make a browser send."""
    told = {
        **asker.headers,
        "Explore-Call": json.dumps({"method": "DELETE", "url": "https://things.example/v1/things/1", "headers": {}}),
    }
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        assert asker.http.request(method, "/call", headers=told).status_code == 405
    assert asker.http.post("/settings", headers=asker.headers).status_code == 405
    for wrong in ("", "{}", "[]", "1", '{"method": 1, "url": "", "headers": {}}', '{"method": "GET", "url": "/", "headers": []}'):
        assert asker.http.post("/call", headers={**asker.headers, "Explore-Call": wrong}).status_code == 400


def test_what_is_read(asker: Asker) -> None:
    page = asker.http.get("/")
    policy = dict(one.strip().partition(" ")[::2] for one in page.headers["content-security-policy"].split(";"))
    assert (policy["default-src"], policy["script-src"], policy["connect-src"]) == ("'none'", "'self'", "'self'")
    assert "http" not in page.headers["content-security-policy"]
    assert "http" not in page.text, "nothing is loaded from elsewhere"
    assert "Things" not in page.text, "without the token nothing is told of the document"
    for path in ("/explore.js", "/explore.css", "/viewer/swagger-ui-bundle.js", "/viewer/swagger-ui.css"):
        assert asker.http.get(path).status_code == 200
    for path in (
        "/viewer/index.html",
        "/viewer/%2e%2e/explore.js",
        "/viewer%2f%252e%252e/explore.js",
        "/viewer/%2e%2e/%2e%2e/__init__.py",
        "/document/",
        "/document/%2e%2e/settings",
    ):
        assert asker.get(path).status_code == 404
    settings = asker.get("/settings").json()
    assert (settings["title"], settings["server"], settings["transport"]) == (
        "Things",
        "https://things.example/v1",
        "MockTransport",
    )
    shown = asker.get(settings["document"]).json()
    assert shown["servers"] == [{"url": "https://things.example/v1"}]
    assert "security" not in shown
    assert list(shown["components"]) == ["schemas"]
    item = shown["paths"]["/things/{id}"]
    assert "servers" not in item
    assert item["get"]["description"] == "One thing.\n\nCredentials: Key"
    assert "description" not in item["delete"]
    assert SECRET not in json.dumps(shown) + json.dumps(settings)


def test_files_of_the_document_and_no_others(folder: Path) -> None:
    client = AsyncClient(spec=folder / "openapi.yaml")
    with Explorer(client) as explorer:
        asker = Asker(explorer)
        assert asker.get("/settings").json()["document"] == "/document/openapi.yaml"
        assert asker.get("/settings").json()["transport"] == ""
        assert asker.get("/document/schemas/pet.yaml").json() == {"type": "object", "properties": {"species": {"type": "string"}}}
        for name in ("private.yaml", "schemas", "schemas/../private.yaml", "%2e%2e/x", "/etc/passwd"):
            assert asker.get(f"/document/{name}").status_code == 404
        asker.http.close()


# ---- calls


def test_arguments_arrive_with_the_clients_credentials(asker: Asker) -> None:
    told, reply = asker.call("GET", "/things/4?id=5&id=6", X_Mood="fine", Cookie="crumb=c", accept="text/csv")
    sent = reply.json()
    assert (told["status"], told["reason"], told["notes"]) == (200, "OK", [])
    assert told["headers"]["content-type"] == reply.headers["content-type"] == "application/json"
    assert (sent["method"], sent["url"]) == ("GET", "https://things.example/v1/things/4?id=5&id=6")
    assert (sent["headers"]["x-mood"], sent["headers"]["cookie"]) == ("fine", "crumb=c")
    assert sent["headers"]["accept"] == "text/csv"
    assert sent["headers"]["x-key"] == SECRET
    assert not {one for one in sent["headers"] if one.startswith(("explore", "origin", "sec-"))}
    told, reply = asker.call("DELETE", "/things/4")
    assert (told["status"], told["headers"]["set-cookie"], reply.content) == (204, "a=1, b=2", b"")
    assert "set-cookie" not in reply.headers, "the browser keeps no cookie of a server"


@pytest.mark.filterwarnings("ignore::aerostack_dynamic.ArgumentsWarning")
def test_bodies(asker: Asker) -> None:
    told, reply = asker.call("POST", "/body", b'{"body": "whole", "n": 1}', "application/json")
    assert json.loads(reply.json()["body"]) == {"body": "whole", "n": 1}
    told, reply = asker.call("POST", "/talk", b'{"how": "so", "extra": null}', "application/json")
    assert reply.json() == {"how": "so", "extra": None}
    assert told["notes"] == ["sent as given: body/extra: the document declares no such property"]
    _, reply = asker.call("PUT", "/raw", b"\x89PNG", "image/png")
    assert (reply.json()["body"], reply.json()["headers"]["content-type"]) == ("\x89PNG", "image/png")
    files = [
        ("one", ("a.txt", b"first", "text/x-own")),
        ("many", ("b.txt", b"second", "text/plain")),
        ("many", ("c.txt", b"third", "text/plain")),
    ]
    form = httpx.Request("POST", "https://x.example", data={"name": "n"}, files=files)
    _, reply = asker.call("POST", "/form", form.read(), form.headers["content-type"])
    body = reply.json()["body"]
    for part in (
        'filename="a.txt"',
        "text/x-own",
        "first",
        'filename="b.txt"',
        "second",
        'filename="c.txt"',
        "third",
        "\r\n\r\nn\r\n",
    ):
        assert part in body
    bare = b'--b\r\nContent-Disposition: form-data; name="one"\r\n\r\nunnamed\r\n--b--\r\n'
    _, reply = asker.call("POST", "/form", bare, "multipart/form-data; boundary=b")
    assert "unnamed" in reply.json()["body"]


def test_what_is_wrong_is_told_in_the_answers_place(asker: Asker) -> None:
    told, reply = asker.call("POST", "/body", b'{"n": "x"}', "application/json")
    assert (told["status"], told["reason"]) == (
        0,
        "send_body: 2 problems: body/body: required, missing; body/n: expected integer, got string",
    )
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["problems"][1] == {"place": "body/n", "message": "expected integer, got string"}
    told, reply = asker.call("POST", "/body", b'{"body": "", "extra": 1}', "application/json")
    assert (told["status"], told["notes"], reply.json()["problems"][0]["place"]) == (0, [], "body/extra"), "not sent as given"
    assert (reply.json()["title"], reply.json()["sent"]) == ("ArgumentsError", "nothing was sent")
    for method, path, body, kind, said in (
        ("GET", "/nowhere", b"", "", "the document has no operation GET /v1/nowhere"),
        ("GET", "/things/1?idd=2", b"", "", "query/idd: the document declares no such parameter"),
        ("POST", "/body", b"{", "application/json", "body: "),
        ("POST", "/body", b"<a/>", "application/xml", "the body is one of application/json"),
        ("GET", "/refused", b"", "", "Missing"),
    ):
        told, reply = asker.call(method, path, body, kind)
        assert told["status"] == 0
        assert said in reply.json()["detail"]
    told, reply = asker.call("GET", "/odd/lost")
    assert (reply.json()["title"], reply.json()["stage"], reply.json()["attempts"]) == ("NoResponseError", "connect", 1)


def test_answers_come_as_they_are(asker: Asker, caplog: pytest.LogCaptureFixture) -> None:
    """With their own status and headers told aside, on which a browser would act."""
    for status in (302, 401, 404, 407, 500):
        told, reply = asker.call("GET", f"/odd/{status}")
        assert (told["status"], reply.json()) == (status, {"code": str(status)})
        assert told["headers"]["location"] == "https://elsewhere.example/"
        assert not {"location", "www-authenticate"} & set(reply.headers)
    told, reply = asker.call("GET", "/odd/wrong")
    assert (told["status"], reply.json()) == (200, {"n": "many"})
    assert told["notes"] == ["the answer breaks the document: response/n: expected integer, got string"]
    told, reply = asker.call("GET", "/odd/drift")
    assert (told["status"], reply.json(), len(told["notes"])) == (200, {"mood": "bad"}, 1)
    assert "mood" in told["notes"][0]
    told, _ = asker.call("GET", "/odd/undocumented")
    assert "odd: 203 response: the document has no status 203, only 200" in told["notes"]
    told, reply = asker.call("GET", "/odd/picture")
    assert (reply.content, reply.headers["content-type"]) == (b"\x89PNG", "image/png")
    told, reply = asker.call("GET", "/odd/bug")
    assert (told["status"], reply.json()["title"]) == (0, "RuntimeError")
    assert "a call from the page failed" in caplog.text
    assert SECRET not in caplog.text


def test_streams_are_shown_once_they_end(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = b'id: 4\ndata: {"a":1}\n\nevent: more\nid: 4\ndata: {"a":2}\n\n'
    told, reply = asker.call("POST", "/talk", b'{"stream": true}', "application/json", accept="application/json")
    assert (reply.content, told["headers"]["content-type"], told["notes"]) == (whole, "text/event-stream", [])
    told, reply = asker.call("POST", "/talk", b"{}", "application/json", accept="text/event-stream")
    assert reply.content == whole
    _, reply = asker.call("POST", "/talk", b'{"stream": false, "how": "x"}', "application/json", accept="text/event-stream")
    assert reply.json() == {"how": "x"}
    told, reply = asker.call("POST", "/talk", b'{"stream": true, "how": "cut"}', "application/json")
    assert reply.content == whole
    assert len(told["notes"]) == 1
    _, reply = asker.call("GET", "/lines", accept="application/x-ndjson")
    assert reply.content == b'{"n":1}\n{"n":2}\n'
    monkeypatch.setattr(_calls, "_STREAM_BYTES", 5)
    told, reply = asker.call("GET", "/lines", accept="application/x-ndjson")
    assert (reply.content, told["notes"]) == (b'{"n":1}\n', ["only the first 8 bytes of the stream are shown"])
    monkeypatch.setattr(_calls, "_STREAM_SECONDS", 0.05)
    told, reply = asker.call("GET", "/endless", accept="application/x-ndjson")
    assert (reply.content, told["notes"]) == (b"1\n", ["only the first 0.05 seconds of the stream are shown"])


def test_sizes_are_bounded(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_answers, "_MOST_BYTES", 1999)
    told, reply = asker.call("GET", "/odd/large")
    assert (told["status"], reply.content) == (200, b"")
    assert told["notes"][-1] == "the answer has 2000 bytes, which a page does not show; at most 1999"
    monkeypatch.setattr(_answers, "_MOST_HEADERS", 40)
    told, _ = asker.call("GET", "/odd/404")
    assert [*told["headers"]] == ["location"]
    monkeypatch.setattr(_door, "_MOST_BYTES", 10)
    refused = asker.http.post("/call", content=b"x" * 11, headers=asker.headers)
    assert refused.status_code == 413


# ---- its life


def test_it_begins_and_ends(
    things: Spec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from aerostack_dynamic import ArgumentsError, Client
    from aerostack_dynamic.explore import explore

    wrong: Any = Client(spec=things)
    with pytest.raises(ArgumentsError, match="give an AsyncClient, not a Client"):
        Explorer(wrong)
    client = AsyncClient(spec=things)
    explorer = Explorer(client)
    with pytest.raises(RuntimeError, match="not served"):
        _ = explorer.url
    with explorer:
        assert explorer.url.partition("#")[2] not in repr(explorer)
        with pytest.raises(RuntimeError, match="served already"):
            explorer.start()
    explorer.stop()
    with pytest.raises(ArgumentsError, match="has no swagger-ui-bundle.js"):
        Explorer(client, viewer=tmp_path).start()
    (tmp_path / "swagger-ui-bundle.js").write_text("// another release")
    with Explorer(client, viewer=tmp_path) as other:
        asker = Asker(other)
        assert asker.get("/viewer/swagger-ui-bundle.js").text == "// another release"
        assert asker.get("/viewer/swagger-ui.css").status_code == 404
        asker.http.close()
        with pytest.raises(OSError, match="cannot serve on"):
            Explorer(client, port=int(asker.http.base_url.port or 0)).start()

    opened: list[str] = []

    def interrupted(address: str) -> None:
        opened.append(address)

    monkeypatch.setattr("webbrowser.open", interrupted)
    monkeypatch.setattr("threading.Thread.is_alive", _interrupt)
    explore(client)
    assert capsys.readouterr().out == f"Things 7 is shown on {opened[0]}\nCtrl-C ends it.\n"
    monkeypatch.setattr("aerostack_dynamic.explore._viewer.find_spec", lambda _name: None)
    with pytest.raises(ImportError, match=r"pip install 'aerostack_dynamic\[explore\]'"):
        explore(client, browser=False)


def _interrupt(_thread: Any) -> bool:
    raise KeyboardInterrupt
