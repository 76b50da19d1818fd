"""Which operation a request is for, bodies read back, and everything that may be wrong with a request."""

from __future__ import annotations

import io
from typing import Any

import pytest

from aerostack_dynamic import Client, Codec, Spec
from aerostack_dynamic._incoming import argument_problems, files_within, find_operation, read_request

from .shop import body, parameter

DONE = {"responses": {"204": {"description": "done"}}}


def document(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"openapi": "3.2.0", "info": {"title": "T", "version": "1"}, "paths": paths, **more}


def get(name: str, *parameters: Any, method: str = "get", **more: Any) -> dict[str, Any]:
    return {method: {"operationId": name, "parameters": [*parameters], **DONE, **more}}


PATHS = Spec.load(
    document(
        {
            "/": get("root"),
            "/a": get("a"),
            "/a/{x}": {**get("ax", parameter("x", "path")), **get("axPut", parameter("x", "path"), method="put")},
            "/a/b": get("ab"),
            "/a/{x}/c": get("axc", parameter("x", "path")),
            "/a/b/{y}": get("aby", parameter("y", "path")),
            "/a/{x}.json": get("json", parameter("x", "path")),
            "/a/{x}:act": get("act", parameter("x", "path")),
            "/a/{x}-{y}": get("two", parameter("x", "path"), parameter("y", "path")),
            "/über/{x}": get("umlaut", parameter("x", "path")),
            "/wide/{+rest}/end": get("wide", parameter("rest", "path")),
            "/spelt/{x:.+}": get("spelt", parameter("x", "path")),
            "/q?act=one": get("one"),
            "/q?act=two&more": get("twoMore"),
            "/q": get("q", parameter("act")),
            "/rides?page={page}&size={size}": get("rides", parameter("page", "path"), parameter("size")),
            "/own": {
                **get("own"),
                "servers": [{"url": "https://own.example/{v}/own", "variables": {"v": {"default": "x", "enum": ["x", "y/z"]}}}],
            },
            "/files": {"post": {"operationId": "up", "servers": [{"url": "/upload/"}], **DONE}},
        },
        servers=[
            {"url": "https://t.example/api/v1/"},
            {"url": "{whole}/v2", "variables": {"whole": {"default": "https://t.example/w"}}},
            {"url": "{none}/v3"},
        ],
    )
)


@pytest.mark.parametrize(
    ("request_line", "name", "variables"),
    [
        ("GET /", "root", {}),
        ("GET ", "root", {}),
        ("GET /api/v1", "root", {}),
        ("GET /api/v1/a", "a", {}),
        ("GET /w/v2/a", "a", {}),
        ("GET /v3/a", "a", {}),
        ("GET /a/b", "ab", {}),
        ("GET /a/%62", "ab", {}),
        ("GET /a/b%2Fc", "ax", {"x": "b%2Fc"}),
        ("PUT /a/b", "axPut", {"x": "b"}),
        ("GET /a/b/c", "aby", {"y": "c"}),
        ("GET /a/z/c", "axc", {"x": "z"}),
        ("GET /a/b.json", "json", {"x": "b"}),
        ("GET /a/b:act", "act", {"x": "b"}),
        ("GET /a/b-c-d", "two", {"x": "b", "y": "c-d"}),
        ("GET /%C3%BCber/x", "umlaut", {"x": "x"}),
        ("GET /wide/a/b/end", "wide", {"rest": "a/b"}),
        ("GET /spelt/x", "spelt", {"x": "x"}),
        ("GET /q?act=one", "one", {}),
        ("GET /q?more&act=two", "twoMore", {}),
        ("GET /q?act=two", "q", {}),
        ("GET /rides?size=2&page=3", "rides", {"page": "3"}),
        ("GET /rides", None, {}),
        ("GET /x/own/own", "own", {}),
        ("GET /y/z/own/own", "own", {}),
        ("GET /v/own/own", "own", {}),
        ("GET /own", "own", {}),
        ("POST /upload/files", "up", {}),
        ("POST /files", "up", {}),
        ("GET /upload/a", None, {}),
        ("POST /api/v1/files", None, {}),
        ("GET /api/v1a", None, {}),
        ("GET /a/", None, {}),
        ("GET /a/b/", None, {}),
        ("DELETE /a/b", None, {}),
        ("GET /else/a", None, {}),
        ("POST /wide/a/end", None, {}),
    ],
)
def test_the_operation_of_a_request(request_line: str, name: str | None, variables: dict[str, str]) -> None:
    method, _, path = request_line.partition(" ")
    found = find_operation(PATHS, method, f"https://t.example{path}")
    assert (found and found.operation.operation_id) == name
    assert (found.variables if found else {}) == variables


