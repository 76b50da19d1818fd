"""The commands `diff` and `replay`: formats, exit codes, and what is wrong told in one line."""

from __future__ import annotations

import copy
import json
from xml.etree import ElementTree

import pytest

from aerostack_dynamic import cli
from aerostack_dynamic._recorded import RecordedAnswer, RecordedCall, RecordedRequest
from aerostack_dynamic._usage import OperationUsage, UsageReport

OLD = {
    "openapi": "3.1.0",
    "info": {"title": "Notes", "version": "1"},
    "paths": {
        "/notes": {
            "post": {
                "operationId": "makeNote",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"type": "object", "properties": {"text": {"type": "string"}}}}},
                },
                "responses": {
                    "200": {
                        "description": "",
                        "content": {
                            "application/json": {
                                "schema": {"type": "object", "properties": {"id": {"type": "string"}, "at": {"type": "string"}}}
                            }
                        },
                    }
                },
            },
            "get": {"operationId": "listNotes", "responses": {"204": {"description": ""}}},
        }
    },
}


@pytest.fixture
def files(tmp_path):
    """The old document, one that takes a property away and an operation too, and one with an addition alone."""
    breaking, addition = copy.deepcopy(OLD), copy.deepcopy(OLD)
    path = breaking["paths"]["/notes"]
    answer = path["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    del answer["properties"]["id"]
    del path["get"]
    addition["paths"]["/more"] = {"get": {"operationId": "more", "responses": {"204": {"description": ""}}}}
    named = {"old": OLD, "breaking": breaking, "addition": addition}
    for name, raw in named.items():
        raw["info"]["version"] = name
        (tmp_path / f"{name}.json").write_text(json.dumps(raw, indent=1))
    (tmp_path / "broken.json").write_text("[]")
    return tmp_path


def use(files, fields, operation="makeNote"):
    usage = OperationUsage("POST", "/notes", 1, frozenset({"body/text"}), frozenset(fields))
    (files / "usage.json").write_text(UsageReport({operation: usage}).text())
    return str(files / "usage.json")


def run(capsys, *arguments):
    code = cli.main([str(one) for one in arguments])
    out, errors = capsys.readouterr()
    return code, out, errors


@pytest.mark.parametrize(
    ("new", "arguments", "code"),
    [
        ("old", ["--fail-on", "any"], 0),
        ("addition", [], 0),
        ("addition", ["--fail-on", "any"], 1),
        ("breaking", [], 1),
        ("breaking", ["--fail-on", "used"], 1),
    ],
)
def test_exit_codes_of_diff(files, capsys, new, arguments, code):
    assert run(capsys, "diff", files / "old.json", files / f"{new}.json", *arguments)[0] == code


def test_diff_tells_each_change(files, capsys):
    _, out, errors = run(capsys, "diff", files / "old.json", files / "breaking.json")
    assert out.startswith("Notes old to breaking: 2 breaking")
    assert "makeNote (POST /notes)" in out
    assert "listNotes (GET /notes)" in out
    assert not errors


def test_diff_by_what_is_used(files, capsys):
    arguments = ("diff", files / "old.json", files / "breaking.json", "--used")
    code, out, _ = run(capsys, *arguments, use(files, ["200/id"]), "--format", "json")
    told = json.loads(out)
    assert code == 1
    assert [one["subject"] for one in told["breaks_you"]] == ["200/id"]
    assert [one["operation"] for one in told["breaking_unused"]] == ["listNotes"]
    code, out, _ = run(capsys, *arguments, use(files, ["200/at"]))
    assert code == 0
    assert "Breaking, not used by you (2)" in out
    assert run(capsys, *arguments, use(files, ["200/at"]), "--fail-on", "breaking")[0] == 1


def test_every_format_of_diff(files, capsys):
    pair = files / "old.json", files / "breaking.json"
    code, out, _ = run(capsys, "diff", *pair, "--format", "junit")
    assert (code, ElementTree.fromstring(out).get("failures")) == (1, "2")
    _, out, _ = run(capsys, "diff", *pair, "--format", "github")
    assert out.count("::error ") == 2
    assert f"file={(files / 'breaking.json').as_posix()},line=" in out
    _, out, _ = run(capsys, "diff", *pair, "--format", "markdown")
    assert "### Breaking (2)" in out
    code, out, _ = run(capsys, "diff", *pair, "--format", "json", "-o", files / "report.json")
    assert (code, out) == (1, "")
    assert len(json.loads((files / "report.json").read_text())["breaking"]) == 2


def test_annotations_of_other_files(files, capsys):
    for name in ("old", "new"):
        raw = copy.deepcopy(OLD)
        schema = raw["paths"]["/notes"]["post"]["responses"]["200"]["content"]["application/json"]
        schema["schema"] = {"$ref": "parts/all.yaml#/Note"}
        (files / name / "parts").mkdir(parents=True)
        (files / name / "api.json").write_text(json.dumps(raw))
        kept = "" if name == "new" else "    id: {type: string}\n"
        (files / name / "parts" / "all.yaml").write_text(f"Note:\n  type: object\n  properties:\n    at: {{type: string}}\n{kept}")
    _, out, _ = run(capsys, "diff", files / "old/api.json", files / "new/api.json", "--format", "github")
    assert f"::error file={(files / 'new/parts/all.yaml').as_posix()},line=" in out


@pytest.mark.parametrize("text", ["", UsageReport({"other": OperationUsage("GET", "/else", 1)}).text()])
def test_use_that_is_of_nothing_here_is_no_use(files, capsys, text):
    (files / "usage.json").write_text(text)
    code, out, errors = run(capsys, "diff", files / "old.json", files / "breaking.json", "--used", files / "usage.json")
    assert (code, out) == (3, "")
    assert "tells of no call" in errors or "is about another API" in errors


def test_bundled_documents_are_named_by_version(capsys):
    code, out, _ = run(capsys, "diff", "1.0.0", "1.5.0")
    assert code == 1
    assert "aiChat (POST /ai/chat)" in out
    code, out, _ = run(capsys, "diff", "1.0.0", "1.0.0", "--format", "github")
    assert (code, out.strip()) == (0, "Aerostack API 1.0.0 to 1.0.0: no change")


def recording(files, fields=("200/id",)):
    call = RecordedCall(
        "makeNote",
        "POST",
        "/notes",
        {"body": {"text": "x"}},
        RecordedRequest("POST", "http://x/notes"),
        RecordedAnswer(200, (("content-type", "application/json"),), b'{"id":"1"}'),
        fields=frozenset(fields),
        media_type="application/json",
    )
    (files / "calls.jsonl").write_bytes(call.line())
    return files / "calls.jsonl"


def test_replay(files, capsys):
    code, out, _ = run(capsys, "replay", recording(files), "--spec", files / "old.json", "--old", files / "old.json")
    assert code == 0
    assert "1 recorded calls against Notes old: 1 ok" in out
    code, out, _ = run(capsys, "replay", recording(files), "--spec", files / "breaking.json", "--format", "json")
    assert code == 1
    assert [one["outcome"] for one in json.loads(out)["broken"]] == ["field-absent"]
    code, out, _ = run(
        capsys, "replay", recording(files), "--spec", files / "breaking.json", "--format", "junit", "-o", files / "x.xml"
    )
    assert ElementTree.fromstring((files / "x.xml").read_text()).get("failures") == "1"


def test_replay_tells_what_is_skipped(files, capsys):
    calls = recording(files)
    calls.write_bytes(calls.read_bytes() + b'{"aerostack_call":1,')
    code, _, told = run(capsys, "replay", calls, "--spec", files / "old.json")
    assert (code, told) == (0, f"aerostack-dynamic: {calls}: line 2 was cut as it was written, and is left out\n")


CASSETTE = """
version: 1
interactions:
- request: {method: GET, uri: 'http://x.test/notes', headers: {}, body: null}
  response: {status: {code: 204, message: No Content}, headers: {}, body: {string: ''}}
- request: {method: GET, uri: 'http://other.test/else', headers: {}, body: null}
  response: {status: {code: 204, message: No Content}, headers: {}, body: {string: ''}}
"""


def test_what_is_gone_is_not_left_out_of_another_tools_recording(files, capsys):
    (files / "calls.yaml").write_text(CASSETTE)
    code, out, errors = run(capsys, "replay", files / "calls.yaml", "--spec", files / "breaking.json", "--format", "json")
    assert (code, errors) == (1, "")
    gone = (
        "no operation takes GET http://x.test/notes; with the document of the recording (`old`), calls of other APIs are left out"
    )
    assert [one["message"] for one in json.loads(out)["broken"]][0] == gone
    code, out, errors = run(
        capsys, "replay", files / "calls.yaml", "--spec", files / "breaking.json", "--old", files / "old.json", "--format", "json"
    )
    assert (code, json.loads(out)["calls"]) == (1, 1)
    assert "call 2, GET http://other.test/else, fits no operation" in errors
    assert [one["outcome"] for one in json.loads(out)["broken"]] == ["operation-gone"]


def test_a_recording_tells_what_is_used(files, capsys):
    code, out, _ = run(capsys, "diff", files / "old.json", files / "breaking.json", "--used", recording(files))
    assert code == 1
    assert "Breaks you (1)" in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["diff", "old.json", "none.json"], "none.json"),
        (["diff", "old.json", "broken.json"], "broken.json: this is no OpenAPI document: its root is no object"),
        (["replay", "empty.jsonl", "--spec", "old.json"], "empty.jsonl: there is no call to judge"),
        (["diff", "old.json", "old.json", "--used", "none.json"], "none.json"),
        (["diff", "old.json", "old.json", "--used", "old.json"], "old.json"),
        (["diff", "old.json", "old.json", "-o", "none/report.txt"], "none"),
        (["replay", "none.jsonl", "--spec", "old.json"], "none.jsonl"),
        (["replay", "calls.jsonl", "--spec", "1.9.9"], "1.9.9"),
    ],
)
def test_what_cant_be_used_is_told_in_one_line(files, capsys, monkeypatch, arguments, told):
    recording(files)
    (files / "empty.jsonl").touch()
    monkeypatch.chdir(files)
    code, out, errors = run(capsys, *arguments)
    assert (code, out) == (3, "")
    assert told in errors
    assert errors.startswith("aerostack-dynamic: ")
    assert errors.count("\n") == 1


@pytest.mark.parametrize("arguments", [["diff", "a"], ["diff", "a", "b", "--format", "pdf"], ["replay", "a"]])
def test_a_wrong_command_line_is_code_2(arguments, capsys):
    assert cli.main(arguments) == 2
    assert "` tells of its use" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["diff", "replay"])
def test_the_help_documents_the_exit_codes(command, capsys):
    assert cli.main([command, "--help"]) == 0
    assert "exit codes: 0" in capsys.readouterr().out
