"""Calls by command: what is written where, in which form, and with which exit code a command ends."""

from __future__ import annotations

import csv
import io
import json
import shlex
import subprocess
import sys

import pytest
import yaml

from aerostack_dynamic.testing import read_calls

PASSWORD = "correct-horse-1"


def test_a_result_alone_is_written_in_any_form(buy):
    words = ("orders", "list-orders", "--limit", "2")
    whole = json.loads(buy(*words).out)
    assert whole == {"orders": [{"id": n, "name": f"order \x1b[2J{n}", "tags": ["a", "b"]} for n in (0, 1)], "next": "2"}
    assert json.loads(buy(*words, "--output", "json").out) == whole
    assert yaml.safe_load(buy(*words, "--output", "yaml").out) == whole
    assert json.loads(buy(*words, "--output", "ndjson").out) == whole
    lines = buy(*words, "--output", "ndjson", "--filter", "orders").out.splitlines()
    assert [json.loads(line) for line in lines] == whole["orders"]
    rows = [*csv.DictReader(io.StringIO(buy(*words, "--output", "csv", "--filter", "orders").out))]
    assert rows == [{"id": str(one["id"]), "name": one["name"], "tags": '["a","b"]'} for one in whole["orders"]]
    assert buy(*words, "--output", "text", "--filter", "orders[].tags[0]").out == "a\na\n"
    assert buy(*words, "--output", "text", "--filter", "next").out == "2\n"
    assert buy(*words, "--filter", "next").out == '"2"\n'
    assert buy(*words, "--filter", "length(orders)").out == "2\n"
    assert buy(*words, "--filter", "nothing").out == "null\n"
    table = buy(*words, "--output", "table").out
    assert table.splitlines()[0].split() == ["next", "2"]
    assert "orders" in table
    assert '0   order \\x1b[2J0   ["a","b"]' in table
    assert buy("any", "--output", "table").out.split() == ["code", "odd", "message", "so", "it", "is"]
    assert buy(*words, "--output", "table", "--filter", "orders[].id").out.split() == ["value", *["─" * 5], "0", "1"]
    assert buy(*words, "--output", "table", "--filter", "next").out == "2\n"
    assert buy("gone").out == ""
    assert buy("text").out == "plain \x1b[2J text"
    assert buy("text", "--output", "json").out == '"plain \\u001b[2J text"\n'


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("orders[", "the expression ends too early\n  orders[\n         ^\n"),
        ("orders[?", "the expression ends too early\n  orders[?\n          ^\n"),
        ("a $ b", "the expression can't be read from here on\n  a $ b\n    ^\n"),
        ("a b", "the expression can't be read from here on\n  a b\n    ^\n"),
        ("", "the expression is empty\n"),
    ],
)
def test_a_wrong_filter_is_shown_where_it_is_wrong_before_anything_is_sent(buy, shop, expression, said):
    ended = buy("orders", "list-orders", "--filter", expression)
    assert ended.code == 2
    assert ended.err.startswith(f"aerostack: --filter: {said}")
    assert not shop.seen


def test_a_filter_that_does_not_fit_the_answer(buy):
    ended = buy("any", "--filter", "sum(code)")
    assert ended.code == 2
    assert ended.err.startswith("aerostack: --filter sum(code): In function sum()")


def test_exit_codes_tell_what_went_wrong(buy, run, shop, shop_file):
    ended = buy("any", "--status", "404")
    assert (ended.code, ended.out) == (7, "")
    assert ended.err.splitlines() == [
        "aerostack: any: status 404 odd: so it is",
        "  request id: req_1",
        "  the server says: again in 7 s",
    ]
    ended = buy("any", "--status", "503", "--attempts", "2")
    assert ended.code == 8
    assert "not tried again: all 2 attempts are used" in ended.err
    ended = buy("wrong")
    assert ended.code == 9
    assert "\n  response: expected array, got object\n" in ended.err
    assert "--validation observe before the command" in ended.err
    ended = run("--spec", shop_file, "any", "--attempts", "1")
    assert ended.code == 6
    assert ended.err.endswith("  `aerostack doctor` finds out why\n")
    ended = run("cache", "cache-get", "--key", "a")
    assert ended.code == 5
    assert "give --api-key SOURCE before the command, or set AEROSTACK_API_KEY" in ended.err
    assert buy("any", "--status", "x").code == 4
    assert run("--spec", "none.json", "any").code == 3
    assert buy("any", "-o", "no/such/folder").code == 3
    assert buy("any", "--har", "no/such/folder").code == 3


def test_whoever_asks_for_json_gets_errors_in_json(buy):
    ended = buy("any", "--status", "404", "--output", "json")
    error = json.loads(ended.err)["error"]
    assert error == {
        **{"kind": "NotFoundError", "exit_code": 7, "message": "any: status 404 odd: so it is", "operation": "any"},
        **{"status": 404, "code": "odd", "request_id": "req_1", "sent": "answered", "retry_after": 7.0},
    }
    ended = buy("orders", "add-order", "--count", "x", "--output", "ndjson")
    assert ended.code == 4
    problems = json.loads(ended.err)["error"]["problems"]
    assert [(one["where"], one["rule"]) for one in problems] == [("--name", "required"), ("--count", "type")]
    assert json.loads(buy("any", "--filter", "sum(code)", "--output", "json").err)["error"]["exit_code"] == 2


