"""Overlays: the rules of the OpenAPI Overlay Specification 1.0, one case each, and what is refused; 1.1 is in test_overlay_1_1."""

from __future__ import annotations

import copy
import json
import sys
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aerostack_dynamic._errors import SpecError
from aerostack_dynamic._overlay import apply_overlay

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1.0.0"},
    "tags": [{"name": "pets"}, {"name": "old"}, {"name": "older"}],
    "paths": {
        "/pets": {
            "get": {"parameters": [{"name": "filter", "in": "query"}, {"name": "dummy", "in": "query"}]},
            "post": {"summary": "Add", "x-traits": ["paged"]},
        },
        "/pets/{id}": {"get": {"parameters": [], "deprecated": True}},
    },
}


def overlay_of(*actions: Any) -> dict[str, Any]:
    return {"overlay": "1.0.0", "info": {"title": "A test", "version": "1"}, "actions": list(actions)}


def applied(*actions: Any, to: Any = DOCUMENT) -> dict[str, Any]:
    return apply_overlay(to, overlay_of(*actions))


def changed(path: str, value: Any) -> dict[str, Any]:
    """DOCUMENT with `value` at `path`, whose steps are parted by blanks; the value `...` takes the member out."""
    result = copy.deepcopy(DOCUMENT)
    node: Any = result
    *steps, last = [int(step) if step.isdigit() else step for step in path.split()]
    for step in steps:
        node = node[step]
    if value is ...:
        del node[last]
    else:
        node[last] = value
    return result


RULES = {
    "a new property is added": (
        {"target": "$.info", "update": {"license": {"name": "MIT"}}},
        changed("info license", {"name": "MIT"}),
    ),
    "a primitive replaces a primitive": ({"target": "$.info", "update": {"title": 5}}, changed("info title", 5)),
    "null replaces a primitive": ({"target": "$.info", "update": {"title": None}}, changed("info title", None)),
    "objects merge at every level": (
        {"target": "$", "update": {"paths": {"/pets": {"post": {"summary": "New"}}}}},
        changed("paths /pets post summary", "New"),
    ),
    "arrays within objects concatenate": (
        {"target": "$.paths['/pets'].post", "update": {"x-traits": ["sorted"]}},
        changed("paths /pets post x-traits", ["paged", "sorted"]),
    ),
    "an array takes the update as one entry": (
        {"target": "$.paths['/pets/{id}'].get.parameters", "update": {"name": "id", "in": "path"}},
        changed("paths /pets/{id} get parameters", [{"name": "id", "in": "path"}]),
    ),
    "even an update that is an array": (
        {"target": "$.paths['/pets/{id}'].get.parameters", "update": ["a", "b"]},
        changed("paths /pets/{id} get parameters", [["a", "b"]]),
    ),
    "and one that is a primitive": (
        {"target": "$.paths['/pets'].post['x-traits']", "update": None},
        changed("paths /pets post x-traits", ["paged", None]),
    ),
    "a wildcard updates every node": (
        {"target": "$.tags[*]", "update": {"x-seen": True}},
        changed("tags", [{"name": name, "x-seen": True} for name in ("pets", "old", "older")]),
    ),
    "a filter selects": (
        {"target": "$.paths.*.get.parameters[?@.name == 'filter' && @.in == 'query']", "update": {"schema": {}}},
        changed("paths /pets get parameters 0", {"name": "filter", "in": "query", "schema": {}}),
    ),
    "a node selected twice is updated once": (
        {"target": "$.paths['/pets'].post['x-traits', 'x-traits']", "update": "sorted"},
        changed("paths /pets post x-traits", ["paged", "sorted"]),
    ),
    "a member is removed": ({"target": "$.paths['/pets'].post", "remove": True}, changed("paths /pets post", ...)),
    "an item is removed": (
        {"target": "$.paths.*.get.parameters[?@.name == 'dummy']", "remove": True},
        changed("paths /pets get parameters", [{"name": "filter", "in": "query"}]),
    ),
    "several items are removed": ({"target": "$.tags[0, 2]", "remove": True}, changed("tags", [{"name": "old"}])),
    "objects and arrays are selected together": (
        {"target": "$['info', 'tags']", "update": {"name": "new"}},
        {
            **changed("info", {**DOCUMENT["info"], "name": "new"}),
            "tags": [*DOCUMENT["tags"], {"name": "new"}],
        },
    ),
    "remove wins over update": (
        {"target": "$.info", "remove": True, "update": {"title": "New"}},
        changed("info", ...),
    ),
    "remove: false is the default": (
        {"target": "$.info", "remove": False, "update": {"title": "New"}},
        changed("info title", "New"),
    ),
    "an action may do nothing": ({"target": "$.info", "description": "A note", "x-note": 1}, DOCUMENT),
}


