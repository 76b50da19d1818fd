"""What is told of a document: its operations, schemas, faults and text, to pipes and to terminals, hostile texts included."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path

import pytest
import yaml

from aerostack_dynamic import Spec
from aerostack_dynamic.cli import _schema, _standard
from aerostack_dynamic.cli._places import lines_in
from aerostack_dynamic.cli._versions import requirements

EVIL = "\x1b[2J\x9b31m\u202e[red]{evil}[/red]"
SHOP = {
    "openapi": "3.1.0",
    "info": {"title": f"Shop {EVIL}", "version": "1"},
    "servers": [{"url": "https://shop.test"}],
    "paths": {
        "/carts/{id}": {
            "get": {
                "operationId": "getCart",
                "summary": f"A cart {EVIL}",
                "tags": ["Carts"],
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}],
                "responses": {
                    "200": {"description": "it", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Cart"}}}}
                },
            }
        },
        "/ops": {"get": {"operationId": "ops", "deprecated": True, "responses": {"204": {"description": "nothing"}}}},
        "/upload": {
            "post": {
                "operationId": "upload",
                "requestBody": {"content": {"application/octet-stream": {}}},
                "responses": {"204": {"description": "nothing"}},
            }
        },
    },
    "components": {
        "schemas": {
            "Cart": {
                "type": "object",
                "description": f"What is bought. {EVIL}",
                "required": ["id"],
                "properties": {
                    "id": {"type": "integer"},
                    "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
                    f"x{EVIL}": {"type": "string", "enum": ["a", EVIL]},
                },
            },
            "Line": {
                "type": "object",
                "properties": {
                    "parent": {"$ref": "#/components/schemas/Line"},
                    "deep": {
                        "type": "object",
                        "properties": {"er": {"type": "object", "properties": {"est": {"type": "boolean"}}}},
                    },
                    "either": {"oneOf": [{"type": "string"}, {"type": "object", "properties": {"a": {"type": "null"}}}]},
                },
            },
            "Cat": {"type": "object", "properties": {"meows": {"type": "boolean"}}},
            "Pet": {
                "type": "object",
                "properties": {"name": {"type": "string"}},
                "oneOf": [
                    {"$ref": "#/components/schemas/Cat"},
                    {"type": "object", "properties": {"barks": {"type": "boolean"}}, "required": ["barks"]},
                ],
            },
            "Word": {"type": "string", "maxLength": 3},
        }
    },
}


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(SHOP))
    return path


def is_clean(text):
    """Whether a terminal may be sent a text: the colours are the package's own."""
    return not any(one in text for one in ("\x1b[2J", "\x9b", "\u202e"))


def test_operations_to_a_pipe(run, shop):
    found = run("--spec", shop, "ops")
    assert (found.code, found.err, is_clean(found.out)) == (0, "", True)
    assert [(one["command"], one["name"], one["method"], one["path"], one["deprecated"]) for one in found.value] == [
        ("carts get-cart", "carts.get_cart", "GET", "/carts/{id}", False),
        ("ops_", "ops", "GET", "/ops", True),
        ("upload", "upload", "POST", "/upload", False),
    ]
    assert found.value[0]["summary"] == f"A cart {EVIL}"
    names = [
        [one["operation_id"] for one in run("--spec", shop, "ops", *words).value]
        for words in (["--deprecated"], ["--no-deprecated"], ["--group", "Carts"])
    ]
    assert names == [["ops"], ["getCart", "upload"], ["getCart"]]
    assert yaml.safe_load(run("--spec", shop, "ops", "--output", "yaml").out) == found.value
    table = run("--spec", shop, "ops", "--output", "table").out
    assert table.splitlines()[0].split() == ["Command", "Method", "Path", "Summary"]
    assert "\x1b" not in table
    assert not any(line.endswith(" ") for line in table.splitlines())
    wrong = run("--spec", shop, "ops", "--group", "cart")
    assert (
        wrong.code,
        wrong.out,
        "did you mean 'carts' or 'Carts'?" in wrong.err
        or "did you mean 'Carts'" in wrong.err
        or "did you mean 'carts'" in wrong.err,
    ) == (2, "", True)


def test_operations_on_a_terminal(run, shop, terminal, monkeypatch):
    terminal()
    coloured = run("--spec", shop, "ops").out
    assert coloured.startswith("\x1b[1mCommand")
    assert "[red]{evil}[/red]" in coloured
    assert is_clean(coloured)
    assert is_clean(run("--spec", shop, "ops", "--output", "yaml").out)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in run("--spec", shop, "ops").out
    assert "\x1b" not in run("--spec", shop, "schema", "Cart").out


