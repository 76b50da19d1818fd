"""The corpus tool plays documents with a mock: every operation, with generated arguments, and an independent judge that can say no."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from aerostack_dynamic import Spec

if TYPE_CHECKING:
    from types import ModuleType

TOOLS = Path(__file__).resolve().parent.parent / "tools"
THING = {
    "type": "object",
    "required": ["id", "kind"],
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "kind": {"enum": ["a", "b"]},
        "at": {"type": "string", "format": "date"},
    },
}


def answer(schema: Any, media_type: str = "application/json") -> dict[str, Any]:
    return {"200": {"description": "done", "content": {media_type: {"schema": schema}}}}


IDENTIFIER = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
TAGS = {"name": "tags", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}}
# What set algebra doesn't see that nothing fits.
HIDDEN = {"type": "string", "format": "date", "pattern": "^x$"}
SPACED = {
    "name": "words",
    "in": "query",
    "style": "spaceDelimited",
    "explode": False,
    "schema": {"type": "array", "items": {"type": "string", "enum": ["a b", "c"]}, "minItems": 1},
}
CHOSEN = {"name": "kind", "in": "query", "required": True, "schema": {"enum": ["", "a"]}}
FORM = {
    "type": "object",
    "required": ["rows", "signed"],
    "properties": {"rows": {"type": "array", "items": {"type": "string"}}, "signed": {"type": "string"}},
}
SIGNED = {"signed": {"headers": {"X-Signature": {"required": True, "schema": {"type": "string"}}}}}
PATHS: dict[str, Any] = {
    "/things/{id}": {
        "servers": [{"url": "https://elsewhere.example/{v}", "variables": {"v": {"default": "2"}}}],
        "get": {"parameters": [IDENTIFIER, TAGS], "responses": answer({"$ref": "#/components/schemas/Thing"})},
        "put": {
            "parameters": [IDENTIFIER],
            "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
            "responses": {"204": {"description": "done"}},
        },
    },
    "/text": {"get": {"parameters": [CHOSEN], "responses": answer({"type": "integer"}, "text/plain")}},
    "/file": {"post": {"requestBody": {"content": {"application/octet-stream": {}}}, "responses": answer(True)}},
    "/events": {"get": {"responses": answer({"type": "string"}, "text/event-stream")}},
    "/nothing": {"get": {"responses": {}}},
    "/impossible": {"get": {"responses": answer({"type": "integer", "minimum": 2, "maximum": 1})}},
    "/unreadable": {"get": {"parameters": [{"$ref": "#/components/parameters/none"}], "responses": {}}},
    "/lost": {"get": {"responses": answer({"$ref": "#/components/schemas/None"})}},
    "/locked": {"get": {"security": [{"none": []}], "responses": answer({})}},
    "/hidden": {"get": {"responses": answer(HIDDEN)}},
    "/unsent": {"get": {"parameters": [{**IDENTIFIER, "in": "query", "schema": HIDDEN}], "responses": answer({})}},
    "/things/{id}:close": {"get": {"parameters": [SPACED, IDENTIFIER], "responses": answer({"type": "boolean"})}},
    "/forms": {
        "post": {
            "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": FORM, "encoding": SIGNED}}},
            "responses": answer({}, "text/plain"),
        }
    },
    "/pictures": {"post": {"requestBody": {"content": {"image/*": {"schema": {"type": "string"}}}}, "responses": answer({})}},
    "/unmade": {"get": {"parameters": [{**IDENTIFIER, "in": "query", "schema": False}], "responses": answer({})}},
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "played", "version": "1"},
    "security": [{"key": []}],
    "paths": PATHS,
    "components": {"schemas": {"Thing": THING}, "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
}


def put(folder: Path, name: str, document: Any, family: str = "3.1") -> None:
    (folder / f"{name}.json").write_text(json.dumps(document))
    (folder / "plan.json").write_text(json.dumps({"ops": []}))
    entry = {
        "id": name,
        "family": family,
        "expected": "valid",
        "operations": 2,
        "root": ".",
        "path": f"{name}.json",
        "plan": "plan.json",
    }
    with (folder / "manifest.jsonl").open("a") as file:
        file.write(json.dumps(entry) + "\n")


@pytest.fixture
def mocked(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("surveying.mocked")


@pytest.fixture
def corpus(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("corpus")


def lines(mocked: ModuleType, document: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    mocked.survey({"document": str(document), "root": str(document.parent)})
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_operation_is_played_with_required_arguments_and_with_all(
    mocked: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "a", DOCUMENT)
    told = lines(mocked, tmp_path / "a.json", capsys)
    calls = {(one["method"], one["path"], one["mode"]): one for one in told if "outcome" in one}
    assert len(calls) == 2 * 15
    outcomes = {(method, path): calls[method, path, "min"]["outcome"] for method, path, _ in calls}
    assert {mode: one["outcome"] for (_, path, mode), one in calls.items() if path == "/things/{id}"} == {
        "min": "right",
        "full": "right",
    }
    assert outcomes["GET", "/text"] == outcomes["POST", "/file"] == "right"
    assert outcomes["GET", "/events"] == outcomes["GET", "/nothing"] == "unjudged"
    assert outcomes["GET", "/impossible"] == outcomes["GET", "/unmade"] == "faulty"
    assert outcomes["GET", "/lost"] == outcomes["GET", "/locked"] == "faulty"
    assert outcomes["GET", "/hidden"] == outcomes["GET", "/unsent"] == "wrong"
    assert calls["GET", "/hidden", "min"]["cause"].startswith("the mock refuses")
    assert calls["GET", "/unsent", "min"]["cause"].startswith("no argument can be made")
    assert outcomes["GET", "/things/{id}:close"] == outcomes["POST", "/forms"] == outcomes["POST", "/pictures"] == "right"
    assert calls["GET", "/things/{id}", "full"]["judge"] == "openapi-core"
    assert calls["GET", "/text", "full"]["judge"].startswith("openapi-schema-validator")
    assert [one["disabled"] for one in told if "disabled" in one] == ["GET /unreadable"]


def test_the_judges_can_say_no(mocked: ModuleType, tmp_path: Path) -> None:
    spec = Spec.load(DOCUMENT)
    player = mocked.Player(spec, tmp_path / "a.json")
    wrong = {"application/json": b'{"id": 0, "kind": "c"}', "text/plain": b"no number"}
    player.kept._mock = httpx.MockTransport(
        lambda request: httpx.Response(
            200,
            headers={"Content-Type": (kind := "text/plain" if "text" in request.url.path else "application/json")},
            content=wrong[kind],
        )
    )
    for operation, judge in (("GET /things/{id}", "openapi-core"), ("GET /text", "openapi-schema-validator")):
        found = player.played(spec.operations[operation], "full")
        assert found["outcome"] == "wrong"
        assert found["judge"].startswith(judge)
    # Where openapi-core has no document, the other judges.
    player.judge._openapi = None
    found = player.played(spec.operations["GET /things/{id}"], "full")
    assert (found["outcome"], found["judge"]) == ("wrong", "openapi-schema-validator (openapi-core can't load it)")


def test_the_tool_tells_of_documents_of_3_x_alone(corpus: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    right = {**DOCUMENT, "paths": {name: PATHS[name] for name in ("/things/{id}", "/text")}}
    put(tmp_path, "right", right)
    put(tmp_path, "old", {"swagger": "2.0"}, "2.0")
    arguments = [str(tmp_path), "--mock", "--json", str(tmp_path / "found.json")]
    assert corpus.main(arguments) == 0
    told = capsys.readouterr()
    assert "1 documents: 1 played" in told.out
    assert "min: 3 of 3 (100.0 %) right" in told.out
    assert "right 3.1 6 of 6 (100.0 %)" in told.err
    assert [row["id"] for row in json.loads((tmp_path / "found.json").read_text())["rows"]] == ["right"]
    put(tmp_path, "wrong", {**DOCUMENT, "paths": {"/hidden": PATHS["/hidden"], "/lost": PATHS["/lost"]}})
    put(tmp_path, "refused", [])
    explained = tmp_path / "known.json"
    explained.write_text(json.dumps([{"id": "wrong", "mode": "full", "reason": "nothing fits"}, {"id": "right", "reason": "none"}]))
    assert corpus.main([*arguments, "--quiet", "--only", "wrong", "refused", "--explain", str(explained)]) == 1
    told = capsys.readouterr()
    assert not told.err
    assert "min: 0 of 1 (0.0 %) right of 2 (faulty 1, wrong 1)" in told.out
    assert "full: 0 of 1 (0.0 %) right of 2 (explained 1, faulty 1)" in told.out
    assert "explains nothing any more" in told.out
    assert "documents refused, or not run to the end" in told.out
