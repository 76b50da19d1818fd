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

from .schema_rows import VALUES, B, C, Row, U, several, text, thing, whole
from .structure_rows import STRUCTURE

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

    def counterexample(self, most: int = 16) -> Any:
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


@pytest.mark.parametrize("row", [*VALUES, *STRUCTURE], ids=lambda row: row.name)
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


# ---- what is alike


THIRTY = "3.0.3"
FORMS = [
    (
        {"type": "string", "nullable": True},
        text(),
        THIRTY,
        f"response-body-became-not-nullable {C}",
        f"request-body-became-not-nullable {B}",
    ),
    (
        {"$ref": "#/components/schemas/A", "nullable": True},
        {"allOf": [{"$ref": "#/components/schemas/A"}], "nullable": True},
        THIRTY,
        f"response-body-became-nullable {B}",
        f"request-body-became-nullable {C}",
    ),
    (
        {"allOf": [{"$ref": "#/components/schemas/A"}], "nullable": True},
        {"allOf": [{"$ref": "#/components/schemas/A"}]},
        THIRTY,
        f"response-body-became-not-nullable {C}",
        f"request-body-became-not-nullable {B}",
    ),
    (
        whole(minimum=1, exclusiveMinimum=True),
        whole(minimum=2),
        THIRTY,
        f"response-body-min-set {C} response-body-exclusive-min-unset {C}",
        "",
    ),
    (text(format="binary"), text(format="binary", description="x"), THIRTY, "", ""),
    (
        {"enum": ["a"]},
        {"enum": ["a"], "nullable": True},
        THIRTY,
        f"response-body-became-nullable {B}",
        f"request-body-became-nullable {C}",
    ),
]


def test_what_documents_of_3_0_say_in_words_of_their_own_is_understood() -> None:
    for old, new, version, response, request in FORMS:
        assert " ".join(Asked(old, new, "response", version).said) == response
        if request or not response:
            assert " ".join(Asked(old, new, "request", version).said) == request


def test_the_values_of_a_discriminator_are_the_names_of_schemas_where_nothing_else_tells_them() -> None:
    pets = {name: thing("t", t=text(), **{name.lower(): whole()}) for name in ("Cat", "Dog", "Hund")}

    def one_of(*names: str, **more: Any) -> dict[str, Any]:
        several = [{"$ref": f"#/components/schemas/{name}"} for name in names]
        return {"anyOf": several, "discriminator": {"propertyName": "t", **more}}

    alike = {**pets, "Hund": pets["Dog"]}
    deleted, added = "body-discriminator-mapping-deleted", "body-discriminator-mapping-added"
    for side, became in (
        ("request", [f"request-{added} {C}", f"request-{deleted} {B}"]),
        ("response", [f"response-{added} {B}", f"response-{deleted} {C}"]),
    ):
        assert sorted(Asked(one_of("Cat", "Dog"), one_of("Cat", "Hund"), side, beside=(alike, alike)).said) == became
        mapped = one_of("Cat", "Hund", mapping={"Dog": "Hund"})
        assert Asked(one_of("Cat", "Dog"), mapped, side, beside=(alike, alike)).said == []
    told = Asked({"anyOf": one_of("Cat", "Dog")["anyOf"]}, one_of("Cat", "Dog"), "request", beside=(pets, pets))
    assert told.said == [f"request-body-discriminator-added {U}"]


def test_a_schema_that_leads_to_itself_is_told_once_by_the_shortest_way() -> None:
    reference = {"$ref": "#/components/schemas/Tree"}

    def tree(kind: dict[str, Any]) -> dict[str, Any]:
        return {
            "Tree": thing(value=kind, leaf={"$ref": "#/components/schemas/Leaf"}),
            "Leaf": thing(of=several(reference), more=reference),
        }

    asked = Asked(several(reference), several(reference), "response", beside=(tree(whole()), tree(text())))
    assert asked.said == [f"response-property-type-changed {B} */value"]
    assert asked.is_witness(asked.changes[0].witness)
    below = Asked(
        thing(x={"$ref": "#/components/schemas/Leaf"}),
        thing(x={"$ref": "#/components/schemas/Leaf"}),
        "request",
        beside=(tree(whole()), tree(text())),
    )
    assert below.said == [f"request-property-type-changed {B} x/more/value"]
    assert [one.rpartition("x/")[2] for one in below.changes[0].also] == ["of/*/value"]
    assert below.is_witness(below.changes[0].witness)
    assert below.changes[0].to_json()["also"] == [*below.changes[0].also]