def test_what_is_odd_is_told(buy):
    ended = buy("odd")
    said = "aerostack: warning: the answer departs from the document: odd: 200 response/an: must be 'x'\n"
    assert (ended.code, ended.err) == (0, said)
    assert buy("odd", "-q").err == ""
    lines = buy("many").err.splitlines()
    assert lines[20:23] == ["  response/19: expected string, got integer", "  ... and 10 more", "  request id: req_1"]
    ended = buy("broken")
    assert (ended.code, ended.out) == (3, "")
    assert "the reference '#/nowhere' leads nowhere" in ended.err
    assert buy("ends", "--all").err.splitlines()[2].startswith("  go on with --resume p1.")
    assert buy("orders", "list-orders", "--resume", "no").code == 4


# ---- what comes bit by bit


def test_a_stream_is_written_item_by_item(buy, shop):
    assert json.loads(buy("chat", "text=hi").out) == {"text": "whole"}
    deltas = [{"delta": {"text": text}} for text in ("Good ", "day", "!")]
    for words in (["--text", "hi", "--stream"], ["text=hi", "stream:=true"]):
        lines = buy("chat", *words).out.splitlines()
        assert [json.loads(line) for line in lines] == deltas
    assert json.loads(buy("chat", "text=hi", "stream:=true", "--no-stream").out) == {"text": "whole"}
    assert json.loads(buy("chat", "--stream", "text=hi", "--output", "json").out) == deltas
    assert yaml.safe_load(buy("chat", "--stream", "text=hi", "--output", "yaml").out) == deltas
    assert buy("chat", "--stream", "text=hi", "--output", "text", "--filter", "delta.text").out == "Good \nday\n!\n"
    assert buy("chat", "--stream", "text=hi", "--filter", "no").out == ""
    assert buy("chat", "--stream", "text=hi", "--filter", "no", "--output", "json").out == "[]\n"
    assert buy("log").out == '{"id":0}\n{"id":1}\n{"id":2}\n'
    assert buy("log", "--output", "csv").out == "id\n0\n1\n2\n"
    assert (buy("raw").out, buy("raw", "--stream").out) == ("bytes", "bytes")
    assert json.loads(buy("raw", "--output", "json").out) == "Ynl0ZXM="
    assert [json.loads(line) for line in buy("talk").out.splitlines()][-2:] == [{"delta": "?"}, "plain"]


def test_a_list_is_followed_to_its_end(buy, shop):
    lines = buy("orders", "list-orders", "--all").out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [0, 1, 2, 3, 4]
    assert len(shop.seen) == 3
    ended = buy("orders", "list-orders", "--max-items", "3", "--page-size", "4", "--output", "json", "--filter", "id")
    assert json.loads(ended.out) == [0, 1, 2]
    token = ended.err.split("--resume ")[1].strip()
    rest = buy("orders", "list-orders", "--resume", token, "--page-size", "4", "--filter", "id")
    assert (rest.out, rest.err) == ("3\n4\n", "")
    assert buy("orders", "list-orders", "--max-items", "1", "-q").err == ""
    table = buy("orders", "list-orders", "--all", "--output", "table").out
    assert len(table.splitlines()) == 7


def test_bytes_go_into_a_file_whole_or_not_at_all(buy, shop, tmp_path, monkeypatch):
    assert buy("download", "-o", "got").code == 0
    assert (tmp_path / "got").read_bytes() == bytes(range(256))
    ended = buy("download", "--cut", "-o", "got")
    assert ended.code == 9
    assert "cut" in ended.err
    assert (tmp_path / "got").read_bytes() == bytes(range(256))
    assert buy("any", "-o", "any.json").out == ""
    assert json.loads((tmp_path / "any.json").read_text()) == {"code": "odd", "message": "so it is"}
    assert buy("orders", "list-orders", "--output", "table", "-o", "table").code == 0
    assert "order \\x1b[2J0" in (tmp_path / "table").read_text()
    assert buy("wrong", "-o", "any.json").code == 9
    assert buy("chat", "--stream", "text=a", "-o", "events").code == 0
    assert len((tmp_path / "events").read_text().splitlines()) == 3
    assert sorted(one.name for one in tmp_path.iterdir()) == ["any.json", "events", "got", "table"]
    assert json.loads((tmp_path / "any.json").read_text())["code"] == "odd"
    for words in (["download"], ["download", "-o", "-"]):
        pipe = io.TextIOWrapper(io.BytesIO(), "utf-8")
        monkeypatch.setattr(sys, "stdout", pipe)
        buy(*words)
        assert pipe.buffer.getvalue() == bytes(range(256))


