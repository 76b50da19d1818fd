"""Documents: where they come from, what is found wrong with them, and that nothing is read but what was given."""

from __future__ import annotations

import copy
import gzip
import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from aerostack_dynamic import ArgumentsError, Client, Spec, SpecError, versions

SMALL: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}


def with_paths(paths: dict[str, Any], **rest: Any) -> Spec:
    return Spec.load(SMALL | {"paths": paths} | rest)


def test_sources(tmp_path: Path) -> None:
    path = tmp_path / "any.name"
    path.write_text("openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n")
    for source in (path, path.read_bytes(), json.dumps(SMALL).encode(), SMALL):
        assert Spec.load(source).title == "T"
    assert Spec.load(path).sha256 != Spec.load(SMALL).sha256
    assert repr(Spec.load(path)) == "<Spec 'T' 1: 0 operations>"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (Path("/nowhere/openapi.yaml"), "the document can't be read: "),
        (3, "give the document as a Path, bytes or a mapping, not a int"),
        (b"[]", "its root is no object"),
        (b"{}", "its root has no field 'openapi'"),
        (b"a: [", "is neither JSON nor YAML"),
        (b'{"openapi": "4.0.0"}', "OpenAPI 4.0.0 can't be read"),
        (b'{"openapi": "3.3.0"}', "OpenAPI 3.3.0 can't be read; this version reads 2.0, 3.0.x, 3.1.x, 3.2.x"),
        (b'{"swagger": "1.2"}', "OpenAPI 1.2 can't be read"),
        (b'{"openapi": "2.0", "swagger": "2.0"}', "OpenAPI 2.0 can't be read"),
        (b"[" * 100_000, "exceeded maximum nesting depth"),
        (b"- " * 50_000, "nests deeper than 200"),
    ],
    ids=lambda one: str(one)[:40],
)
def test_what_cannot_be_loaded(source: Any, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        Spec.load(source)
    assert message in str(caught.value)


@pytest.mark.parametrize("paths", [[], None, "x", 3], ids=str)
def test_paths_that_are_no_object_are_told_of(paths: Any) -> None:
    spec = Spec.load({"openapi": "3.1.0", "paths": paths, "webhooks": {"w": {"post": {"operationId": "w"}}}})
    assert (len(spec.operations), [*spec.webhooks]) == (0, ["w"])
    (problem,) = spec.problems
    assert (problem.pointer, problem.severity, problem.consequence) == ("/paths", "error", "there are no operations")


def test_a_document_of_the_caller_may_be_deep() -> None:
    deep = b'{"openapi": "3.1.0", "x": ' + b"[" * 250 + b"]" * 250 + b"}"
    assert Spec.load(deep).problems == ()
    with pytest.raises(SpecError, match="nests deeper than 200"):
        Spec.load(deep, trusted=False)


def test_an_untrusted_document_is_bounded() -> None:
    with pytest.raises(SpecError, match="one that is not trusted has at most"):
        Spec.load(b" " * (33 * 1024 * 1024), trusted=False)
    assert Spec.load(json.dumps(SMALL).encode(), trusted=False).title == "T"


def test_a_document_from_an_address(wire: Any, reply: Any) -> None:
    content = json.dumps(SMALL).encode()
    assert Spec.from_url(wire([reply(body=content)]).url).title == "T"
    assert Spec.from_url(wire([reply(body=gzip.compress(content), Content_Encoding="gzip")]).url).title == "T"
    for answer, message in (
        (reply(404), "status 404"),
        (reply(302, Location="http://127.0.0.1:9/"), "status 302"),
        (None, "the document can't be had"),
        (reply(body=b"{}"), "no field 'openapi'"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b" " * (33 * 1024 * 1024), "larger than"),
    ):
        with pytest.raises(SpecError, match=message):
            Spec.from_url(wire([answer]).url)
    with pytest.raises(SpecError, match="can't be had"):
        Spec.from_url("nonsense://x")


def test_a_slow_address_is_given_up(wire: Any) -> None:
    import time

    def answer(connection: Any) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(20):
            connection.sendall(b" ")
            time.sleep(0.05)

    began = time.monotonic()
    with pytest.raises(SpecError, match=r"did not arrive within 0.3 s"):
        Spec.from_url(wire(lambda seen: answer).url, timeout=0.3)
    assert time.monotonic() - began < 1


def test_an_overlay_makes_another_spec() -> None:
    overlay = {
        "overlay": "1.0.0",
        "info": {"title": "O", "version": "1"},
        "actions": [{"target": "$.info", "update": {"title": "Changed"}}],
    }
    spec = Spec.bundled()
    changed = spec.with_overlay(overlay, json.dumps(overlay).encode())
    assert (changed.title, spec.title) == ("Changed", "Aerostack API")
    assert Client(spec=changed).spec.title == "Changed"
    with pytest.raises(SpecError, match=r"\$.nothing selects nothing"):
        spec.with_overlay(overlay | {"actions": [{"target": "$.nothing", "update": {}}]})


def test_an_overlay_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "overlay.yaml"
    path.write_text("overlay: 1.0.0\ninfo: {title: O, version: '1'}\nactions:\n- target: $.info\n  update: {title: File}\n")
    assert Spec.load(SMALL).with_overlay(path).title == "File"


def test_a_bad_operation_is_reported_and_the_rest_works() -> None:
    spec = with_paths(
        {
            "/good": {"get": {"responses": {}}},
            "/broken": {"get": {"parameters": [{"$ref": "#/components/parameters/None"}], "responses": {}}},
            "/circle": {"get": {"parameters": [{"$ref": "#/components/parameters/A"}], "responses": {}}},
            "/remote": {"get": {"parameters": [{"$ref": "https://a.example/x#/y"}], "responses": {}}},
            "/nameless": {"get": {"parameters": [{"in": "query"}], "responses": {}}},
            "/bodyless": {"post": {"requestBody": {}, "responses": {}}},
            "/schema": {
                "get": {"parameters": [{"name": "a", "in": "query", "schema": {"items": {"$ref": "#/nowhere"}}}], "responses": {}}
            },
            "/number": {"get": 3},
            "x-extension": {"get": {"responses": {}}},
        },
        components={"parameters": {"A": {"$ref": "#/components/parameters/B"}, "B": {"$ref": "#/components/parameters/A"}}},
    )
    assert list(spec.operations) == [f"get_{name}" for name in ("good", "broken", "circle", "remote", "nameless")] + [
        "post_bodyless",
        "get_schema",
    ]
    told = {one.pointer: one.message for one in spec.problems}
    assert told["/paths/~1number/get"] == "an operation is an object"
    assert "leads nowhere" in told["/paths/~1broken/get/parameters/0"]
    assert any("go round in a circle" in message for message in told.values())
    assert "leaves the document" in told["/paths/~1remote/get/parameters/0"]
    assert told["/paths/~1nameless/get/parameters/0"].startswith("a parameter needs a name")
    assert told["/paths/~1bodyless/post/requestBody"] == "a request body needs content"
    assert "leads nowhere" in told["/paths/~1schema/get/parameters/0/schema/items"]
    with Client(spec=spec, server="https://a.example") as client:
        assert client.get_good.prepare().url == "https://a.example/good"
        with pytest.raises(SpecError, match="leads nowhere"):
            client.get_broken.prepare()
        with pytest.raises(SpecError, match="leads nowhere"):
            client.get_schema.prepare(a=1)


NOWHERE = {"$ref": "#/nowhere"}
FAULTS: dict[str, dict[str, Any]] = {
    "paths": {"paths": []},
    "a path item that is none": {"paths": {"/a": 1, "/b": NOWHERE}},
    "paths without a slash": {"paths": {"a": {"get": {}}, "b": {"get": {}}, "/b": {"get": {}}}},
    "an operation that is none": {"paths": {"/a": {"get": 1}}},
    "a method twice": {"openapi": "3.2.0", "paths": {"/a": {"get": {}, "additionalOperations": {"GET": {}}}}},
    "operationIds": {"paths": {"/a": {"get": {"operationId": "a"}, "put": {"operationId": "a"}, "post": {"operationId": 1}}}},
    "tags": {"paths": {"/a": {"get": {"tags": ["a b", "a_b", 1]}, "put": {"tags": "a"}}}},
    "similar paths": {"paths": {"/{a}": {"get": {}}, "/{b}": {"get": {}}}},
    "a parameter that is none": {"paths": {"/a": {"get": {"parameters": [1]}}}},
    "a broken parameter": {"paths": {"/a": {"get": {"parameters": [NOWHERE]}}}},
    "a parameter's schema": {"paths": {"/a": {"get": {"parameters": [{"name": "a", "in": "query", "schema": NOWHERE}]}}}},
    "parameters": {"paths": {"/{a}": {"get": {"parameters": [{"name": "b", "in": "path"}, *[{"name": "c", "in": "query"}] * 2]}}}},
    "a style": {"paths": {"/a": {"get": {"parameters": [{"name": "a", "in": "query", "style": "matrix"}]}}}},
    "a body": {"paths": {"/a": {"post": {"requestBody": NOWHERE}, "put": {"requestBody": {}}}}},
    "a body's media type": {"paths": {"/a": {"post": {"requestBody": {"content": {"a/b": NOWHERE}}}}}},
    "a body's schema": {"paths": {"/a": {"post": {"requestBody": {"content": {"a/b": {"schema": {"items": NOWHERE}}}}}}}},
    "a keyword": {"paths": {"/a": {"get": {"parameters": [{"name": "a", "in": "query", "schema": {"type": 1}}]}}}},
    "an answer": {"paths": {"/a": {"get": {"responses": {"200": NOWHERE}}}}},
    "what an answer has": {
        "paths": {
            "/a": {"get": {"responses": {"200": {"headers": {"A": NOWHERE}, "links": {"a": NOWHERE}, "content": {"a/b": NOWHERE}}}}}
        }
    },
    "an answer's schema": {"paths": {"/a": {"get": {"responses": {"200": {"content": {"a/b": {"schema": NOWHERE}}}}}}}},
    "a list": {"paths": {"/a": {"get": {"x-aerostack-pages": {"kind": 1}}, "put": {"x-aerostack-pages": 1}}}},
    "security": {"security": [{"a": []}], "paths": {"/a": {"get": {"security": 1}, "put": {}}}},
    "schemes": {"components": {"securitySchemes": {"a": NOWHERE, "b": 1, "c": {"type": "apiKey"}, "d": {"type": "x"}}}},
    "servers": {"servers": [1, {"url": 1}, {"url": "{a}"}, {"url": "https://{a}", "variables": {"a": 1, "b": {"enum": []}}}]},
    "a webhook": {"webhooks": {"a": NOWHERE, "b": {}, "c": {"post": {"parameters": [NOWHERE]}}}},
    "a webhook's schema": {"webhooks": {"a": {"post": {"requestBody": {"content": {"a/b": {"schema": NOWHERE}}}}}}},
    "callbacks": {"paths": {"/a": {"get": {"callbacks": {"a": NOWHERE, "b": {"c": NOWHERE, "d": {"post": {"parameters": [1]}}}}}}}},
    "fields": {"paths": {"/a": {"POST": {}, "get": {"reponses": {}}}}},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_problem_has_a_consequence(fault: str) -> None:
    problems = Spec.load(SMALL | FAULTS[fault]).problems
    assert problems
    assert [str(one) for one in problems if not one.consequence] == []


def test_a_schema_is_a_warning_for_answers_and_an_error_for_requests() -> None:
    content = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}
    answered = {"/a": {"get": {"responses": {"200": content}}}}
    schemas = {"A": {"properties": {"a": NOWHERE}}}
    [problem] = with_paths(answered, components={"schemas": schemas}).problems
    assert (problem.severity, problem.consequence) == ("warning", "answers are not checked by it")
    assert problem.pointer == "/components/schemas/A/properties/a"
    [both] = with_paths(answered | {"/b": {"put": {"requestBody": content}}}, components={"schemas": schemas}).problems
    assert both == problem._replace(severity="error", consequence="what it describes can't be sent")


def test_misspelt_fields_are_told_of() -> None:
    parameter = {"name": "a", "in": "query", "requried": True, "type": "string", "x-schem": 1}
    operation = {
        "paramters": [],
        "requestbody": {},
        "reponses": {},
        "produces": [],
        "operation_id": "a",
        "parameters": [parameter, {"$ref": "#/components/parameters/B"}],
        "responses": {"200": {"content": {"application/json": {"shema": {}, "x": 1}}}},
    }
    shared = {"name": "b", "in": "query", "Schema": {}}
    paths = {"/a": {"get": operation, "Post": {}, "sumary": "", "anything": {}}}
    spec = with_paths(paths, components={"parameters": {"B": shared}})
    assert {one.pointer: one.message for one in spec.problems} == {
        "/paths/~1a/Post": "'Post' is no field of the Path Item Object, did you mean 'post'?",
        "/paths/~1a/sumary": "'sumary' is no field of the Path Item Object, did you mean 'summary'?",
        "/paths/~1a/get/paramters": "'paramters' is no field of the Operation Object, did you mean 'parameters'?",
        "/paths/~1a/get/requestbody": "'requestbody' is no field of the Operation Object, did you mean 'requestBody'?",
        "/paths/~1a/get/reponses": "'reponses' is no field of the Operation Object, did you mean 'responses'?",
        "/paths/~1a/get/operation_id": "'operation_id' is no field of the Operation Object, did you mean 'operationId'?",
        "/paths/~1a/get/parameters/0/requried": "'requried' is no field of the Parameter Object, did you mean 'required'?",
        "/components/parameters/B/Schema": "'Schema' is no field of the Parameter Object, did you mean 'schema'?",
        "/paths/~1a/get/responses/200/content/application~1json/shema": (
            "'shema' is no field of the Media Type Object, did you mean 'schema'?"
        ),
    }
    assert {(one.severity, one.consequence) for one in spec.problems} == {("warning", "it is not read")}


def test_a_malformed_keyword_is_told_of_and_not_enforced() -> None:
    parameter = {"name": "a", "in": "query", "schema": {"type": "nonsense", "maximum": 12}}
    spec = with_paths({"/x": {"get": {"parameters": [parameter], "responses": {}}}})
    [problem] = spec.problems
    assert (problem.pointer, problem.severity) == ("/paths/~1x/get/parameters/0/schema/type", "warning")
    assert problem.message == "type can't be 'nonsense'"
    assert problem.consequence == "the keyword is not enforced"
    with Client(spec=spec, server="https://a.example") as client:
        assert client.get_x.prepare(a=12).url.query == b"a=12"
        with pytest.raises(ArgumentsError, match="12"):
            client.get_x.prepare(a=13)


def test_a_pattern_that_needs_looking_around_is_told_of_and_not_enforced() -> None:
    schema = {"type": "string", "pattern": "^(?=a)a$"}
    spec = with_paths({"/x": {"get": {"parameters": [{"name": "a", "in": "query", "schema": schema}], "responses": {}}}})
    [problem] = spec.problems
    assert problem.pointer.startswith("/paths/~1x/get/parameters/0/schema")
    assert "not enforced" in problem.message
    with Client(spec=spec, server="https://a.example") as client:
        assert client.get_x.prepare(a="b").url.query == b"a=b"


def test_names_and_groups() -> None:
    responses: dict[str, Any] = {"responses": {}}
    spec = with_paths(
        {
            "/users/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {}}],
                "get": responses,
                "put": responses | {"operationId": "close"},
            },
            "/a": {"get": responses | {"operationId": "same", "tags": ["HTTPStatus", "Two Words"]}},
            "/b": {"get": responses | {"operationId": "same", "tags": ["HTTPStatus"]}},
            "/c": {"get": responses | {"operationId": "Same", "tags": ["HTTPStatus"]}, "post": responses | {"tags": ["spec"]}},
            "/": {"get": responses},
        }
    )
    assert list(spec.untagged) == ["get_users_by_id", "close_", "get_root"]
    assert {name: list(group) for name, group in spec.groups.items()} == {
        "http_status": ["same", "get_b", "get_c"],
        "two_words": ["same"],
        "spec_": ["post_c"],
    }
    assert spec.groups["two_words"]["same"] is spec.groups["http_status"]["same"]
    [problem] = spec.problems
    assert (problem.severity, problem.pointer) == ("warning", "/paths/~1b/get/operationId")
    assert problem.message == "the operationId 'same' is used before, by GET /a"
    assert problem.consequence == "it means the other operation; this one is called by 'GET /b' or client.http_status.get_b"
    with Client(spec=spec, server="https://a.example") as client:
        assert callable(client.close)
        assert client.close_.prepare.__self__.operation.operation_id == "close"