@pytest.mark.parametrize(
    "words", [["getCart"], ["carts.get_cart"], ["GET", "/carts/{id}"], ["get /carts/{id}"], ["carts", "get-cart"], ["get-cart"]]
)
def test_an_operation_by_any_of_its_names(run, shop, words):
    assert run("--spec", shop, "describe", *words, "--output", "json").value["operation_id"] == "getCart"


def test_an_operation_in_words_and_as_a_value(run, shop, tmp_path):
    told = run("--spec", shop, "describe", "getCart")
    assert (told.code, told.err, is_clean(told.out)) == (0, "", True)
    assert "id_: integer, at least 1" in told.out
    assert told.out.endswith("\nOn the command line:\n    aerostack carts get-cart --id 41\n    aerostack carts get-cart --help\n")
    value = run("--spec", shop, "describe", "getCart", "--output", "json").value
    assert [(one["name"], one["in"], one["type"], one["required"]) for one in value["arguments"]] == [
        ("id_", "path", "integer, at least 1", True)
    ]
    assert value["responses"] == {"200": {"description": "it", "media_types": ["application/json"]}}
    assert value["servers"] == ["https://shop.test"]
    assert run("--spec", shop, "describe", "upload", "--output", "yaml").out.count("type: file") == 1
    wrong = run("--spec", shop, "describe", "get-crt")
    assert (wrong.code, wrong.out) == (2, "")
    assert "did you mean 'getCart'" in wrong.err
    broken = {
        **SHOP,
        "paths": {
            "/x": {"get": {"operationId": "x", "parameters": 1, "responses": {}}},
            "/y": {"get": {"operationId": "y", "parameters": [{"name": "a"}]}},
        },
    }
    (tmp_path / "broken.json").write_text(json.dumps(broken))
    found = [run("--spec", tmp_path / "broken.json", "describe", name, "--output", "json").value for name in "xy"]
    assert any("problem" in one for one in found)


def test_search(run, shop):
    assert [one["operation_id"] for one in run("--spec", shop, "search", "cart", "get").value] == ["getCart"]
    nothing = run("--spec", shop, "search", "xyz")
    assert (nothing.code, nothing.out) == (1, "[]\n")
    assert "no operation holds 'xyz'" in nothing.err
    assert run("--spec", shop, "search", "xyz", "--output", "table").out == ""
    none = run("--spec", shop, "ops", "--group", "carts", "--deprecated")
    assert (none.code, none.out, none.err) == (0, "[]\n", "aerostack: there is no such operation\n")


def test_schemas(run, shop, tmp_path, monkeypatch):
    names = run("--spec", shop, "schema")
    assert names.out.split() == ["Cart", "Line", "Cat", "Pet", "Word"]
    told = run("--spec", shop, "schema", "Cart").out
    assert is_clean(told)
    lines = [line.strip() for line in told.splitlines()]
    assert lines[0] == "Cart  object"
    known = ("id*", "lines", "parent", "as", "deep", "er", "est", "either", "a")
    assert [line.split()[0] for line in lines if line.split()[0] in known] == ["id*", *known[1:]]
    assert lines.count("as above") == 1
    shallow = run("--spec", shop, "schema", "Cart", "--depth", "2").out.split("\n")
    assert [line.strip() for line in shallow if line.endswith("...")] == ["..."] * 2, "of deep and of either"
    pets = run("--spec", shop, "schema", "Pet").out
    assert pets == "Pet  object\n  name  string\n  either Cat\n    meows  boolean\n  or\n    barks*  boolean\n"
    assert run("--spec", shop, "schema", "Word").out == "Word  string, at most 3 characters\n"
    assert run("--spec", shop, "schema", "Cart", "--output", "json").value == SHOP["components"]["schemas"]["Cart"]
    wrong = run("--spec", shop, "schema", "Crt")
    assert (wrong.code, "did you mean 'Cart'" in wrong.err) == (2, True)
    assert "; there is Cart, Line, Cat, Pet, Word" in run("--spec", shop, "schema", "zzzzz").err
    many = {
        f"S{number}" * 9: {"type": "object", "properties": {f"p{one}": {"type": "string"} for one in range(80)}}
        for number in range(40)
    }
    (tmp_path / "many.json").write_text(
        json.dumps(
            {
                **SHOP,
                "components": {
                    "schemas": {**many, "All": {"properties": {name: {"$ref": f"#/components/schemas/{name}"} for name in many}}}
                },
            }
        )
    )
    assert "`schema` alone lists all 41" in run("--spec", tmp_path / "many.json", "schema", "zzzzz").err
    monkeypatch.setattr(_schema, "_MOST_LINES", 100)
    cut = run("--spec", tmp_path / "many.json", "schema", "All").out.splitlines()
    assert (len(cut), cut[-1]) == (101, "...")
    (tmp_path / "none.json").write_text(json.dumps({**SHOP, "components": {}, "paths": {}}))
    assert "has no schema 'x', and no others" in run("--spec", tmp_path / "none.json", "schema", "x").err


