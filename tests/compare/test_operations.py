"""Operations, parameters, contents, answers, security: what one edit of the shared document doesn't show."""

from __future__ import annotations

import copy
import time
from datetime import date
from typing import Any

import pytest

from aerostack_dynamic.compare import Comparison, compare

from .documents import GONE, document, edited
from .edit_rows import ANSWER, DELETE, GET, ITEM, PARAMETERS, PUT

Rules = set[tuple[str, str]]


def rules(comparison: Comparison) -> Rules:
    return {(one.rule, one.verdict) for one in comparison}


def after(*edits: tuple[str, Any], before: tuple[tuple[str, Any], ...] = (), day: date | None = None) -> Comparison:
    base = edited(document(), *before)
    return compare(base, edited(base, *edits), today=day)


# ---- which operations are the same


def test_a_path_that_differs_by_the_names_of_its_variables_is_the_same() -> None:
    old, new = document(), document()
    new["paths"]["/items/{itemId}"] = new["paths"].pop("/items/{id}")
    new["paths"]["/items/{itemId}"]["parameters"][0]["name"] = "itemId"
    found = compare(old, new)
    assert rules(found) == {("request-argument-renamed", "breaking")}
    assert {one.operation for one in found} == {"getItem", "putItem", "deleteItem"}
    assert all(one.by_name and one.subject == "path/id" for one in found)
    new["paths"]["/items/{itemId}"]["parameters"][0]["schema"] = {"type": "integer"}
    assert ("request-parameter-type-changed", "breaking") in rules(compare(old, new))


def test_a_name_in_python_may_hide_another_in_the_document() -> None:
    old, new = document(), document()
    for made, name in ((old, "itemId"), (new, "item_id")):
        made["paths"] = {f"/items/{{{name}}}": {"get": {"operationId": "a", "responses": {"204": {"description": "yes"}}}}}
    found = compare(old, new)
    assert rules(found) == {("request-argument-renamed", "breaking")}
    assert found.changes[0].message == "The argument itemId is called item_id in the document."


def test_an_operation_that_moved_is_compared_where_it_is() -> None:
    old, new = document(), document()
    new["paths"]["/things/{id}"] = new["paths"].pop("/items/{id}")
    del new["paths"]["/things/{id}"]["get"]["parameters"][0]
    found = [one for one in compare(old, new) if one.operation == "getItem"]
    assert [one.rule for one in found] == ["api-operation-moved", "request-parameter-removed"]
    assert (found[0].method, found[0].path) == ("GET", "/items/{id}")
    assert found[0].new_pointer == "/paths/~1things~1{id}/get"


def test_a_parameter_of_the_path_may_be_new_or_gone_where_the_operation_moved() -> None:
    old, new = document(), document()
    new["paths"]["/all"] = new["paths"].pop("/items/{id}")
    del new["paths"]["/all"]["parameters"]
    assert ("request-parameter-removed", "breaking") in rules(compare(old, new))
    assert ("new-request-path-parameter", "breaking") in rules(compare(new, old))


def test_an_operation_without_a_name_is_known_by_its_path() -> None:
    old, new = document(), document()
    new["paths"]["/things/{name}"] = new["paths"].pop("/items/{id}")
    for made, path in ((old, "/items/{id}"), (new, "/things/{name}")):
        made["paths"] = {path: {"get": {"responses": {"204": {"description": "yes"}}}}}
    assert rules(compare(old, new)) == {("api-path-removed-without-deprecation", "breaking"), ("endpoint-added", "compatible")}
    new["paths"] = {"/items/{key}": new["paths"]["/things/{name}"]}
    told = {("api-operation-name-changed", "breaking"), ("request-argument-renamed", "breaking")}
    assert rules(compare(old, new)) == told


@pytest.mark.parametrize(
    ("day", "sunset", "rule"),
    [
        (date(2026, 1, 1), "2030-01-01", "before-sunset"),
        (date(2031, 1, 1), "2030-01-01", "with-deprecation"),
        (date(2031, 1, 1), "some day", "with-deprecation"),
        (date(2031, 1, 1), 7, "with-deprecation"),
    ],
)
def test_what_was_removed_was_to_end_one_day(day: date, sunset: Any, rule: str) -> None:
    before = ((f"{DELETE}/x-sunset", sunset), (f"{PARAMETERS}/5/x-sunset", sunset))
    found = after((DELETE, GONE), (f"{PARAMETERS}/5", GONE), before=before, day=day)
    assert rules(found) == {(f"api-removed-{rule}", "breaking"), (f"request-parameter-removed-{rule}", "breaking")}