def test_operations_that_the_path_does_not_tell_apart() -> None:
    def one(action: str, *more: Any) -> dict[str, Any]:
        return get(action, {**parameter("Action", type="string", enum=[action]), "required": True}, *more)

    spec = Spec.load(document({"/#Action=one": one("one"), "/#Action=two": one("two", parameter("n", type="integer"))}))
    for query, name, problems in (
        ("Action=one", "one", 0),
        ("Action=two&n=1", "two", 0),
        ("Action=two&n=x", "two", 1),
        ("Action=no", "one", 1),
    ):
        found = read_request(spec, "GET", f"https://t.example/?{query}", {})
        assert found
        assert (found.operation.operation_id, len(found.problems)) == (name, problems)
    found = read_request(PATHS, "GET", "https://t.example/rides?page=3&size=2", {})
    assert found
    assert (found.arguments, found.problems) == ({"path": {"page": "3"}, "query": {"size": "2"}}, ())


def test_another_server() -> None:
    found = find_operation(PATHS, "GET", "http://test/else/a", base="/else/")
    assert found
    assert found.base == "/else"
    bare = Spec.load(document({"/a/{x}": get("a", parameter("x", "path"))}))
    found = find_operation(bare, "GET", "http://test/some/where/a/1")
    assert found
    assert (found.base, found.variables) == ("/some/where", {"x": "1"})
    assert find_operation(bare, "GET", "http://test/a") is None
    assert read_request(bare, "GET", "http://test/b", {}) is None


OBJECT = {"type": "object", "properties": {"n": {"type": "integer"}, "s": {"type": "string"}}}
FORM = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "n": {"type": "integer"},
        "list": {"type": "array", "items": {"type": "integer"}},
        "info": OBJECT,
        "csv": {"type": "array", "items": {"type": "string"}},
        "deep": {
            "type": "object",
            "properties": {"a": {"type": "integer"}, "b": {"type": "object", "properties": {"c": {"type": "boolean"}}}},
        },
        "flat": {"type": "object", "properties": {"left": {"type": "integer"}, "right": {"type": "integer"}}},
    },
}
PARTS = {
    **FORM,
    "properties": {
        **FORM["properties"],
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
        "files": {"type": "array", "items": {"type": "string", "contentMediaType": "image/png"}},
        "inner": {},
    },
}
STYLES = {"csv": {"style": "form", "explode": False}, "deep": {"style": "deepObject"}, "flat": {"style": "form"}}
BODIES = document(
    {
        f"/{name}": get(name, method="post", requestBody={**body(schema, media_type), "required": name != "maybe"})
        for name, media_type, schema in [
            ("json", "application/json", {"type": "array", "items": OBJECT}),
            ("maybe", "application/*+json", OBJECT),
            ("lines", "application/jsonl", OBJECT),
            ("xml", "application/xml", {**OBJECT, "xml": {"name": "o"}}),
            ("text", "text/*", {"type": "string", "maxLength": 5}),
            ("binary", "application/pdf", {}),
            ("packed", "application/msgpack", OBJECT),
        ]
    }
)
BODIES["paths"]["/form"] = get(
    "form", method="post", requestBody={"content": {"application/x-www-form-urlencoded": {"schema": FORM, "encoding": STYLES}}}
)
BODIES["paths"]["/parts"] = get(
    "parts",
    method="post",
    requestBody={
        "required": True,
        "content": {"multipart/form-data": {"schema": PARTS, "encoding": {**STYLES, "inner": {"contentType": "multipart/mixed"}}}},
    },
)
BODIES["paths"]["/mixed"] = get(
    "mixed",
    method="post",
    requestBody={"content": {"multipart/mixed": {"itemSchema": OBJECT, "itemEncoding": {"contentType": "application/json"}}}},
)
BODIES["components"] = {"schemas": {}}
FIELDS = {
    "name": "a&b=c +",
    "n": 1,
    "list": [1, 2],
    "info": {"n": 1},
    "csv": ["x", "y z"],
    "deep": {"a": 1, "b": {"c": True}},
    "flat": {"left": 1, "right": 2},
}