def test_what_a_shorter_way_does_not_break_is_told_where_it_breaks() -> None:
    leaf = {"$ref": "#/components/schemas/Leaf"}
    schema = thing(near={"allOf": [leaf], "readOnly": True}, far=thing(leaf=leaf), farther=thing(x=thing(leaf=leaf)))
    asked = Asked(schema, schema, "request", beside=({"Leaf": whole()}, {"Leaf": text()}))
    assert asked.said == [f"request-property-type-changed {B} far/leaf"]
    assert asked.is_witness(asked.changes[0].witness)
    assert [one.rpartition("far")[2] for one in asked.changes[0].also] == ["ther/x/leaf"]
    only = thing(near={"allOf": [leaf], "readOnly": True})
    assert not [
        one
        for one in Asked(only, only, "request", beside=({"Leaf": whole()}, {"Leaf": text()})).changes
        if one.verdict != "compatible"
    ]


def test_a_part_that_several_conjoin_is_told_once() -> None:
    part = {"$ref": "#/components/schemas/Part"}
    schema = thing(a={"allOf": [part, {"title": "a"}]}, b={"allOf": [part, {"title": "b"}]})
    beside = {"Part": thing(x=whole())}, {"Part": thing(x=text())}
    asked = Asked(schema, schema, "response", beside=beside)
    assert asked.said == [f"response-property-type-changed {B} a/x"]
    assert [one.rpartition("/")[0][-1] for one in asked.changes[0].also] == ["b"]


def test_a_dynamic_reference_means_what_the_outermost_schema_makes_of_it() -> None:
    def generic(item: dict[str, Any]) -> dict[str, Any]:
        box = {"$id": "https://example.com/box", "$defs": {"item": {"$dynamicAnchor": "item"}}, **several({"$dynamicRef": "#item"})}
        return {
            "$id": "https://example.com/box-of",
            "$defs": {"item": {"$dynamicAnchor": "item", **item}, "box": box},
            "$ref": "box",
        }

    asked = Asked(generic(whole()), generic(text()), "request", beside=({}, {}))
    assert asked.said == [f"request-property-type-changed {B} *"]
    assert asked.is_witness(asked.changes[0].witness)
    assert Asked(generic(whole()), generic(whole(title="x")), "request", beside=({}, {})).said == []


# ---- where it stands


def ask(old: Any, new: Any, place: Any) -> list[Change]:
    pair = Pair(document(old, "3.1.0", BESIDE), document(new, "3.1.0", BESIDE))
    objects = [None if one is None else SchemaObject(PLACE, one) for one in (old, new)]
    return schema_changes(pair, *objects, place)


def test_parameters_and_headers_are_called_so() -> None:
    query, header = where("request", "parameter", "query/limit"), where("request", "parameter", "header/x")
    answered = where("response", "header", "200 header/Location")
    rows = [
        (whole(), text(), query, f"request-parameter-type-changed {B} query/limit"),
        (thing(a=text()), thing(a=whole()), query, f"request-parameter-property-type-changed {B} query/limit/a"),
        (thing(a=text()), thing("b", a=text(), b=text()), query, f"new-required-request-parameter-property {B} query/limit/b"),
        (thing(a=text()), thing("b", a=text(), b=text()), header, f"new-required-request-header-property {B} header/x/b"),
        (thing(a=text()), thing(a=text(), b=text()), header, f"new-optional-request-parameter-property {C} header/x/b"),
        (thing(a=text()), thing("a", a=text()), header, f"request-header-property-became-required {B} header/x/a"),
        (
            thing(a=text(default="")),
            thing("a", a=text(default="")),
            query,
            f"request-parameter-property-became-required {B} query/limit/a",
        ),
        (thing(a=text(), b=text()), thing(a=text()), query, f"request-parameter-property-removed {B} query/limit/b"),
        (None, whole(), query, f"request-parameter-schema-added {B} query/limit"),
        (whole(), text(), answered, f"response-header-type-changed {B} 200 header/Location"),
        (thing(a=text(), b=text()), thing(a=text()), answered, f"response-header-property-removed {B} 200 header/Location/b"),
        (thing("a", a=text()), thing(a=text()), answered, f"response-header-property-became-optional {B} 200 header/Location/a"),
    ]
    for old, new, place, expected in rows:
        changes = ask(old, new, place)
        assert [f"{one.rule} {one.verdict} {one.subject}" for one in changes] == [expected]
        assert changes[0].rule in RULES


