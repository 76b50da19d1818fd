"""Recorded calls judged by another document: every outcome, what masks hide, and fields that may be absent."""

from __future__ import annotations

import copy
import json

import pytest

from aerostack_dynamic import ArgumentsError, Spec
from aerostack_dynamic._recorded import RecordedAnswer, RecordedCall, RecordedRequest
from aerostack_dynamic.compare import replay_check, replay_report

USER = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "nick": {"type": "string"},
        "password": {"type": "string", "minLength": 8, "format": "password"},
        "address": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}},
    },
}
OLD = {
    "openapi": "3.1.0",
    "info": {"title": "Users", "version": "1"},
    "paths": {
        "/users/{id}": {
            "get": {
                "operationId": "getUser",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
                    {"name": "limit", "in": "query", "schema": {"type": "integer"}},
                ],
                "responses": {
                    "200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}}}
                },
            }
        },
        "/users": {
            "post": {
                "operationId": "makeUser",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}},
                },
                "responses": {"204": {"description": ""}},
            }
        },
    },
    "components": {"schemas": {"User": USER}},
}
JSON_TYPE = (("content-type", "application/json"),)
ADA = {"id": 1, "name": "Ada", "nick": "a"}


def got(body=ADA, *, status=200, fields=(), arguments=None, headers=JSON_TYPE, document="", content=None):
    answer = RecordedAnswer(status, headers, json.dumps(body).encode() if content is None else content)
    arguments = {"path": {"id": 1}} if arguments is None else arguments
    request = RecordedRequest("GET", "http://x/users/1")
    return RecordedCall("getUser", "GET", "/users/{id}", arguments, request, answer, fields=frozenset(fields), document=document)


def made(body, document=""):
    request = RecordedRequest("POST", "http://x/users")
    return RecordedCall(
        "makeUser", "POST", "/users", {"body": body}, request, None, media_type="application/json", document=document
    )


def edited(edit):
    raw = copy.deepcopy(OLD)
    edit(raw)
    return Spec.load(raw)


def get_of(raw):
    return raw["paths"]["/users/{id}"]["get"]


def user_of(raw):
    return raw["components"]["schemas"]["User"]


def outcomes(call, edit=lambda raw: None, *, old=None):
    [checked] = replay_check([call], edited(edit), old=old)
    return [(one.outcome, one.subject) for one in checked.departures if one.breaks]


def test_what_still_fits_is_ok():
    check = replay_check([got(fields=["200/name", "200/nick"]), made({"id": 1, "name": "Ada"})], Spec.load(OLD))
    assert check.ok
    assert not check.broken
    assert check.counts == {"ok": 2}
    assert [one.outcome for one in check] == ["ok", "ok"]
    assert len(check) == 2


@pytest.mark.parametrize(
    ("edit", "call", "expected"),
    [
        (lambda raw: raw["paths"].pop("/users/{id}"), got(), [("operation-gone", "")]),
        (lambda raw: raw["paths"].update({"/people/{id}": raw["paths"].pop("/users/{id}")}), got(), [("operation-moved", "")]),
        (lambda raw: get_of(raw).update(operationId="fetchUser"), got(), [("operation-moved", "")]),
        (
            lambda raw: get_of(raw)["parameters"].append(
                {"name": "tenant", "in": "query", "required": True, "schema": {"type": "string"}}
            ),
            got(),
            [("argument-missing", "query/tenant")],
        ),
        (
            lambda raw: get_of(raw)["parameters"][1]["schema"].update(maximum=10),
            got(arguments={"path": {"id": 1}, "query": {"limit": 50}}),
            [("argument-invalid", "query/limit")],
        ),
        (
            lambda raw: user_of(raw)["required"].append("nick"),
            made({"id": 1, "name": "Ada"}),
            [("argument-missing", "body/nick")],
        ),
        (
            lambda raw: user_of(raw)["properties"]["address"]["required"].append("street"),
            made({"id": 1, "name": "Ada", "address": {"city": "x"}}),
            [("argument-invalid", "body/address/street")],
        ),
        (
            lambda raw: get_of(raw)["responses"].update({"201": get_of(raw)["responses"].pop("200")}),
            got(),
            [("answer-differs", "200")],
        ),
        (
            lambda raw: user_of(raw)["properties"]["nick"].update(type="integer"),
            got(),
            [("answer-differs", "200/nick")],
        ),
        (lambda raw: None, got(headers=(("content-type", "text/html"),)), [("answer-differs", "200")]),
        (lambda raw: None, got(content=b"{"), [("answer-differs", "200")]),
    ],
)
def test_each_departure_has_its_outcome(edit, call, expected):
    assert outcomes(call, edit) == expected