@pytest.fixture(scope="module")
def bodies() -> Any:
    with Client(spec=BODIES, server="https://t.example", codecs=[PACKED]) as client:
        yield client


PACKED = Codec(("application/msgpack",), lambda data: {"n": len(data)}, lambda value: b"\x00" * value["n"])


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("json", [{"n": 1}, {"s": "x"}], None),
        ("maybe", {"n": 1}, None),
        ("lines", [{"n": 1}, {"n": 2}], None),
        ("xml", {"n": 1, "s": "x"}, None),
        ("text", "hello", None),
        ("binary", b"%PDF", {"filename": None, "content_type": "application/pdf", "size": 4}),
        ("packed", {"n": 3}, None),
        ("form", FIELDS, None),
        (
            "parts",
            {**FIELDS, "file": ("a.txt", b"123", "text/x-own"), "files": [io.BytesIO(b"1"), b"22"], "inner": [{"n": 1}, "text"]},
            {
                **FIELDS,
                "file": {"filename": "a.txt", "content_type": "text/x-own", "size": 3},
                "files": [{"filename": "file", "content_type": "image/png", "size": size} for size in (1, 2)],
                "inner": [{"n": 1}, "text"],
            },
        ),
        ("mixed", [{"n": 1}, {"n": 2}], None),
    ],
)
def test_bodies_are_read_back(bodies: Any, name: str, given: Any, read: Any) -> None:
    arguments = given if name in ("form", "parts", "maybe", "xml", "packed") else {"body": given}
    request = bodies.operations[name].prepare(**arguments)
    found = read_request(bodies.spec, "POST", str(request.url), request.headers, request.read(), codecs=[PACKED])
    assert found
    assert found.problems == ()
    assert found.arguments == {"body": given if read is None else read}
    assert argument_problems(bodies.spec, found.operation, found.arguments, found.media_type, strict=True) == []


def part(head: str, content: str = "x") -> str:
    return f"--b\r\n{head}\r\n\r\n{content}\r\n"


def read(name: str, content: str | bytes, content_type: str | None, **more: Any) -> tuple[Any, list[tuple[str, str, str]]]:
    headers = [] if content_type is None else [("Content-Type", content_type)]
    content = content.encode() if isinstance(content, str) else content
    found = read_request(Spec.load(BODIES), "POST", f"https://t.example/{name}", headers, content, **more)
    assert found
    return found.arguments.get("body"), [(one.location, one.pointer, one.rule) for one in found.problems]


MULTIPART = "multipart/form-data; boundary=b"