@pytest.mark.parametrize("rule", RULES)
def test_rule(rule: str) -> None:
    action, expected = RULES[rule]
    assert applied(action) == expected


def test_parent_and_child_are_removed_together() -> None:
    document = {"a": {"b": {"c": [{}, {}]}, "d": []}, "e": {}}
    assert applied({"target": "$.a..*", "remove": True}, to=document) == {"a": {}, "e": {}}


def test_nodes_within_one_another_are_all_updated() -> None:
    document = {"a": {"b": {"c": {}}}}
    new = {"target": "$.a..*", "update": {"x": 1}}
    assert applied(new, to=document) == {"a": {"b": {"c": {"x": 1}, "x": 1}}}


def test_an_action_sees_what_the_one_before_it_did() -> None:
    actions = [
        {"target": "$.tags", "remove": True},
        {"target": "$", "update": {"tags": []}},
        {"target": "$.tags", "update": {"name": "only"}},
    ]
    assert applied(*actions)["tags"] == [{"name": "only"}]


def test_the_order_of_keys_is_kept_and_new_ones_go_last() -> None:
    result = applied({"target": "$.info", "update": {"summary": "New", "title": "Cats"}})
    assert list(result) == list(DOCUMENT)
    assert list(result["info"]) == ["title", "version", "summary"]


def test_what_is_added_to_several_places_is_not_shared() -> None:
    document: dict[str, Any] = {"a": {"merged": {}, "joined": []}, "b": {"merged": {}, "joined": []}, "c": [[], []]}
    result = applied(
        {"target": "$['a', 'b']", "update": {"new": {"x": []}, "merged": {"x": []}, "joined": [{}]}},
        {"target": "$.c[*]", "update": {"x": []}},
        to=document,
    )
    assert result["a"] == result["b"] == {"merged": {"x": []}, "joined": [{}], "new": {"x": []}}
    assert result["c"] == [[{"x": []}], [{"x": []}]]
    assert len({*containers(result)}) == len(containers(result))


def test_any_mapping_is_a_document() -> None:
    document = MappingProxyType({"info": MappingProxyType({"title": "A"})})
    result = applied({"target": "$.info", "update": {"version": "1"}}, to=document)
    assert result == {"info": {"title": "A", "version": "1"}}


@pytest.mark.parametrize("version", ["1.0.0", "1.0.1", "1.0.12", "1.1.0", "1.1.3"])
def test_the_patch_version_makes_no_difference(version: str) -> None:
    overlay = overlay_of({"target": "$.info", "update": {"title": "B"}}) | {"overlay": version, "extends": "a.yaml"}
    assert apply_overlay(DOCUMENT, overlay)["info"]["title"] == "B"


# What does not fit the document