def test_operations_are_immutable() -> None:
    operation = Spec.bundled().operations["aiChat"]
    with pytest.raises(AttributeError, match="immutable"):
        operation.name = "x"
    with pytest.raises(AttributeError, match="immutable"):
        del operation.name
    assert repr(operation) == "<Operation ai.ai_chat (POST /ai/chat)>"
    assert (operation.idempotency, operation.summary != "", operation.deprecated) == ("unsafe", True, False)
    assert [one.status for one in operation.responses.values()] == ["200"]
    assert [dict(one) for one in operation.security] == [{"ApiKeyAuth": ()}]
    assert [one.url for one in operation.servers][0] == "https://api.aerostack.ai/v1"
    assert repr(Spec.bundled().operations).startswith("<9 operations: dbQuery, ")
    assert "ai.ai_chat" in Spec.bundled().operations


@pytest.mark.parametrize(
    ("method", "idempotency"),
    [("get", "safe"), ("put", "idempotent"), ("delete", "idempotent"), ("post", "unsafe"), ("head", "safe")],
)
def test_methods_say_what_no_extension_does(method: str, idempotency: str) -> None:
    [operation] = with_paths({"/x": {method: {"responses": {}}}}).operations.values()
    assert operation.idempotency == idempotency


def test_the_bundled_versions() -> None:
    assert "1.0.0" in versions()
    assert Spec.bundled("1.0.0").sha256 == Spec.bundled().sha256
    with pytest.raises(SpecError, match="did you mean '1.0.0'"):
        Spec.bundled("1.0.1")


