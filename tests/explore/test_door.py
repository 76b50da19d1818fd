"""What stands behind the page: who may ask, what is read, and how calls are made."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

import httpx
import pytest

from aerostack_dynamic import ArgumentsError, AsyncClient, Client
from aerostack_dynamic.cli import main
from aerostack_dynamic.explore import Explorer, _answers, _calls, _door, explore

from .conftest import SECRET, Asker

if TYPE_CHECKING:
    from aerostack_dynamic import Spec
    from aerostack_dynamic.sandbox import Sandbox

REMOTE = ("http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1")


def ask(asker: Asker, path: str, **headers: str) -> int:
    """The status of a request by the method that the path is asked by; an underscore in a header's name is a hyphen."""
    named = {name.replace("_", "-"): text.encode("latin-1") for name, text in headers.items()}
    return asker.http.request("POST" if path == "/call" else "GET", path, headers=named).status_code


def test_other_names_and_other_pages_are_refused(asker: Asker) -> None:
    """Whatever is asked for, with the right token even; names of somebody else's may lead to this machine."""
    port, right = asker.http.base_url.port, {"explore_token": asker.token}
    names = (
        f"evil.example:{port}",
        "127.0.0.1",
        f"127.0.0.1:{int(port or 0) + 1}",
        f"localhost.evil.example:{port}",
        f"127.0.0.1.:{port}",
    )
    for path in ("/", "/explore.js", "/viewer/swagger-ui.css", "/settings", "/document/openapi.json", "/call"):
        assert {ask(asker, path, host=name, **right) for name in names} == {421}
        assert {ask(asker, path, origin=origin, **right) for origin in REMOTE} == {403}
        for site in ("cross-site", "same-site"):
            assert ask(asker, path, sec_fetch_site=site, sec_fetch_dest="image", **right) == 403
    assert ask(asker, "/", sec_fetch_site="cross-site", sec_fetch_dest="document") == 200, "a link, in a terminal"
    local = f"localhost:{port}"
    assert ask(asker, "/settings", host=local, origin=f"http://{local}", **right) == 200
    assert ask(asker, "/settings", origin=f"http://127.0.0.1:{port}", sec_fetch_site="same-origin", **right) == 200


def test_without_the_token_nothing_is_told(asker: Asker) -> None:
    token = asker.token
    for path in ("/settings", "/document/openapi.json", "/nothing", "/call"):
        for wrong in ("", token[:-1], token + "x", "x" * 43, "\u00e9"):
            assert ask(asker, path, explore_token=wrong) == 403
        assert ask(asker, path) == 403
        assert ask(asker, path, cookie=f"explore-token={token}") == 403
        typed = ask(asker, path, explore_token=token, sec_fetch_site="none")
        assert typed == 403, "what is typed into the address bar is no page's own request"


def test_no_browser_is_told_that_another_page_may(asker: Asker) -> None:
    preflight = {
        "Origin": "http://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "explore-token",
    }
    http = asker.http
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
    told, reply = asker.call("GET", "/odd/refused")
    assert (told["status"], reply.json()["title"]) == (0, "AssertionError")
    assert "failed" not in caplog.text
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
    told, _ = asker.call("POST", "/talk", b'{"stream": true, "how": "plain"}', "application/json")
    assert told["notes"] == ["the answer breaks the document: the answer is application/json, and no stream of text/event-stream"]
    _, reply = asker.call("GET", "/odd/picture", accept="text/event-stream")
    assert reply.content == b"\x89PNG"
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


def test_documents_are_shown_as_they_are_called(asker: Asker) -> None:
    """Of 3.2, with a method of its own; of Swagger 2.0; with a version that nobody has, and answers that nobody describes."""
    ran: list[str] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        ran.append(f"{request.method} {request.url}")
        return httpx.Response(200)

    info = {"title": "T", "version": "1"}
    secure = {"operationId": "x", "security": [{"K": []}, {}], "servers": [{"url": "https://t.example/own"}]}
    newest = {
        "openapi": "3.2",
        "$self": "https://t.example/openapi.json",
        "info": info,
        "paths": {"/x": {"additionalOperations": {"look": secure}}, "/y": {"query": {"operationId": "y"}}},
    }
    oldest = {"swagger": "2.0", "info": info, "host": "t.example", "basePath": "/v2", "paths": {"/x": {"get": {"responses": {}}}}}
    for document, version, url, calls in (
        (newest, "3.2.0", "https://t.example/v1", [("LOOK", "/x"), ("QUERY", "/y")]),
        (oldest, "3.0", "https://t.example/v2", [("GET", "/x")]),
    ):
        client = AsyncClient(spec=document, server=url, transport=httpx.MockTransport(answer))
        with Explorer(client) as explorer:
            other = Asker(explorer)
            settings = other.get("/settings").json()
            assert {one[0].lower() for one in calls} <= {one.lower() for one in settings["methods"]}
            shown = other.get(settings["document"]).json()
            assert shown["openapi"].startswith(version)
            assert "$self" not in shown
            assert shown["servers"] == [{"url": url}]
            if document is newest:
                look = shown["paths"]["/x"]["additionalOperations"]["look"]
                assert look["description"] == "Credentials: K or none"
                assert "servers" not in look
                assert look["responses"]["default"]
            for method, path in calls:
                told = quote(json.dumps({"method": method, "url": url + path, "headers": {}}))
                reply = other.http.post("/call", headers={**other.headers, "Explore-Call": told})
                assert '"status": 200' in unquote(reply.headers["explore-answer"]), unquote(reply.headers["explore-answer"])
            other.http.close()
    assert ran == ["look https://t.example/own/x", "QUERY https://t.example/v1/y", "GET https://t.example/v2/x"]