def test_a_document_is_shown_as_it_is_used(run, shop, tmp_path):
    overlay = {
        "overlay": "1.0.0",
        "info": {"title": "o", "version": "1"},
        "actions": [{"target": "$.info", "update": {"title": "Overlaid"}}],
    }
    (tmp_path / "overlay.json").write_text(json.dumps(overlay))
    shown = run("--spec", shop, "--overlay", tmp_path / "overlay.json", "spec", "show")
    assert shown.value == {**SHOP, "info": {**SHOP["info"], "title": "Overlaid"}}
    assert is_clean(shown.out)
    part = run("--spec", shop, "spec", "show", "--pointer", "/paths/~1carts~1{id}/get/parameters/0/in", "--format", "yaml")
    assert part.out.split() == ["path"]
    assert run("spec", "show", "--pointer", "#/info/version").value == "1.0.0"
    for pointer, said in [
        ("/pth", "did you mean 'paths'?"),
        ("paths", "starts with a slash"),
        ("/servers/7", "there is no '7'"),
        ("/info/title/x", "there is no 'x'"),
    ]:
        wrong = run("--spec", shop, "spec", "show", "--pointer", pointer)
        assert (wrong.code, said in wrong.err) == (2, True)


# ---- faults


FAULTY = """\
openapi: 3.0.3
info:
  title: Faulty
  version: '1'
  sumary: x
paths:
  /things/{id}:
    get:
      operationId: getThing
      paramters: []
      responses:
        '200':
          description: it
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Thing'}
components:
  schemas:
    Thing:
      type: object
      properties:
        size:
          type: integer
          default: big
        name:
          type: strng
"""


@pytest.fixture
def faulty(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "faulty.yaml"
    path.write_text(FAULTY)
    return Path("faulty.yaml")


def test_faults_are_told_with_their_lines(run, faulty, tmp_path):
    found = run("spec", "check", faulty, "--format", "json")
    assert (found.code, found.err) == (1, "")
    value = found.value
    assert (value["document"], value["openapi"]) == ("faulty.yaml", "3.0.3")
    told = {(one["severity"], one["source"], one["pointer"], one["line"]) for one in value["findings"]}
    assert told >= {
        ("error", "standard", "/info", 2),
        ("warning", "reading", "/paths/~1things~1{id}/get/paramters", 10),
        ("error", "standard", "/components/schemas/Thing/properties/size", 22),
        ("error", "standard", "/components/schemas/Thing/properties/name/type", 26),
        ("error", "standard", "/paths/~1things~1{id}/get", 8),
    }
    assert any(one["message"] == "its default: 'big' is not of type 'integer'" for one in value["findings"])
    assert [one["line"] for one in value["findings"]] == sorted(one["line"] for one in value["findings"])
    text = run("spec", "check", faulty)
    assert text.code == 1
    place = "/components/schemas/Thing/properties/size"
    assert f"faulty.yaml:22: error: its default: 'big' is not of type 'integer'\n    {place} (by the standard)\n" in text.out
    assert "(found when reading; it is not read)" in text.out
    errors = sum(one["severity"] == "error" for one in value["findings"])
    assert (
        text.out.splitlines()[-1]
        == f"faulty.yaml: OpenAPI 3.0.3, 1 operation; {errors} errors, {len(value['findings']) - errors} warnings"
    )
    github = run("--spec", faulty, "spec", "check", "--format", "github", "-o", "report")
    assert (github.code, github.out) == (1, "")
    assert (
        "::error file=faulty.yaml,line=22,title=standard::document/components/schemas/Thing/properties/size: its default"
        in Path("report").read_text()
    )
    assert run("spec", "check", faulty, "-o", tmp_path).code == 3


def test_lines_of_places_that_are_not_there(faulty):
    """Those of the nearest above, as for what a document of Swagger 2.0 becomes."""
    places = {"/info/nowhere/at/all": 2, "/components/schemas/Thing/properties/size": 22, "other.yaml#/x": None, "": 1}
    found = lines_in(faulty, places)
    assert found == {place: ("faulty.yaml", line) for place, line in places.items() if line}


def test_what_counts_as_a_failure(run, tmp_path):
    answer = {"description": "it", "links": {"next": {"operationId": "nowhere"}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"get": {"responses": {"200": answer}}}},
    }
    (tmp_path / "warned.json").write_text(json.dumps(document))
    strict, lenient = (run("spec", "check", tmp_path / "warned.json", *words) for words in ([], ["--fail-on", "error"]))
    assert (strict.code, lenient.code, strict.out) == (1, 0, lenient.out)
    assert strict.out.splitlines()[-1].endswith("; 0 errors, 1 warning")


