"""What a change is to code of which it is known what it uses."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from aerostack_dynamic import ArgumentsError, Spec
from aerostack_dynamic._recorded import RecordedAnswer, RecordedCall, RecordedRequest
from aerostack_dynamic._usage import OperationUsage, UsageReport
from aerostack_dynamic._used import usage_of
from aerostack_dynamic.compare import Comparison, compare
from aerostack_dynamic.compare._use import CALLED, UNREAD

from .documents import GONE, document, edited
from .edit_rows import ANSWER, GET, PUT


@functools.cache
def base() -> Spec:
    return Spec.load(document())


def using(name: str = "getItem", arguments: str = "path/id", fields: str = "", **more: Any) -> UsageReport:
    """Use of one operation; places are separated by spaces."""
    one = base().operations[name]
    use = OperationUsage(one.method, one.path, more.get("calls", 3), frozenset(arguments.split()), frozenset(fields.split()))
    return UsageReport(MappingProxyType({more.get("key", name): use}))


def changed(*edits: tuple[str, Any], used: Any) -> Comparison:
    return compare(base(), edited(document(), *edits), used)


SENT = f"{PUT}/requestBody/content/application~1json/schema"
ANSWERED = f"{ANSWER}/content/application~1json/schema"
ROWS = [
    # Requests: the place was filled, or every call is concerned.
    ((SENT + "/properties/note/maxLength", 5), using("putItem", "body/note"), "body/note is given"),
    ((SENT + "/properties/note/maxLength", 5), using("putItem", "body"), "body is given"),
    ((SENT + "/properties/note/maxLength", 5), using("putItem", "body/name"), ""),
    ((SENT + "/properties/note/maxLength", 5), using("getItem"), ""),
    (
        (SENT + "/properties/rows/items/properties/cell/type", "integer"),
        using("putItem", "body/rows/*/cell"),
        "body/rows/*/cell is given",
    ),
    ((SENT + "/properties/rows/items/required", ["cell"]), using("putItem", "body/rows/*/other"), "body/rows/* is sent without it"),
    ((SENT + "/required/-", "note"), using("putItem", "body/note"), "body is sent"),
    ((SENT + "/properties/rows/items/required", ["cell"]), using("putItem", "body/name"), ""),
    ((SENT + "/properties/map/additionalProperties/type", "integer"), using("putItem", "body/map/x"), "body/map/x is given"),
    ((SENT + "/required/-", "note"), using("putItem", "body/name"), "body is sent without it"),
    ((SENT + "/required/-", "note"), using("putItem", "path/id"), ""),
    ((f"{GET}/parameters/0/required", True), using(), CALLED),
    ((f"{GET}/parameters/-", {"name": "x", "in": "query", "required": True}), using(), CALLED),
    ((f"{GET}/parameters/0/schema/maximum", 5), using(arguments="query/limit"), "query/limit is given"),
    ((f"{GET}/parameters/0/schema/maximum", 5), using(arguments="query/tag/*"), ""),
    ((f"{GET}/parameters/2/schema/maxLength", 5), using(arguments="header/x-trace"), "header/x-trace is given"),
    ((f"{PUT}/requestBody", GONE), using("putItem", "body/name"), "body/name is given"),
    ((f"{PUT}/requestBody", GONE), using("putItem", "path/id"), ""),
    ((GET, GONE), using(), CALLED),
    ((GET, GONE), using("putItem"), ""),
    ((GET, GONE), using(calls=0, arguments=""), ""),
    ((f"{GET}/security", [{"Token": []}]), using(), CALLED),
    (("/servers/0/url", "https://b.example"), using(), "the document is used"),
    (("/servers/0/url", "https://b.example"), UsageReport(), ""),
    # Answers: the place was read, or the whole is concerned.
    ((ANSWERED + "/properties/note", GONE), using(fields="200/note"), "200/note is read"),
    ((ANSWERED + "/properties/note", GONE), using(fields="200"), "200 is read"),
    ((ANSWERED + "/properties/note", GONE), using(fields="200/kind"), ""),
    ((ANSWERED + "/properties/kind/enum/-", "d"), using(fields="200/kind"), "200/kind is read"),
    ((ANSWERED + "/properties/kind/enum/-", "d"), using(fields="200/note"), ""),
    ((ANSWERED + "/properties/rows/items/properties/cell", GONE), using(fields="200/rows/*/cell"), "200/rows/*/cell is read"),
    ((ANSWERED + "/properties/inner", GONE), using(fields="200/inner/deep"), "200/inner/deep is read"),
    # A client that keeps the old document refuses these, read or not.
    ((ANSWERED + "/required", []), using(fields="200/kind"), UNREAD),
    ((ANSWERED + "/properties/size/type", "string"), using(fields="200/kind"), UNREAD),
    (("/components/schemas/Error/properties/message/type", "integer"), using(fields="200/kind"), ""),
    (("/components/schemas/Error/properties/message/type", "integer"), using(fields="503/message"), "503/message is read"),
    ((f"{ANSWER}/content/application~1xml", GONE), using(), CALLED),
    ((f"{ANSWER}/headers/ETag", GONE), using(), CALLED),
    ((f"{PUT}/callbacks/done", GONE), using("putItem"), CALLED),
    ((f"{PUT}/callbacks/done", GONE), using("getItem"), ""),
    (("/webhooks/news", GONE), using("getItem"), "the document is used"),
    # Names.
    ((f"{GET}/tags", ["Things"]), using(), CALLED),
    ((f"{GET}/tags", ["Things"]), using("putItem"), ""),
    # The operation is known by its method and path, whatever the report calls it.
    ((GET, GONE), using(key="somethingElse"), CALLED),
    ((GET, GONE), UsageReport(MappingProxyType({"gone": OperationUsage("GET", "/gone", 1)})), ""),
]


@pytest.mark.parametrize(("edit", "used", "reason"), ROWS, ids=lambda value: value[0][-50:] if isinstance(value, tuple) else "")
def test_a_change_breaks_those_who_meet_it(edit: tuple[str, Any], used: UsageReport, reason: str) -> None:
    found = changed(edit, used=used)
    assert found.breaking
    parts = found.breaks_you, found.breaking_unused
    assert sorted(map(id, (*parts[0], *parts[1]))) == sorted(map(id, found.breaking))
    if reason:
        assert reason in found.reasons
    else:
        assert not found.breaks_you, [str(one) for one in found.breaks_you]
    assert bool(found.breaks_you) == bool(reason)


def test_without_use_every_break_may_be_met() -> None:
    found = compare(base(), edited(document(), (GET, GONE)))
    assert found.breaks_you == found.breaking
    assert found.breaking_unused == ()
    assert all("part" not in one for one in found.to_json()["changes"])


def test_a_comparison_tells_itself_as_json() -> None:
    found = changed(
        (GET, GONE), (f"{PUT}/deprecated", True), (SENT + "/properties/note/maxLength", 5), used=using("putItem", "body/note")
    )
    told = json.loads(json.dumps(found.to_json()))
    assert told["old"]["sha256"] == found.old.sha256
    assert [one["rule"] for one in told["changes"]] == [one.rule for one in found]
    parts = {one["rule"]: one.get("part") for one in told["changes"]}
    assert parts == {
        "api-removed-without-deprecation": "breaking_unused",
        "endpoint-deprecated": None,
        "request-property-max-length-decreased": "breaks_you",
    }
    broken = next(one for one in told["changes"] if "max-length" in one["rule"])
    assert broken["reason"] == "body/note is given"
    assert (broken["side"], broken["subject"], broken["operation"]) == ("request", "body/note", "putItem")
    assert len(broken["witness"]["note"]) > 5
    assert str(found.changes[-1]).startswith("breaking: putItem (PUT /items/{id}) body/note: ")
    assert repr(found) == "<Comparison of 1 and 1: 3 changes, 2 of them breaking, 1 of those met>"
    assert len(found) == 3
    assert found.unknown == ()
    assert [one.rule for one in found.compatible] == ["endpoint-deprecated"]


# ---- what several ways lead to


def a_tree(**name: Any) -> dict[str, Any]:
    node = {"$ref": "#/components/schemas/Node"}
    schema = {
        "type": "object",
        "properties": {"name": name, "other": {"type": "string"}, "children": {"type": "array", "items": node}, "a/b": node},
    }
    content = {"application/json": {"schema": {"type": "object", "properties": {"one": node, "another": node, "flat": {}}}}}
    operation = {"requestBody": {"content": content}, "responses": {"2XX": {"description": "yes", "content": content}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Trees", "version": "1"},
        "paths": {"/trees": {"put": {"operationId": "putTree", **operation}}},
        "components": {"schemas": {"Node": schema}},
    }


PLACES = {
    "one/name": True,
    "another/name": True,
    "one/children/*/name": True,
    "another/children/*/a~1b/children/0/name": True,
    "another/children": True,
    "another": True,
    "": True,
    "another/other": False,
    "one/children/*/other": False,
    "flat/name": False,
}


@pytest.mark.parametrize(("side", "top"), [("arguments", "body"), ("fields", "201")])
def test_a_change_is_met_at_any_of_the_places_that_it_is_at(side: str, top: str) -> None:
    old = Spec.load(a_tree(type="string", enum=["a", "b"]))
    new = Spec.load(a_tree(type="string", enum=["a"] if top == "body" else ["a", "b", "c"]))
    for place, met in PLACES.items():
        whole = f"{top}/{place}".rstrip("/")
        use = OperationUsage("PUT", "/trees", 1, **{side: frozenset([whole])})
        found = compare(old, new, UsageReport(MappingProxyType({"putTree": use})))
        (broken,) = found.breaking
        assert broken.subject.endswith("one/name")
        assert len(broken.also) == 1
        assert bool(found.breaks_you) == met, place


def test_what_became_required_is_met_by_what_fills_its_object_anywhere() -> None:
    old, edited_copy = a_tree(type="string"), a_tree(type="string")
    edited_copy["components"]["schemas"]["Node"]["required"] = ["name"]
    for place, met in {"another/children/*/other": True, "one/other": True, "flat": False}.items():
        use = OperationUsage("PUT", "/trees", 1, frozenset([f"body/{place}"]))
        found = compare(Spec.load(old), Spec.load(edited_copy), UsageReport(MappingProxyType({"putTree": use})))
        assert bool(found.breaks_you) == met, place


def test_a_part_that_several_conjoin_is_met_in_each_of_them() -> None:
    def several(**name: Any) -> Spec:
        made = a_tree(**name)
        for one in ("one", "another"):
            schema = made["paths"]["/trees"]["put"]["requestBody"]["content"]["application/json"]["schema"]
            schema["properties"][one] = {"allOf": [{"$ref": "#/components/schemas/Node"}, {"title": one}]}
        return Spec.load(made)

    for place in ("one", "another"):
        use = OperationUsage("PUT", "/trees", 1, frozenset([f"body/{place}/name"]))
        found = compare(several(type="string"), several(type="integer"), UsageReport(MappingProxyType({"putTree": use})))
        assert found.breaks_you, place


# ---- recordings


def recorded(**more: Any) -> RecordedCall:
    request = RecordedRequest("PUT", "https://eu.example/v1/items/1")
    arguments = {"path": {"id": "1"}, "body": {"name": "n", "rows": [{"cell": "c"}, {}], "map": {}, "list": []}, "cookie": None}
    fields = {"answer": RecordedAnswer(200), "document": "abc", **more}
    return RecordedCall("putItem", "PUT", "/items/{id}", arguments, request, **fields)


def test_recorded_calls_tell_what_they_use() -> None:
    report = usage_of([recorded(), recorded(fields=frozenset({"200/x"}), answer=None, document="")])
    use = report.operations["putItem"]
    assert use.calls == 2
    assert use.arguments == {"path/id", "body/name", "body/rows/*/cell", "body/rows/*", "body/map", "body/list"}
    assert use.fields == {"200", "200/x"}  # nobody looked what the first read: all of it, then
    assert report.documents == {"abc"}
    assert usage_of([recorded(answer=None)]).operations["putItem"].fields == frozenset()


def test_use_is_read_from_files(tmp_path: Path) -> None:
    edit = (SENT + "/properties/name/maxLength", 5)
    usage, calls = tmp_path / "usage.json", tmp_path / "calls.jsonl"
    usage.write_text(usage_of([recorded()]).text(), encoding="utf-8")
    calls.write_bytes(recorded().line())
    several = tmp_path / "several.jsonl"
    several.write_bytes(recorded().line() * 2)
    for used in (usage, calls, several, [recorded()], iter([recorded()])):
        assert len(changed(edit, used=used).breaks_you) == 1
    bad = tmp_path / "bad.json"
    for text in ('{"a": 1}', "[1]\n", "nothing\n{}"):
        bad.write_text(text, encoding="utf-8")
        with pytest.raises(ArgumentsError, match=r"used: .*bad\.json"):
            changed(edit, used=bad)
    with pytest.raises(ArgumentsError, match="can't be read"):
        changed(edit, used=tmp_path / "none.json")
    for wrong in (7, [7], "usage.json"):
        with pytest.raises(ArgumentsError, match="UsageReport"):
            changed(edit, used=wrong)


def test_documents_come_from_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "api.json"
    path.write_text(json.dumps(document()), encoding="utf-8")
    for one in (path, path.read_bytes(), base(), document()):
        assert len(compare(one, document())) == 0
    with pytest.raises(ArgumentsError, match="old: give a Spec"):
        compare(7, document())  # type: ignore[arg-type]  # what is tried
