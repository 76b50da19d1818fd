"""Large schemas, which share validators: what is found is what each alone would find, whoever asks first."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from aerostack_dynamic import _schema_fast
from aerostack_dynamic._dialect import dialect_of
from aerostack_dynamic._formats import STANDARD
from aerostack_dynamic._judge import to_problems
from aerostack_dynamic._lower import Lowering
from aerostack_dynamic._reference import Document
from aerostack_dynamic._schema import ENGINES, compile_schema


def to(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def document_of(schemas: dict[str, Any], paths: dict[str, Any] | None = None) -> Document:
    raw = {"openapi": "3.1.0", "paths": paths or {}, "components": {"schemas": schemas}}
    return Document(raw, dialect_of(raw), sha256="")


def connected(count: int) -> dict[str, Any]:
    """Schemas that all lead to one another, each with a keyword of its own to break."""
    return {
        f"S{n}": {
            "type": "object",
            "properties": {
                "n": {"const": n},
                "next": to(f"S{(n + 1) % count}"),
                "any": {"anyOf": [to(f"S{(n + 7) % count}"), {"type": "string"}]},
            },
        }
        for n in range(count)
    }


def told(document: Document, place: str, instance: Any, engine: Any = "compiled") -> list[tuple[str, str]]:
    return sorted(
        (one.pointer, one.rule) for one in to_problems(compile_schema(document, place, engine).findings(instance), "body")
    )


def test_large_schemas_are_compiled_together(monkeypatch: pytest.MonkeyPatch) -> None:
    import jsonschema_rs

    made: list[int] = []
    make = jsonschema_rs.Draft202012Validator

    def counted(schema: Any, **options: Any) -> Any:
        if "$defs" in schema:
            made.append(len(schema["$defs"]))
        return make(schema, **options)

    schemas = {**connected(300), **{f"small{n}": {"type": "string", "maxLength": n} for n in range(3)}}
    paths = {
        f"/{name}": {"get": {"responses": {"200": {"description": "", "content": {"application/json": {"schema": to(name)}}}}}}
        for name in schemas
    }
    document = document_of(schemas, paths)
    monkeypatch.setattr(jsonschema_rs, "Draft202012Validator", counted)
    for name in ("small0", "small1"):
        assert told(document, f"/components/schemas/{name}", "xx") == [("", "maxLength")]
    assert made == [1, 1], "small ones each alone"
    places = [f"/components/schemas/S{n}" for n in range(300)]
    assert told(document, places[0], {"n": 1}) == [("/n", "const")]
    assert made == [1, 1, 300], "the first large one with what it leads to"
    for n, place in enumerate(places):
        assert told(document, place, {"n": n}) == []
        assert told(document, place, {"n": -1, "next": {"next": {"n": -1}}}) == [("/n", "const"), ("/next/next/n", "const")]
    assert len(made) == 3, "they are all in that one"


def families(*names: str) -> dict[str, Any]:
    """Two hundred schemas of each name, which lead to one another and to no others."""
    text = json.dumps(connected(200))
    return {
        f"{name}{one}": schema
        for name in names
        for one, schema in json.loads(text.replace("schemas/S", f"schemas/{name}S")).items()
    }


def test_large_schemas_join_those_that_were_before(monkeypatch: pytest.MonkeyPatch) -> None:
    schemas = families("A", "B", "C", "D", "E")
    content = {name: {"schema": to(f"{name}S0")} for name in "DEABC"}
    document = document_of(schemas, {"/": {"get": {"responses": {"200": {"content": content}}}}})
    checkers = {name: compile_schema(document, f"/components/schemas/{name}S0") for name in "ABC"}
    compiler = document.once(("compiler", STANDARD.own), lambda: pytest.fail("it was made"))
    assert len(compiler._shared.keys) == 1003, (
        "D, which the document names first, came along with the second, E and a third with the third"
    )
    assert compiler.covers(document.once("lowering", dict).key("/components/schemas/ES7", "response"))
    assert len({id(one._held.validator) for one in checkers.values()}) == 1, "the first ones have the last validator too"
    checkers["E"] = compile_schema(document, "/components/schemas/ES7")
    for name, checker in checkers.items():
        n = 7 if name == "E" else 0
        assert checker.findings({"n": n}) == ()
        (found,) = checker.findings({"n": n, "next": {"n": -1}})
        assert (found.path, found.rule) == (("next", "n"), "const")


def test_what_is_broken_is_left_out_of_what_is_compiled_together() -> None:
    raw = {"paths": {"/": [{"schema": to(name)} for name in ("fine", "leads", "astray", "fine")]}}
    schemas = {"fine": {"type": "string"}, "leads": {"items": to("astray")}, "astray": {"$ref": "#/nowhere"}}
    lowering = Lowering(document_of(schemas, raw["paths"]))
    found = [lowering.others(1), lowering.others(2), lowering.others(4)]
    assert [[one.schema for one in made.values() if not one.needs] for made in found] == [
        [{"type": "string"}],
        [],
        [{"type": "string"}],
    ]


def test_one_that_the_engine_refuses_is_compiled_without_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    schemas = families("A", "B", "C")
    content = {name: {"schema": to(f"{name}S0")} for name in "CAB"}
    document = document_of(schemas, {"/": {"get": {"responses": {"200": {"content": content}}}}})
    several = _schema_fast._several

    def refusing(closure: Any, formats: Any) -> Any:
        if len(closure) > 400:
            raise ValueError("too many")
        return several(closure, formats)

    monkeypatch.setattr(_schema_fast, "_several", refusing)
    for name in "ABC":
        checker = compile_schema(document, f"/components/schemas/{name}S0")
        assert checker.findings({"n": 0}) == ()
        assert [one.rule for one in checker.findings({"n": 1})] == ["const"]


def test_findings_through_a_shared_validator_are_those_of_one_alone() -> None:
    document = document_of(connected(300))
    place = "/components/schemas/S0"
    assert compile_schema(document, place)._key is not None
    for instance in (
        5,
        {"n": 5},
        {"any": 5},
        {"any": {"n": 1}},
        {"next": {"any": {"any": 5}}},
        {"any": {"next": {"n": 1, "any": None}}},
    ):
        found = [compile_schema(document, place, engine).findings(instance) for engine in ENGINES]
        assert [to_problems(one, "body") for one in found] == [to_problems(found[0], "body")] * 3, instance
        assert branches(found[0]) == branches(found[1])


def branches(found: Any) -> Any:
    return sorted((one.path, one.rule, sorted(map(str, map(branches, one.branches)))) for one in found)


def test_sixteen_threads_compile_the_schemas_of_one_document() -> None:
    document = document_of({**connected(300), **{f"T{n}": {"maxLength": n, "items": to("S1")} for n in range(40)}})
    places = [f"/components/schemas/{name}" for name in ("S0", "S1", "S150", *(f"T{n}" for n in range(40)))]
    start = threading.Barrier(16)
    failed: list[BaseException] = []
    verdicts: list[Any] = []

    def work(offset: int) -> None:
        try:
            start.wait()
            mine = {}
            for index in range(len(places)):
                place = places[(index + offset * 3) % len(places)]
                mine[place] = told(document, place, {"n": -1, "next": {"n": -1}}), told(document, place, "x" * 50)
            verdicts.append(mine)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    assert verdicts == [verdicts[0]] * 16
    assert verdicts[0]["/components/schemas/S1"][0] == [("/n", "const"), ("/next/n", "const")]


def test_a_circle_in_place_and_a_name_that_only_the_other_engine_can_tell_of() -> None:
    document = document_of({"row": {"$ref": "#/components/schemas/row", "maxProperties": 1}})
    (found,) = compile_schema(document, "/components/schemas/row").findings({"": 1, "05": 2})
    assert (found.path, found.rule) == ((), "unsaid")