@pytest.mark.parametrize(
    ("name", "content", "content_type", "value", "problems"),
    [
        ("json", "", None, None, [("body", "", "required")]),
        ("json", "", "application/json", None, [("body", "", "required")]),
        ("maybe", "", None, None, []),
        ("json", "[]", None, [], [("header", "/Content-Type", "content-type")]),
        ("json", "[]", "text/plain", "[]", [("header", "/Content-Type", "content-type")]),
        ("json", "[", "application/json", None, [("body", "", "content")]),
        ("json", '[{"n": "x"}]', "application/json; charset=utf-8", [{"n": "x"}], [("body", "/0/n", "type")]),
        ("json", '[{"more": 1}]', "application/json", [{"more": 1}], [("body", "/0/more", "undeclared")]),
        ("maybe", '{"n": 1}', "application/problem+json", {"n": 1}, []),
        ("lines", '{"n": 1}\n{"n": "x"}\n', "application/jsonl", [{"n": 1}, {"n": "x"}], [("body", "/1/n", "type")]),
        ("text", "", "text/plain", "", []),
        ("text", "longer", "text/csv", "longer", [("body", "", "maxLength")]),
        ("form", "", "application/x-www-form-urlencoded", {}, [("body", "/name", "required")]),
        (
            "form",
            "name=a+b&n=x&own=1",
            "application/x-www-form-urlencoded",
            {"name": "a b", "n": "x", "own": "1"},
            [("body", "/n", "type"), ("body", "/own", "undeclared")],
        ),
        ("form", "name=a&name=b", "application/x-www-form-urlencoded", {"name": ["a", "b"]}, [("body", "/name", "type")]),
        ("form", b"name=\xff", "application/x-www-form-urlencoded", None, [("body", "", "content")]),
        ("parts", part('Content-Disposition: form-data; name="name"') + "--b--", MULTIPART, {"name": "x"}, []),
        (
            "parts",
            part("Content-Disposition: form-data; name=name\r\nContent-Type: application/xml", "<no") + "--b--",
            MULTIPART,
            {"name": "<no"},
            [],
        ),
        (
            "parts",
            part('Content-Disposition: form-data; name="na%22me"') + part("content-disposition: form-data; name=name") + "--b--",
            MULTIPART,
            {'na"me': "x", "name": "x"},
            [("body", '/na"me', "undeclared")],
        ),
        (
            "parts",
            part("X: y") + part('Content-Disposition: form-data; name="a"') + "--b--",
            MULTIPART,
            None,
            [("body", "", "content")],
        ),
        ("parts", "--b", MULTIPART, None, [("body", "", "content")]),
        ("parts", "--b", "multipart/form-data", None, [("body", "", "content")]),
        (
            "parts",
            part("Content-Disposition: form-data; name=name; filename*=UTF-8''%C3%BC.txt")
            + part("Content-Disposition: form-data; name=s\r\nContent-Type: image/png")
            + "--b--",
            MULTIPART,
            {
                "name": {"filename": "ü.txt", "content_type": None, "size": 1},
                "s": {"filename": None, "content_type": "image/png", "size": 1},
            },
            [("body", "/s", "undeclared")],
        ),
    ],
)
def test_what_is_wrong_with_a_body(name: str, content: Any, content_type: str | None, value: Any, problems: list[Any]) -> None:
    assert read(name, content, content_type) == (value, problems)


def test_undeclared_keys_may_be_let_pass() -> None:
    assert read("json", '[{"more": 1}]', "application/json", strict=False)[1] == []


