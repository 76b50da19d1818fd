"""The JSON Schema Test Suite on each engine, through what schemas are lowered to: draft 2020-12 as OpenAPI 3.1 has it, draft 4 as 3.0 does.

What is judged otherwise than the suite has it stands in a table with the reason, and the table is held both ways.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_specifications
import pytest

from aerostack_dynamic._dialect import dialect_of
from aerostack_dynamic._errors import SpecError
from aerostack_dynamic._formats import STANDARD
from aerostack_dynamic._generate import NoInstanceError, instance_of
from aerostack_dynamic._narrow import FirstLook
from aerostack_dynamic._reference import Document
from aerostack_dynamic._schema import ENGINES, compile_schema, lowering_of

with zipfile.ZipFile(Path(__file__).with_name("suite") / "suite.zip") as suite:
    FILES: dict[str, Any] = {name: json.loads(suite.read(name)) for name in suite.namelist()}
# What the suite's schemas refer to, by the addresses it says they are served at.
SERVED = "http://localhost:1234/"
REMOTES: dict[str, Any] = {
    SERVED + name.removeprefix("remotes/"): one for name, one in FILES.items() if name.startswith("remotes/")
}
META: dict[str, Any] = {one: jsonschema_specifications.REGISTRY.contents(one) for one in jsonschema_specifications.REGISTRY}
NAMES = sorted(name.removeprefix("tests/") for name in FILES if name.startswith("tests/"))
NEW, OLD = "draft2020-12", "draft4"
REFUSED = "refused"


class Row(NamedTuple):
    """Tests (patterns of names) of which ours is another verdict for at least one, and what that verdict is for them all."""

    file: str
    group: str
    test: str
    ours: bool | str
    reason: str


ASSERTED = "a format that is known is asserted: what breaks it is told, as drift in an answer"
UNJUDGED = "no part of the package judges this format, so it stays what the standard has it be: an annotation"
PLAIN = "what a dialect's keywords are is OpenAPI's to say; `$schema` and vocabularies change nothing"
NO_ID = "`id` is no keyword of OpenAPI 3.0"
DEPENDENCIES = "`dependencies` is a keyword neither of 2020-12 nor of OpenAPI 3.0"
EXCEPTIONS = (
    *(
        Row(f"{NEW}/format.json", f"{name} format", f"invalid {name} string is only an annotation by default", False, ASSERTED)
        for name in (
            *("email", "ipv4", "ipv6", "hostname", "date", "date-time", "time", "json-pointer"),
            *("uri", "uri-reference", "uuid", "duration"),
        )
    ),
    *(
        Row(f"{NEW}/optional/format/{name}.json", "*", "*", True, UNJUDGED)
        for name in ("idn-email", "idn-hostname", "iri-reference", "iri", "regex", "relative-json-pointer", "uri-template")
    ),
    Row(f"{NEW}/vocabulary.json", "*no validation vocabulary", "no validation: invalid*", False, PLAIN),
    Row(f"{NEW}/optional/cross-draft.json", "refs to historic drafts *", "first item not a string is valid", False, PLAIN),
    *(
        Row(f"{NEW}/optional/dependencies-compatibility.json", group, test, True, DEPENDENCIES)
        for group, test in (
            ("single dependency", "missing dependency"),
            ("multiple dependents required", "missing *"),
            ("dependencies with escaped characters", "* missing dependent"),
            ("single schema dependency", "wrong type*"),
            ("boolean subschemas", "object with*"),
            ("schema dependencies with escaped characters", "quoted *"),
        )
    ),
    *(
        Row(f"{OLD}/dependencies.json", group, test, True, DEPENDENCIES)
        for group, test in (
            ("dependencies", "missing dependency"),
            ("multiple dependencies", "missing *"),
            ("multiple dependencies subschema", "wrong type*"),
            ("dependencies with escaped characters", "invalid object *"),
            ("dependent subschema incompatible with root", "matches root"),
            ("dependent subschema incompatible with root", "matches both"),
        )
    ),
    Row(
        f"{NEW}/optional/format/ecmascript-regex.json",
        "*",
        "when used as a pattern",
        True,
        "the engine of linear time knows \\a as the bell, beside all that ECMA-262 has",
    ),
    Row(
        f"{NEW}/optional/unknownKeyword.json",
        "*",
        "type matches second anyOf*",
        False,
        "identifiers below keywords that are not known count: documents keep schemas there, and refer to them",
    ),
    Row(f"{NEW}/optional/unknownKeyword.json", "*", "type matches non-schema in first*", True, "for the same reason"),
    Row(
        f"{OLD}/optional/zeroTerminatedFloats.json",
        "*",
        "a float is not an integer*",
        True,
        "1.0 is an integer, as in every draft since the sixth: JSON knows no kinds of numbers",
    ),
    Row(f"{OLD}/optional/id.json", "id inside an enum *", "*", REFUSED, NO_ID),
    *(
        Row(f"{OLD}/{file}.json", group, "*", REFUSED, NO_ID)
        for file, group in (
            ("ref", "$ref prevents a sibling id *"),
            ("ref", "Recursive references between schemas"),
            ("ref", "Location-independent identifier*"),
            ("ref", "id must be resolved against nearest parent*"),
            ("refRemote", "base URI change*"),
            ("refRemote", "root ref in remote ref"),
            ("refRemote", "Location-independent identifier in remote ref"),
        )
    ),
)


def document_of(schema: Any, name: str, beside: bool) -> Document:
    """A document whose schema `row` is one of the suite's: in a file of its own, or in place, where it is a resource by its `$id`."""
    version = "3.1.0" if name.startswith(NEW) else "3.0.3"
    text = json.dumps(schema)
    files = {**(REMOTES if SERVED in text else {}), **(META if re.search('ref": "https?://json-schema', text) else {})}
    row = {"$ref": "suite/row.json"} if beside else {"$id": "https://suite.example/row.json", **schema}
    raw = {"openapi": version, "info": {"title": "Suite", "version": "1"}, "paths": {}, "components": {"schemas": {"row": row}}}
    return Document(raw, dialect_of(raw), sha256="", files={**files, "suite/row.json": schema} if beside else files)