def test_deprecation_says_when_it_ends() -> None:
    found = after((f"{GET}/deprecated", True), (f"{GET}/x-sunset", "2030-05-05T00:00:00Z"))
    assert rules(found) == {("endpoint-deprecated-with-sunset", "compatible")}
    assert "2030-05-05" in found.changes[0].message


def test_what_cannot_be_read_is_not_known() -> None:
    broken = (f"{PARAMETERS}/0", {"$ref": "#/components/parameters/None"})
    assert rules(after(broken)) == {("api-operation-unreadable", "unknown")}
    assert rules(after((f"{GET}/summary", "told"), before=(broken,))) == set()
    part = (f"{GET}/responses/404", {"$ref": "#/components/responses/None"})
    assert ("api-operation-part-unreadable", "unknown") in rules(after(part))
    sent = ("/webhooks/news/post/parameters/0", {"$ref": "#/nowhere"})
    assert rules(after(sent)) == {("api-operation-unreadable", "unknown")}


# ---- names


def test_the_body_may_become_one_argument() -> None:
    schema = f"{PUT}/requestBody/content/application~1json/schema"
    found = after((f"{schema}", {"type": ["object", "array"]}))
    assert ("request-body-argument-changed", "breaking") in rules(found)
    assert ("request-body-argument-changed", "breaking") in rules(compare(found.new, found.old))


def test_a_second_argument_of_a_name_takes_it() -> None:
    found = after((f"{PUT}/parameters", [{"name": "note", "in": "query", "schema": {"type": "string"}}]))
    assert rules(found) == {("new-optional-request-parameter", "compatible"), ("request-argument-renamed", "breaking")}
    renamed = next(one for one in found if one.by_name)
    assert (renamed.subject, renamed.message) == ("body/note", "The argument note is called body_note.")


def test_an_operation_may_leave_the_client_for_a_group() -> None:
    found = after((f"{GET}/tags", ["Items"]), before=((f"{GET}/tags", GONE),))
    assert rules(found) == {("api-attribute-removed", "breaking"), ("api-tag-added", "compatible")}
    told = next(one for one in found if one.by_name)
    assert told.message == "The attribute client.get_item is gone; the operation is client.items.get_item."


# ---- contents

JSON, TYPED = {"schema": {"type": "object"}}, {"schema": {"type": "object", "required": ["a"]}}


@pytest.mark.parametrize(
    ("old", "new", "sent", "answered"),
    [
        (
            {"application/json": JSON},
            {"application/*": JSON},
            {("request-body-media-type-added", "compatible")},
            {("response-media-type-name-generalized", "breaking")},
        ),
        (
            {"application/*": JSON},
            {"application/json": JSON},
            {("request-body-media-type-removed", "breaking")},
            {("response-media-type-name-specialized", "compatible")},
        ),
        (
            {"application/json; v=1": JSON},
            {"application/json; v=2": JSON},
            {("request-body-media-type-name-changed", "unknown")},
            {("response-media-type-name-changed", "unknown")},
        ),
        ({"application/json": JSON}, {"Application/JSON; charset=UTF-8": JSON}, set(), set()),
        (
            {"application/json": JSON},
            {"application/*": TYPED},
            {("request-body-media-type-added", "compatible"), ("request-property-became-required", "breaking")},
            {("response-media-type-name-generalized", "breaking"), ("response-property-became-required", "compatible")},
        ),
        (
            {"text/event-stream": {"itemSchema": {"type": "object"}}},
            {"text/event-stream": {}},
            {("request-body-media-type-item-schema-removed", "compatible")},
            {("response-body-media-type-item-schema-removed", "breaking")},
        ),
        (
            {"text/event-stream": {}},
            {"text/event-stream": {"itemSchema": {"type": "object"}}},
            {("request-body-media-type-item-schema-added", "breaking")},
            {("response-body-media-type-item-schema-added", "compatible")},
        ),
        (
            {"application/jsonl": {"itemSchema": {"type": "integer"}}},
            {"application/jsonl": {"itemSchema": {"type": "number"}}},
            {("request-body-type-generalized", "compatible")},
            {("response-body-type-generalized", "breaking")},
        ),
        (
            {"multipart/mixed": {"prefixEncoding": [{"contentType": "text/plain"}], "itemEncoding": {}}},
            {
                "multipart/mixed": {
                    "prefixEncoding": [{"contentType": "text/plain"}, {"contentType": "a/b"}],
                    "itemEncoding": {"explode": True},
                }
            },
            {("request-body-encoding-changed", "unknown")},
            {("response-body-encoding-changed", "unknown")},
        ),
    ],
)
def test_media_types_of_both_sides(old: Any, new: Any, sent: Rules, answered: Rules) -> None:
    edits = ({f"{PUT}/requestBody/content": one, f"{ANSWER}/content": one} for one in (old, new))
    before, later = (tuple(one.items()) for one in edits)
    found = compare({**edited(document(), *before), "openapi": "3.2.0"}, {**edited(document(), *later), "openapi": "3.2.0"})
    told = [str(one) for one in found]
    by_side = {
        side: {(one.rule, one.verdict) for one in found if one.side == side and not one.by_name} for side in ("request", "response")
    }
    assert sent <= by_side["request"], told
    assert answered <= by_side["response"], told
    assert bool(sent) == bool(by_side["request"])
    assert bool(answered) == bool(by_side["response"])


