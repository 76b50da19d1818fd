"""What a large document costs until it is used, counted: operations read, schemas made, validators compiled, objects of a client."""

from __future__ import annotations

from collections import Counter
from typing import Any

import httpx
import pytest

from aerostack_dynamic import Client, ResponseError, Spec, _schema_part
from aerostack_dynamic._lower import Lowering
from aerostack_dynamic._model import Operation
from aerostack_dynamic._operation import ApiOperation
from aerostack_dynamic._schema import compile_schema
from aerostack_dynamic._table import Table, table_of

COUNT = 200
GROUPS = 25


def to(number: int) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/S{number % COUNT}"}


def schema(number: int) -> dict[str, Any]:
    """One of many that all lead to one another, by properties that values needn't have, and to which a text may stand in."""
    return {
        "type": "object",
        "required": ["n"],
        "properties": {
            "n": {"const": number},
            "next": {"anyOf": [{"type": "string"}, to(number + 1)]},
            "others": {"type": "array", "items": to(number + 7)},
            "by_name": {"type": "object", "additionalProperties": to(number + 50)},
            "only": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
        },
    }


def document() -> dict[str, Any]:
    paths = {
        f"/things{n}/{{id}}": {
            "get": {
                "operationId": f"getThing{n}",
                "tags": [f"Group {n % GROUPS}"],
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {"200": {"description": "", "content": {"application/json": {"schema": to(n)}}}},
            }
        }
        for n in range(COUNT)
    }
    schemas = {f"S{n}": schema(n) for n in range(COUNT)}
    info = {"title": "Large", "version": "1"}
    return {
        "openapi": "3.0.3",
        "info": info,
        "servers": [{"url": "https://a.example"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


class Counts:
    """How often something was made since the last look."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import jsonschema_rs

        self.made: Counter[str] = Counter()
        self._watch(monkeypatch, Operation, "__init__", "operations")
        self._watch(monkeypatch, ApiOperation, "__init__", "attributes")
        self._watch(monkeypatch, Lowering, "_make", "schemas")
        make = jsonschema_rs.Draft202012Validator

        def counted(one: Any, **options: Any) -> Any:
            self.made["definitions"] += len(one.get("$defs", ()))
            return make(one, **options)

        monkeypatch.setattr(jsonschema_rs, "Draft202012Validator", counted)

    def _watch(self, monkeypatch: pytest.MonkeyPatch, kind: Any, method: str, what: str) -> None:
        original = getattr(kind, method)

        def counted(*args: Any, **named: Any) -> Any:
            self.made[what] += 1
            return original(*args, **named)

        monkeypatch.setattr(kind, method, counted)

    def since(self) -> dict[str, int]:
        """What was made since the last look."""
        found = {key: count for key, count in self.made.items() if count}
        self.made.clear()
        return found


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counts:
    return Counts(monkeypatch)


def client_of(answers: dict[str, Any], **options: Any) -> Any:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=answers[request.url.path])

    return Client(spec=Spec.load(document()), transport=httpx.MockTransport(answer), **options)


def test_each_operation_pays_for_itself(counts: Counts) -> None:
    answers = {f"/things{n}/1": {"n": n, "next": "later"} for n in range(COUNT)}
    client = client_of(answers, validation="strict")
    assert counts.since() == {}
    call = client.operations["getThing3"]
    assert call(id=1).n == 3
    # The schema of the id, and the one of the answer, with whatever is near enough to tell that it is large.
    first = counts.since()
    assert first.pop("schemas") <= 22
    assert first == {"operations": 1, "attributes": 1, "definitions": 6}
    assert call(id=1).next == "later"
    assert counts.since() == {}
    for n in range(100, 110):
        client.operations[f"getThing{n}"](id=1)
    ten = counts.since()
    assert ten.pop("schemas") <= 10 * 22
    assert ten == {"operations": 10, "attributes": 10, "definitions": 60}


def test_where_parts_are_many_all_is_compiled_together(counts: Counts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_schema_part, "_MOST", 40)
    client = client_of({f"/things{n}/1": {"n": n} for n in range(COUNT)}, validation="strict")
    made: list[int] = []
    for n in range(6):
        assert client.operations[f"getThing{n}"](id=1).n == n
        made.append(counts.since()["definitions"])
    assert made[:4] == [6, 6, 6, 6], "each has a part of its own"
    assert made[4] > COUNT
    assert made[5] > COUNT, "with others that are next"


def test_names_put_a_group_in_place_and_read_none_of_it(counts: Counts) -> None:
    client = client_of({"/things28/1": {"n": 28}})
    group = client.group_3
    assert counts.since() == {}
    assert group.get_thing28 is getattr(client, "Group 3").getThing28
    assert counts.since() == {"attributes": COUNT // GROUPS}
    assert len(dir(group)) == len(client.spec.groups["group_3"]) == COUNT // GROUPS
    assert counts.since() == {}
    assert group.get_thing28(id=1).n == 28
    assert counts.since()["operations"] == 1


def test_values_that_go_further_are_checked_as_by_the_whole(counts: Counts) -> None:
    place = "/components/schemas/S0"
    spec = Spec.load(document())
    values: list[Any] = [
        {"n": 0},
        {"n": 0, "next": {"n": 1, "next": {"n": 2}}},
        {"n": 0, "others": [{"n": 7}, {"n": 7, "by_name": {"a": {"n": 57}}}]},
        {"n": 0, "only": "text", "by_name": {"b": {"n": 50, "others": [{"n": 57}] * 20}}},
        {"n": 0, "others": [{"n": 7}] * 30 + [{"n": 7, "others": [{"n": 14}]}]},
        {"n": 0, "next": {"n": 1, "next": {"n": 3}}},
        {"n": 0, "others": [{"n": 7}, {"n": 8}]},
        {"n": 0, "by_name": {"x": {}}},
        {"n": 0, "only": 1.5},
        [],
    ]
    whole = compile_schema(spec.document, place)
    told = [whole.findings(value) for value in values]
    assert [bool(one) for one in told] == [False] * 5 + [True] * 5
    for order in (values, values[::-1]):
        part = compile_schema(Spec.load(document()).document, place, as_needed=True)
        found = {repr(value): part.findings(value) for value in order}
        assert [found[repr(value)] for value in values] == told


def test_an_answer_that_breaks_the_document_far_from_its_root() -> None:
    answers = {"/things0/1": {"n": 0, "next": {"n": 1, "next": {"n": 3}}}}
    with pytest.raises(ResponseError) as caught:
        client_of(answers, validation="strict").operations["getThing0"](id=1)
    assert caught.value.problems


@pytest.mark.parametrize(("validation", "is_told"), [("strict", True), ("tolerant", False)])
def test_a_broken_part_harms_the_answers_that_reach_it(validation: Any, is_told: bool) -> None:
    raw = document()
    raw["components"]["schemas"]["S150"]["properties"]["lost"] = {"$ref": "#/nowhere"}
    near: dict[str, Any] = {"n": 0, "by_name": {"a": {"n": 50}}}
    far = {"n": 0, "by_name": {"a": {"n": 50, "by_name": {"b": {"n": 100, "by_name": {"c": {"n": 150, "lost": 1}}}}}}}
    for answer, refused in ((near, False), (far, is_told)):
        transport = httpx.MockTransport(lambda _, body=answer: httpx.Response(200, json=body))
        client = Client(spec=Spec.load(raw), transport=transport, validation=validation)
        call = client.operations["getThing0"]
        if refused:
            with pytest.raises(ResponseError, match="can't be checked"):
                call(id=1)
        else:
            assert call(id=1).n == 0


def test_the_table_is_a_plain_value() -> None:
    import json

    table = table_of(Spec.load(document()).document)
    places = type(table.places).again(json.loads(json.dumps(table.places.plain())))
    assert Table.again(json.loads(json.dumps(table.plain())), places) == table
    assert len(table.names) == COUNT