def test_a_call_that_is_cut_is_not_made() -> None:
    messages = [{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return messages.pop(0)

    assert asyncio.run(_door._body(receive)) is None


# ---- its life


def test_it_begins_and_ends(things: Spec, tmp_path: Path) -> None:
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


def test_it_is_waited_for_until_another_thread_stops_it(things: Spec) -> None:
    with Explorer(AsyncClient(spec=things)) as explorer:
        other = threading.Timer(0.01, explorer.stop)
        other.start()
        explorer.wait()
        with pytest.raises(RuntimeError, match="not served"):
            _ = explorer.url
        other.join()


def test_it_is_shown_until_ctrl_c(
    things: Spec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = AsyncClient(spec=things)
    opened: list[str] = []

    def interrupted(address: str) -> None:
        opened.append(address)

    monkeypatch.setattr("webbrowser.open", interrupted)
    monkeypatch.setattr("threading.Thread.is_alive", _interrupt)
    explore(client, browser=False)
    assert not opened
    assert capsys.readouterr().out.startswith("Things 7 is shown on http://127.0.0.1:")
    explore(client)
    assert capsys.readouterr().out == f"Things 7 is shown on {opened[0]}\nCtrl-C ends it.\n"
    monkeypatch.setattr("aerostack_dynamic.explore._viewer.find_spec", lambda _name: None)
    with pytest.raises(ImportError, match=r"pip install 'aerostack_dynamic\[explore\]'"):
        explore(client, browser=False)
    (tmp_path / "swagger-ui-bundle.js").touch()
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.delitem(sys.modules, "aerostack_dynamic._serving")
    with pytest.raises(ImportError, match="needs uvicorn"):
        Explorer(client, viewer=tmp_path).start()


def test_the_command(box: Sandbox, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On a server and on a mock, until Ctrl-C; what can't be used is told in a line."""
    monkeypatch.setenv("AEROSTACK_API_KEY", box.api_key)
    seen: list[Any] = []
    call: list[Any] = []

    def visit(address: str) -> None:
        port = urlsplit(address).port
        http = httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers={"Explore-Token": address.partition("#")[2]}, trust_env=False
        )
        settings = http.get("/settings").json()
        method, path, body = call
        told = quote(json.dumps({"method": method, "url": settings["server"] + path, "headers": {}}))
        reply = http.post("/call", content=body, headers={"Content-Type": "application/json", "Explore-Call": told})
        seen.append((settings["server"], settings["transport"], reply.json(), capsys.readouterr().out))
        http.close()
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("webbrowser.open", visit)
    call[:] = ["POST", "/cache/get", b'{"key": "nothing"}']
    assert main(["explore", "--server", box.url]) == 0
    assert seen[-1][:3] == (box.url, "", {"value": None, "exists": False})
    assert re.fullmatch(r"Aerostack API 1\.0\.0 is shown on http://127\.0\.0\.1:\d+/#\S{43}\nCtrl-C ends it\.\n", seen[-1][3])
    call[:] = ["GET", "/pets", b""]
    assert main(["explore", "--mock", "--server", "0", "--spec", str(folder / "openapi.yaml")]) == 0
    assert seen[-1][:2] == ("https://pets.example", "MockTransport")
    assert "species" in seen[-1][2]
    for arguments, code, said in (
        (["--spec", str(folder / "nothing.yaml")], 3, "can't be read"),
        (["--viewer", str(folder)], 4, "has no swagger-ui-bundle.js"),
        (["--port", str(urlsplit(box.url).port)], 1, "cannot serve on"),
    ):
        assert main(["explore", *arguments]) == code
        assert said in capsys.readouterr().err
    monkeypatch.setattr("aerostack_dynamic.explore._viewer.find_spec", lambda _name: None)
    assert main(["explore"]) == 1
    assert "pip install 'aerostack_dynamic[explore]'" in capsys.readouterr().err


def _interrupt(_thread: Any) -> bool:
    raise KeyboardInterrupt