def test_a_schema_that_only_one_side_has() -> None:
    request, response = where("request"), where("response")
    for old, new, place, expected in (
        (None, thing(a=text()), request, f"request-body-media-type-schema-added {B}"),
        (thing(a=text()), None, request, f"request-body-media-type-schema-removed {C}"),
        (None, thing(a=text()), response, f"response-body-media-type-schema-added {C}"),
        (thing(a=text()), None, response, f"response-body-media-type-schema-removed {B}"),
        (None, {}, request, f"request-body-media-type-schema-added {C}"),
    ):
        (change,) = ask(old, new, place)
        assert f"{change.rule} {change.verdict}" == expected
        assert (change.old_pointer, change.new_pointer) == (PLACE if old is not None else None, PLACE if new is not None else None)
        assert (change.witness is not UNSET) == (change.verdict == B)
    assert ask(None, None, request) == []


def test_a_schema_that_cannot_be_used_is_not_known() -> None:
    (change,) = ask({"$ref": "#/nowhere"}, text(), where("request"))
    assert (change.rule, change.verdict, change.known) == ("request-body-unreadable", U, "rule")
    assert "#/nowhere" in change.message


def test_what_one_document_alone_has_wrong_is_not_known() -> None:
    faults = [
        ({"type": "integer"}, {"type": "integr"}, "/type: type can't be 'integr'"),
        (text(), text(maxLength="5"), "/maxLength: maxLength can't be '5'"),
        (text(), text(enum="a"), "/enum"),
        (text(), text(pattern="("), "/pattern"),
        (thing(a=text()), {**thing(a=text()), "required": "a"}, "/required"),
        (thing(a=text()), thing(a=text(), _={"not": {"required": "a"}}), "/not/required"),
        (thing(a=text()), thing(a="text"), "/properties/a"),
        ({"anyOf": [text(), whole()]}, {"anyOf": [text(), whole(minimum="1")]}, "/anyOf/1/minimum"),
    ]
    for fine, wrong, told in faults:
        for side in SIDES:
            for old, new in ((fine, wrong), (wrong, fine)):
                unknown = [one for one in Asked(old, new, side).changes if one.rule.endswith("unreadable")]
                assert [one.verdict for one in unknown] == [U], told
                assert f"{PLACE}{told}" in unknown[0].message
        assert Asked(wrong, {**wrong, "title": "x"}, "request").said == []


def test_what_changed_is_pointed_at_in_both_documents_and_told_in_a_sentence() -> None:
    old, new = thing(a=several(text(maxLength=5))), {"allOf": [thing(a=several(text(maxLength=3)))]}
    (change,) = ask(old, new, where("request"))
    assert change.old_pointer == f"{PLACE}/properties/a/items"
    assert change.new_pointer == f"{PLACE}/allOf/0/properties/a/items"
    assert change.message == "The maxLength of body/a/* was decreased from 5 to 3."
    assert change.witness["a"]
    assert len(change.witness["a"][0]) > 3
    assert (change.operation, change.method, change.path, change.side) == ("op", "POST", "/x", "request")
    (moved,) = ask(text(xml={"name": "a"}), text(xml={"name": "b"}), where("request")._replace(media_type="application/xml"))
    assert moved.verdict == B
    (gone,) = ask(thing(a=text(), b=text()), thing(a=text()), where("request"))
    assert gone.by_name
    assert gone.old_pointer == f"{PLACE}/properties/b"
    assert gone.new_pointer == PLACE


def test_what_many_operations_share_is_compared_once() -> None:
    pair = Pair(document(thing(a=text()), "3.1.0", BESIDE), document(thing(a=whole()), "3.1.0", BESIDE))
    objects = [SchemaObject(PLACE, thing(a=text())), SchemaObject(PLACE, thing(a=whole()))]
    first = schema_changes(pair, *objects, where("response"))
    again = schema_changes(pair, *objects, where("response", subject="default")._replace(operation="other"))
    assert again[0].subject == "default/a"
    assert again[0].witness is first[0].witness


# ---- any edit of any schema

NAMES = st.sampled_from(["a", "b", "c"])
WORDS: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(
        ["string", "integer", "number", "object", "array", "boolean", ["string", "null"], ["integer", "string"]]
    ),
    "enum": st.lists(st.sampled_from(["", "a", "bb", 0, 1, 2.5, None, True, {}, []]), min_size=1, max_size=3),
    "const": st.sampled_from(["a", 1, None]),
    "minimum": st.integers(-2, 3),
    "maximum": st.integers(0, 5),
    "exclusiveMinimum": st.integers(-2, 3),
    "multipleOf": st.sampled_from([1, 2, 3, 0.5]),
    "minLength": st.integers(0, 3),
    "maxLength": st.integers(0, 4),
    "pattern": st.sampled_from(["^a", "b$", "^[ab]*$"]),
    "format": st.sampled_from(["date", "uuid", "int32"]),
    "minItems": st.integers(0, 2),
    "maxItems": st.integers(0, 3),
    "uniqueItems": st.booleans(),
    "required": st.lists(NAMES, max_size=2, unique=True),
    "minProperties": st.integers(0, 2),
    "maxProperties": st.integers(0, 3),
    "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=2, unique=True), max_size=1),
    "readOnly": st.booleans(),
    "writeOnly": st.booleans(),
}
REFERENCE = st.just({"$ref": "#/components/schemas/N"})