def verdict(document: Document, engine: Any, instance: object) -> bool | str:
    try:
        return not compile_schema(document, "/components/schemas/row", engine).findings(instance)
    except SpecError:
        return REFUSED


def verdicts(name: str, engine: Any) -> Iterator[tuple[str, str, bool, bool | str]]:
    """(group, test, the suite's verdict, ours) of a file, each schema in a file of its own; where both can be, in place as well."""
    for group in FILES[f"tests/{name}"]:
        ways = [document_of(group["schema"], name, beside=True)]
        if name.startswith(NEW) and isinstance(group["schema"], dict):
            ways.append(document_of(group["schema"], name, beside=False))
        for test in group["tests"]:
            several = {verdict(document, engine, test["data"]) for document in ways}
            assert len(several) == 1, (group["description"], test["description"])
            yield group["description"], test["description"], test["valid"], several.pop()


def excepted(name: str, group: str, test: str) -> list[Row]:
    return [one for one in EXCEPTIONS if one.file == name and fnmatchcase(group, one.group) and fnmatchcase(test, one.test)]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", NAMES)
def test_the_suite_is_met_but_for_what_the_table_says(name: str, engine: str) -> None:
    used: set[Row] = set()
    for group, test, theirs, ours in verdicts(name, engine):
        rows = excepted(name, group, test)
        assert ours == (rows[0].ours if rows else theirs), (group, test)
        if ours != theirs:
            used.update(rows)
    assert used == {one for one in EXCEPTIONS if one.file == name}, "each exception is still one"


@pytest.mark.parametrize("name", NAMES)
def test_what_passes_the_first_look_at_a_large_value_is_right(name: str) -> None:
    for group in FILES[f"tests/{name}"]:
        document = document_of(group["schema"], name, beside=True)
        with suppress(SpecError):
            lowering = lowering_of(document)
            key = lowering.key("/components/schemas/row", "response")
            look = FirstLook(key, partial(lowering.closure, key), STANDARD)
            for test in group["tests"]:
                passes = look.passes(test["data"])
                assert not passes or verdict(document, "compiled", test["data"]) is True, (
                    group["description"],
                    test["description"],
                )


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(NEW)])
def test_every_schema_that_something_fits_has_an_instance(name: str) -> None:
    for group in FILES[f"tests/{name}"]:
        document = document_of(group["schema"], name, beside=True)
        with suppress(NoInstanceError):
            assert verdict(document, "compiled", instance_of(document, "/components/schemas/row"))
            continue
        assert True not in {verdict(document, "compiled", test["data"]) for test in group["tests"]}, group["description"]


def test_the_whole_suite_is_there() -> None:
    counts = {
        draft: sum(len(group["tests"]) for name in NAMES if name.startswith(draft) for group in FILES[f"tests/{name}"])
        for draft in (NEW, OLD)
    }
    assert counts[NEW] > 1800
    assert counts[OLD] > 800
    assert {one.file for one in EXCEPTIONS} <= set(NAMES)


def test_a_wrong_verdict_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FILES, f"tests/{NEW}/not.json", [{**one, "schema": {}} for one in FILES[f"tests/{NEW}/not.json"]])
    with pytest.raises(AssertionError):
        test_the_suite_is_met_but_for_what_the_table_says(f"{NEW}/not.json", "compiled")