def test_every_name_that_tells_of_a_document() -> None:
    spec = Spec.bundled("1.0.0")
    assert (spec.title, spec.version, spec.openapi) == ("Aerostack API", "1.0.0", "3.1.0")
    assert len(spec.sha256) == 64
    assert [one.url for one in spec.servers][0] == "https://api.aerostack.ai/v1"
    assert [(one.type, one.location, one.parameter_name) for one in spec.security_schemes.values()] == [
        ("apiKey", "header", "X-Aerostack-Key")
    ]
    assert {name: len(group) for name, group in spec.groups.items()}["authentication"] == 2
    assert not spec.untagged
    assert "User" in spec.schemas
    assert "AI" in spec.tags
    assert not [one for one in spec.problems if one.severity == "error"]
    assert copy.copy(spec) is copy.deepcopy(spec) is spec
    assert pickle.loads(pickle.dumps(spec)).sha256 == spec.sha256
    for name in ("title", "operations", "other"):
        with pytest.raises(AttributeError, match="immutable"):
            setattr(spec, name, None)
    with pytest.raises(AttributeError, match="immutable"):
        del spec.document
    for table in (spec.schemas, spec.groups, spec.security_schemes, spec.operations, spec.tags):
        with pytest.raises(TypeError):
            table["x"] = None  # type: ignore[index]