def test_a_failed_answer_that_the_document_lacks_is_no_departure():
    assert outcomes(got({"message": "no"}, status=404)) == []


def test_a_field_that_was_read_and_goes_away_breaks():
    call = got(fields=["200/nick", "200/name"])
    assert outcomes(call, lambda raw: user_of(raw)["properties"].pop("nick")) == [("field-absent", "200/nick")]
    assert outcomes(got(fields=["200/name"]), lambda raw: user_of(raw)["properties"].pop("nick")) == []


def test_a_field_that_becomes_optional_breaks_where_the_old_document_is_known():
    def optional(raw):
        user_of(raw)["required"].remove("name")

    call = got(fields=["200/name", "200/nick"])
    assert outcomes(call, optional) == []
    [checked] = replay_check([call], edited(optional))
    assert [(one.subject, one.breaks) for one in checked.departures] == [("200/name", False), ("200/nick", False)]
    assert outcomes(call, optional, old=Spec.load(OLD)) == [("field-absent", "200/name")]


def test_the_bundled_document_of_a_recording_is_found_by_its_digest():
    spec = Spec.bundled("1.0.0")
    raw = json.loads(json.dumps(spec.document.raw))
    answer = raw["paths"]["/ai/chat"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    answer.clear()
    answer.update(type="object", properties={"id": {"type": "string"}})
    body = {"messages": [{"role": "user", "content": "x"}]}
    call = RecordedCall(
        "aiChat",
        "POST",
        "/ai/chat",
        {"body": body},
        RecordedRequest("POST", "http://x/v1/ai/chat"),
        RecordedAnswer(200, JSON_TYPE, b'{"response":"hi"}'),
        document=spec.sha256,
        fields=frozenset({"200/response"}),
        media_type="application/json",
    )
    [checked] = replay_check([call], Spec.load(raw))
    assert checked.outcome == "field-absent"
    [checked] = replay_check([call], spec)
    assert checked.outcome == "ok"
    assert not checked.departures, "it was optional before"


def test_what_is_masked_is_not_judged():
    assert outcomes(made({"id": 1, "name": "Ada", "password": "***"})) == []
    assert outcomes(made({"id": "***", "name": "Ada", "password": "short"})) == [("argument-invalid", "body/password")]
    union = {"anyOf": [{"type": "object", "properties": {"password": {"const": "x"}}}]}
    assert outcomes(made({"id": 1, "name": "Ada", "password": "***"}), lambda raw: user_of(raw).update(union)) == []


def test_a_document_with_faults_judges_what_it_can():
    def broken(raw):
        raw["components"]["schemas"].pop("User")

    assert outcomes(got(), broken) == []
    assert [one for one, _ in outcomes(made({"id": 1, "name": "x"}), broken)] == ["argument-invalid"]


def test_documents_and_recordings_are_given_in_any_way(tmp_path):
    (tmp_path / "calls.jsonl").write_bytes(got().line())
    (tmp_path / "new.json").write_text(json.dumps(OLD))
    for new in (OLD, json.dumps(OLD).encode(), tmp_path / "new.json"):
        assert replay_check(tmp_path / "calls.jsonl", new, old=OLD).ok
    assert repr(replay_check([got()] * 3, OLD)) == "<ReplayCheck of 3 calls against Users 1: 3 ok>"
    for calls in ("calls.jsonl", 5):
        with pytest.raises(ArgumentsError, match="Path of a recording, not a"):
            replay_check(calls, OLD)
    with pytest.raises(ArgumentsError, match=r"give a file as Path\('new.json'\)"):
        replay_check([], "new.json")
    with pytest.raises(ArgumentsError, match="spec: give a Spec"):
        replay_check([], 5)


def test_calls_that_break_alike_are_told_once():
    new = edited(lambda raw: raw["paths"].pop("/users"))
    text = replay_report(replay_check([made({"id": n, "name": "x"}) for n in range(9)], new)).render("text")
    assert text.count("operation-gone  [call 1]") == 1
    assert "also: call 2, call 3, call 4, call 5, call 6, and 3 more" in text


def test_the_report_tells_each_call():
    new = edited(lambda raw: raw["paths"].pop("/users"))
    report = replay_report(replay_check([got(), made({"id": 1, "name": "x"}), got(fields=["200/nick"])], new))
    assert report.fails
    text = report.render("text")
    assert "3 recorded calls against Users 1: 2 ok, 1 operation-gone" in text
    assert "makeUser (POST /users)" in text
    assert "operation-gone  [call 2]" in text
    told = json.loads(report.render("json"))
    assert told["outcomes"] == {"ok": 2, "operation-gone": 1}
    assert [one["call"] for one in told["broken"]] == [2]
    assert [one["subject"] for one in told["noted"]] == ["200/nick"]