MANY = document(
    {
        "/x/{id}": get(
            "x",
            parameter("id", "path", type="integer"),
            {
                "name": "deep",
                "in": "query",
                "style": "deepObject",
                "schema": {"type": "object", "properties": {"list": {"type": "array", "items": {"type": "integer"}}, "o": OBJECT}},
            },
            {"name": "many", "in": "query", "style": "deepObject", "schema": {"type": "array", "items": {"type": "integer"}}},
            {"name": "open", "in": "query", "schema": {"type": "object", "additionalProperties": {"type": "integer"}}},
            {"name": "empty", "in": "query", "allowEmptyValue": True, "schema": {"type": "integer"}},
            {"name": "any", "in": "query", "schema": {"enum": [1, True, None, "x"]}},
            {"name": "json", "in": "query", "content": {"application/json": {"schema": OBJECT}}},
            {"name": "range", "in": "query", "content": {"*/*": {}}},
            {"name": "X-List", "in": "header", "schema": {"type": "array", "items": {"type": "integer"}}},
            {"name": "X-Json", "in": "header", "content": {"application/json": {"schema": OBJECT}}},
            {"name": "Accept", "in": "header", "required": True, "schema": {"type": "integer"}},
            {"name": "flat", "in": "query", "explode": False, "schema": OBJECT},
            {"name": "c", "in": "cookie", "schema": {"type": "array", "items": {"type": "integer"}}},
        ),
        "/matrix/{m}": get("matrix", {"name": "m", "in": "path", "required": True, "style": "matrix", "schema": {}}),
        "/object/{m}": get("object", {"name": "m", "in": "path", "required": True, "style": "matrix", "schema": OBJECT}),
        "/part/{m}": get(
            "part", {"name": "m", "in": "path", "required": True, "content": {"application/json": {"schema": OBJECT}}}
        ),
        "/string": get(
            "string",
            {
                "name": "q",
                "in": "querystring",
                "required": True,
                "content": {"application/x-www-form-urlencoded": {"schema": {**OBJECT, "required": ["n"]}}},
            },
        ),
        "/jsonpath": get("jsonpath", {"name": "q", "in": "querystring", "content": {"application/json": {"schema": OBJECT}}}),
        "/fault": get("fault", parameter("f", **{"$ref": "#/gone"}), requestBody=body({"$ref": "#/gone"})),
    }
)
SPEC = Spec.load(MANY)


@pytest.mark.parametrize(
    ("line", "headers", "arguments", "problems"),
    [
        ("/x/1", {}, {"path": {"id": 1}}, []),
        ("/x/a", {}, {"path": {"id": "a"}}, [("path", "/id", "type")]),
        ("/x/1?deep[list][0]=1&deep[list][1]=2&deep[o][n]=3", {}, {"query": {"deep": {"list": [1, 2], "o": {"n": 3}}}}, []),
        ("/x/1?deep[list]=1&deep[list]=2&deep%5Bo%5D%5Bs%5D=a+b", {}, {"query": {"deep": {"list": [1, 2], "o": {"s": "a b"}}}}, []),
        ("/x/1?deep[list][]=1", {}, {"query": {"deep": {"list": [1]}}}, []),
        ("/x/1?deep[o]=1&deep[o][n]=1", {}, {}, [("query", "/deep", "content")]),
        ("/x/1?deep[o][n]=1&deep[o]=1", {}, {}, [("query", "/deep", "content")]),
        ("/x/1?many=1&many=2", {}, {"query": {"many": [1, 2]}}, []),
        ("/x/1?free=5&other=6", {}, {"query": {"open": {"free": 5, "other": 6}}}, []),
        ("/x/1?empty=", {}, {"query": {"empty": ""}}, []),
        ("/x/1?empty=1&empty=2", {}, {"query": {"empty": [1, 2]}}, [("query", "/empty", "type")]),
        ("/x/1?any=1", {}, {"query": {"any": 1}}, []),
        ("/x/1?any=true", {}, {"query": {"any": True}}, []),
        ("/x/1?any=y", {}, {"query": {"any": "y"}}, [("query", "/any", "enum")]),
        ("/x/1?json=%7B%22n%22:1%7D&range=[1]", {}, {"query": {"json": {"n": 1}, "range": [1]}}, []),
        ("/x/1?json=x&range=x", {}, {"query": {"range": "x"}}, [("query", "/json", "content")]),
        ("/x/1?flat=n,1,s,x%2Cy", {}, {"query": {"flat": {"n": 1, "s": "x,y"}}}, []),
        ("/x/1?flat=n", {}, {}, [("query", "/flat", "content")]),
        ("/x/1", {"x-list": "1, 2", "X-Json": '{"n":1}', "Accept": "x"}, {"header": {"X-List": [1, 2], "X-Json": {"n": 1}}}, []),
        ("/x/1", {"Cookie": "c=1; c=2; other=3"}, {"cookie": {"c": [1, 2]}}, []),
        ("/matrix/;m=x", {}, {"path": {"m": "x"}}, []),
        ("/matrix/;m=x;m=y", {}, {"path": {"m": ["x", "y"]}}, []),
        ("/matrix/x", {}, {}, [("path", "/m", "content")]),
        ("/object/;m=n,1", {}, {"path": {"m": {"n": 1}}}, []),
        ("/object/;m=n", {}, {}, [("path", "/m", "content")]),
        ("/part/%7B%22n%22:1%7D", {}, {"path": {"m": {"n": 1}}}, []),
        ("/string?n=1&s=a+b", {}, {"querystring": {"q": {"n": 1, "s": "a b"}}}, []),
        ("/string", {}, {}, [("querystring", "/q", "required")]),
        ("/jsonpath?%7B%22n%22:1%7D", {}, {"querystring": {"q": {"n": 1}}}, []),
        ("/jsonpath?x", {}, {}, [("querystring", "/q", "content")]),
        (
            "/fault?f=x",
            {},
            {"query": {"f": "x"}},
            [("document", "/paths/~1fault/get/parameters/0/schema", "$ref"), ("body", "", "required")],
        ),
    ],
)
def test_parameters_as_others_write_them(line: str, headers: Any, arguments: Any, problems: list[Any]) -> None:
    found = read_request(SPEC, "GET", f"https://t.example{line}", headers)
    assert found
    given = {
        location: one
        for location, one in found.arguments.items()
        if location != "path" or "/x/1" not in line or arguments.get("path")
    }
    assert given == arguments
    assert [(one.location, one.pointer, one.rule) for one in found.problems] == problems


