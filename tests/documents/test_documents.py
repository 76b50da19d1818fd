"""The documents in `spec/`: valid, true to the API's known facts, with valid examples, and bundled as they are."""

from __future__ import annotations

import copy
import hashlib
import json
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import quote

import pytest
from jsonschema import FormatChecker
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

import aerostack_dynamic
from aerostack_dynamic import Spec
from aerostack_dynamic._formats import FORMATS
from aerostack_dynamic._values import json_pointer

from .facts import DOCUMENTS, KNOWN, content_of, operations, shape

versions = pytest.mark.parametrize("version", KNOWN)
each_operation = pytest.mark.parametrize(
    ("version", "name"), [(version, name) for version in KNOWN for name in KNOWN[version].facts]
)


def bundled_bytes(name: str) -> bytes:
    return (resources.files(aerostack_dynamic) / "_bundled" / name).read_bytes()


@versions
def test_the_validator_finds_nothing(version: str) -> None:
    assert [*OpenAPIV31SpecValidator(DOCUMENTS[version]).iter_errors()] == []


@versions
def test_the_package_finds_nothing_either(version: str) -> None:
    assert list(Spec.bundled(version).problems) == []


def test_the_validator_would_find_something() -> None:
    broken = copy.deepcopy(DOCUMENTS["1.0.0"])
    broken["paths"]["/db/query"]["post"]["operationId"] = "aiChat"
    del broken["info"]["version"]
    assert len([*OpenAPIV31SpecValidator(broken).iter_errors()]) >= 2


@versions
def test_the_root(version: str) -> None:
    document, known = DOCUMENTS[version], KNOWN[version]
    assert document["openapi"] == "3.1.0"
    assert (document["info"]["title"], document["info"]["version"]) == ("Aerostack API", version)
    assert document["servers"] == [
        {"url": f"https://{known.host}/v1", "description": "Production"},
        {"url": "http://localhost:8787/v1", "description": "Local Development"},
    ]
    assert [tag["name"] for tag in document["tags"]] == known.tags
    assert document["security"] == [{"ApiKeyAuth": []}]
    schemes = document["components"]["securitySchemes"].items()
    assert {name: " ".join(text for key, text in one.items() if key != "description") for name, one in schemes} == known.schemes


@versions
def test_the_operations_are_those_of_the_facts_in_their_order(version: str) -> None:
    assert list(operations(DOCUMENTS[version])) == list(KNOWN[version].facts)


@each_operation
def test_an_operation(version: str, name: str) -> None:
    fact, operation = KNOWN[version].facts[name], operations(DOCUMENTS[version])[name]
    assert (f"{operation['method']} {operation['path']}", operation["tags"]) == (fact.call, [fact.tag])
    assert not {"servers", "deprecated", "callbacks"} & operation.keys()
    parameters = operation.get("parameters", [])
    assert all(set(one) <= {"name", "in", "required", "description", "schema", "example"} for one in parameters)
    said = (f"{one['in']} {one['name']}{'!' * one.get('required', False)}: {shape(one['schema'])}" for one in parameters)
    assert "; ".join(said) == fact.parameters
    assert " or ".join("+".join(one) for one in operation.get("security", DOCUMENTS[version]["security"])) == fact.security
    if fact.body:
        assert operation["requestBody"]["required"] is True
    assert content_of(operation.get("requestBody", {"content": {}})["content"]) == fact.body
    assert {status: content_of(answer["content"]) for status, answer in operation["responses"].items()} == fact.answers


@versions
def test_the_schemas(version: str) -> None:
    assert {name: shape(one) for name, one in DOCUMENTS[version]["components"]["schemas"].items()} == KNOWN[version].schemas


@pytest.mark.parametrize(
    "extra",
    [{"additionalProperties": False}, {"minLength": 1}, {"format": "int64"}, {"nullable": True}, {"default": 1}, {"anyOf": []}],
)
def test_a_keyword_that_no_fact_stands_behind_is_noticed(extra: dict[str, Any]) -> None:
    for base in ({"type": "object", "properties": {}}, {"type": "integer"}, {}):
        with pytest.raises(AssertionError):
            assert shape({**base, **extra}) == shape(base)


# What 1.0.0 and 1.5.0 have in common is said in the same words, so that a comparison of the two shows what changed and nothing else.
RESAID = {"/paths/~1ai~1chat/post", "/components/schemas/ErrorResponse/properties/code/enum"}


def resaid(old: Any, new: Any, place: tuple[str, ...] = ()) -> set[str]:
    """Pointers of what stands in `old` and not as it is in `new`."""
    if json_pointer(*place) in RESAID or not isinstance(old, dict) or not isinstance(new, dict):
        return set() if old == new else {json_pointer(*place)}
    return {one for name in old for one in resaid(old[name], new.get(name), (*place, name))}


def test_what_did_not_change_is_said_in_the_same_words() -> None:
    old, new = DOCUMENTS["1.0.0"], DOCUMENTS["1.5.0"]
    assert resaid(old["paths"], new["paths"], ("paths",)) | resaid(old["components"], new["components"], ("components",)) == RESAID


