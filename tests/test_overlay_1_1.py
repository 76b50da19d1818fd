"""Overlays of 1.1, several overlays at once, and the command that applies them."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aerostack_dynamic import Spec, SpecError, cli
from aerostack_dynamic import _overlay as room
from aerostack_dynamic._overlay import apply_overlay, apply_overlays
from aerostack_dynamic._yaml import parse_yaml, write_yaml

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "tags": [{"name": "pets"}, {"name": "old"}],
    "paths": {"/pets": {"get": {"tags": ["a", "dummy"], "responses": {"200": {"description": "pets"}}}}, "/cats": {"get": {}}},
}


def overlay_of(*actions: Any, version: str = "1.1.0", **info: Any) -> dict[str, Any]:
    return {"overlay": version, "info": {"title": "A test", "version": "1", **info}, "actions": list(actions)}


def applied(*actions: Any) -> dict[str, Any]:
    before = copy.deepcopy(DOCUMENT)
    result = apply_overlay(DOCUMENT, overlay_of(*actions, description="What it is for"))
    assert before == DOCUMENT
    return result


def problems_of(*actions: Any, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(SpecError) as caught:
        apply_overlay(DOCUMENT, overlay_of(*actions, **more))
    return [(problem.pointer, problem.message) for problem in caught.value.problems]


GET = "$.paths['/pets'].get"

RULES: dict[str, tuple[dict[str, Any], str, Any]] = {
    "a primitive is replaced": ({"target": "$.info.title", "update": "Cats"}, "info title", "Cats"),
    "by one of another type": ({"target": "$.info.title", "update": None}, "info title", None),
    "several are": ({"target": "$.tags[*].name", "update": "x"}, "tags", [{"name": "x"}, {"name": "x"}]),
    "and removed": ({"target": f"{GET}.tags[?@ == 'dummy']", "remove": True}, "paths /pets get tags", ["a"]),
    "primitives and others are removed together": ({"target": "$.info['title', 'version']", "remove": True}, "info", {}),
    "an array is joined to an array": (
        {"target": f"{GET}.tags", "update": ["b", "c"]},
        "paths /pets get tags",
        ["a", "dummy", "b", "c"],
    ),
    "and anything else is one item": (
        {"target": f"{GET}.tags", "update": {"b": []}},
        "paths /pets get tags",
        ["a", "dummy", {"b": []}],
    ),
    "an object is copied": (
        {"target": "$.paths['/cats'].get", "copy": GET},
        "paths /cats get",
        DOCUMENT["paths"]["/pets"]["get"],
    ),
    "an array is": ({"target": f"{GET}.tags", "copy": "$.tags"}, "paths /pets get tags", ["a", "dummy", *DOCUMENT["tags"]]),
    "a primitive is": ({"target": "$.info.version", "copy": "$.info.title"}, "info version", "Pets"),
    "what is copied is as it was before": (
        {"target": "$['info', 'paths']", "copy": "$.info"},
        "paths",
        {**DOCUMENT["paths"], **DOCUMENT["info"]},
    ),
    "within itself": ({"target": "$.info", "copy": "$"}, "info", {**DOCUMENT["info"], **DOCUMENT}),
    "remove wins over copy": ({"target": "$.info", "copy": "$.nothing", "remove": True}, "", None),
}


@pytest.mark.parametrize("rule", RULES)
def test_rule(rule: str) -> None:
    action, place, expected = RULES[rule]
    result: Any = applied(action)
    if not place:
        assert result == {name: value for name, value in DOCUMENT.items() if name != "info"}
        return
    for step in place.split():
        result = result[step]
    assert result == expected


def test_a_copy_sees_what_the_actions_before_it_did_and_shares_nothing() -> None:
    result = applied(
        {"target": "$.paths", "update": {"/dogs": {}, "/birds": {}}},
        {"target": "$.paths['/dogs', '/birds']", "copy": "$.paths['/pets']"},
        {"target": "$.paths['/dogs'].get.tags", "update": ["dogs"]},
    )
    assert result["paths"]["/dogs"]["get"]["tags"] == ["a", "dummy", "dogs"]
    assert result["paths"]["/birds"] == result["paths"]["/pets"] == DOCUMENT["paths"]["/pets"]


@pytest.mark.parametrize(
    ("action", "pointer", "message"),
    [
        ({"target": "$.nothing", "update": 1}, "target", "actions[0]: $.nothing selects nothing"),
        (
            {"target": "$['info', 'tags']", "update": {}},
            "target",
            "selects an array (/tags) and an object (/info); what is changed must",
        ),
        ({"target": "$.*", "copy": "$.info"}, "target", "selects a primitive (/openapi) and an array (/tags) and an object"),
        ({"target": "$.info.title", "update": {}}, "update", "must be a primitive, since the target selects one"),
        ({"target": "$.info", "update": [1]}, "update", "must be an object, since the target selects one"),
        ({"target": "$.info", "copy": "$.tags"}, "copy", "$.tags does not fit: must be an object, since the target selects one"),
        ({"target": "$.info", "copy": "$.nothing"}, "copy", "$.nothing selects no nodes, and one is copied"),
        ({"target": "$.info", "copy": "$.tags[*]"}, "copy", "$.tags[*] selects 2 nodes, and one is copied"),
        ({"target": "$.info", "copy": 1}, "copy", "must be a string that is a JSONPath"),
        ({"target": "$.info", "copy": "info"}, "copy", "info is no JSONPath"),
        ({"target": "$.info", "copy": "$.info", "update": {}}, "copy", "an action has an update or a copy, not both"),
        ({"target": "$", "remove": True}, "target", "the root of the document cannot be removed"),
    ],
)
def test_what_is_wrong_is_said(action: dict[str, Any], pointer: str, message: str) -> None:
    ((place, said),) = problems_of(action)
    assert place == f"/actions/0/{pointer}"
    assert message in said


def test_what_does_not_fit_within_a_copy_is_said_by_its_place() -> None:
    ((place, said),) = problems_of({"target": "$.info", "update": {"tags": {}}}, {"target": "$.info", "copy": GET})
    assert (place, said) == ("/actions/1/copy", f"{GET} does not fit at /tags: an array cannot be merged into an object")


def test_what_only_the_other_edition_has() -> None:
    assert problems_of({"target": "$.info", "copy": "$.info"}, version="1.0.0", description="x") == [
        ("/info/description", "not a field of Overlay 1.0"),
        ("/actions/0/copy", "not a field of Overlay 1.0"),
    ]
    assert problems_of({"target": "$"}, description=1) == [("/info/description", "must be a string")]
    kept = apply_overlay(DOCUMENT, overlay_of({"target": "$['tags', 'info']", "update": {"name": "x"}}, version="1.0.0"))
    assert kept["info"]["name"] == kept["tags"][-1]["name"] == "x"


def test_copies_do_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    doubling = [{"target": "$.info", "update": {f"x{n}": {}}} for n in range(40)]
    copies = [{"target": f"$.info.x{n}", "copy": "$.paths"} for n in range(40)]
    monkeypatch.setattr(room, "_MOST_COPIED", 400)
    assert len(applied(*doubling, *copies[:20])["info"]) == 42
    with pytest.raises(SpecError, match="copies of the overlays have more than 400 values"):
        applied(*doubling, *copies)


def test_a_copy_that_can_not_be_asked_for() -> None:
    deep: Any = {}
    for _ in range(150):
        deep = {"a": deep}
    grow = [{"target": "$.info" + ".a" * (150 * step), "update": deep} for step in range(3)]
    ((place, said),) = problems_of(*grow, {"target": "$.info", "copy": "$..b"})
    assert (place, "$..b cannot be asked of the document" in said) == ("/actions/3/copy", True)


# Several at once


def test_all_that_does_not_fit_is_told_with_its_overlay(tmp_path: Path) -> None:
    place = tmp_path / "mine.yaml"
    place.write_text(write_yaml(overlay_of({"target": "$.info.none", "update": 1}, {"target": "$.info.title", "update": "Mine"})))
    second = overlay_of({"target": "$.paths.none", "remove": True})
    spec = Spec.load(DOCUMENT)
    with pytest.raises(SpecError, match="does not fit the document: 2 problems") as caught:
        spec.with_overlay(place, second)
    assert [(one.pointer, one.message) for one in caught.value.problems] == [
        (f"{place}#/actions/0/target", "actions[0]: $.info.none selects nothing"),
        ("overlay 2#/actions/0/target", "actions[0]: $.paths.none selects nothing"),
    ]
    with pytest.raises(SpecError) as caught:
        spec.with_overlay(second)
    assert [one.pointer for one in caught.value.problems] == ["/actions/0/target"]
    malformed = json.dumps(overlay_of()).encode()
    with pytest.raises(SpecError, match="the overlay is malformed: 2 problems") as caught:
        spec.with_overlay(malformed, second, malformed)
    assert [one.pointer for one in caught.value.problems] == ["overlay 1#/actions", "overlay 3#/actions"]
    with pytest.raises(SpecError, match="the overlay can't be used: 3 problems") as caught:
        spec.with_overlay(tmp_path / "none", second, b"[]", 5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    (missing, _), *others = [(one.pointer, one.message) for one in caught.value.problems]
    assert missing == str(tmp_path / "none")
    assert others == [
        ("overlay 3", "its root is no object"),
        ("overlay 4", "give the overlay as a Path, bytes or a mapping, not a int"),
    ]


def test_each_overlay_sees_what_the_one_before_it_did() -> None:
    rename = overlay_of({"target": "$.info.title", "update": "Dogs"})
    again = overlay_of({"target": "$.info", "update": {"summary": "x"}}, version="1.0.0")
    note = overlay_of({"target": "$.info.summary", "copy": "$.info.title"})
    spec = Spec.load(DOCUMENT).with_overlay(rename, json.dumps(again).encode(), note)
    assert spec.document.written["info"] == {"title": "Dogs", "version": "1", "summary": "Dogs"}
    assert Spec.load(DOCUMENT).with_overlay().sha256 == Spec.load(DOCUMENT).sha256


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(["$.info.title", "$.tags[0].name", "$.none", "$.info"]), min_size=1, max_size=4))
def test_overlays_in_turn_are_one_overlay_of_all_their_actions(targets: list[str]) -> None:
    actions = [{"target": target, "update": target} for target in targets]

    def outcome(overlays: Any) -> Any:
        try:
            return apply_overlays(DOCUMENT, overlays)
        except SpecError as error:
            return [one.message.partition("]: ")[2] for one in error.problems]

    assert outcome([("", overlay_of(*actions))]) == outcome([("", overlay_of(action)) for action in actions])


# The command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    files = {
        "doc.yaml": write_yaml(DOCUMENT),
        "doc.json": "\ufeff \n" + json.dumps(DOCUMENT),
        "title.yaml": write_yaml(overlay_of({"target": "$.info.title", "update": "Häuser"})),
        "tags.json": json.dumps(overlay_of({"target": "$.tags", "remove": True}, version="1.0.0")),
        "wrong.yaml": write_yaml(overlay_of({"target": "$.tags[7]", "remove": True}, {"target": "$.none", "remove": True})),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


CHANGED = {**DOCUMENT, "info": {"title": "Häuser", "version": "1"}}


def test_the_command_prints_as_the_document_was(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["overlay", "doc.yaml", "title.yaml"]) == 0
    assert capsys.readouterr().out == write_yaml(CHANGED)
    assert cli.main(["overlay", "doc.json", "title.yaml", "tags.json"]) == 0
    assert (
        capsys.readouterr().out
        == json.dumps({k: v for k, v in CHANGED.items() if k != "tags"}, indent=2, ensure_ascii=False) + "\n"
    )
    assert cli.main(["overlay", "doc.json", "title.yaml", "--format", "yaml", "-o", "out.yaml"]) == 0
    assert parse_yaml((folder / "out.yaml").read_bytes()) == CHANGED
    assert cli.main(["overlay", "doc.yaml", "title.yaml", "--format", "json", "-o", "doc.yaml"]) == 0
    assert json.loads((folder / "doc.yaml").read_text(encoding="utf-8")) == CHANGED
    assert capsys.readouterr() == ("", "")
    assert cli.main(["overlay", "1.5.0", "title.yaml"]) == 0
    assert json.loads(capsys.readouterr().out)["info"]["version"] == "1.5.0"


def test_the_command_tells_all_that_is_wrong_by_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "broken.yaml").write_text("overlay: [")
    head = "aerostack-dynamic: the overlays can't be applied"
    targets = enumerate(("$.tags[7]", "$.none"))
    nothing = [f"  wrong.yaml#/actions/{number}/target: actions[{number}]: {one} selects nothing" for number, one in targets]
    for arguments, lines in (
        (
            ["doc.yaml", "wrong.yaml", "title.yaml", "wrong.yaml", "-o", "out"],
            [
                head,
                *nothing,
                *nothing,
            ],
        ),
        (["doc.yaml", "none.yaml", "broken.yaml"], [head, "  none.yaml: the overlay can't be read: ", "  broken.yaml: "]),
        (
            ["none.yaml", "title.yaml"],
            ["aerostack-dynamic: none.yaml is no file, and no version that comes with the package: those are 1.0.0, 1.5.0"],
        ),
        (["title.yaml", "title.yaml"], ["aerostack-dynamic: "]),
        (["doc.yaml", "title.yaml", "-o", "no/such/folder"], ["aerostack-dynamic: No such file or directory: "]),
    ):
        assert cli.main(["overlay", *arguments]) == 3
        told = capsys.readouterr()
        assert told.out == ""
        assert all(map(str.startswith, told.err.splitlines(), lines))
        assert len(told.err.splitlines()) == len(lines)
    assert not (folder / "out").exists()


def test_a_command_line_that_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["doc.yaml"], ["doc.yaml", "title.yaml", "--format", "xml"]):
        assert cli.main(["overlay", *arguments]) == 2
    assert cli.main(["overlay", "--help"]) == 0
    assert "exit codes: 0, done; 2," in capsys.readouterr().out


def test_the_command_as_a_user_runs_it(folder: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "aerostack_dynamic", "overlay", "doc.json", "title.yaml"]
    narrow = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(command, capture_output=True, env=narrow, check=True)
    assert json.loads(done.stdout.decode()) == CHANGED