def test_arguments_that_are_decoded_are_judged() -> None:
    operation = SPEC.operations["x"]

    def problems(arguments: Any, **more: Any) -> list[tuple[str, str, str]]:
        return [(one.location, one.pointer, one.rule) for one in argument_problems(SPEC, operation, arguments, **more)]

    assert problems({"path": {"id": 1}, "header": {"x-LIST": [1], "Other": 1}}) == []
    # What is a text on the wire is read by this document's types.
    assert problems({"path": {"id": "1"}, "header": {"X-List": ["1", "2"]}, "cookie": {"c": "1"}}) == []
    assert problems({"path": {"id": "a"}, "query": {"no": 1, "jsn": 2, "json": "x", "flat": {"n": "1"}}}) == [
        ("path", "/id", "type"),
        ("query", "/no", "undeclared"),
        ("query", "/jsn", "undeclared"),
        ("query", "/json", "type"),
        ("query", "/flat/n", "type"),
    ]
    assert problems({"body": 1}) == [("path", "/id", "required"), ("body", "", "undeclared")]
    bodies = Spec.load(BODIES)
    for name, value, media_type, told in (
        ("json", [{"n": "x"}], None, [("body", "/0/n", "type")]),
        ("json", [], "text/plain", [("header", "/Content-Type", "content-type")]),
        (
            "parts",
            {"name": "x", "file": "as text", "files": [{"filename": "a", "content_type": None, "size": 1}, 2]},
            None,
            [("body", "/files/1", "type")],
        ),
        ("parts", ["no object"], None, [("body", "", "type")]),
        ("parts", "no object", None, [("body", "", "type")]),
        ("binary", {"filename": None, "content_type": None, "size": 1}, None, []),
        ("mixed", [{"n": 1}, {"n": "x"}], None, [("body", "/1/n", "type")]),
    ):
        found = argument_problems(bodies, bodies.operations[name], {"body": value}, media_type)
        assert [(one.location, one.pointer, one.rule) for one in found] == told
    assert argument_problems(SPEC, SPEC.operations["fault"], {"body": "x"})[0].rule == "$ref"
    file = {"filename": None, "content_type": None, "size": 1}
    assert [*files_within({"a": [file, 1], "b": {"c": file}})] == ["/a/0", "/b/c"]