LINKS = {"next": {"operationId": "a", "parameters": {"n": [1]}, "requestBody": {"b": [1]}}}
EXAMPLES = {"one": {"value": {"n": [1, {"m": 2}]}}, "two": {"value": {}}}
BODY = {"application/json": {"schema": {"$ref": "#/components/schemas/S"}, "examples": EXAMPLES}}
COPIED: Any = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {
        "/a": {
            "post": {
                "operationId": "a",
                "requestBody": {"content": BODY},
                "responses": {"200": {"description": "", "links": LINKS}},
            }
        }
    },
    "components": {"schemas": {"S": {"type": "object", "properties": {"n": {"type": "array", "items": {}}}}, "T": True}},
}


def test_what_a_document_says_is_a_copy() -> None:
    spec = Spec.load(COPIED)
    operation: Any = spec.operations["a"]
    media_type, link = operation.request_body.content["application/json"], operation.responses["200"].links["next"]

    def told() -> list[Any]:
        examples = [media_type.examples[0], *media_type.examples, *media_type.examples[:1], operation.documented_example()]
        return [
            *spec.schemas.values(),
            spec.schemas["S"],
            media_type.schema.raw,
            *examples,
            operation.example(),
            link.parameters["n"],
            link.request_body,
        ]

    before = json.dumps(told())
    for changed in (*told(), spec.schemas["S"]["properties"], operation.example()["n"], operation.documented_example()["n"]):  # type: ignore[index, call-overload]
        if changed is not True:
            changed.clear()
    assert json.dumps(told()) == before
    assert spec.schemas == COPIED["components"]["schemas"]
    assert ("S" in spec.schemas, "X" in spec.schemas, len(spec.schemas)) == (True, False, 2)
    assert media_type.examples == ({"n": [1, {"m": 2}]}, {})
    for names in (spec.attributes.groups, spec.attributes.untagged, spec.attributes.tags):
        with pytest.raises(TypeError):
            names["x"] = "y"  # type: ignore[index]  # as one who has no checker


