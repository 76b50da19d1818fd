"""The survey of a folder of documents can fail: a wrong plan shows as wrong, a process that hangs as killed, and every judge refuses."""

from __future__ import annotations

import importlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aerostack_dynamic._model import Encoding

if TYPE_CHECKING:
    from types import ModuleType

TOOLS = Path(__file__).resolve().parent.parent / "tools"
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "small", "version": "1"},
    "servers": [{"url": "https://api.example/v1"}],
    "security": [{"key": []}],
    "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "key"}}},
    "paths": {
        "/things/{id}": {
            "post": {
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "q", "in": "query", "schema": {"type": "string", "maxLength": 3}},
                    {"name": "X-Tag", "in": "header", "schema": {"type": "string"}},
                ],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"type": "object", "required": ["n"]}}},
                },
                "responses": {"200": {"description": "done"}},
            }
        },
        "/broken": {"get": {"parameters": [{"$ref": "#/components/parameters/none"}], "responses": {}}},
    },
}
SENT = {"path": "/things/a%20b", "query": [], "headers": {}, "cookies": {}, "unplannable": None}
MIN = {
    **SENT,
    "params": [{"name": "id", "in": "path", "value": "a b", "style": "simple", "explode": False}],
    "body": {"required": True, "alts": {"application/json": {"n": 1}}},
}
FULL = {
    **MIN,
    "params": [
        *MIN["params"],
        {"name": "q", "in": "query", "value": "a&b", "style": "form", "explode": True},
        {"name": "X-Tag", "in": "header", "value": "t", "style": "simple", "explode": False},
    ],
    "query": [["q", "a&b"]],
    "headers": {"X-Tag": "t"},
}


def planned(minimal: dict[str, Any], full: dict[str, Any], path: str = "/things/{id}", method: str = "post") -> dict[str, Any]:
    modes = {"min": minimal, "full": full}
    return {"path": path, "method": method, "id": None, "tags": [], "server": "https://api.example/v1", "modes": modes}


def put(folder: Path, name: str, document: object, *operations: dict[str, Any], **more: Any) -> None:
    """A document with its plan, added to the folder's manifest."""
    for part in ("documents", "plans"):
        (folder / part).mkdir(exist_ok=True)
    if document is not None:
        (folder / f"documents/{name}.json").write_text(json.dumps(document))
    plan = {"total": len(operations), "servers": [], "security": {}, "ops": operations}
    (folder / f"plans/{name}.json").write_text(json.dumps(plan))
    entry = {"id": name, "family": "3.1", "expected": "valid", "operations": 2, "root": "documents"}
    entry |= {"path": f"documents/{name}.json", "plan": f"plans/{name}.json"} | more
    with (folder / "manifest.jsonl").open("a") as file:
        file.write(json.dumps(entry) + "\n")