# ---- what is shown and not sent


def test_a_dry_run_shows_the_request_and_sends_nothing(buy, run, shop, tmp_path):
    (tmp_path / "a.bin").write_bytes(b"A")
    out = buy("orders", "add-order", "--name", "Ann", "--pin", PASSWORD, "--query-filter", "q", "--dry-run").out
    assert out.startswith(f"POST {shop.url}/orders?filter=q\nhost: ")
    assert json.loads(out.split("\n\n")[1]) == {"name": "Ann", "pin": "***"}
    assert '"stream": true' in buy("chat", "text=a", "--stream", "--dry-run").out
    out = buy("upload", "--file", "a.bin", "--about", "it", "--dry-run").out
    assert '\n(file: the content of a.bin)\n(about: "it")\n' in out
    out = buy("orders", "add-order", "--media-type", "application/x-www-form-urlencoded", "code=5", "--dry-run", "-o", "-").out
    assert out.endswith("\n\ncode=5\n")
    out = run("authentication", "auth-signin", "--email", "a@b.c", "--password", PASSWORD, "--dry-run").out
    assert "(credentials of ApiKeyAuth are added as it is sent)" in out
    assert PASSWORD not in out
    words = shlex.split(buy("orders", "add-order", "--name", "it's", "--pin", PASSWORD, "--curl").out)
    assert words[:4] == ["curl", "--request", "POST", f"{shop.url}/orders"]
    assert json.loads(words[-1]) == {"name": "it's", "pin": "***"}
    assert not shop.seen


def test_an_example_can_be_pasted(buy, run, shop, shop_file):
    def example(*words):
        ended = buy(*words, "--example")
        note = "aerostack: ./file stands for a file of yours\n" if words == ("upload",) else ""
        assert (ended.code, ended.err) == (0, note)
        return shlex.split(ended.out.replace("\\\n", ""))

    words = example("orders", "add-order")
    before = ["aerostack", "--spec", str(shop_file), "--server", shop.url]
    assert words[:7] == [*before, "orders", "add-order"]
    assert run(*words[1:]).code == 0
    assert json.loads(shop.seen[-1][3]) == {"name": "Ann", "lines": [{"sku": "@1", "n": 2}], "gift": False}
    assert example("upload") == [*before, "upload", "--file", "./file"]
    assert example("any") == [*before, "any"]
    assert example("loose") == [*before, "loose", "--any", "pine", "--id", "5", "--body", '{"kind":"pine","-":"ember"}']


def test_verbose_tells_of_the_exchange_and_masks_secrets(buy, shop):
    ended = buy("any", "--status", "503", "-v", "--attempts", "2", "--header", "X-Mine: 1")
    lines = ended.err.splitlines()
    assert lines[0] == f"> GET {shop.url}/any?status=503"
    assert "> x-mine: 1" in lines
    assert "* attempt 1 failed (status 503); the next in 0.0 s" in lines
    assert any(line.startswith("< 503 Service Unavailable in ") for line in lines)
    assert "< x-request-id: req_1" in lines
    assert "* ServerError after 2 attempts" in lines
    assert buy("any", "--header", "nonsense").code == 2
    assert "* NoResponseError" not in buy("log", "-v").err


def test_what_went_over_the_network_is_kept_as_a_har_file(buy, shop, tmp_path):
    assert buy("orders", "add-order", "--name", "Ann", "--pin", PASSWORD, "--query-output", "x", "--har", "h.har").code == 0
    text = (tmp_path / "h.har").read_text()
    assert PASSWORD not in text
    (entry,) = json.loads(text)["log"]["entries"]
    assert entry["request"]["queryString"] == [{"name": "output", "value": "x"}]
    (call,) = read_calls(tmp_path / "h.har")
    assert json.loads(call.request.body) == {"name": "Ann", "pin": "***"}
    assert call.answer.status == 200
    assert buy("chat", "--stream", "text=a", "--har", "h.har").code == 0
    assert b"[DONE]" in next(read_calls(tmp_path / "h.har")).answer.body
    assert buy("any", "--status", "404", "--har", "h.har").code == 7
    assert next(read_calls(tmp_path / "h.har")).answer.status == 404
    assert buy("download", "-o", "x", "--har", "h.har").code == 0
    assert next(read_calls(tmp_path / "h.har")).answer.body == bytes(range(256))
    assert buy("any", "--status", "x", "--har", "h.har").code == 4
    assert [*read_calls(tmp_path / "h.har")] == []


def test_a_reader_that_has_enough_is_no_error(shop, shop_file):
    words = [
        sys.executable,
        "-m",
        "aerostack_dynamic",
        "--spec",
        str(shop_file),
        "--server",
        shop.url,
        "chat",
        "--stream",
        "text=slow",
    ]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout.readline() == b'{"delta":{"text":"Good "}}\n'
    process.stdout.close()
    assert process.wait(20) == 141
    assert process.stderr.read() == b""
    process.stderr.close()