def problems_of(document: Any, overlay: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(SpecError) as caught:
        apply_overlay(document, overlay)
    return [(problem.pointer, problem.rule, problem.message) for problem in caught.value.problems]


def test_a_target_that_selects_nothing_is_named_with_its_index() -> None:
    overlay = overlay_of({"target": "$.info", "update": {}}, {"target": "$.paths['/cats'].get", "update": {}})
    found = problems_of(DOCUMENT, overlay)
    assert found == [("/actions/1/target", "target", "actions[1]: $.paths['/cats'].get selects nothing")]
    with pytest.raises(SpecError, match=r"does not fit the document: 1 problem: .*/actions/1/target.*\['/cats'\]"):
        apply_overlay(DOCUMENT, overlay)


def test_all_actions_that_do_not_apply_are_named() -> None:
    overlay = overlay_of(
        {"target": "$.nothing", "remove": True},
        {"target": "$.info.title", "update": "New"},
        {"target": "$.tags[*].name", "remove": True},
        {"target": "$", "remove": True},
        {"target": "$.info", "update": ["a"]},
        {"target": "$.info", "update": "New"},
        {"target": "$", "update": {"info": [], "tags": {}, "openapi": {"a/b": 1}, "paths": {"/pets": {"get": "x"}}}},
    )
    assert [(pointer, rule) for pointer, rule, _ in problems_of(DOCUMENT, overlay)] == [
        ("/actions/0/target", "target"),
        ("/actions/1/target", "target"),
        ("/actions/2/target", "target"),
        ("/actions/3/target", "remove"),
        ("/actions/4/update", "update"),
        ("/actions/5/update", "update"),
        ("/actions/6/update/info", "update"),
        ("/actions/6/update/tags", "update"),
        ("/actions/6/update/openapi", "update"),
        ("/actions/6/update/paths/~1pets/get", "update"),
    ]


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ({"target": "$.info.title", "update": "x"}, "selects /info/title, which is neither an object nor an array"),
        ({"target": "$", "remove": True}, "the root of the document cannot be removed"),
        ({"target": "$.info", "update": []}, "must be an object, since the target selects one"),
        ({"target": "$", "update": {"info": []}}, "an array cannot be merged into an object"),
        ({"target": "$", "update": {"tags": {}}}, "an object cannot be merged into an array"),
        ({"target": "$", "update": {"tags": None}}, "a primitive cannot be merged into an array"),
        ({"target": "$", "update": {"openapi": []}}, "an array cannot be merged into a primitive"),
    ],
)
def test_the_message_says_what_is_wrong(action: dict[str, Any], message: str) -> None:
    ((_, _, said),) = problems_of(DOCUMENT, overlay_of(action))
    assert message in said


# What is no overlay