# ---- answers

EMPTY, FULL = {"description": "a"}, {"description": "a", "content": {"application/json": JSON}}
NO = {"description": "a", "content": {"application/json": TYPED}}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({"200": FULL, "4XX": NO}, {"200": FULL, "404": NO, "410": NO}, set()),
        ({"200": FULL, "404": NO}, {"200": FULL, "4XX": NO}, {("response-non-success-status-added", "compatible")}),
        ({"200": FULL, "4XX": NO}, {"200": FULL, "404": FULL, "4XX": NO}, {("response-property-became-optional", "breaking")}),
        ({"200": FULL}, {"200": FULL, "2XX": FULL}, {("response-success-status-added", "breaking")}),
        ({"200": FULL, "2XX": FULL}, {"200": FULL}, {("response-success-status-removed", "breaking")}),
        ({"2XX": FULL}, {"200": FULL}, set()),
        ({"200": FULL}, {"2XX": FULL}, {("response-success-status-added", "breaking")}),
        ({"200": FULL}, {"200": FULL, "default": NO}, {("response-non-success-status-added", "compatible")}),
        ({"200": FULL, "default": NO}, {"200": FULL}, {("response-non-success-status-removed", "compatible")}),
        ({"200": FULL, "default": NO}, {"200": FULL, "404": NO}, {("response-non-success-status-removed", "compatible")}),
        ({"200": FULL, "default": NO}, {"200": FULL, "404": NO, "default": NO}, set()),
        ({"200": FULL, "default": NO}, {"200": FULL, "201": FULL, "default": NO}, {("response-success-status-added", "breaking")}),
        ({"default": FULL}, {"200": FULL, "default": FULL}, set()),
        ({"default": FULL}, {"404": FULL}, {("response-success-status-removed", "breaking")}),
        ({"default": NO}, {"200": FULL, "default": NO}, {("response-property-became-optional", "breaking")}),
        ({"200": EMPTY}, {"200": FULL}, {("response-body-added", "unknown")}),
        ({"200": FULL}, {"200": EMPTY}, {("response-media-type-removed", "breaking")}),
        (
            {"200": FULL},
            {"default": FULL},
            {("response-success-status-added", "breaking"), ("response-non-success-status-added", "compatible")},
        ),
    ],
)
def test_statuses_and_what_covers_them(old: Any, new: Any, told: Rules) -> None:
    found = after((f"{GET}/responses", new), before=((f"{GET}/responses", old),))
    assert rules(found) == told or (len(told) == 2 and rules(found) <= told and rules(found)), [str(one) for one in found]


# ---- security

KEY, TOKEN, BASIC = {"Key": []}, {"Token": []}, {"Basic": []}
SCHEMES = (("/components/securitySchemes/Basic", {"type": "http", "scheme": "basic"}),)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ([KEY], [KEY, TOKEN], {("api-security-added", "compatible")}),
        ([KEY, TOKEN], [TOKEN], {("api-security-removed", "breaking")}),
        ([KEY], [TOKEN], {("api-security-removed", "breaking"), ("api-security-added", "compatible")}),
        ([KEY], [{**KEY, **TOKEN}], {("api-security-removed", "breaking"), ("api-security-added", "compatible")}),
        ([{**KEY, **TOKEN}], [KEY], {("api-security-removed", "compatible"), ("api-security-added", "compatible")}),
        ([KEY], [], {("api-security-became-optional", "compatible"), ("api-security-removed", "compatible")}),
        ([KEY], [KEY, {}], {("api-security-became-optional", "compatible")}),
        ([], [KEY], {("api-security-became-required", "breaking"), ("api-security-added", "compatible")}),
        ([KEY, {}], [KEY], {("api-security-became-required", "breaking")}),
        ([KEY, TOKEN], [TOKEN, KEY], set()),
        ([KEY], [KEY, KEY], set()),
        (
            [{"Token": ["a", "b"]}],
            [{"Token": ["b", "c"]}],
            {("api-security-scope-added", "breaking"), ("api-security-scope-removed", "compatible")},
        ),
        ([{"Token": ["a"]}], [{"Token": ["b"]}, {"Token": ["a"]}], set()),
    ],
)
def test_alternatives(old: Any, new: Any, told: Rules) -> None:
    found = after((f"{GET}/security", new), before=((f"{GET}/security", old), *SCHEMES))
    assert rules(found) == told, [str(one) for one in found]


