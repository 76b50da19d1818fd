"""What says the same is the same: however it is written, and whatever names nobody sees."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from aerostack_dynamic import Spec, versions
from aerostack_dynamic.compare import compare

from .documents import document, edited, item


def reordered(value: Any) -> Any:
    """The same with the keys of all objects the other way round, but for paths, whose order names depend on."""
    if isinstance(value, dict):
        return {key: reordered(one) for key, one in reversed(value.items())}
    return [reordered(one) for one in value] if isinstance(value, list) else value


def by_reference() -> dict[str, Any]:
    """The document with its parts behind references."""
    made = document()
    item_place, put = made["paths"]["/items/{id}"], made["paths"]["/items/{id}"]["put"]
    components = made["components"]
    components["schemas"]["Item"] = item()
    put["requestBody"]["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/Item"}
    components["requestBodies"] = {"Item": put["requestBody"]}
    put["requestBody"] = {"$ref": "#/components/requestBodies/Item"}
    components["parameters"] = {"Id": item_place["parameters"][0]}
    item_place["parameters"] = [{"$ref": "#/components/parameters/Id"}]
    answers = item_place["get"]["responses"]
    components["headers"] = {"Left": answers["200"]["headers"]["X-Left"]}
    answers["200"]["headers"]["X-Left"] = {"$ref": "#/components/headers/Left"}
    components["responses"] = {"Yes": answers["200"]}
    answers["200"] = {"$ref": "#/components/responses/Yes"}
    return made


def moved_to_operations() -> dict[str, Any]:
    """The document with what paths and documents say said by operations."""
    made = document()
    path = made["paths"]["/items/{id}"]
    shared = path.pop("parameters")
    for method in ("get", "put", "delete"):
        path[method]["parameters"] = shared + path[method].get("parameters", [])
        path[method].setdefault("security", copy.deepcopy(made["security"]))
    return made


@pytest.mark.parametrize(
    "other",
    [
        document(),
        yaml.safe_dump(document()).encode(),
        json.dumps(document()).encode(),
        reordered(document()),
        by_reference(),
        moved_to_operations(),
        edited(document(), ("/x-other", 1)),
    ],
    ids=["the same", "YAML", "JSON", "reordered", "references", "said by operations", "an extension"],
)
def test_what_says_the_same_has_no_changes(other: Any) -> None:
    assert [str(one) for one in compare(document(), other)] == []
    assert [str(one) for one in compare(other, document())] == []


def test_bundled_documents_are_themselves(tmp_path: Path) -> None:
    for version in versions():
        assert len(compare(version, version)) == 0
        spec = Spec.bundled(version)
        path = tmp_path / f"{version}.json"
        path.write_text(json.dumps(spec.document.raw, indent=1), encoding="utf-8")
        assert [str(one) for one in compare(spec, path)] == []


def test_null_is_said_in_two_ways() -> None:
    def saying(openapi: str, schema: dict[str, Any]) -> dict[str, Any]:
        answer = {"description": "yes", "content": {"application/json": {"schema": schema}}}
        return {
            "openapi": openapi,
            "info": {"title": "T", "version": "1"},
            "paths": {"/a": {"get": {"responses": {"200": answer}}}},
        }

    old = {"type": "object", "properties": {"a": {"type": "string", "nullable": True}, "n": {"type": "integer", "minimum": 0}}}
    old["properties"]["n"]["exclusiveMinimum"] = True
    new = {"type": "object", "properties": {"a": {"type": ["string", "null"]}, "n": {"type": "integer", "exclusiveMinimum": 0}}}
    assert [str(one) for one in compare(saying("3.0.3", old), saying("3.1.0", new))] == []
    plain = {"type": "object", "properties": {"a": {"type": "string"}, "n": new["properties"]["n"]}}
    assert compare(saying("3.0.3", old), saying("3.1.0", plain)).breaking == ()
    assert len(compare(saying("3.1.0", plain), saying("3.0.3", old)).breaking) == 1


def test_recursion_ends() -> None:
    tree = {"type": "object", "properties": {"name": {"type": "string"}, "inner": {"$ref": "#/components/schemas/Tree"}}}
    answer = {"description": "yes", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}}
    old = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/a": {"get": {"responses": {"200": answer}}}},
        "components": {"schemas": {"Tree": tree}},
    }
    new = edited(old, ("/components/schemas/Tree/properties/name/type", "integer"))
    unrolled = edited(
        old, ("/components/schemas/Tree/properties/inner", {**tree, "description": "one step"}), ("/info/description", "told")
    )
    assert {one.verdict for one in compare(old, new)} == {"breaking"}
    assert compare(old, unrolled).breaking == ()