MALFORMED = {
    "everything is missing": ({}, ["/overlay", "/info", "/actions"]),
    "another version": (overlay_of({"target": "$"}) | {"overlay": "1.2.0"}, ["/overlay"]),
    "a version that is a number": (overlay_of({"target": "$"}) | {"overlay": 1.0}, ["/overlay"]),
    "a version with a tail": (overlay_of({"target": "$"}) | {"overlay": "1.0.0\n"}, ["/overlay"]),
    "info without its members": (overlay_of({"target": "$"}) | {"info": {}}, ["/info/title", "/info/version"]),
    "info that is no object": (overlay_of({"target": "$"}) | {"info": "A test"}, ["/info"]),
    "no action": (overlay_of(), ["/actions"]),
    "actions that are no array": (overlay_of() | {"actions": {"target": "$"}}, ["/actions"]),
    "actions that are no objects": (overlay_of("$", None), ["/actions/0", "/actions/1"]),
    "unknown fields": (
        overlay_of({"target": "$", "upd~ate": {}}) | {"info": {"title": "", "version": "", "nam/e": ""}, "action": 1},
        ["/action", "/info/nam~1e", "/actions/0/upd~0ate"],
    ),
    "no target": (overlay_of({"update": {}}), ["/actions/0/target"]),
    "a target that is no string": (overlay_of({"target": ["$"]}), ["/actions/0/target"]),
    "targets that are no JSONPath": (
        overlay_of({"target": "info"}, {"target": "$.paths[/pets]"}, {"target": ""}, {"target": "$.paths./pets"}),
        [f"/actions/{index}/target" for index in range(4)],
    ),
    "wrong types": (
        overlay_of({"target": 1, "description": 1, "remove": "true"}) | {"extends": 1},
        ["/extends", "/actions/0/description", "/actions/0/remove", "/actions/0/target"],
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_all_problems_of_a_malformed_overlay(case: str) -> None:
    overlay, pointers = MALFORMED[case]
    assert [pointer for pointer, _, _ in problems_of(DOCUMENT, overlay)] == pointers


def test_a_malformed_overlay_is_not_applied_in_part() -> None:
    overlay = overlay_of({"target": "$.nothing", "remove": True}, {"target": "nothing"})
    assert [pointer for pointer, _, _ in problems_of(DOCUMENT, overlay)] == ["/actions/1/target"]


def test_a_misspelt_field_is_named_with_what_may_be_meant() -> None:
    ((_, _, said),) = problems_of(DOCUMENT, overlay_of({"target": "$", "updates": {}}))
    assert "did you mean 'update'?" in said


@pytest.mark.parametrize("target", ["$.\x1b[31m", "$['\u202e']", "$['" + "a" * 10_000 + "']"])
def test_a_target_is_printed_safely_and_in_part(target: str) -> None:
    ((_, _, said),) = problems_of(DOCUMENT, overlay_of({"target": target}))
    assert said.isprintable()
    assert len(said) < 500


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"a": value}
    return value


def test_nesting_is_bounded() -> None:
    deep = nested(100_000)
    with pytest.raises(SpecError, match="nested deeper than 200 levels"):
        applied({"target": "$", "update": {}}, to=deep)
    with pytest.raises(SpecError, match="nested deeper than 200 levels"):
        applied({"target": "$", "update": deep})


def test_a_descent_reaches_the_bottom_of_the_deepest_document() -> None:
    result = applied({"target": "$..bottom", "update": {"x": 1}}, to=_with_bottom(198))
    assert json.dumps(result).count('"x": 1') == 1


def _with_bottom(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {"bottom": {}}
    for _ in range(levels):
        value = {"a": value}
    return value


def test_a_document_that_grew_too_deep_for_a_descent() -> None:
    grow = [{"target": "$" + ".a" * (150 * step), "update": nested(150)} for step in range(3)]
    found = problems_of({}, overlay_of(*grow, {"target": "$..b", "remove": True}))
    assert [pointer for pointer, _, _ in found] == ["/actions/3/target"]
    assert "cannot be asked of the document" in found[0][2]


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jsonpath_rfc9535", None)
    with pytest.raises(SpecError, match=r"jsonpath-rfc9535: install aerostack_dynamic\[overlay\]"):
        applied({"target": "$", "update": {}})


# For any document

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)
documents = st.dictionaries(st.sampled_from("abc"), values, max_size=3)
targets = st.sampled_from(["$", "$.a", "$.*", "$..a", "$..*", "$.b[0]", "$.c[*]", "$[?@.a]", "$..[?@.b == 1]"])
some_actions = st.lists(
    st.fixed_dictionaries({"target": targets}, optional={"update": documents | values, "remove": st.booleans()}),
    min_size=1,
    max_size=3,
)


def outcome(document: Any, overlay: Any) -> Any:
    try:
        return apply_overlay(document, overlay)
    except SpecError:
        return None


def containers(value: Any) -> list[int]:
    """The identity of every object and array within `value`."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return [] if inner is None else [id(value), *(one for each in inner for one in containers(each))]


@settings(deadline=None)
@given(documents, some_actions)
def test_neither_argument_is_changed_or_shared(document: Any, actions: Any) -> None:
    overlay = overlay_of(*actions)
    before = copy.deepcopy((document, overlay))
    result = outcome(document, overlay)
    assert (document, overlay) == before
    of_result = containers(result)
    assert len({*of_result}) == len(of_result)
    assert not {*of_result} & {*containers(document), *containers(overlay)}


@settings(deadline=None)
@given(documents, some_actions)
def test_actions_in_one_overlay_are_actions_in_several(document: Any, actions: Any) -> None:
    one_by_one = document
    for action in actions:
        one_by_one = None if one_by_one is None else outcome(one_by_one, overlay_of(action))
    assert outcome(document, overlay_of(*actions)) == one_by_one


@settings(deadline=None)
@given(documents, documents)
def test_an_update_of_the_root_holds_all_that_was_asked_for(document: Any, update: Any) -> None:
    result = outcome(document, overlay_of({"target": "$", "update": update}))
    if result is not None:
        assert_merged(document, update, result)


def assert_merged(old: Any, update: Any, new: Any) -> None:
    assert list(new) == [*old, *(name for name in update if name not in old)]
    for name, value in new.items():
        if name not in update:
            assert value == old[name]
        elif name not in old:
            assert value == update[name]
        elif isinstance(value, dict):
            assert_merged(old[name], update[name], value)
        else:
            assert value == (old[name] + update[name] if isinstance(value, list) else update[name])
