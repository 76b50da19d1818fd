"""Every keyword of JSON Schema 2020-12 and of OpenAPI's Schema Object: what the standard says of each instance, all engines say.

`keywords.json` is the table: a schema and the instances that are valid and broken by it, the standard's word for each.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from aerostack_dynamic import Spec
from aerostack_dynamic._errors import SpecError
from aerostack_dynamic._keywords import IN_VALUE, LISTS, MAPS, SINGLE
from aerostack_dynamic._schema import DIFFERENCES, ENGINES, compile_schema, schema_problems

ROWS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("keywords.json").read_text(encoding="utf-8"))
INSTANCES = 10
HUGE = 10**400
# What the rows refer to.
SHARED: dict[str, Any] = {
    "target": {"type": "integer", "minimum": 0},
    "open": {"properties": {"p": {"type": "integer"}}},
    "a/b%c": {"type": "string"},
    "node": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/node"}, "v": {"type": "integer"}}},
    "chain1": {"$ref": "#/components/schemas/chain2"},
    "chain2": {"$ref": "#/components/schemas/target"},
}
# JSON Schema 2020-12, core and validation, and OpenAPI 3.1, section 4.8.24; without $id, $schema and $vocabulary.
KEYWORDS = re.findall(
    r"\S+",
    """$anchor $comment $defs $dynamicAnchor $dynamicRef $ref additionalProperties allOf anyOf const contains contentEncoding
