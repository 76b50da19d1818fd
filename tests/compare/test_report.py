"""Reports in their five formats: what stands in them, and that nothing from a document breaks out of its format."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from aerostack_dynamic import Spec
from aerostack_dynamic._usage import UsageReport
from aerostack_dynamic.compare import Change, Comparison, comparison_report, lines_of

OLD = Spec.load({"openapi": "3.1.0", "info": {"title": "Shop", "version": "1"}, "paths": {}})
NEW = Spec.load({"openapi": "3.1.0", "info": {"title": "Shop", "version": "2"}, "paths": {}})
HARD = Change(
    "request-property-became-required",
    "breaking",
    "proved",
    "role must now be given",
    "chat",
    "POST",
    "/chat",
    "request",
    "/paths/~1chat/post",
    "/paths/~1chat/post/requestBody",
    "body/messages/*/role",
    {"messages": [{}]},
)
DOUBTFUL = Change(
    "response-body-changed", "unknown", "rule", "the answer changed", "list", "GET", "/list", "response", subject="200"
)
EASY = Change(
    "api-operation-added", "compatible", "rule", "a new operation", "more", "GET", "/more", new_pointer="/paths/~1more/get"
)
ALL = (HARD, DOUBTFUL, EASY)


def report(*changes, used=None, reasons=(), fail_on="breaking"):
    return comparison_report(Comparison(OLD, NEW, changes, used, reasons), fail_on)


def used_report(fail_on):
    return report(*ALL, used=UsageReport(), reasons=("chat is called", "", ""), fail_on=fail_on)


def test_the_text_groups_by_operation_and_tells_places_and_witness():
    text = report(*ALL).render("text")
    assert text.startswith("Shop 1 to 2: 2 breaking, 1 compatible\n\nBreaking (2)\n  chat (POST /chat)\n")
    for part in (
        "request-property-became-required  body/messages/*/role  [proved]",
        "role must now be given",
        'for example: {"messages": [{}]}',
        "new: /paths/~1chat/post/requestBody",
        "response-body-changed  200  [not decided]",
        "Compatible (1)",
    ):
        assert part in text
    assert report().render("text") == "Shop 1 to 2: no change\n"


def test_what_one_part_of_the_document_changes_in_many_places_is_told_once():
    at = {"old_pointer": "/components/schemas/E/properties/code", "new_pointer": "/components/schemas/E/properties/code"}
    several = [
        Change("r", "breaking", "rule", f"m{n}", f"op{n}", "GET", f"/{n}", "response", subject="400/code", **at) for n in range(8)
    ]
    other = Change("r", "breaking", "rule", "m", "op1", "GET", "/1", "response", subject="400/name", **at)
    made = report(*several, other)
    text = made.render("text")
    assert "Breaking (9)" in text
    assert "also: op1 400/code, op2 400/code, op3 400/code, op4 400/code, op5 400/code, and 2 more" in text
    assert text.count("    r  400/") == 2
    assert made.render("github").count("::error ") == 2
    assert made.render("markdown").count("| `r` |") == 2
    assert len(json.loads(made.render("json"))["breaking"]) == 9
    assert ElementTree.fromstring(made.render("junit")).get("failures") == "9"


def test_three_parts_where_it_is_known_what_is_used():
    told = used_report("used")
    assert [one.name for one in told.sections] == ["breaks_you", "breaking_unused", "compatible"]
    assert "you: chat is called" in told.render("text")
    assert "1 break you, 1 breaking that you don't use, 1 compatible" in told.render("text")


@pytest.mark.parametrize(
    ("changes", "fail_on", "expected"),
    [
        ((), "any", False),
        ((EASY,), "breaking", False),
        ((EASY,), "any", True),
        ((HARD,), "breaking", True),
        ((DOUBTFUL,), "breaking", True),
        ((HARD,), "used", True),
    ],
)
def test_what_makes_it_fail(changes, fail_on, expected):
    assert report(*changes, fail_on=fail_on).fails is expected


def test_what_nobody_uses_fails_only_where_that_is_asked():
    unused = {"used": UsageReport(), "reasons": ("",)}
    assert not report(HARD, **unused, fail_on="used").fails
    assert report(HARD, **unused, fail_on="breaking").fails
    assert report(HARD, **unused, fail_on="any").fails


def test_json_has_every_part():
    told = json.loads(used_report("used").render("json"))
    assert told["summary"] == {"breaks_you": 1, "breaking_unused": 1, "compatible": 1}
    [one] = told["breaks_you"]
    assert one["rule"] == HARD.rule
    assert one["witness"] == {"messages": [{}]}
    assert one["reason"] == "chat is called"
    assert told["new"] == {"title": "Shop", "version": "2", "sha256": NEW.sha256}


def test_junit_fails_what_fails():
    root = ElementTree.fromstring(used_report("used").render("junit"))
    assert (root.get("tests"), root.get("failures")) == ("3", "1")
    cases = {case.get("name"): case for case in root.iter("testcase")}
    failure = cases["request-property-became-required body/messages/*/role"].find("failure")
    assert failure.get("message") == "role must now be given"
    assert "for example" in failure.text
    assert cases["response-body-changed 200"].find("system-out") is not None
    assert len(cases["api-operation-added"]) == 0


def test_annotations_name_file_and_line():
    lines = {"/paths/~1chat/post/requestBody": ("spec/a,b.yaml", 7)}
    text = used_report("used").render("github", lines)
    first, second, last = text.splitlines()
    assert first == (
        "::error file=spec/a%2Cb.yaml,line=7,title=request-property-became-required::"
        "chat (POST /chat) body/messages/*/role; role must now be given"
    )
    assert second.startswith("::warning title=response-body-changed::")
    assert last == "Shop 1 to 2: 1 break you, 1 breaking that you don't use, 1 compatible"


HOSTILE = "a\n::error::x\r|`b`|<img src=x>[l](http://x) & @all \x1b[31m\u202e%0A]]>"


def test_nothing_breaks_out_of_a_format():
    bad = Change("r", "breaking", "rule", HOSTILE, HOSTILE, "GET", "/" + HOSTILE, subject=HOSTILE, witness=HOSTILE)
    made = report(bad)
    for form in ("text", "markdown", "json", "junit", "github"):
        assert "\x1b" not in made.render(form)
        assert "\u202e" not in made.render(form).replace("\\u202e", "")
    assert sum(line.startswith("::") for line in made.render("github").splitlines()) == 1
    rows = [line for line in made.render("markdown").splitlines() if line.startswith("| ") and "---" not in line]
    assert len(rows) == 2
    assert "<img" not in rows[1].replace("`", "§").split("§")[0]
    assert ElementTree.fromstring(made.render("junit")).find(".//failure") is not None
    assert json.loads(made.render("json"))["breaking"][0]["message"] == HOSTILE


def test_lines_of_pointers():
    text = "openapi: 3.1.0\npaths:\n  /a~b:\n    get:\n      tags: [x]\n      servers:\n        - url: a\n        - url: b\n"
    wanted = ["", "/paths/~1a~0b/get", "/paths/~1a~0b/get/servers/1", "/nowhere", "/paths/~1a~0b/get/servers/9", "/openapi/x"]
    found = lines_of(text, wanted)
    assert found == {"": 1, "/paths/~1a~0b/get": 4, "/paths/~1a~0b/get/servers/1": 8}
    assert lines_of('{"a": {\n"b": 1}}', ["/a/b"]) == {"/a/b": 2}
    assert lines_of("{", ["/a"]) == {}
    assert lines_of("", ["/a"]) == {}
