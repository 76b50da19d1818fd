"""The documents in `spec/`: valid, true to the API's known facts, with valid examples, and bundled as they are."""

from __future__ import annotations

import copy
import hashlib
import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import FormatChecker
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

import aerostack_dynamic
from aerostack_dynamic._formats import FORMATS
from aerostack_dynamic._values import json_pointer
from aerostack_dynamic._yaml import parse_yaml

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT: dict[str, Any] = parse_yaml((ROOT / "spec" / "1.0.0" / "openapi.yaml").read_bytes())


def bundled_bytes(name: str) -> bytes:
    return (resources.files(aerostack_dynamic) / "_bundled" / name).read_bytes()


# The facts. A schema is written as a shape: `{a!: string, b: [any]}` is an object whose `a` is required, `{*}` one with
# `additionalProperties: true`, `string/uuid` a format, `string?` a type array with null, `>=8` a minLength, `a|b` an
# enum, `bytes` a part of type application/octet-stream.

ERROR = "ErrorResponse"
FACTS: dict[str, tuple[str, str, str, str, dict[str, str]]] = {
    "dbQuery": (
        "/db/query",
        "Database",
        "application/json",
        "{sql!: string, params: [any]}",
        {"200": "DbQueryResult", "400": ERROR, "401": ERROR, "500": ERROR},
    ),
    "authSignup": (
        "/auth/signup",
        "Authentication",
        "application/json",
        "{email!: string/email, password!: string/password>=8, name: string, metadata: {*}}",
        {"201": "AuthResponse", "400": ERROR, "409": ERROR},
    ),
    "authSignin": (
        "/auth/signin",
        "Authentication",
        "application/json",
        "{email!: string/email, password!: string/password}",
        {"200": "AuthResponse", "401": ERROR},
    ),
    "cacheGet": ("/cache/get", "Cache", "application/json", "{key!: string}", {"200": "{value: any, exists: boolean}"}),
    "cacheSet": (
        "/cache/set",
        "Cache",
        "application/json",
        "{key!: string, value!: any, ttl: integer}",
        {"200": "{success: boolean}"},
    ),
    "queueEnqueue": (
        "/queue/enqueue",
        "Queue",
        "application/json",
        "{type!: string, data!: {*}, delay: integer}",
        {"201": "{jobId: string, success: boolean}"},
    ),
    "storageUpload": (
        "/storage/upload",
        "Storage",
        "multipart/form-data",
        "{key!: string, contentType: string, file!: bytes}",
        {"200": "{url: string/uri}"},
    ),
    "aiChat": (
        "/ai/chat",
        "AI",
        "application/json",
        "{model: string, messages!: [{role: system|user|assistant, content: string}]}",
        {"200": "{response: string}"},
    ),
    "servicesInvoke": (
        "/services/invoke",
        "Services",
        "application/json",
        "{serviceName!: string, data!: {*}}",
        {"200": "{success: boolean, result: any}"},
    ),
}
SCHEMAS = {
    "DbQueryResult": "{results: [{*}], count: integer}",
    "AuthResponse": "{token: string, user: User, expiresAt: string/date-time}",
    "User": "{id: string/uuid, email: string/email, name: string?, createdAt: string/date-time, metadata: {*}}",
    "ErrorResponse": "{code!: AUTH_INVALID_KEY|AUTH_INVALID_CREDENTIALS|DB_QUERY_FAILED|RATE_LIMIT_EXCEEDED|"
    "VALIDATION_ERROR|INTERNAL_ERROR, message!: string, details: {*}}",
}
IDEMPOTENCY = {
    "dbQuery": "unsafe",
    "authSignup": "unsafe",
    "authSignin": "safe",
    "cacheGet": "safe",
    "cacheSet": "idempotent",
    "queueEnqueue": "unsafe",
    "storageUpload": "idempotent",
    "aiChat": "unsafe",
    "servicesInvoke": "unsafe",
}