@pytest.mark.parametrize("version", ["2.0", "3.0.3", "3.1.0", "3.2.0"])
def test_sound_documents_of_all_versions(run, tmp_path, version):
    head = {"swagger": "2.0"} if version == "2.0" else {"openapi": version}
    (tmp_path / "sound.json").write_text(
        json.dumps(
            {**head, "info": {"title": "T", "version": "1"}, "paths": {"/x": {"get": {"responses": {"200": {"description": "d"}}}}}}
        )
    )
    ran = run("spec", "check", tmp_path / "sound.json")
    kind = "Swagger" if version == "2.0" else "OpenAPI"
    place = (tmp_path / "sound.json").as_posix()
    assert (ran.code, ran.out) == (0, f"{place}: {kind} {version}, 1 operation; nothing is wrong\n")


def test_bundled_documents_and_what_is_none(run, tmp_path):
    assert run("spec", "check", "1.5.0").out == "Aerostack API 1.5.0: OpenAPI 3.1.0, 42 operations; nothing is wrong\n"
    (tmp_path / "broken.yaml").write_text("openapi: [\n")
    ran = run("spec", "check", tmp_path / "broken.yaml")
    assert (ran.code, ran.out) == (3, "")
    assert "neither JSON nor YAML" in ran.err


def test_other_files_are_checked_with_the_document_and_nothing_else_is_read(run, tmp_path, wire, reply):
    (tmp_path / "parts and").mkdir()
    (tmp_path / "parts and" / "parts.yaml").write_text(
        "\nLine: {type: object, properties: {n: {type: integer, default: x}, o: {$ref: more.yaml}}}\n"
    )
    (tmp_path / "parts and" / "more.yaml").write_text("type: string\n")
    (tmp_path.parent / "outside.yaml").write_text("type: string\n")

    def found(reference):
        schemas = {"One": {"$ref": "./parts%20and/parts.yaml#/Line"}, "Two": {"$ref": reference}}
        (tmp_path / "shop.json").write_text(json.dumps({**SHOP, "components": {"schemas": schemas}, "paths": {}}))
        return run("spec", "check", tmp_path / "shop.json", "--format", "json").value

    server = wire([reply(200, b'{"type": "string"}')])
    inner = found("./parts%20and/more.yaml")
    assert inner["notes"] == []
    told = [(one["message"], one["pointer"], Path(one["file"]).name, one["line"]) for one in inner["findings"]]
    assert told == [("its default: 'x' is not of type 'integer'", "parts and/parts.yaml#/Line/properties/n", "parts.yaml", 2)]
    for reference in (server.url, "../outside.yaml", f"{tmp_path.parent.as_uri()}/outside.yaml"):
        assert "Unresolvable" in found(reference)["notes"][0]
    assert server.connections == 0


def test_the_validator_may_not_know_stumble_or_find_too_much(run, faulty, monkeypatch):
    monkeypatch.setattr(_standard, "_MOST", 1)
    assert "note: the standard does not allow more than these 1" in run("spec", "check", faulty).out
    monkeypatch.setattr(_standard, "_CLASSES", {})
    value = run("spec", "check", faulty, "--format", "json").value
    assert value["notes"] == ["openapi-spec-validator does not know version 3.0.3, and did not judge the document"]
    assert {one["source"] for one in value["findings"]} == {"reading"}
    assert "::notice::openapi-spec-validator does not know" in run("spec", "check", faulty, "--format", "github").out