def load(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module(name)


@pytest.fixture
def corpus(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return load("corpus", monkeypatch)


@pytest.fixture
def bodies(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return load("surveying.bodies", monkeypatch)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return load("surveying.wire", monkeypatch)


def found(corpus: ModuleType, folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """The exit status of a survey, and all that it wrote."""
    status = corpus.main([str(folder), "--quiet", "--json", str(folder / "found.json"), *options])
    return status, json.loads((folder / "found.json").read_text())


def test_what_is_right_counts_as_right(corpus: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, "good", DOCUMENT, planned(MIN, FULL))
    status, out = found(corpus, tmp_path)
    assert status == 0
    assert [call["outcome"] for call in out["rows"][0]["calls"]] == ["right", "right"]
    assert out["rows"][0]["calls"][0]["credential"] is True
    assert out["operations"] == {"declared": 2, "declared in loaded documents": 2, "found": 2, "callable": 1}
    assert out["rows"][0]["disabled"][0]["disabled"] == "GET /broken"
    assert out["faulty"] == {"loaded with faults": 1, "of these, some requests right": 1, "of these, none wrong": 1}
    assert out["rows"][0]["time"]["load"] > 0
    assert "min   right                1 of 1 (100.0 %)" in capsys.readouterr().out


def test_what_is_wrong_counts_as_wrong_and_may_be_explained(
    corpus: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = {**MIN, "params": [*MIN["params"], {**FULL["params"][1], "value": "long"}], "query": [["q", "long"]]}
    put(tmp_path, "bad", DOCUMENT, planned({**MIN, "path": "/things/a+b"}, {**FULL, "query": [["q", "a"]]}))
    put(tmp_path, "refused", DOCUMENT, planned(refused, {**FULL, "headers": {"X-Tag": "u"}}))
    known = tmp_path / "known.yaml"
    known.write_text("- {id: bad, path: '/things/{id}', method: POST, mode: full, reason: taste}\n- {id: gone, reason: old}\n")
    status, out = found(corpus, tmp_path, "--no-cost", "--explain", str(known))
    assert status == 0
    bad, other = (row["calls"] for row in out["rows"])
    assert [call["cause"] for call in (*bad, *other)] == [
        "path: differs",
        "query: values differ",
        "ArgumentsError: query: maxLength: must have at most _ characters, has _",
        "header: value differs",
    ]
    assert [call["outcome"] for call in (*bad, *other)] == ["wrong", "explained", "wrong", "wrong"]
    assert other[0]["unchecked"] == "right"
    assert out["requests"]["full"] | {"right": 0, "explained": 1, "wrong": 1} == out["requests"]["full"]
    assert 'explains nothing any more: {"id": "gone", "reason": "old"}' in capsys.readouterr().out


def named_body(place: str) -> dict[str, Any]:
    """An operation that has something called `body` besides its body."""
    parameter = {"name": "body", "in": "query", "schema": {"type": "string"}}
    schema: dict[str, Any] = {"type": "object", "additionalProperties": True}
    if place != "query, of any body":
        schema["properties"] = {"Body" if place == "property" else "a": {"type": "string"}}
    content = {"application/json": {"schema": schema if place != "query, of any body" else {"type": "array"}}}
    return {"parameters": [] if place == "property" else [parameter], "requestBody": {"content": content}, "responses": {}}


@pytest.mark.parametrize(
    ("place", "value"),
    [("property", {"Body": "x", "b": 1}), ("query, of an object", {"a": "x", "b": 1}), ("query, of any body", [1])],
)
def test_what_is_called_body_does_not_hide_the_body(corpus: ModuleType, tmp_path: Path, place: str, value: Any) -> None:
    document = {**DOCUMENT, "security": [], "paths": {"/a": {"post": named_body(place)}}}
    query = [] if place == "property" else [{"name": "body", "in": "query", "value": "q", "style": "form", "explode": True}]
    body = {"required": False, "alts": {"application/json": value}}
    mode = {**SENT, "path": "/a", "params": query, "query": [["body", "q"]] if query else [], "body": body}
    put(tmp_path, "named", document, planned(mode, mode, "/a"))
    _, out = found(corpus, tmp_path, "--no-cost")
    assert [call["cause"] if call["outcome"] == "wrong" else None for call in out["rows"][0]["calls"]] == [None, None]


def test_a_method_is_found_as_it_is_written_and_a_scheme_of_no_known_type_is_served(corpus: ModuleType, tmp_path: Path) -> None:
    operation = {"responses": {"200": {"description": "done"}}, "security": [{"odd": []}]}
    document = {**DOCUMENT, "openapi": "3.2.0", "paths": {"/a": {"get": operation, "additionalOperations": {"copy": operation}}}}
    document["components"] = {"securitySchemes": {"odd": {"type": "odd"}}}
    mode = {**SENT, "path": "/a", "params": [], "body": None}
    put(tmp_path, "odd", document, planned(mode, mode, "/a", "get"), planned(mode, mode, "/a", "copy"))
    _, out = found(corpus, tmp_path, "--no-cost")
    assert [(call["outcome"], call.get("credential")) for call in out["rows"][0]["calls"]] == [("right", True)] * 4


def test_what_does_not_load_is_counted_with_its_cause(corpus: ModuleType, tmp_path: Path) -> None:
    put(tmp_path, "empty", {}, planned(MIN, FULL))
    put(tmp_path, "other", DOCUMENT, planned(MIN, FULL), family="9.9")
    status, out = found(corpus, tmp_path, "--no-cost", "--family", "3.1")
    assert status == 0
    assert out["documents"]["all"] == {"documents": 1, "loaded": 0, "not run to the end": 0}
    assert out["causes"]["documents not loaded"][0]["cause"].startswith("SpecError")
    assert out["requests"]["min"]["unreached"] == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only POSIX has files that never end")
def test_a_process_that_hangs_is_killed_and_its_calls_are_missing(corpus: ModuleType, tmp_path: Path) -> None:
    put(tmp_path, "hangs", None, planned(MIN, FULL))
    os.mkfifo(tmp_path / "documents/hangs.json")
    put(tmp_path, "good", DOCUMENT, planned(MIN, FULL))
    status, out = found(corpus, tmp_path, "--no-cost", "--seconds", "5", "--only", "hangs", "good")
    assert status == 1
    assert out["rows"][0]["ended"] == "killed: no end after 5 s"
    assert out["causes"]["documents not run to the end"][0]["cause"] == "killed: no end after 5 s at load"
    assert out["documents"]["all"] == {"documents": 2, "loaded": 1, "not run to the end": 1}
    assert (out["requests"]["min"]["right"], out["requests"]["min"]["unreached"]) == (1, 1)


@pytest.mark.skipif(os.name != "posix", reason="only POSIX limits the address space")
def test_a_process_that_takes_too_much_memory_is_ended(corpus: ModuleType, tmp_path: Path) -> None:
    put(tmp_path, "good", DOCUMENT, planned(MIN, FULL))
    status, out = found(corpus, tmp_path, "--memory", "1")
    assert status == 1
    assert out["rows"][0]["ended"].startswith(("killed", "crashed"))


def test_a_peer_judges_the_same_requests(corpus: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = {**DOCUMENT, "paths": {"/things/{id}": DOCUMENT["paths"]["/things/{id}"]}}
    put(tmp_path, "good", whole, planned(MIN, FULL))
    put(tmp_path, "judged", whole, planned({**MIN, "body": {"alts": {"application/json": {}}}}, FULL))
    _, out = found(corpus, tmp_path, "--no-cost", "--beside", "openapi-core")
    assert [[call["cause"] for call in row["calls"]] for row in out["peers"]["openapi-core"]] == [
        [None, None],
        ["the package sends nothing", None],
    ]
    assert "openapi-core: loaded 2 of 2 (100.0 %), min right 1 of 2 (50.0 %)" in capsys.readouterr().out


def test_an_unknown_document_is_refused(corpus: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, "good", DOCUMENT)
    for options in (("--only", "none"), ("--beside", "none"), ("--explain", str(tmp_path / "manifest.jsonl"))):
        with pytest.raises(SystemExit):
            corpus.main([str(tmp_path), *options])
    assert "no such document: none" in capsys.readouterr().err


JSON, FORM = "application/json", "application/x-www-form-urlencoded"
MIXED = "multipart/form-data; boundary=b"


def parts(*several: tuple[str, str]) -> bytes:
    """A multipart body of (header lines after the disposition, content)."""
    lines = [f"--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n" for head, content in several]
    return "".join([*lines, "--b--\r\n"]).encode()


FILE = 'name="f"; filename="f"\r\nContent-Type: application/octet-stream'
RIGHT_OR_NOT = [
    (JSON, b'{"a": 1}', {"a": 1}, None),
    (JSON, b'{"a": true}', {"a": 1}, "body: json differs"),
    (JSON, b"{", {"a": 1}, "body: unreadable json"),
    (FORM, b"a=x+y&b=1&b=2", {"a": "x y", "b": [1, 2]}, None),
    (FORM, b"b=2&b=1&a=%7B%22c%22%3A1%7D", {"a": {"c": 1}, "b": [2, 1]}, None),
    (FORM, b"a=x", {"a": "x", "b": True}, "body: form: a field is missing"),
    (FORM, b"a=y", {"a": "x"}, "body: form: a text field differs"),
    (FORM, b"a=x&c=1", {"a": "x"}, "body: form: more than was given"),
    (FORM, b"a[c]=1", {"a": {"c": 1}}, "body: form: a field is missing"),
    (MIXED, parts(('name="a"', "x"), (FILE, "BIN")), {"a": "x", "f": "BIN"}, None),
    (MIXED, parts(('name="f"', "BIN")), {"f": "BIN"}, "body: multipart: a file field differs"),
    (MIXED, parts(('name="a"\r\nContent-Type: application/json', '{"c": 1}')), {"a": {"c": 1}}, None),
    (MIXED, parts(('name="a"\r\nContent-Type: text/plain', '{"c": 1}')), {"a": {"c": 1}}, "body: multipart: a json field differs"),
    (MIXED, b"nothing", {"a": "x"}, "body: unreadable multipart"),
    (MIXED, b"--b--\r\n", {}, None),
    (MIXED, b"--b--\r\n", {"a": "x"}, "body: multipart: a field is missing"),
    ("application/x-ndjson", b'{"a": 1}\n[2]\n', [{"a": 1}, [2]], None),
    ("application/x-ndjson", b'{"a": 1}\n', {"a": 1}, None),
    ("application/json-seq", b'\x1e{"a": 1}\n\x1e2\n', [{"a": 1}, 2], None),
    ("application/jsonl", b"1\n2\n", [2, 1], "body: lines differs"),
    ("application/jsonl", b"[1, 2]", [1, 2], "body: lines differs"),
    ("application/jsonl", b"{'a': 1}\n", [{"a": 1}], "body: unreadable lines"),
    ("text/plain", b"x", "x", None),
    ("text/plain", b"y", "x", "body: text differs"),
    ("application/xml", b"<a  b='1'/>", '<a b="1"></a>', None),
    ("application/xml", b"<a/>", "<b/>", "body: xml differs"),
    ("application/pdf", b"RAW", "RAW", None),
]


@pytest.mark.parametrize(("content_type", "content", "value", "cause"), RIGHT_OR_NOT)
def test_each_body_is_read_by_its_type(
    bodies: ModuleType, content_type: str, content: bytes, value: Any, cause: str | None
) -> None:
    faults = [*bodies.content_faults(content, content_type, value, {})]
    assert [fault.cause for fault in faults][:1] == ([cause] if cause else [])


STYLES = [
    ("spaceDelimited", False, {"R": 1, "G": "x"}, parts(('name="a"', "R 1 G x")), None),
    ("pipeDelimited", False, {"R": 1, "G": "x"}, parts(('name="a"', "R|1|G|x")), None),
    ("pipeDelimited", False, {"R": 1, "G": "x"}, parts(('name="a"', "R,1,G,x")), "body: multipart: a text field differs"),
    ("pipeDelimited", True, {"R": 1}, parts(('name="R"', "1")), None),
    ("pipeDelimited", False, [1, 2], parts(('name="a"', "1|2")), None),
    ("pipeDelimited", True, [1, 2], parts(('name="a"', "1"), ('name="a"', "2")), None),
    ("spaceDelimited", False, "x", parts(('name="a"', "x")), None),
    ("deepObject", True, {"R": 1}, parts(('name="a[R]"', "1")), None),
]


@pytest.mark.parametrize(("style", "explode", "value", "content", "cause"), STYLES)
def test_a_part_in_a_style_is_read_by_the_standard(
    bodies: ModuleType, style: str, explode: bool, value: Any, content: bytes, cause: str | None
) -> None:
    encodings = {"a": Encoding(style=style, explode=explode)}
    faults = [*bodies.content_faults(content, MIXED, {"a": value}, encodings)]
    assert [fault.cause for fault in faults][:1] == ([cause] if cause else [])


def test_a_body_where_none_is_expected_or_of_another_type(bodies: ModuleType, wire: ModuleType) -> None:
    def sent(content_type: str, content: bytes = b"{}") -> Any:
        return wire.Sent("POST", "http://127.0.0.1", "/", "", (("Content-Type", content_type),), content)

    body = {"alts": {"application/json": {}, "text/*": "x"}}
    assert [fault.cause for fault in bodies.body_faults(sent(JSON), None, {})] == ["body: sent, and none expected"]
    assert not [*bodies.body_faults(sent("text/csv", b"x"), body, {})]
    causes = [fault.cause for one in ("text/*", "image/png", "") for fault in bodies.body_faults(sent(one), body, {})]
    assert causes == ["body: Content-Type is a range", "body: Content-Type is none of the document's", "body: no Content-Type"]


HEADS = [
    ("/v1/a", "q=1", {}, None),
    ("/v1/%61", "q=1&key=dummy-credential", {}, None),
    ("/v1/b", "q=1", {}, "path: differs"),
    ("/v1/a", "q=dummy-credential", {}, None),
    ("/v1/a", "", {}, "query: names differ"),
    ("/v1/a", "q=%7B", {}, "query: values differ"),
    ("/v1/a", "q=1", {"Cookie": "c=1"}, "cookie: names differ"),
]


@pytest.mark.parametrize(("path", "query", "headers", "cause"), HEADS)
def test_each_part_of_the_head_is_judged(
    wire: ModuleType, path: str, query: str, headers: dict[str, str], cause: str | None
) -> None:
    sent = wire.Sent("GET", "https://api.example", path, query, tuple(headers.items()), b"")
    mode = {"path": "/a#one", "query": [["q", "json: 1"]], "headers": {}, "cookies": {}}
    faults = [*wire.head_faults(sent, "get", "https://api.example/v1/", mode)]
    assert [fault.cause for fault in faults] == ([cause] if cause else [])


def test_another_server_method_or_header_is_a_fault(wire: ModuleType) -> None:
    sent = wire.Sent("GET", "https://api.example", "/", "a=1&b=2", (("Cookie", "c=2"), ("X-A", "2")), b"")
    mode = {"path": "/", "query": [["b", "2"], ["a", "1"]], "headers": {"X-A": "1", "X-B": "1"}, "cookies": {"c": "1"}}
    assert [fault.cause for fault in wire.head_faults(sent, "post", "http://other.example", mode)] == [
        "method: another",
        "server: another",
        "query: order differs",
        "header: value differs",
        "header: missing",
        "cookie: value differs",
    ]


def test_memory_is_told_of_large_documents_and_of_the_largest(monkeypatch: pytest.MonkeyPatch) -> None:
    def row(size: int, memory: int | None, parsed: int) -> dict[str, Any]:
        return {"bytes": size, "memory": memory, "parsed": parsed, "time": None, "loaded": True}

    rows = [row(2**19, 900, 100), row(2**20, 300, 100), row(2**22, 200, 100), row(2**21, 400, 100), row(2**23, None, 100)]
    cost = load("surveying.tables", monkeypatch)._cost(rows)
    assert cost["memory / parsed, of documents of 1 MiB or more"] == {"median": 3.0, "p95": 4.0, "max": 4.0}
    assert cost["memory / parsed, of the largest document"] == {"median": 2.0, "p95": 2.0, "max": 2.0}


def test_the_best_of_several_runs_counts_however_long_one_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    cost = load("surveying.cost", monkeypatch)
    clock = iter([0.0, 5.0, 10.0, 12.0, 20.0, 23.0])
    monkeypatch.setattr(cost.time, "process_time", lambda: next(clock))
    assert cost.best(lambda: None) == 2.0
