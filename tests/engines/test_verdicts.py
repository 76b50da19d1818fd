"""Three engines, one verdict: a thousand valid and broken instances of every operation of the bundled document."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from aerostack_dynamic import Spec
from aerostack_dynamic._schema import ENGINES

SPEC = Spec.bundled()
INSTANCES, MUTATIONS = 1000, 10


def schemas(operation: Any) -> list[Any]:
    contents = [operation.request_body.content, *(one.content for one in operation.responses.values())]
    return [media.schema for content in contents for media in content.values()]


def instances(engines: Any, operation: Any) -> list[tuple[str, str, str, Any]]:
    """(pointer, keyword, mutation, instance), at least a thousand, the same ones every time; a valid instance has no keyword."""
    maker = engines.Maker(SPEC.document, len(operation.operation_id))
    made: list[tuple[str, str, str, Any]] = []
    while True:
        for schema in schemas(operation):
            valid = maker.valid(schema.raw)
            made.append((schema.pointer, "", "", valid))
            made += [(schema.pointer, *broken) for broken in maker.broken(schema.raw, valid)]
        if len(made) >= INSTANCES:
            return made


@pytest.mark.parametrize("name", list(SPEC.operations))
def test_the_same_verdict_on_a_thousand_instances(name: str, engines: Any) -> None:
    verdicts = {True: 0, False: 0}
    for pointer, keyword, mutation, instance in instances(engines, SPEC.operations[name]):
        told = {engine: engines.told_by(SPEC.document, pointer, engine, instance) for engine in ENGINES}
        assert len(set(told.values())) == 1, (pointer, keyword, mutation, instance, told)
        verdicts[not told["compiled"]] += 1
        assert keyword or not told["compiled"], ("a valid instance", pointer, instance, told)
    assert sum(verdicts.values()) >= INSTANCES
    assert min(verdicts.values()) > INSTANCES / 10, "both kinds of verdict"


def test_at_least_ten_mutations_of_every_keyword(engines: Any) -> None:
    kinds: dict[str, set[str]] = defaultdict(set)
    for operation in SPEC.operations.values():
        for _, keyword, mutation, _ in instances(engines, operation):
            kinds[keyword].add(mutation)
    kinds.pop("")
    assert min(map(len, kinds.values())) >= MUTATIONS, kinds
    formats = {f"format {one}" for one in ("email", "uri", "date-time", "uuid", "password")}
    words = {"type", "type list", "required", "properties", "additionalProperties", "minLength", "enum", "items", "$ref"}
    assert kinds.keys() == words | formats | {"contentMediaType"}


def keywords(node: Any) -> set[str]:
    """The keywords of a schema that may assert something, those of its subschemas too."""
    if isinstance(node, list):
        return set().union(*map(keywords, node))
    if not isinstance(node, dict):
        return set()
    found = {word for word in node if word not in ("description", "x-aerostack-secret")}
    inner = [node.get(word) for word in ("items", "additionalProperties")]
    return found.union(*map(keywords, inner), *map(keywords, node.get("properties", {}).values()))


def test_no_keyword_of_the_document_is_left_out(engines: Any) -> None:
    here = set().union(*(keywords(one.raw) for operation in SPEC.operations.values() for one in schemas(operation)))
    here |= set().union(*map(keywords, SPEC.schemas.values()))
    mutated = {word.partition(" ")[0] for name in SPEC.operations for _, word, _, _ in instances(engines, SPEC.operations[name])}
    assert here == mutated - {""}


def test_a_wrong_engine_would_be_noticed(engines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = type("Silent", (), {"findings": lambda self, instance: ()})()
    monkeypatch.setattr("aerostack_dynamic._schema_slow.openapi_core", lambda *_: silent)
    monkeypatch.setattr(SPEC.document, "memo", {})
    with pytest.raises(AssertionError, match="openapi-core"):
        test_the_same_verdict_on_a_thousand_instances("aiChat", engines)
