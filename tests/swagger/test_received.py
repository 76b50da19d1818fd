"""What comes back by documents of Swagger 2.0: alternatives that a discriminator chooses, lists in headers, names of XML's roots."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from aerostack_dynamic import Client, Spec

PET = {"type": "object", "discriminator": "kind", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
CAT = {"allOf": [{"$ref": "#/definitions/Pet"}, {"type": "object", "properties": {"claws": {"type": "integer"}}}]}
NUMBERS = {"type": "array", "items": {"type": "integer"}}


def client(response: dict[str, Any], answer: httpx.Response) -> Client:
    operation = {"operationId": "run", "responses": {"200": {"description": "OK", **response}}}
    head = {"swagger": "2.0", "info": {"title": "T", "version": "1"}, "host": "pets.example"}
    document = {**head, "paths": {"/x": {"get": operation}}, "definitions": {"Pet": PET, "Cat": CAT}}
    return Client(spec=Spec.load(document), transport=httpx.MockTransport(lambda _: answer))


@pytest.mark.parametrize("place", ["/definitions/Pet", "/components/schemas/Pet"])
def test_a_discriminator_is_the_name_of_a_property(place: str) -> None:
    api = client({"schema": {"$ref": f"#{place}"}}, httpx.Response(200, json={"kind": "Cat", "claws": 4}))
    assert api.run().claws == 4


def test_it_chooses_within_arrays() -> None:
    api = client(
        {"schema": {"type": "array", "items": {"$ref": "#/definitions/Pet"}}},
        httpx.Response(200, json=[{"kind": "Pet"}, {"kind": "Cat", "claws": 4}]),
    )
    plain, cat = api.run()
    assert cat.claws == 4
    with pytest.raises(AttributeError):
        _ = plain.claws


def test_what_another_file_defines_is_chosen_from_there(tmp_path: Any) -> None:
    schema = {"schema": {"$ref": "pets.yaml#/definitions/Pet"}}
    operation = {"operationId": "run", "responses": {"200": {"description": "OK", **schema}}}
    head = {"swagger": "2.0", "info": {"title": "T", "version": "1"}, "host": "pets.example"}
    (tmp_path / "api.json").write_text(json.dumps({**head, "paths": {"/x": {"get": operation}}}))
    (tmp_path / "pets.yaml").write_text(json.dumps({"definitions": {"Pet": PET, "Cat": CAT}}))
    answer = httpx.Response(200, json={"kind": "Cat", "claws": 4})
    api = Client(spec=Spec.load(tmp_path / "api.json"), transport=httpx.MockTransport(lambda _: answer))
    assert api.run().claws == 4


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        (None, "1, 2", [1, 2]),
        ("csv", "1,2", [1, 2]),
        ("ssv", "1 2", [1, 2]),
        ("ssv", "1  2", [1, 2]),
        ("tsv", "1\t2", [1, 2]),
        ("pipes", "1|2", [1, 2]),
        ("pipes", "1 | 2", [1, 2]),
        ("pipes", "1", [1]),
        ("multi", "1,2", [1, 2]),
        (3, "1,2", [1, 2]),
    ],
)
def test_lists_in_headers_are_parted_by_their_format(word: Any, text: str, found: list[int]) -> None:
    header = NUMBERS | ({} if word is None else {"collectionFormat": word})
    api = client({"headers": {"X-L": header}}, httpx.Response(200, headers={"X-L": text}))
    assert api.run.raw().decoded_headers["X-L"] == found


def test_lists_of_lists_in_headers() -> None:
    header = {"type": "array", "collectionFormat": "pipes", "items": NUMBERS | {"collectionFormat": "ssv"}}
    api = client({"headers": {"X-L": header}}, httpx.Response(200, headers={"X-L": "1 2|3"}))
    assert api.run.raw().decoded_headers["X-L"] == [[1, 2], [3]]


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("#/definitions/Pet", b"Pet"),
        ("#/definitions/Cat", b"Cat"),
        ("pet.yaml#/Bird", b"Bird"),
        ("pet.yaml#/definitions/Fish", b"Fish"),
        ("pet.yaml", b"pet"),
        ("more.pets.yaml", b"more.pets"),
        ("7.yaml", b"root"),
    ],
)
def test_the_root_of_xml_is_called_as_its_definition_is(reference: str, name: bytes, tmp_path: Any) -> None:
    whole = {"type": "object", "properties": {"kind": {"type": "string"}}}
    for file in ("pet.yaml", "more.pets.yaml", "7.yaml"):
        (tmp_path / file).write_text(json.dumps({**whole, "Bird": whole, "definitions": {"Fish": whole}}))
    body = {"name": "pet", "in": "body", "schema": {"$ref": reference}}
    operation = {"operationId": "run", "consumes": ["application/xml"], "parameters": [body], "responses": {}}
    head = {"swagger": "2.0", "info": {"title": "T", "version": "1"}, "host": "pets.example"}
    definitions = {"Pet": whole, "Cat": {"allOf": [{"$ref": "#/definitions/Pet"}]}}
    (tmp_path / "api.json").write_text(json.dumps({**head, "paths": {"/x": {"post": operation}}, "definitions": definitions}))
    request = Client(spec=Spec.load(tmp_path / "api.json")).run.prepare(kind="Cat")
    assert b"<%s><kind>Cat</kind></%s>" % (name, name) in request.content
