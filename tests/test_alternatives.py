"""Bodies that a discriminator says more of: what inherits from a base is declared, taken as keywords, and held against its schema."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from aerostack_dynamic import ArgumentsError, ArgumentsWarning, AsyncClient, Client, Spec

PET = {
    "type": "object",
    "discriminator": {"propertyName": "kind", "mapping": {"c": "#/components/schemas/Cat"}},
    "required": ["kind"],
    "properties": {"kind": {"type": "string"}, "friend": {"$ref": "#/components/schemas/Pet"}},
}
CAT = {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "object", "properties": {"claws": {"type": "integer"}}}]}
DOG = {
    "allOf": [{"$ref": "#/components/schemas/Pet"}],
    "required": ["barkVolume"],
    "properties": {"barkVolume": {"type": "integer"}, "since": {"type": "string", "format": "date", "readOnly": True}},
}
STONE = {"type": "object", "properties": {"weight": {"type": "integer"}}}
REF = {"$ref": "#/components/schemas/Pet"}
HOLDER = {"type": "object", "properties": {"pets": {"type": "array", "items": REF}, "pet": REF}}
MODES = ["tolerant", "strict"]


def spec(schema: dict[str, Any], **schemas: Any) -> Spec:
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return Spec.load(
        {
            "openapi": "3.1.0",
            "info": {"title": "T", "version": "1"},
            "servers": [{"url": "https://pets.example"}],
            "paths": {"/x": {"post": {"operationId": "run", "requestBody": body, "responses": {}}}},
            "components": {"schemas": {"Pet": PET, "Cat": CAT, "Dog": DOG, "Stone": STONE, **schemas}},
        }
    )


def sent(schema: dict[str, Any], mode: Any = "strict", /, **arguments: Any) -> Any:
    request = Client(spec=spec(schema), validation=mode).run.prepare(**arguments)
    return json.loads(request.content)


def refused(schema: dict[str, Any], mode: Any = "strict", /, **arguments: Any) -> list[tuple[str, str]]:
    with pytest.raises(ArgumentsError) as caught:
        sent(schema, mode, **arguments)
    return [(one.pointer, one.rule) for one in caught.value.problems]


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "Cat", "claws": 3},
        {"kind": "c", "claws": 3},
        {"kind": "Dog", "barkVolume": 3},
        {"kind": "Cat", "claws": 3, "friend": {"kind": "Dog", "barkVolume": 3}},
    ],
)
@pytest.mark.parametrize("mode", MODES)
def test_what_is_chosen_is_declared(mode: str, body: Any, recwarn: Any) -> None:
    assert sent(REF, mode, body=body) == body
    assert sent(HOLDER, mode, pets=[body, body], pet=body) == {"pets": [body, body], "pet": body}
    assert not recwarn.list


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"kind": "Cat", "bark": 3}, [("/bark", "undeclared")]),
        ({"kind": "Pet", "claws": 3}, [("/claws", "undeclared")]),
        ({"kind": "Fish", "claws": 3}, [("/claws", "undeclared")]),
        ({"kind": "Cat", "friend": {"kind": "Dog", "barkVolume": 1, "claws": 3}}, [("/friend/claws", "undeclared")]),
        ({"kind": "Dog", "barkVolume": 1, "since": "2026-01-02"}, [("/since", "readOnly")]),
    ],
)
def test_what_it_does_not_declare_is_told_of(body: Any, found: Any) -> None:
    assert refused(REF, body=body) == found
    assert refused(HOLDER, pets=[body]) == [(f"/pets/0{pointer}", rule) for pointer, rule in found]
    with pytest.warns(ArgumentsWarning, match=found[0][0]):
        assert sent(REF, "tolerant", body=body) == body


@pytest.mark.filterwarnings("ignore::aerostack_dynamic.ArgumentsWarning")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"kind": "Cat", "claws": "x"}, [("/claws", "type")]),
        ({"kind": "Dog"}, [("/barkVolume", "required")]),
        ({"kind": 3, "claws": "x"}, [("/kind", "type")]),
        ({"kind": "Cat", "friend": {"kind": "c", "claws": "x"}}, [("/friend/claws", "type")]),
        ({"kind": "Cat", "friend": {"kind": 3}}, [("/friend/kind", "type")]),
    ],
)
def test_what_is_chosen_is_checked(body: Any, found: Any, mode: Any) -> None:
    assert [one for one in refused(REF, mode, body=body) if one[1] != "undeclared"] == found
    held = [one for one in refused(HOLDER, mode, pets=[body]) if one[1] != "undeclared"]
    assert held == [(f"/pets/0{pointer}", rule) for pointer, rule in found]


def test_only_what_inherits_is_checked() -> None:
    """A discriminator is a hint; of what it names without inheritance, `oneOf` and `anyOf` have the say."""
    assert sent(REF, body={"kind": "Stone", "weight": "x"}) == {"kind": "Stone", "weight": "x"}
    assert sent(REF, "off", body={"kind": "Cat", "claws": "x"}) == {"kind": "Cat", "claws": "x"}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("given", "body"),
    [
        ({"kind": "Cat", "claws": 3}, {"kind": "Cat", "claws": 3}),
        ({"claws": 3, "kind": "c"}, {"kind": "c", "claws": 3}),
        ({"kind": "Dog", "bark_volume": 3}, {"kind": "Dog", "barkVolume": 3}),
        ({"kind": "Dog", "barkVolume": 3}, {"kind": "Dog", "barkVolume": 3}),
    ],
)
def test_properties_of_the_chosen_are_keywords(given: Any, body: Any, mode: Any) -> None:
    assert sent(REF, mode, **given) == body


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"kind": "Cat", "bark_volume": 3}, [("/bark_volume", "name")]),
        ({"kind": "Pet", "claws": 3}, [("/claws", "name")]),
        ({"kind": "Cat", "claws": "x"}, [("/claws", "type")]),
        ({"kind": "Dog", "bark_volume": 3, "barkVolume": 4}, [("/barkVolume", "name")]),
    ],
)
def test_other_keywords_are_unknown(given: Any, found: Any) -> None:
    assert refused(REF, **given) == found


def test_a_misspelt_keyword_is_held_against_those_of_the_chosen() -> None:
    with pytest.raises(ArgumentsError, match="did you mean 'claws'"):
        sent(REF, kind="Cat", claw=3)


def test_the_same_of_an_asynchronous_client() -> None:
    async def run() -> None:
        transport = httpx.MockTransport(lambda request: httpx.Response(200, content=request.content))
        async with AsyncClient(spec=spec(REF), transport=transport) as api:
            with pytest.raises(ArgumentsError, match="claws"):
                await api.run(kind="Cat", claws="x")
            assert json.loads(api.run.prepare(kind="Cat", claws=3).content) == {"kind": "Cat", "claws": 3}

    asyncio.run(run())


@pytest.mark.parametrize(
    ("schema", "checked"),
    [
        ({"allOf": [REF]}, True),
        ({"allOf": [REF], "description": "A pet"}, True),
        ({"$ref": "#/components/schemas/Alias"}, True),
        ({"anyOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Plain"}]}, False),
        ({"$ref": "#/components/schemas/Kitten"}, False),
    ],
)
def test_a_schema_that_says_more_than_the_base_keeps_the_say(schema: Any, checked: bool) -> None:
    more = {"Alias": REF, "Plain": {"type": "object"}, "Kitten": {"allOf": [REF], "properties": {"age": {}}}}
    arguments = {"body": {"kind": "Dog"}}
    api = Client(spec=spec(schema, **more), validation="strict").run
    if checked:
        with pytest.raises(ArgumentsError, match="barkVolume"):
            api.prepare(**arguments)
    else:
        assert json.loads(api.with_options(validation="tolerant").prepare(**arguments).content) == {"kind": "Dog"}


def test_files_of_the_chosen_are_parts() -> None:
    base = {"type": "object", "discriminator": {"propertyName": "kind"}, "properties": {"kind": {"type": "string"}, "q": {}}}
    photo = {"allOf": [{"$ref": "#/components/schemas/Base"}], "properties": {"file": {"type": "string", "format": "binary"}}}
    raw = spec(REF, Base=base, Photo=photo).document.raw
    body = {"content": {"multipart/form-data": {"schema": {"$ref": "#/components/schemas/Base"}}}}
    raw["paths"]["/x"]["post"]["requestBody"] = body
    request = Client(spec=Spec.load(raw)).run.prepare(kind="Photo", file=b"12")
    assert b'name="file"' in request.read()
    assert b"\r\n\r\n12\r\n" in request.read()