contentMediaType contentSchema default dependentRequired dependentSchemas deprecated description discriminator else enum example
examples exclusiveMaximum exclusiveMinimum externalDocs format if items maxContains maxItems maxLength maxProperties maximum
minContains minItems minLength minProperties minimum multipleOf not oneOf pattern patternProperties prefixItems properties
propertyNames readOnly required then title type unevaluatedItems unevaluatedProperties uniqueItems writeOnly xml""",
)
FORMATS = {
    "byte": ("", "YQ==", "YWI=", "YWJj", "YQ", "Y", "YQ=", "YQ===", "Y Q=", "-_==", "é", "YQ==\n"),
    "date": ("2024-02-29", "0001-01-01", "9999-12-31", "2023-02-29", "2024-13-01", "2024-00-01", "24-01-01", "", "2024-1-1", "x"),
    "duration": ("P1D", "PT1S", "P1W", "P1Y2M3DT4H5M6S", "P", "PT", "1D", "P1S", "P1W1D", "P-1D", "p1d", "P1.5D", ""),
    "hostname": ("a", "a.b", "xn--a", "1.2", "a-b", "-a", "a-", "a..b", "a.", "", "a_b", "é", "a" * 64, "a." * 127 + "a"),
    "ipv4": ("0.0.0.0", "255.255.255.255", "256.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "", "1.2.3.4 ", "٣.0.0.1", "1"),
    "ipv6": ("::", "::1", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "1::2::3", "12345::", "::1%eth0", "", "g::", ":1", "1.2.3.4"),
    "json-pointer": ("", "/", "/a/b", "/~0~1", "//", "a", "/~", "/~2", "#/a", "/é", "/ "),
    "time": ("00:00:00Z", "23:59:60Z", "12:00:00.5+01:30", "24:00:00Z", "12:00:00", "12:60:00Z", "", "1:2:3Z", "12:00:60Z", "x"),
    "uri-reference": ("", "a", "/a", "//h", "?q", "#f", "http://h", "a b", "%4", "é", "\\", "1a:b", "a:b"),
}


def words_in(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(words_in, node))
    return set(node).union(*map(words_in, node.values())) if isinstance(node, dict) else set()


def told_by_all(engines: Any, document: Any, instance: object) -> dict[str, Any]:
    return {engine: engines.told_by(document, "/components/schemas/row", engine, instance) for engine in ENGINES}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["keyword"])
def test_all_say_what_the_standard_says(row: dict[str, Any], engines: Any) -> None:
    document = engines.document_of({**SHARED, "row": row["schema"]})
    for instance in row["valid"]:
        told = told_by_all(engines, document, instance)
        assert set(told.values()) == {frozenset()}, (instance, told)
    for instance in row["broken"]:
        told = told_by_all(engines, document, instance)
        assert told["compiled"], instance
        assert len(set(told.values())) == 1, (instance, told)


def test_every_keyword_is_in_the_table_with_ten_instances() -> None:
    found: Counter[str] = Counter()
    for row in ROWS:
        for word in words_in(row["schema"]):
            found[word] += len(row["valid"]) + len(row["broken"])
    assert {word: found[word] for word in KEYWORDS if found[word] < INSTANCES} == {}


@pytest.mark.parametrize("name", FORMATS)
def test_all_say_the_same_of_a_format(name: str, engines: Any) -> None:
    document = engines.document_of({"row": {"format": name}})
    verdicts = []
    for instance in (*FORMATS[name], None, 0, [], {}):
        told = told_by_all(engines, document, instance)
        assert len(set(told.values())) == 1, (instance, told)
        verdicts.append(bool(told["compiled"]))
    assert verdicts[-4:] == [False] * 4, "a format speaks of strings alone"
    assert {True, False} == set(verdicts)


@pytest.mark.parametrize(
    ("schema", "valid", "broken"),
    [
        ({"type": "integer"}, (HUGE, -HUGE), ()),
        ({"minimum": 3}, (HUGE,), (-HUGE,)),
        ({"exclusiveMaximum": 3}, (-HUGE,), (HUGE,)),
        ({"multipleOf": 2}, (HUGE,), (HUGE + 1,)),
        ({"enum": [HUGE]}, (HUGE,), (HUGE + 1, 1)),
        ({"uniqueItems": True}, ([HUGE, HUGE + 1],), ([HUGE, HUGE],)),
    ],
)
def test_integers_beyond_any_float(schema: Any, valid: Any, broken: Any, engines: Any) -> None:
    document = engines.document_of({"row": schema})
    assert {told for one in valid for told in told_by_all(engines, document, one).values()} == {frozenset()}
    for one in broken:
        told = told_by_all(engines, document, one)
        assert told["compiled"]
        assert len(set(told.values())) == 1


def test_all_tell_the_place_of_any_name(engines: Any) -> None:
    inner = {"type": "object", "additionalProperties": {"type": "integer"}}
    document = engines.document_of({"row": {"type": "object", "additionalProperties": inner}})
    names = ("", "0", "5", "05", "+5", "-1", "a/b", "~", "é", "٣", "9" * 30, "%41", "\U0001f600", "a")
    for outer, name in permutations(names, 2):
        told = told_by_all(engines, document, {outer: {name: "x"}, "fine": {"fine": 1}})
        steps = (step.replace("~", "~0").replace("/", "~1") for step in (outer, name))
        expected = frozenset({("/" + "/".join(steps), "type", "expected integer, got string")})
        assert set(told.values()) == {expected}, (outer, name, told)


@pytest.mark.parametrize(
    "keyword", ["additionalProperties", "propertyNames", "dependentRequired", "required", "properties", "items"]
)
def test_a_property_may_be_called_like_a_keyword(keyword: str, engines: Any) -> None:
    closed = {"additionalProperties": False}
    document = engines.document_of(
        {"row": {"properties": {keyword: False}, "patternProperties": {"^x": {"properties": {keyword: closed}}}}}
    )
    for instance, pointer, rule in (
        ({keyword: {"a": 1}}, f"/{keyword}", "falseSchema"),
        ({"x": {keyword: {"a": 1}}}, f"/x/{keyword}/a", "additionalProperties"),
    ):
        told = told_by_all(engines, document, instance)
        assert {one[:2] for one in told["compiled"]} == {(pointer, rule)}
        assert len(set(told.values())) == 1, told


# ---- what a schema may not be


PLACE = "/components/schemas/row"


def problems_of(document: Any) -> list[Any]:
    return [*schema_problems(document, [(PLACE, "response")])]


@pytest.mark.parametrize(
    ("schema", "where"),
    [
        ({"type": "strin"}, "/type"),
        ({"type": 5}, "/type"),
        ({"type": []}, "/type"),
        ({"type": ["string", "strin"]}, "/type"),
        ({"minLength": "a"}, "/minLength"),
        ({"minLength": -1}, "/minLength"),
        ({"maxLength": 1.5}, "/maxLength"),
        ({"minItems": True}, "/minItems"),
        ({"minimum": "1"}, "/minimum"),
        ({"maximum": None}, "/maximum"),
        ({"multipleOf": 0}, "/multipleOf"),
        ({"multipleOf": 0.0}, "/multipleOf"),
        ({"multipleOf": -2}, "/multipleOf"),
        ({"multipleOf": True}, "/multipleOf"),
        ({"uniqueItems": 1}, "/uniqueItems"),
        ({"required": "a"}, "/required"),
        ({"required": True}, "/required"),
        ({"required": [5]}, "/required"),
        ({"properties": []}, "/properties"),
        ({"properties": {"a": 5}}, "/properties/a"),
        ({"patternProperties": 5}, "/patternProperties"),
        ({"additionalProperties": 5}, "/additionalProperties"),
        ({"dependentRequired": {"a": "b"}}, "/dependentRequired"),
        ({"dependentRequired": ["a"]}, "/dependentRequired"),
        ({"dependentSchemas": ["a"]}, "/dependentSchemas"),
        ({"enum": 5}, "/enum"),
        ({"enum": []}, "/enum"),
        ({"oneOf": {}}, "/oneOf"),
        ({"allOf": []}, "/allOf"),
        ({"anyOf": [5, {}]}, "/anyOf/0"),
        ({"prefixItems": {}}, "/prefixItems"),
        ({"not": {"not": []}}, "/not/not"),
        ({"if": 1, "then": False}, "/if"),
        ({"if": {"type": "strin"}, "then": False}, "/if/type"),
        ({"not": {"pattern": "(?=a)"}}, "/not/pattern"),
        ({"oneOf": [{"pattern": "(?=a)"}, {"type": ["string", "null"]}, {}]}, "/oneOf/0/pattern"),
        ({"oneOf": [{}, 5], "anyOf": [{}]}, "/oneOf/1"),
        ({"contains": {"pattern": "(?=a)"}, "minContains": 0, "maxContains": 0}, "/contains/pattern"),
        ({"items": 3}, "/items"),
        ({"pattern": 5}, "/pattern"),
        ({"format": 5}, "/format"),
        ({"contains": {"type": "strin"}, "minContains": 0}, "/contains/type"),
        *(({word: {"": 5}}, f"/{word}") for word in sorted(IN_VALUE - {"const"})),
        *(({word: 5}, f"/{word}") for word in sorted(SINGLE - {"contains"})),
        *(({word: {"a": {}}}, f"/{word}") for word in sorted(LISTS)),
        *(({word: [{}]}, f"/{word}") for word in sorted(MAPS)),
        ({"$ref": 5}, "/$ref"),
        ({"$dynamicRef": ["#a"]}, "/$dynamicRef"),
        (5, ""),
        (None, ""),
        ([], ""),
        ("a", ""),
    ],
    ids=str,
)
def test_what_is_malformed_is_left_out_and_told_of(schema: Any, where: str, engines: Any) -> None:
    if isinstance(schema, dict):
        schema = {"maxProperties": 1, **schema}
    document = engines.document_of({"row": schema})
    for instance in (None, True, 10**40, 0.5, "text", [], [1], {}, {"a": 1}):
        told = told_by_all(engines, document, instance)
        assert set(told.values()) == {frozenset()}, instance
    if isinstance(schema, dict) and schema["maxProperties"] == 1:
        for told in told_by_all(engines, document, {"a": 1, "b": 2}).values():
            assert {one[1] for one in told} == {"maxProperties"}, "all else is enforced"
    problem = problems_of(document)[0]
    assert (problem.pointer, problem.severity, problem.consequence) == (PLACE + where, "warning", "the keyword is not enforced")


@pytest.mark.parametrize("number", ["1e999", "-1e999"])
@pytest.mark.parametrize("word", ["minItems", "maximum", "multipleOf", "const", "enum"])
def test_a_number_beyond_json_is_no_limit(word: str, number: str) -> None:
    with pytest.raises(SpecError):
        Spec.load(
            b'{"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"row": {"%b": %b}}}}' % (word.encode(), number.encode())
        )


@pytest.mark.parametrize("schema", [{"exclusiveMinimum": True}, {"exclusiveMaximum": False, "maximum": 10**50}], ids=str)
def test_limits_as_they_were_up_to_draft_4_are_no_problem(schema: Any, engines: Any) -> None:
    document = engines.document_of({"row": schema})
    assert problems_of(document) == []
    assert set(told_by_all(engines, document, 0).values()) == {frozenset()}


@pytest.mark.parametrize(
    ("schema", "where"),
    [
        ({"$ref": "#/nowhere"}, ""),
        ({"$ref": "#/components/schemas/missing"}, ""),
        ({"items": {"$ref": "#/components/schemas/missing"}}, "/items"),
        ({"$ref": "#nowhere"}, ""),
        ({"$dynamicRef": "#nowhere"}, ""),
        ({"$ref": "other.yaml#/a"}, ""),
        ({"$ref": "https://example.com/a"}, ""),
        ({"$ref": "file:///etc/hostname"}, ""),
        ({"$ref": "#/components/schemas/row/enum/01", "enum": [{}, {}]}, ""),
        ({"not": {"$ref": "#a/b"}}, "/not"),
    ],
    ids=str,
)
def test_all_refuse_a_reference_that_leads_nowhere(schema: Any, where: str, engines: Any) -> None:
    document = engines.document_of({"row": schema})
    for engine in ENGINES:
        with pytest.raises(SpecError) as caught:
            compile_schema(document, PLACE, engine)
        (problem,) = caught.value.problems
        assert (problem.pointer, problem.rule, problem.severity) == (PLACE + where, "$ref", "error")
    assert problems_of(document) == [problem._replace(severity="warning", consequence="answers are not checked by it")]


@pytest.mark.parametrize(
    "schema",
    [
        {"description": None},
        {"title": 5},
        {"required": ["a", "a"]},
        {"type": ["string", "string", "null"]},
        {"deprecated": "yes"},
        {"readOnly": 1},
        {"$comment": 5},
        {"nullable": "yes"},
        {"example": 5},
        {"xml": 5},
        {"x-anything": [None]},
        {"examples": {}},
    ],
    ids=str,
)
def test_all_take_a_schema_that_errs_in_what_does_not_matter(schema: Any, engines: Any) -> None:
    document = engines.document_of({"row": schema})
    for instance in (None, True, "", [], {}, {"a": 1}):
        assert len(set(told_by_all(engines, document, instance).values())) == 1


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_beyond_json_are_numbers(number: float, engines: Any) -> None:
    """They get here only where `allow_nan` lets them in."""
    document = engines.document_of(
        {"row": {"type": ["number", "array", "object"], "items": {"type": "number"}, "not": {"type": "null"}}}
    )
    for instance in (number, [1, number], {"a": number}):
        assert set(told_by_all(engines, document, instance).values()) == {frozenset()}
    integers = engines.document_of({"row": {"type": "integer"}})
    assert len(set(told_by_all(engines, integers, number).values())) == 1
    assert told_by_all(engines, integers, number)["compiled"]


# ---- patterns


@pytest.mark.parametrize("pattern", ["(?=a)", "(?!a)b", "(?<=a)b", r"(a)\1", "("])
def test_a_pattern_that_linear_time_cannot_express_is_not_enforced(pattern: str, engines: Any) -> None:
    inner = {"pattern": pattern, "minLength": 1, "enum": ["zz", ""]}
    row = {"properties": {"a": inner}, "patternProperties": {pattern: False, "^b": False}, "additionalProperties": {"type": "null"}}
    document = engines.document_of({"row": row})
    assert set(told_by_all(engines, document, {"a": "zz"}).values()) == {frozenset()}
    for told in told_by_all(engines, document, {"a": "", "b": None}).values():
        assert {one[:2] for one in told} == {("/a", "minLength"), ("/b", "falseSchema")}
    problems = problems_of(document)
    names = pattern.replace("~", "~0").replace("/", "~1")
    assert sorted(one.pointer for one in problems) == [f"{PLACE}/patternProperties/{names}", f"{PLACE}/properties/a/pattern"]
    assert all("not enforced" in one.message and one.severity == "warning" for one in problems)


def test_patterns_that_are_enforced_are_no_problem(engines: Any) -> None:
    document = engines.document_of({"row": {"properties": {"pattern": {"pattern": "^a$"}}, "patternProperties": {"^x": {}}}})
    assert problems_of(document) == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "^(a+)+$"},
        {"patternProperties": {"^(a+)+$": True}, "additionalProperties": False},
        {"patternProperties": {"^(a+)+$": True}, "unevaluatedProperties": False},
    ],
    ids=["pattern", "names", "unevaluated"],
)
def test_patterns_take_linear_time(engine: str, schema: Any, engines: Any) -> None:
    document, text = engines.document_of({"row": schema}), "a" * 20_000 + "!"
    assert engines.told_by(document, "/components/schemas/row", engine, text if "pattern" in schema else {text: 1})


# ---- the exceptions


def test_the_table_of_exceptions_is_true(engines: Any) -> None:
    """Each written difference can be shown, so that one which has gone goes from the table."""
    shown = {"pattern"}  # its row speaks of an installation without jsonschema-rs, which has its own test
    verdict = {
        "any, not finite": ({"multipleOf": 2}, math.inf),
        "depth": (
            {"allOf": [{"properties": {"n": {"$ref": "#/components/schemas/row"}}}, {"anyOf": [{"type": "object"}]}]},
            nested(199),
        ),
    }
    for keyword, (schema, instance) in verdict.items():
        told = told_by_all(engines, engines.document_of({"row": schema}), instance)
        assert told["jsonschema"] == told["openapi-core"]
        assert bool(told["compiled"]) != bool(told["jsonschema"]), keyword
        shown.add(keyword)
    document = engines.document_of({"row": {"allOf": [{"$ref": f"#{PLACE}"}]}})
    assert engines.told_by(document, PLACE, "compiled", [1]) == frozenset()
    for engine in ("jsonschema", "openapi-core"):
        with pytest.raises(SpecError, match="round in a circle"):
            compile_schema(document, PLACE, engine)
    shown.add("$ref")
    assert shown == {keyword for keyword, _ in DIFFERENCES}
    assert len(shown) == len(DIFFERENCES)


def nested(levels: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for _ in range(levels):
        made = {"n": made}
    return made


def test_two_hundred_levels_of_a_plain_schema_are_followed_by_all(engines: Any) -> None:
    document = engines.document_of({"row": {"type": "object", "properties": {"n": {"$ref": "#/components/schemas/row"}}}})
    told = told_by_all(engines, document, nested(199))
    assert set(told.values()) == {frozenset()}