def test_a_document_that_the_validator_stumbles_over():
    document = {
        "openapi": "3.0.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"get": {"parameters": [{"in": "query", "schema": {}}, {"in": "query"}], "responses": {}}}},
    }
    problems, note = _standard.standard_problems(Spec.load(document))
    assert problems
    assert "stumbled over the document (KeyError" in note
    long = {"openapi": "3.1.0", "info": {"title": "T" * 3000, "version": 1}, "paths": {"x" * 3000: {}}}
    assert max(len(str(one.message)) for one in _standard.standard_problems(Spec.load(long))[0]) < 400


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no timer that interrupts")
def test_the_validator_is_stopped_where_a_document_makes_it_take_for_ever(monkeypatch):
    monkeypatch.setattr(_standard, "_SECONDS", 0.2)
    slow = {"type": "string", "pattern": "^(a+)+$", "default": "a" * 40 + "!"}
    wide = {f"S{n}": {"allOf": [{"$ref": f"#/components/schemas/S{n + 1}"}] * 2} for n in range(40)} | {"S40": {"type": "object"}}
    former = signal.getsignal(signal.SIGALRM)
    for schemas in ({"Slow": slow}, wide):
        head = {"openapi": "3.0.0", "info": {"title": "T", "version": "1"}, "paths": {}}
        _, note = _standard.standard_problems(Spec.load({**head, "components": {"schemas": schemas}}))
        assert note == "openapi-spec-validator had not ended after 0.2 s, and did not try all of its rules"
    assert signal.getsignal(signal.SIGALRM) is former
    in_thread = []
    thread = threading.Thread(target=lambda: in_thread.append(_standard.standard_problems(Spec.load(SHOP))))
    thread.start()
    thread.join()
    assert in_thread[0][1] == "", "in other threads there is no limit"


# ---- what is installed


def test_versions(run):
    found = run("versions", "--output", "json").value
    assert found["documents"]["1.0.0"] | {"sha256": ""} == {"openapi": "3.1.0", "operations": 9, "default": True, "sha256": ""}
    assert found["libraries"]["httpx"].startswith("0.")
    assert found["extras"]["sandbox"].keys() >= {"starlette", "uvicorn"}
    assert not found["extras"].keys() & {"test", "dev"}
    text = run("versions").out
    assert text.startswith(f"aerostack_dynamic {found['aerostack_dynamic']}\nPython 3.")
    lines = [
        "needed>=1",
        "other-python; python_version < '3.0'",
        "absent-package-x>=2; extra == 'more'",
        "pytest; extra == 'test'",
        "x; extra == 'test'",
        ";",
    ]
    assert requirements(lines) == {"": ["needed"], "more": ["absent-package-x"]}


def test_what_an_extra_lacks(run, monkeypatch):
    monkeypatch.setattr("importlib.metadata.requires", lambda _: ["absent-package-x; extra == 'more'"])
    assert "more                    lacks absent-package-x: pip install 'aerostack_dynamic[more]'" in run("versions").out


def test_what_is_kept_of_large_documents_is_shown_and_removed(run, tmp_path, monkeypatch):
    assert run("spec", "cache", "--output", "json").value == {"folder": None, "bytes": 0, "entries": []}
    assert "nothing is kept: AEROSTACK_CACHE is off" in run("spec", "cache").out
    folder = tmp_path / "kept"
    monkeypatch.setenv("AEROSTACK_CACHE", str(folder))
    assert run("spec", "cache").out == f"{folder}: 0 documents, 0.0 MB\n"
    file = tmp_path / "large.yaml"
    file.write_text("openapi: 3.1.0\ninfo: {title: Large, version: '1'}\npaths:\n" + f"  /b: {{description: {'b' * 9000}}}\n")
    assert run("--spec", file, "spec", "show").code == 0
    found = run("spec", "cache", "--output", "json").value
    assert found["bytes"] == sum(one["bytes"] for one in found["entries"]) > 9000
    assert [one["name"] for one in found["entries"]] == [one.name for one in folder.iterdir()]
    assert f"{folder}: 1 document, " in run("spec", "cache").out
    assert found["entries"][0]["name"] in run("spec", "cache").out
    assert run("spec", "cache", "--clear").out == f"removed 1\n{folder}: 0 documents, 0.0 MB\n"
    assert not [*folder.iterdir()]
    assert run("spec", "cache", "--clear", "--output", "json").value["removed"] == 0
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("AEROSTACK_CACHE", str(file))
    assert run("spec", "cache").code == 3