def test_a_scheme_under_another_name_takes_the_same_credentials() -> None:
    schemes = "/components/securitySchemes"
    other = (f"{schemes}/Other", document()["components"]["securitySchemes"]["Key"])
    found = after((f"{schemes}/Key", GONE), other, ("/security", [{"Other": []}]))
    told = {one.rule: one for one in found if one.operation == "getItem"}
    assert told["api-security-scheme-renamed"].by_name
    assert {(one.rule, one.verdict) for one in found if one.operation is None} == {
        ("api-security-component-added", "compatible"),
        ("api-security-component-removed", "compatible"),
    }


def test_where_a_scheme_is_described_may_change() -> None:
    scheme = "/components/securitySchemes/Open"
    before = ((scheme, {"type": "openIdConnect", "openIdConnectUrl": "https://a.example"}),)
    found = after((f"{scheme}/openIdConnectUrl", "https://b.example"), before=before)
    assert rules(found) == {("api-security-component-oauth-url-changed", "unknown")}


# ---- servers


def test_the_first_server_is_the_one_that_is_called() -> None:
    one, other = {"url": "https://a.example/"}, {"url": "https://b.example"}
    found = after(("/servers", [other, one]), before=(("/servers", [one, other]),))
    assert rules(found) == {("api-server-default-changed", "unknown")}
    assert after(("/servers", [{"url": "https://a.example"}]), before=(("/servers", [one]),)).changes == ()
    path = after((f"{ITEM}/servers", [one]), before=((f"{ITEM}/servers", [other]),))
    assert rules(path) == {("api-server-removed", "unknown"), ("api-server-added", "compatible")}
    assert path.changes[0].old_pointer == f"{ITEM}/servers"


# ---- callbacks


def test_what_is_received_is_compared_as_an_answer() -> None:
    sent = f"{PUT}/callbacks/done/{{$request.body#~1name}}/post"
    body = f"{sent}/requestBody/content/application~1json/schema"
    found = after((f"{body}/properties/what/type", "integer"), (f"{sent}/responses/200/content", FULL["content"]))
    told = {(one.subject, one.side, one.rule, one.verdict) for one in found}
    assert ("callback/done body/what", "response", "response-property-type-changed", "breaking") in told
    assert {one.operation for one in found} == {"putItem"}
    again = after((f"{sent}/requestBody", GONE), (f"{sent}/responses/202", GONE))
    assert rules(again) == {("request-body-removed", "breaking"), ("response-success-status-removed", "breaking")}
    more = after((f"{body}/properties/new", {"type": "string"}), (f"{sent}/requestBody/content/text~1plain", {}))
    assert ("request-body-media-type-added", "breaking") in rules(more)


# ---- how long it takes


def test_many_operations_are_compared_in_seconds() -> None:
    """What is written alike costs little; a document of many operations with one change is no matter of minutes."""
    made = document()
    get = made["paths"]["/items/{id}"]["get"]
    made["paths"] |= {
        f"/copies/{index}/{{id}}": {
            "parameters": copy.deepcopy(made["paths"]["/items/{id}"]["parameters"]),
            "get": {**copy.deepcopy(get), "operationId": f"copy{index}"},
        }
        for index in range(200)
    }
    other = edited(made, ("/paths/~1copies~17~1{id}/get/parameters/0/required", True))
    start = time.process_time()
    assert [one.rule for one in compare(made, other)] == ["request-parameter-became-required"]
    assert time.process_time() - start < 10


def test_what_leads_nowhere_in_both_documents_is_no_change() -> None:
    schema = f"{ANSWER}/content/application~1json/schema"
    lost = (schema, {"$ref": "#/components/schemas/None"})
    assert after((f"{GET}/deprecated", True), before=(lost,)).breaking == ()
    found = (schema, {"$ref": "#/components/schemas/Error"})
    assert {one.verdict for one in after(found, before=(lost,)) if one.side} == {"unknown"}