def shape(schema: dict[str, Any]) -> str:
    """`schema` as a shape. A keyword that shapes do not know is an error: it would say more than is known."""
    facts = {name: value for name, value in schema.items() if name != "description"}
    match facts:
        case {"$ref": ref, **rest}:
            text, used = ref.removeprefix("#/components/schemas/"), rest
        case {"type": "object", "properties": properties, **rest}:
            required = rest.pop("required", [])
            assert set(required) <= set(properties)
            members = (f"{name}{'!' * (name in required)}: {shape(one)}" for name, one in properties.items())
            text, used = "{" + ", ".join(members) + "}", rest
        case {"type": "object", "additionalProperties": True, **rest}:
            text, used = "{*}", rest
        case {"type": "array", "items": items, **rest}:
            text, used = f"[{shape(items)}]", rest
        case {"type": "string", "enum": values, **rest}:
            text, used = "|".join(values), rest
        case {"type": "string", "format": name, **rest}:
            least = rest.pop("minLength", None)
            text, used = f"string/{name}" + (f">={least}" if least else ""), rest
        case {"type": [kind, "null"], **rest}:
            text, used = f"{kind}?", rest
        case {"type": str(kind), **rest}:
            text, used = kind, rest
        case {"contentMediaType": "application/octet-stream", **rest}:
            text, used = "bytes", rest
        case rest:
            text, used = "any", rest
    assert not used, f"{text} with {used}"
    return text


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: {"path": path, "method": method, **operation}
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def test_the_validator_finds_nothing() -> None:
    assert [*OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_the_validator_would_find_something() -> None:
    broken = copy.deepcopy(DOCUMENT)
    broken["paths"]["/db/query"]["post"]["operationId"] = "aiChat"
    del broken["info"]["version"]
    assert len([*OpenAPIV31SpecValidator(broken).iter_errors()]) >= 2


def test_the_root() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    assert (DOCUMENT["info"]["title"], DOCUMENT["info"]["version"]) == ("Aerostack API", "1.0.0")
    assert DOCUMENT["servers"] == [
        {"url": "https://api.aerostack.ai/v1", "description": "Production"},
        {"url": "http://localhost:8787/v1", "description": "Local Development"},
    ]
    tags = ["Database", "Authentication", "Cache", "Queue", "Storage", "AI", "Services"]
    assert [tag["name"] for tag in DOCUMENT["tags"]] == tags
    assert DOCUMENT["security"] == [{"ApiKeyAuth": []}]
    (scheme,) = DOCUMENT["components"]["securitySchemes"].items()
    assert scheme[0] == "ApiKeyAuth"
    assert {key: scheme[1][key] for key in scheme[1] if key != "description"} == {
        "type": "apiKey",
        "in": "header",
        "name": "X-Aerostack-Key",
    }


def test_the_operations_are_those_of_the_facts_in_their_order() -> None:
    assert list(operations(DOCUMENT)) == list(FACTS)


@pytest.mark.parametrize("name", FACTS)
def test_an_operation(name: str) -> None:
    path, tag, media_type, body, answers = FACTS[name]
    operation = operations(DOCUMENT)[name]
    assert (operation["path"], operation["method"], operation["tags"]) == (path, "post", [tag])
    assert not {"parameters", "security", "servers", "deprecated"} & operation.keys()
    assert operation["requestBody"]["required"] is True
    assert list(operation["requestBody"]["content"]) == [media_type]
    assert shape(operation["requestBody"]["content"][media_type]["schema"]) == body
    found = {status: answer["content"] for status, answer in operation["responses"].items()}
    assert all(list(content) == ["application/json"] for content in found.values())
    assert {status: shape(content["application/json"]["schema"]) for status, content in found.items()} == answers


def test_the_schemas() -> None:
    assert {name: shape(schema) for name, schema in DOCUMENT["components"]["schemas"].items()} == SCHEMAS


@pytest.mark.parametrize(
    "extra",
    [{"additionalProperties": False}, {"minLength": 1}, {"format": "int64"}, {"nullable": True}, {"default": 1}],
)
def test_a_keyword_that_no_fact_stands_behind_is_noticed(extra: dict[str, Any]) -> None:
    for base in ({"type": "object", "properties": {}}, {"type": "integer"}, {}):
        with pytest.raises(AssertionError):
            assert shape({**base, **extra}) == shape(base)


def described(node: Any, place: tuple[str | int, ...] = ()) -> list[str]:
    """Pointers of properties, operations and responses that say nothing about themselves."""
    if isinstance(node, list):
        return [found for index, one in enumerate(node) for found in described(one, (*place, index))]
    if not isinstance(node, dict) or place[-1:] == ("examples",):
        return []
    parent = place[-2] if len(place) > 1 else None
    speaks = parent in ("properties", "responses", "schemas", "securitySchemes") or "operationId" in node
    silent = speaks and "$ref" not in node and not node.get("description")
    nameless = "operationId" in node and not node.get("summary")
    found = [json_pointer(*place)] if silent or nameless else []
    return found + [one for key, value in node.items() for one in described(value, (*place, key))]


def test_everything_has_a_description() -> None:
    assert described(DOCUMENT) == []
    silent = copy.deepcopy(DOCUMENT)
    del silent["paths"]["/cache/set"]["post"]["summary"]
    del silent["components"]["schemas"]["User"]["properties"]["id"]["description"]
    assert described(silent) == ["/paths/~1cache~1set/post", "/components/schemas/User/properties/id"]


# Examples


def media_types(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """JSON pointer -> Media Type Object, for every request and response."""
    found: dict[str, dict[str, Any]] = {}
    for operation in operations(document).values():
        place = ("paths", operation["path"], operation["method"])
        parts = {("requestBody",): operation["requestBody"]}
        parts |= {("responses", status): answer for status, answer in operation["responses"].items()}
        for steps, part in parts.items():
            for name, media_type in part["content"].items():
                found[json_pointer(*place, *steps, "content", name)] = media_type
    return found


def format_checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name, fits in FORMATS.items():
        checker.checks(name)(lambda value, fits=fits: not isinstance(value, str) or fits(value))
    return checker


def faults(document: dict[str, Any], pointer: str, value: Any) -> list[str]:
    """What is wrong with `value` by the schema of the Media Type Object at `pointer`."""
    registry: Registry[Any] = Registry().with_resource("urn:document", DRAFT202012.create_resource(document))
    # A URI holds no brace or blank, and neither does any pointer of these documents: nothing needs encoding.
    schema = {"$ref": f"urn:document#{pointer}/schema"}
    validator = OAS31Validator(schema, registry=registry, format_checker=format_checker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


@pytest.mark.parametrize("pointer", media_types(DOCUMENT))
def test_every_example_is_valid(pointer: str) -> None:
    examples = media_types(DOCUMENT)[pointer]["examples"]
    assert examples
    assert [fault for one in examples.values() for fault in faults(DOCUMENT, pointer, one["value"])] == []


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/paths/~1auth~1signup/post/requestBody/content/application~1json", {"email": "a@b.c"}),
        ("/paths/~1auth~1signup/post/requestBody/content/application~1json", {"email": "a", "password": "12345678"}),
        ("/paths/~1auth~1signup/post/requestBody/content/application~1json", {"email": "a@b.c", "password": "short"}),
        ("/paths/~1auth~1signup/post/responses/201/content/application~1json", {"user": {"id": "not-a-uuid"}}),
        ("/paths/~1auth~1signup/post/responses/201/content/application~1json", {"expiresAt": "2025-03-14"}),
        ("/paths/~1db~1query/post/responses/401/content/application~1json", {"code": "TEAPOT", "message": ""}),
        ("/paths/~1storage~1upload/post/responses/200/content/application~1json", {"url": "no scheme"}),
        ("/paths/~1ai~1chat/post/requestBody/content/application~1json", {"messages": [{"role": "robot"}]}),
    ],
)
def test_an_example_that_is_not_valid_would_be_noticed(pointer: str, value: Any) -> None:
    assert pointer in media_types(DOCUMENT)
    assert faults(DOCUMENT, pointer, value)


def test_every_format_is_one_that_the_examples_are_checked_for() -> None:
    text = json.dumps(DOCUMENT)
    used = {part.split('"')[0] for part in text.split('"format": "')[1:]}
    assert used == {"email", "password", "uri", "uuid", "date-time"}
    assert used - {"password"} <= FORMATS.keys()


def test_every_response_of_the_facts_has_an_example() -> None:
    assert len(media_types(DOCUMENT)) == len(FACTS) + sum(len(facts[-1]) for facts in FACTS.values())


# What the overlay adds


def extensions(node: Any, place: tuple[str | int, ...] = ()) -> dict[str, Any]:
    if isinstance(node, list):
        pairs: list[tuple[Any, Any]] = [*enumerate(node)]
    else:
        pairs = [*node.items()] if isinstance(node, dict) else []
    found = {json_pointer(*place, key): value for key, value in pairs if str(key).startswith("x-")}
    for key, value in pairs:
        found |= extensions(value, (*place, key))
    return found


def without_extensions(node: Any) -> Any:
    if isinstance(node, list):
        return [without_extensions(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {key: without_extensions(value) for key, value in node.items() if not key.startswith("x-")}


def test_what_the_overlay_adds() -> None:
    expected: dict[str, Any] = {
        json_pointer("paths", FACTS[name][0], "post", "x-aerostack-idempotency"): value for name, value in IDEMPOTENCY.items()
    }
    expected["/paths/~1ai~1chat/post/x-aerostack-timeout"] = {"total": 300, "read": 300}
    expected["/components/schemas/AuthResponse/properties/token/x-aerostack-secret"] = True
    document = json.loads(bundled_bytes("1.0.0.json"))
    assert extensions(document) == expected
    assert extensions(DOCUMENT) == {}
    assert without_extensions(document) == DOCUMENT
    assert list(operations(document)) == list(FACTS)


# The bundle


def test_the_index_names_every_bundled_file() -> None:
    index = json.loads(bundled_bytes("index.json"))
    assert index["default"] == "1.0.0"
    for version, entry in index["versions"].items():
        content = bundled_bytes(entry["file"])
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert json.loads(content)["info"]["version"] == version
    names = {path.name for path in (resources.files(aerostack_dynamic) / "_bundled").iterdir()}
    assert {name for name in names if name.endswith(".json")} == {"index.json"} | {
        entry["file"] for entry in index["versions"].values()
    }