def described(node: Any, place: tuple[str | int, ...] = ()) -> list[str]:
    """Pointers of properties, operations and responses that say nothing about themselves."""
    if isinstance(node, list):
        return [found for index, one in enumerate(node) for found in described(one, (*place, index))]
    if not isinstance(node, dict) or place[-1:] == ("examples",):
        return []
    parent = place[-2] if len(place) > 1 else None
    speaks = parent in ("properties", "responses", "schemas", "securitySchemes") or "operationId" in node or "in" in node
    silent = speaks and "$ref" not in node and not node.get("description")
    nameless = "operationId" in node and not node.get("summary")
    found = [json_pointer(*place)] if silent or nameless else []
    return found + [one for key, value in node.items() for one in described(value, (*place, key))]


@versions
def test_everything_has_a_description(version: str) -> None:
    assert described(DOCUMENTS[version]) == []


def test_what_has_no_description_would_be_noticed() -> None:
    silent = copy.deepcopy(DOCUMENTS["1.0.0"])
    del silent["paths"]["/cache/set"]["post"]["summary"]
    del silent["components"]["schemas"]["User"]["properties"]["id"]["description"]
    assert described(silent) == ["/paths/~1cache~1set/post", "/components/schemas/User/properties/id"]


# Examples


@cache
def media_types(version: str) -> dict[str, dict[str, Any]]:
    """JSON pointer -> Media Type Object, for every request and response."""
    found: dict[str, dict[str, Any]] = {}
    for operation in operations(DOCUMENTS[version]).values():
        place = ("paths", operation["path"], operation["method"])
        parts = {("requestBody",): operation["requestBody"]} if "requestBody" in operation else {}
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


def faults(version: str, pointer: str, value: Any) -> list[str]:
    """What is wrong with `value` by the schema of the Media Type Object at `pointer`; without one it may be anything."""
    if "schema" not in media_types(version)[pointer]:
        return []
    registry: Registry[Any] = Registry().with_resource("urn:document", DRAFT202012.create_resource(DOCUMENTS[version]))
    schema = {"$ref": f"urn:document#{quote(pointer)}/schema"}
    validator = OAS31Validator(schema, registry=registry, format_checker=format_checker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


@versions
def test_every_example_is_valid(version: str) -> None:
    for pointer, media_type in media_types(version).items():
        assert media_type["examples"], pointer
        assert [fault for one in media_type["examples"].values() for fault in faults(version, pointer, one["value"])] == [], pointer


def test_every_example_of_a_parameter_is_valid() -> None:
    listed = [one for operation in operations(DOCUMENTS["1.5.0"]).values() for one in operation.get("parameters", [])]
    assert len(listed) == 4
    for one in listed:
        assert [*OAS31Validator(one["schema"], format_checker=format_checker()).iter_errors(one["example"])] == []


def test_the_example_of_a_stream_is_one() -> None:
    streams = {one["examples"]["pieces"]["value"] for pointer, one in media_types("1.5.0").items() if "event-stream" in pointer}
    (text,) = streams
    *events, last = [event.removeprefix("data: ") for event in text.removesuffix("\n\n").split("\n\n")]
    assert last == "[DONE]"
    pieces = [json.loads(event)["choices"][0]["delta"]["content"] for event in events]
    assert "".join(pieces) == "Hello! How can I help you today?"
    assert json.loads(events[-1])["usage"]["total_tokens"] == 19


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
    assert pointer in media_types("1.0.0")
    assert faults("1.0.0", pointer, value)


@versions
def test_every_format_is_one_that_the_examples_are_checked_for(version: str) -> None:
    text = json.dumps(DOCUMENTS[version])
    used = {part.split('"')[0] for part in text.split('"format": "')[1:]}
    assert used == {"email", "password", "uri", "uuid", "date-time"}
    assert used - {"password"} <= FORMATS.keys()


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


@versions
def test_what_the_overlay_adds(version: str) -> None:
    known, document = KNOWN[version], json.loads(bundled_bytes(f"{version}.json"))
    expected: dict[str, Any] = {"/components/schemas/AuthResponse/properties/token/x-aerostack-secret": True}
    for name, fact in known.facts.items():
        method, _, path = fact.call.partition(" ")
        said = {"x-aerostack-idempotency": known.idempotency[name], **known.more.get(name, {})}
        expected |= {json_pointer("paths", path, method, key): value for key, value in said.items()}
    assert extensions(document) == expected
    assert extensions(DOCUMENTS[version]) == {}
    assert without_extensions(document) == DOCUMENTS[version]
    assert list(operations(document)) == list(known.facts)


# The bundle


def test_the_index_names_every_bundled_file() -> None:
    index = json.loads(bundled_bytes("index.json"))
    assert index["default"] == "1.0.0"
    assert list(index["versions"]) == list(KNOWN)
    for version, entry in index["versions"].items():
        content = bundled_bytes(entry["file"])
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert json.loads(content)["info"]["version"] == version
    names = {path.name for path in (resources.files(aerostack_dynamic) / "_bundled").iterdir()}
    assert {name for name in names if name.endswith(".json")} == {"index.json"} | {
        entry["file"] for entry in index["versions"].values()
    }