def test_what_extensions_say_refuses_to_be_changed() -> None:
    given: Any = {"a": [1, {"b": 2}], "c": "d"}
    paths = {"/a": {"get": {"operationId": "a", "x-own": given, "responses": {}}}}
    spec = Spec.load({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths})
    own: Any = spec.operations["a"].details.extensions["x-own"]
    for change in (own.clear, own["a"].clear, lambda: own["a"].append(1), lambda: own["a"][1].update(b=3), lambda: own.pop("c")):
        with pytest.raises(TypeError, match="can't be changed"):
            change()
    with pytest.raises(TypeError, match="can't be changed"):
        own["a"][0] = 2
    assert own == given == json.loads(json.dumps(own))
    for copied in (copy.deepcopy(own), copy.copy(own), pickle.loads(pickle.dumps(own))):
        copied["a"][1]["b"] = 3
        assert copied != own


def test_what_is_not_there_is_told_with_what_is_near() -> None:
    spec = Spec.bundled("1.5.0")
    with pytest.raises(KeyError, match="no 'ChatMesage', did you mean 'ChatMessage'"):
        spec.schemas["ChatMesage"]
    assert spec.schemas.get("ChatMesage") is None
    assert "ChatMessage" in spec.schemas
    assert repr(spec.security_schemes).startswith("{'ApiKeyAuth': SecurityScheme(name='ApiKeyAuth', type='apiKey'")


def test_every_name_that_tells_of_an_operation() -> None:
    spec = Spec.bundled("1.0.0")
    one = spec.operations["storageUpload"]
    assert one is spec.operations["storage.storage_upload"] is spec.operations["POST /storage/upload"]
    assert (one.operation_id, one.name, one.group, one.method, one.path) == (
        "storageUpload",
        "storage_upload",
        "storage",
        "POST",
        "/storage/upload",
    )
    assert one.summary
    assert one.description
    assert (one.tags, one.deprecated, one.parameters) == (("Storage",), False, ())
    assert one.request_body
    assert [*one.request_body.content] == ["multipart/form-data"]
    assert "200" in one.responses
    assert [dict(each) for each in one.security] == [{"ApiKeyAuth": ()}]
    assert [each.url for each in one.servers] == [each.url for each in spec.servers]
    assert {name for name, each in one.signature.parameters.items() if each.default is each.empty} <= {*one.example()}