def schemas(depth: int) -> st.SearchStrategy[Any]:
    """Schemas of few words each."""
    if not depth:
        return st.one_of(st.fixed_dictionaries({}, optional=WORDS), st.sampled_from([{"type": "string"}, {"type": "integer"}, {}]))
    inner = st.one_of(schemas(depth - 1), st.just({"type": "string"}), st.booleans() if depth > 1 else REFERENCE)
    nested: dict[str, st.SearchStrategy[Any]] = {
        "properties": st.dictionaries(NAMES, inner, min_size=1, max_size=3),
        "additionalProperties": st.one_of(st.just(False), st.just(True), inner),
        "patternProperties": st.dictionaries(st.sampled_from(["^a", "c"]), inner, max_size=1),
        "propertyNames": schemas(0),
        "unevaluatedProperties": st.just(False),
        "items": inner,
        "prefixItems": st.lists(inner, min_size=1, max_size=2),
        "contains": schemas(0),
        "not": schemas(0),
        "if": schemas(0),
        "then": schemas(0),
        "else": schemas(0),
        "allOf": st.lists(inner, min_size=1, max_size=2),
        "anyOf": st.lists(inner, min_size=1, max_size=3),
        "oneOf": st.lists(inner, min_size=1, max_size=3),
    }

    @st.composite
    def some(draw: st.DrawFn) -> dict[str, Any]:
        words = draw(st.lists(st.sampled_from([*nested, "properties", "items", *WORDS]), min_size=1, max_size=4, unique=True))
        return {word: draw({**WORDS, **nested}[word]) for word in words}

    return some()


@st.composite
def edits(draw: st.DrawFn, depth: int) -> tuple[Any, Any]:
    """A schema before and after one edit, anywhere in it."""
    old = draw(schemas(depth))
    places = [place for place in spots(old, ()) if place] or [()]
    place = draw(st.sampled_from(places))
    word = place[-1] if place else ""
    everything = {
        **WORDS,
        "properties": st.dictionaries(NAMES, schemas(0), max_size=3),
        "required": st.lists(NAMES, max_size=3, unique=True),
    }
    value = draw(st.one_of(st.just(UNSET), everything[word] if word in everything else schemas(1)))
    return old, edited(old, place, value)


def spots(schema: Any, place: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The places of keywords, and of subschemas."""
    if isinstance(schema, dict):
        for word, value in schema.items():
            yield (*place, word)
            if word in ("properties", "patternProperties"):
                for name, one in value.items():
                    yield (*place, word, name)
                    yield from spots(one, (*place, word, name))
            elif word in ("allOf", "anyOf", "oneOf", "prefixItems"):
                for index, one in enumerate(value):
                    yield from spots(one, (*place, word, index))
            else:
                yield from spots(value, (*place, word))


def edited(schema: Any, place: tuple[Any, ...], value: Any) -> Any:
    """The schema with another value at a place; without it where that is UNSET."""
    if not place:
        return schema if value is UNSET else value
    step, rest = place[0], place[1:]
    copy = dict(schema) if isinstance(schema, dict) else list(schema)
    if not rest and value is UNSET:
        del copy[step]
    else:
        copy[step] = edited(schema[step], rest, value)
    return copy


def never_wrong(old: Any, new: Any, side: str, most: int) -> None:
    """Nothing that is told of an edit is wrong: no witness that isn't one, nothing compatible that isn't."""
    beside = {"N": thing(n={"$ref": "#/components/schemas/N"}, v=old)}, {"N": thing(n={"$ref": "#/components/schemas/N"}, v=new)}
    asked = Asked(old, new, side, beside=beside)
    for change in asked.changes:
        assert change.rule in RULES
        if change.witness is not UNSET:
            assert asked.is_witness(change.witness), change
    if all(change.verdict == "compatible" for change in asked.changes):
        found = asked.counterexample(most)
        assert found is UNSET, (found, asked.said)


@settings(max_examples=12, derandomize=True)
@given(edit=edits(1), side=st.sampled_from(SIDES))
def test_nothing_that_is_told_of_any_edit_is_wrong(edit: tuple[Any, Any], side: str) -> None:
    never_wrong(*edit, side, 12)
