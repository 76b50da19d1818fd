"""Whatever stands where a schema should: it is lowered, every engine takes what is made of it, and they judge it alike."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aerostack_dynamic._dialect import dialect_of
from aerostack_dynamic._errors import SpecError
from aerostack_dynamic._keywords import IN_VALUE, LISTS, MAPS, SINGLE
from aerostack_dynamic._reference import Document
from aerostack_dynamic._schema import ENGINES, compile_schema, schema_problems

ROW = "/components/schemas/row"
WORDS = sorted(
    {*IN_VALUE, *LISTS, *MAPS, *SINGLE, "$id", "$anchor", "$dynamicAnchor", "nullable", "readOnly", "$defs", "additionalItems"}
)
NAMES = st.sampled_from(("a", "b", "^a", "(?=a)", "", "0"))
TEXTS = st.sampled_from(("a", "string", "integer", "null", "email", "int32", "^a$", "(?=a)", "", "urn:a", "b/"))
SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from((0.5, 1e300, 2**70)) | TEXTS
REFERENCES = st.sampled_from((f"#{ROW}", "#a", "#", "urn:a", f"#{ROW}/properties/a", "#/nowhere", "b/#a"))


def schemas() -> Any:
    def of(inner: Any) -> Any:
        several, named = st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)
        right = {
            **dict.fromkeys(SINGLE, inner),
            **dict.fromkeys(LISTS, several),
            **dict.fromkeys((*MAPS, "$defs"), named),
            "type": st.sampled_from(("string", "integer", "object", "array", "null", ["string", "array"])),
            "required": st.lists(NAMES, max_size=2),
            "items": inner | several,
        }
        either = {word: right.get(word, SCALARS) | SCALARS | several for word in WORDS}
        return st.fixed_dictionaries({}, optional={**either, "$ref": REFERENCES, "$dynamicRef": REFERENCES})

    return st.recursive(SCALARS | st.just({}), of, max_leaves=12)


VALUES = (None, True, 0, 1.5, 2**80, "", "a", "ab", [], [1], ["a", "a"], {}, {"a": 1}, {"a": "a", "b": None, "": {}})


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(schemas(), st.sampled_from(("3.0.3", "3.1.0")), st.sampled_from(("request", "response")))
def test_anything_is_lowered_to_what_every_engine_takes(schema: Any, version: str, direction: Any) -> None:
    raw = {"openapi": version, "paths": {}, "components": {"schemas": {"row": schema}}}
    document = Document(raw, dialect_of(raw), sha256="")
    problems = [*schema_problems(document, [(ROW, direction)])]
    assert all("can't be compiled" not in one.message for one in problems), problems
    checkers = []
    for engine in ENGINES:
        try:
            checkers.append(compile_schema(document, ROW, engine, direction=direction))
        except SpecError as error:
            told = str(error)
            assert "nowhere" in told or "leaves the document" in told or "round in a circle" in told, told
            if "round in a circle" not in told:
                return
    for value in VALUES:
        told = [bool(one.findings(value)) for one in checkers]
        if len(checkers) == len(ENGINES):
            assert len(set(told)) == 1, (value, told)