def test_an_operation_may_have_servers_where_there_were_none() -> None:
    found = after((f"{GET}/servers", [{"url": "https://a.example"}]), before=(("/servers", GONE),))
    assert rules(found) == {("api-server-added", "compatible")}
    assert (found.changes[0].old_pointer, found.changes[0].new_pointer) == (None, f"{GET}/servers")


def _asked(schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"parameters": [{"name": "q", "in": "query", **({"schema": schema} if schema else {}), **more}]}


def _form(schema: dict[str, Any]) -> dict[str, Any]:
    fields = {"type": "object", "properties": {"q": schema}}
    return {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": fields}}}}


def test_values_that_are_sent_as_the_same_text_break_by_name_alone() -> None:
    number, text, yes = {"type": "integer"}, {"type": "string"}, {"type": "boolean"}
    digits = {**text, "enum": ["1", "2"]}
    as_json = {"content": {"application/json": {"schema": number}}}
    same = [
        (_asked(number), _asked(text)),
        (_asked(yes), _asked(text)),
        (_asked(yes), _asked({**text, "enum": ["true", "false"]})),
        (_asked(number), _asked({"type": "array", "items": number})),
        (_asked(digits), _asked(number)),
        (_asked(number), _asked({}, **as_json)),
        (_form(number), _form(text)),
    ]
    others = [
        (_asked(text), _asked(number)),
        (_asked(number), _asked({**text, "maxLength": 3})),
        (_asked({"type": ["integer", "null"]}), _asked(text)),
        (_asked({**digits, "enum": ["1", "a"]}), _asked(number)),
        (_asked(number), _asked({**number, "minimum": 3})),
        (_asked(text), _asked({}, content={"application/json": {"schema": text}})),
        (_form(text), _form(number)),
    ]
    for pairs, by_name in ((same, True), (others, False)):
        for old, new in pairs:
            documents = [
                {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/x": {"post": {"responses": {}, **one}}}}
                for one in (old, new)
            ]
            broken = compare(*documents).breaking
            assert broken, new
            assert all(one.by_name is by_name and one.verdict == "breaking" for one in broken), (new, broken)


def _document(operation: dict[str, Any], server: str = "https://a.example/v1", path: str = "/t") -> dict[str, Any]:
    schemes = {name: {"type": "apiKey", "in": "header", "name": name} for name in ("k1", "k2")}
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": server}],
        "paths": {path: {"post": {"operationId": "do", "responses": {}, **operation}}},
        "components": {"securitySchemes": schemes},
    }


def test_what_the_standard_takes_for_the_same_breaks_nobody() -> None:
    answer = {"description": "", "content": {"application/json": {"schema": {"type": "string"}}}}
    answers = _document({"responses": {"default": answer}}), _document({"responses": {"200": answer}})
    (header,) = _asked({"type": "string"})["parameters"]
    fields = {"schema": {"type": "object", "properties": {"a": {"type": "array", "items": {}}}}}
    forms = [
        _document({"requestBody": {"content": {"multipart/form-data": {**fields, "encoding": {"a": encoding}}}}})
        for encoding in ({"style": "form"}, {"explode": True}, {"explode": False})
    ]
    fine = [answers]
    for name in ("Accept", "content-type", "Authorization"):
        fine.append((_document({}), _document({"parameters": [{**header, "in": "header", "name": name, "required": True}]})))
    fine.append((_document({}), _document({}, "https://a.example", "/v1/t")))
    fine.append((_document({}, "https://a.example", "/v1/t"), _document({})))
    for old, new in fine:
        found = compare(old, new)
        assert found.changes, new
        assert not found.breaking, found.breaking
    for old, new in (
        (_document({}), _document({}, "HTTPS://A.example:443/v1/")),
        (_document({}, "https://{Host}.Example:8080"), _document({}, "https://{Host}.example:8080/")),
        (forms[0], forms[1]),
    ):
        assert not compare(old, new).changes
    assert compare(forms[0], forms[2]).unknown
    assert compare(_document({}), _document({}, "https://a.example", "/t")).breaking


def test_the_names_of_security_schemes_are_told_as_they_are_written() -> None:
    for old, new in (([{"k1": []}], [{"k1": []}, {"k2": []}]), ([{"k1": []}], [{"k2": []}]), ([{"k1": []}], [])):
        found = compare(_document({"security": old}), _document({"security": new}))
        assert found.changes
        assert all("K1" not in one.message and "K2" not in one.message for one in found)


def test_a_reference_that_leads_nowhere_is_told_with_its_place() -> None:
    (change,) = compare(_document({"parameters": [{"$ref": "#/components/parameters/a"}]}), _document({}))
    assert change.verdict == "unknown"
    assert "the old document has a fault at /paths/~1t/post/parameters/0" in change.message
