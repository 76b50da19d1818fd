"""Two schemas compared: what an edit is called, what it does to code, and that what is said of it is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aerostack_dynamic import UNSET, Spec
from aerostack_dynamic._generate import Generator
from aerostack_dynamic._lower import DEFS
from aerostack_dynamic._model import SchemaObject
from aerostack_dynamic.compare import Change
from aerostack_dynamic.compare._pair import Pair, Where
from aerostack_dynamic.compare._rules import RULES
from aerostack_dynamic.compare._schemas import schema_changes
from aerostack_dynamic.compare._tree import Tree

from .schema_rows import ROWS, Row, several, text, thing, whole

PLACE = "/components/schemas/T"
NODE = thing(v=whole(), next={"$ref": "#/components/schemas/Node"}, all=several({"$ref": "#/components/schemas/Node"}))
BESIDE = {"A": thing(a=text()), "Node": NODE}
SIDES = ("request", "response")


class Asked:
    """Two schemas in two documents, and what is told of them on one side."""

    def __init__(self, old: Any, new: Any, side: str, version: str = "3.1.0", beside: tuple[Any, Any] = (BESIDE, BESIDE)) -> None:
        self.pair = Pair(document(old, version, beside[0]), document(new, version, beside[1]))
        self.side = side
        self.changes = schema_changes(self.pair, SchemaObject(PLACE, old), SchemaObject(PLACE, new), where(side))
        tree = Tree(self.pair, side == "request")
        flows, takes = tree.flows.root(PLACE), tree.takes.root(PLACE)
        self.flows, self.declared, self.takes = flows.schema(), flows.schema(closed=True), takes.schema()

    @property
    def said(self) -> list[str]:
        """What is told, as rows have it."""
        start = len("body" if self.side == "request" else "200") + 1
        return [f"{one.rule} {one.verdict} {one.subject[start:]}".strip() for one in self.changes]

    def is_witness(self, value: object) -> bool:
        """Whether one document accepts a value that the other refuses, as another judge has it."""
        return judge(self.flows, value) and not judge(self.takes, value)

    def counterexample(self, most: int = 60) -> Any:
        """A value of what is declared that flows and isn't taken; UNSET where none is found."""
        for value in generated(self.declared, most):
            if judge(self.flows, value) and not judge(self.takes, value):
                return value
        return UNSET


def document(schema: Any, version: str, beside: Any) -> Any:
    info = {"title": "t", "version": "1"}
    return Spec.load({"openapi": version, "info": info, "paths": {}, "components": {"schemas": {"T": schema, **beside}}}).document


def where(side: str, holder: str = "body", subject: str = "") -> Any:
    subject = subject or ("body" if side == "request" else "200")
    return Where("op", "POST", "/x", side, holder, subject, media_type="application/json")  # type: ignore[arg-type]  # of the two


def judge(schema: Any, value: object) -> bool:
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
    return bool(validator.is_valid(value))


def generated(schema: dict[str, Any], most: int) -> Iterator[Any]:
    definitions = schema.get("$defs", {})
    generator = Generator(lambda key: definitions[key.removeprefix(DEFS)])
    return generator.variants({word: one for word, one in schema.items() if word != "$defs"}, most=most)


def by_rule(change: Change) -> bool:
    """Whether a change may break though no value shows it: what was declared is gone, or is written or read another way."""
    return re.search(r"removed$|content-|extensible|became-write-only|discriminator|xml", change.rule) is not None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_an_edit_has_its_rule_and_verdict_and_what_is_said_is_true(row: Row) -> None:
    for side in SIDES:
        asked = Asked(row.old, row.new, side)
        assert sorted(asked.said) == sorted(getattr(row, side)), side
        for change in asked.changes:
            assert change.rule in RULES
            assert (change.known == "proved") >= (change.witness is not UNSET)
            if change.witness is not UNSET:
                assert change.verdict == "breaking"
                assert asked.is_witness(change.witness), change
            elif change.verdict == "breaking":
                assert by_rule(change), change
        if all(change.verdict == "compatible" for change in asked.changes):
            assert asked.counterexample() is UNSET
