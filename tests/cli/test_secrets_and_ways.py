"""What goes over the network and may not be read on the way, and what is shown of it: plain http, and names that tell of secrets."""

from __future__ import annotations

import json


def test_plain_http_is_shown_without_a_word_and_called_when_it_is_allowed(run, shop, shop_file):
    far = ("--spec", shop_file, "--server", "http://api.example")
    words = ("orders", "add-order", "--name", "Ann")
    assert run(*far, *words, "--dry-run").out.startswith("POST http://api.example/orders\n")
    assert "http://api.example/orders" in run(*far, *words, "--curl").out
    example = run(*far, "--allow-insecure-http", *words, "--example")
    assert (example.code, "--allow-insecure-http orders add-order" in example.out) == (0, True)
    ended = run(*far, *words)
    assert ended.code == 5
    assert ended.err == (
        "aerostack: orders.add_order: http://api.example is plain http to another machine, which would show what is sent, "
        "keys too, to everyone on the way; use https, or --allow-insecure-http before the command\n"
    )
    ended = run(*far, *words, "--output", "json")
    assert json.loads(ended.err)["error"]["kind"] == "CredentialsError"
    ended = run(*far, *words, "--count", "77")
    assert (ended.code, ended.err.splitlines()[1].partition(":")[0]) == (4, "  --count")
    far = ("--spec", shop_file, "--server", "http://name.invalid", "--allow-insecure-http")
    ended = run(*far, *words, "--attempts", "1")
    assert (ended.code, "(http://name.invalid)" in ended.err) == (6, True)


TEXT = {"type": "string"}
QUERY = [{"name": name, "in": "query", "schema": TEXT} for name in ("username", "pass-word", "next_page_token")]
FORM = {"type": "object", "properties": {"user": TEXT, "client_secret": TEXT}}
LOGIN = {
    "openapi": "3.1.0",
    "info": {"title": "Login", "version": "1"},
    "paths": {
        "/orders": {
            "post": {
                "operationId": "login",
                "parameters": QUERY,
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"type": "object", "properties": {"max_tokens": {}, "deep": {}}}},
                        "application/x-www-form-urlencoded": {"schema": FORM},
                        "multipart/form-data": {"schema": FORM},
                    }
                },
                "responses": {"200": {"description": "", "content": {"application/json": {}}}},
            }
        }
    },
}


def test_what_tells_of_a_secret_by_its_name_is_masked_in_all_that_is_shown(run, shop, tmp_path):
    (tmp_path / "login.json").write_text(json.dumps(LOGIN))
    start = ["--spec", "login.json", "--server", shop.url, "login", "--username", "ann", "--pass-word", "S-4711"]
    start += ["--next-page-token", "page-2"]
    for header in ("X-Api-Key: S-4711", "X-AUTH-TOKEN: S-4711", "X-Max-Tokens: 12"):
        start += ["--header", header]
    deep = json.dumps([{"accessToken": "S-4711", "API_KEY": {"is": "S-4711"}, "token_count": "count-3"}])
    form = ["--media-type", "application/x-www-form-urlencoded", "user=Ann", "client_secret=S-4711"]
    parts = ["--media-type", "multipart/form-data", "user=Ann", "client_secret=S-4711"]
    for words, plain in ((["max_tokens:=7", f"deep:={deep}"], "count-3"), (form, "Ann"), (parts, "Ann")):
        for how in (["--dry-run"], ["--curl"], ["-v", "--har", "login.har", "-o", "out.json"]):
            ended = run(*start, *words, *how)
            assert ended.code == 0, ended.err
            shown = ended.out + ended.err
            if "--har" in how:
                kept = (tmp_path / "login.har").read_text()
                assert [one["value"] for one in json.loads(kept)["log"]["entries"][0]["request"]["queryString"]] == [
                    "ann",
                    "***",
                    "page-2",
                ]
                assert plain in kept
                shown += kept
            else:
                assert plain in shown
            assert "4711" not in shown
            assert "page-2" in shown
            assert "12" in shown
    assert all(b"S-4711" in body for *_, body in shop.seen)


def test_a_wrong_server_is_told_without_its_query(run):
    for server in ("http://127.0.0.1:9/v1?token=S-4711#S-4711", "ftp://u:S-4711@127.0.0.1/"):
        ended = run("--server", server, "ai", "ai-chat", "--messages", "[]")
        assert (ended.code, "4711" in ended.err, "127.0.0.1" in ended.err) == (2, False, True)


SCHEMES = {
    "head": {"type": "apiKey", "in": "header", "name": "X-Shop"},
    "asked": {"type": "apiKey", "in": "query", "name": "shop key"},
    "crumb": {"type": "apiKey", "in": "cookie", "name": "crumb"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "other": {"type": "http", "scheme": "basic"},
}
CLOSED = {
    "openapi": "3.1.0",
    "info": {"title": "Closed", "version": "1"},
    "paths": {
        "/any": {
            "get": {
                "operationId": "any",
                "security": [{"other": []}, {"head": [], "asked": [], "crumb": [], "bearer": []}],
                "parameters": [{"name": "status", "in": "query", "schema": {"type": "integer"}}],
                "responses": {"200": {"description": "", "content": {"application/json": {}}}},
            }
        }
    },
    "components": {"securitySchemes": SCHEMES},
}


def test_keys_that_went_out_are_shown_as_masks_and_each_attempt_is_kept(run, shop, tmp_path, monkeypatch):
    (tmp_path / "closed.json").write_text(json.dumps(CLOSED))
    monkeypatch.setenv("KEY", "S-4711")
    keys = [word for name in ("head", "asked", "crumb", "bearer") for word in ("--credential", f"{name}=env:KEY")]
    start = ["--spec", "closed.json", "--server", shop.url, *keys, "any", "-v", "--har", "out.har"]
    ended = run(*start)
    assert ended.code == 0, ended.err
    lines = ended.err.splitlines()
    for line in ("> x-shop: ***", "> query shop key=***", "> cookie crumb=***", "> authorization: ***"):
        assert line in lines
    kept = (tmp_path / "out.har").read_text()
    assert "4711" not in kept + ended.err
    (entry,) = json.loads(kept)["log"]["entries"]
    sent = {one["name"]: one["value"] for one in entry["request"]["headers"]}
    assert [sent[name] for name in ("x-shop", "cookie", "authorization")] == ["***", "crumb=***", "***"]
    assert entry["request"]["queryString"] == [{"name": "shop key", "value": "***"}]
    assert (entry["response"]["status"], entry["response"]["statusText"]) == (200, "OK")
    assert run("replay", "out.har", "--spec", "closed.json").code == 0
    assert run(*start, "--status", "503", "--attempts", "2").code == 8
    first, last = json.loads((tmp_path / "out.har").read_text())["log"]["entries"]
    assert first["request"] == last["request"]
    assert first["response"]["_error"] == "attempt 1 failed: status 503"
    assert (last["response"]["status"], last["response"]["statusText"]) == (503, "Service Unavailable")
    assert first["startedDateTime"] < last["startedDateTime"]


def test_a_har_of_what_is_not_sent_is_refused(buy, tmp_path):
    ended = buy("any", "--dry-run", "--har", "out.har")
    assert (ended.code, "nothing is sent that --har could keep" in ended.err) == (2, True)
    assert not (tmp_path / "out.har").exists()
