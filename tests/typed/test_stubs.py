"""Typed clients: what is written for a document, that nothing in it leaves its place, and what the written file does when it runs."""

from __future__ import annotations

import ast
import copy
import importlib.util
import inspect
import json
import pickle
import sys
import warnings
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aerostack_dynamic import AsyncClient, Client, Record, Spec, v1_0_0, v1_5_0, versions
from aerostack_dynamic._errors import ArgumentsError
from aerostack_dynamic.cli import main
from aerostack_dynamic.stubs import write_stub
from aerostack_dynamic.stubs._text import literal
from aerostack_dynamic.testing import MockTransport
from aerostack_dynamic.typed import AnyClient, RecordList

ROOT = Path(__file__).resolve().parents[2]


def json_answer(schema: Any, media_type: str = "application/json") -> dict[str, Any]:
    return {"200": {"description": "", "content": {media_type: {"schema": schema}}}}


def document(**changes: Any) -> dict[str, Any]:
    """A document with one operation, whose parts are changed by name: of the operation, or `schemas`, `info`, `path`."""
    operation = {"operationId": "doIt", "tags": ["main"], "responses": {"204": {"description": ""}}}
    schemas, info, path = (changes.pop(name, default) for name, default in (("schemas", {}), ("info", {}), ("path", "/it")))
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"} | info,
        "servers": [{"url": "https://api.example.com"}],
        "paths": {path: {"post": operation | changes}},
        "components": {"schemas": schemas},
    }


def written(raw: dict[str, Any], **options: Any) -> str:
    text = write_stub(Spec.load(raw), **options)
    ast.parse(text)
    return text


def imported(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def body(schema: Any, media_type: str = "application/json") -> dict[str, Any]:
    return {"required": True, "content": {media_type: {"schema": schema}}}


def signature(text: str, method: str = "__call__") -> str:
    """A method of the first operation, in one line."""
    tree = ast.parse(text)
    found = next(
        node
        for one in tree.body
        if isinstance(one, ast.ClassDef) and one.name == "DoItOperation"
        for node in one.body
        if isinstance(node, ast.FunctionDef) and node.name == method
    )
    return ast.unparse(found).splitlines()[0].removeprefix(f"def {method}(self").removesuffix(":")


WHY = 'Deprecated: use "that".'
REF = {"$ref": "#/components/schemas/Thing"}
# A list that says of its items that they are objects, and one that says of which kind.
LISTS = {
    "Thing": {
        "allOf": [
            {"properties": {"data": {"type": "array", "items": {"type": "object"}}}},
            {"properties": {"data": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}}},
        ]
    },
    "Item": {"type": "object", "properties": {"id": {"type": "string"}}},
    "Both": {"allOf": [{"type": "array", "items": {"type": "object"}}, {"items": {"$ref": "#/components/schemas/Item"}}]},
}
PET = {
    "Pet": {"type": "object", "discriminator": {"propertyName": "kind"}, "properties": {"kind": {"type": "string"}}},
    "Cat": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"lives": {"type": "integer"}}}]},
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ") -> None"),
        ({"responses": json_answer({"type": "array", "items": {"type": "string", "format": "date"}})}, ") -> RecordList[str]"),
        ({"responses": json_answer({"type": ["integer", "null"]})}, ") -> int | None"),
        ({"responses": json_answer({"type": "string"}, "text/plain")}, ") -> str"),
        ({"responses": json_answer({"type": "string"}, "application/pdf")}, ") -> bytes"),
        ({"responses": json_answer({"type": "string"}, "text/event-stream")}, ") -> str"),
        ({"responses": json_answer({"type": "integer"}, "application/x-ndjson")}, ") -> list[int]"),
        ({"responses": json_answer({}, "multipart/mixed")}, ") -> list[BodyPart]"),
        ({"responses": json_answer({}, "*/*")}, ") -> Any"),
        ({"responses": {"default": {"description": ""}, "400": {"description": ""}}}, ") -> None"),
        ({"responses": json_answer(True)}, ") -> Any"),
        ({"responses": json_answer({"$ref": "#/nowhere"})}, ") -> Any"),
        ({"responses": json_answer({"const": None})}, ") -> None"),
        ({"responses": json_answer({"enum": [1, "a", None]})}, ") -> Literal[1, 'a'] | None"),
        ({"responses": json_answer({"enum": [1.5], "type": "number"})}, ") -> float"),
        ({"responses": json_answer({"additionalProperties": {"type": "boolean"}})}, ") -> dict[str, bool]"),
        ({"responses": json_answer(REF), "schemas": {"Thing": {"type": "array", "items": REF}}}, ") -> Thing"),
        (
            {"responses": json_answer(REF), "schemas": {"Thing": {"allOf": [{"type": "string"}, {"enum": ["a"]}]}}},
            ") -> Literal['a']",
        ),
        ({"responses": json_answer({"$ref": "#/components/schemas/Pet"}), "schemas": PET}, ") -> Pet | Cat"),
        ({"responses": json_answer({"oneOf": [{"type": "string"}, {"enum": ["a"]}, {"type": "integer"}]})}, ") -> str | int"),
        (
            {
                "requestBody": body(
                    {"properties": {"a": {"type": "string", "format": "uuid"}}, "additionalProperties": {"type": "integer"}}
                )
            },
            ", *, a: str | UUID | Unset=..., **_others: int) -> None",
        ),
        ({"requestBody": body({"type": "array", "items": {"type": "number"}})}, ", *, body: Array[float]) -> None"),
        ({"requestBody": body({"type": "string"}, "text/plain")}, ", *, body: "),
        ({"requestBody": body({}, "application/octet-stream")}, ", *, body: File) -> None"),
        ({"requestBody": body({"type": "array"}, "application/x-ndjson")}, ", *, body: Any) -> None"),
        (
            {
                "requestBody": body(
                    {"properties": {"f": {"type": "array", "items": {"contentMediaType": "image/png"}}}}, "multipart/form-data"
                )
            },
            ", *, f: Array[File] | Unset=...) -> None",
        ),
        ({"parameters": [{"name": "q", "in": "query", "content": {"application/json": {}}}]}, ", *, q: Any=...) -> None"),
        ({"parameters": [{"name": "self", "in": "query", "required": True, "schema": {"type": "string"}}]}, None),
    ],
)
def test_the_types_of_a_call(changes: dict[str, Any], expected: str | None) -> None:
    text = written(document(**copy.deepcopy(changes)))
    if expected is None:
        assert "__call__(_self, *, self: str)" in text
    else:
        assert signature(text).startswith(expected)


def test_members_of_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    thing = {
        "type": "object",
        "required": ["in", "undeclared"],
        "description": "A thing.",
        "properties": {
            "in": {"type": "string", "description": "Where."},
            "date": {"type": ["string", "null"], "format": "date"},
            "day": {"type": "string", "format": "date", "enum": ["2020-01-01"]},
            "next": REF,
            "keys": {"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]},
            "secret": {"type": "string", "writeOnly": True},
            "id": {"type": "integer", "readOnly": True},
        },
    }
    text = written(
        document(requestBody=body({"type": "array", "items": REF}), responses=json_answer(REF), schemas={"Thing": thing})
    )
    (tmp_path / "one.py").write_text(text, encoding="utf-8")
    module = imported(tmp_path / "one.py", "one")
    monkeypatch.setitem(sys.modules, "one", module)
    hints = get_type_hints(module.Thing)
    assert hints["in_"] is str
    assert hints["date"] == hints["day"] == date | None
    assert hints["next"] == module.Thing | None
    assert hints["secret"] == str | None
    assert {"a", "b"} <= {*get_type_hints(module.ThingKeys)}
    assert module.Thing.__doc__ == "A thing."
    assert vars(module.ThingKeys)["__doc__"] is None
    assert 'NotRequired[ThingInput | Thing]"' in text
    assert {*module.ThingInput.__annotations__} == {*thing["properties"], "undeclared"}
    with pytest.raises(TypeError, match="for annotations"):
        isinstance(Record(), module.Thing)
    with pytest.raises(TypeError, match="for annotations"):
        module.Thing()


def test_arrays_that_are_narrowed_have_the_items_of_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = {"$ref": "#/components/schemas/Both"}
    text = written(document(requestBody=body(both), responses=json_answer(REF), schemas=LISTS))
    (tmp_path / "narrowed.py").write_text(text, encoding="utf-8")
    module = imported(tmp_path / "narrowed.py", "narrowed")
    monkeypatch.setitem(sys.modules, "narrowed", module)
    data = next(one for one in get_args(get_type_hints(module.Thing)["data"]) if one is not type(None))
    assert (get_origin(data), [*get_type_hints(get_args(data)[0])]) == (RecordList, ["id"])
    name = signature(text).partition("body: Array[")[2].partition("]")[0]
    assert {*getattr(module, name.partition(" | ")[0]).__annotations__} == {"id"}


def test_every_annotation_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pets = {"oneOf": [*({"properties": {"a": {"const": one}}, "required": ["a"]} for one in (1, 2)), {"type": "null"}]}
    tree = {"oneOf": [{"type": "array", "items": REF}, {"type": "string"}]}
    several = {"type": "array", "items": {"$ref": "#/components/schemas/Several"}}
    query = {"name": "q", "in": "query", "schema": {"$ref": "#/components/schemas/Pets"}}
    schemas = {"Thing": tree, "Pets": pets, "Several": several}
    raw = document(parameters=[query], requestBody=body(REF), responses=json_answer(several), schemas=schemas)
    (tmp_path / "annotated.py").write_text(written(raw), encoding="utf-8")
    module = imported(tmp_path / "annotated.py", "annotated")
    monkeypatch.setitem(sys.modules, "annotated", module)
    for one in (module, v1_0_0, v1_5_0):
        for kind in vars(one).values():
            if isinstance(kind, type) and kind.__module__ == one.__name__:
                get_type_hints(kind)
                above = [base for base in kind.__mro__ if base.__module__ in (one.__name__, "aerostack_dynamic.typed")]
                for method in (member for base in above for member in vars(base).values()):
                    if inspect.isfunction(method) and not method.__name__.startswith("_no_init"):
                        get_type_hints(method)


def test_streams_and_pages() -> None:
    paged = document(
        responses=json_answer(
            {"properties": {"data": {"type": "array", "items": {"type": "integer"}}, "next": {"type": "string"}}}
        ),
        parameters=[{"name": "after", "in": "query", "schema": {"type": "string"}}],
        **{"x-aerostack-pages": {"input": "after", "output": "/next", "items": "/data"}},
    )
    assert signature(written(paged), "items").endswith("-> Listing[int]")
    for pages in ({"input": "nothing"}, {"kind": "single", "more": "/next"}):
        text = written(
            copy.deepcopy(paged) | {"paths": {"/it": {"post": paged["paths"]["/it"]["post"] | {"x-aerostack-pages": pages}}}}
        )
        assert ("def items" in text) == ("kind" in pages)
    for schema, expected in (
        ({"type": "string"}, "Event[str]"),
        ({"properties": {"a": {"type": "integer"}}}, "Event[DoItEvent]"),
        ({"properties": {"event": {}, "data": {"type": "integer"}}}, "Event[int]"),
        (
            {"properties": {"data": {"contentMediaType": "application/json", "contentSchema": {"type": "integer"}}}},
            "Event[str | int]",
        ),
    ):
        text = written(document(responses=json_answer(schema, "text/event-stream")))
        assert signature(text, "stream").endswith(f"-> Stream[{expected}]")
    flagged = document(
        requestBody=body({"properties": {"stream": {"type": "boolean"}}}),
        responses=json_answer({"type": "integer"}, "text/event-stream"),
        **{"x-aerostack-stream": {"flag": "stream"}},
    )
    assert "stream: Literal[False] | Unset" in signature(written(flagged))
    assert "stream: Literal[True] | Unset" in signature(written(flagged), "stream")


def test_deprecated_operations_say_so() -> None:
    text = written(document(deprecated=True, description='Deprecated: use "that".'))
    said = f"@deprecated({literal(f'main.do_it is deprecated: {WHY}')})"
    assert [line.strip() for line in text.splitlines() if "@deprecated" in line] == [said] * 8
    assert "deprecated" not in written(document(description="Not deprecated."))[:400]


def test_what_cannot_be_called_is_anything() -> None:
    text = written(document(parameters=[{"in": "query"}]))
    assert "def do_it(self) -> Any:" in text


def test_a_written_client_runs(tmp_path: Path, capsys: Any) -> None:
    folder = tmp_path / "code"
    folder.mkdir()
    place, out = tmp_path / "api.json", folder / "my_client.py"
    raw = document(responses=json_answer({"properties": {"a": {"type": "integer"}}}))
    place.write_text(json.dumps(raw), encoding="utf-8")
    command = ["stubs", str(place), "-o", str(out), "--class-name", "Mine"]
    assert main([*command, "--check"]) == 1
    assert main(command) == main([*command, "--check"]) == 0
    module = imported(out, "my_client")
    sys.modules["my_client"] = module
    try:
        with module.Mine(transport=MockTransport(Spec.load(place)), server="http://localhost") as client:
            assert isinstance(client.main.do_it(), Record)
            assert isinstance(client, AnyClient)
            assert type(pickle.loads(pickle.dumps(module.Mine()))) is module.Mine
            assert type(client.with_options(timeout=3)) is module.Mine
    finally:
        del sys.modules["my_client"]
    assert issubclass(module.AsyncMine, AsyncClient)
    place.write_text(json.dumps(raw | {"x-new": 1}), encoding="utf-8")
    assert main([*command, "--check"]) == 1
    assert "is stale" in capsys.readouterr().err
    with pytest.warns(UserWarning, match="AsyncMine was written for the document with SHA-256") as caught:
        module.AsyncMine()
    assert caught[0].filename == __file__
    assert main(["stubs", str(place), "--check"]) == 2
    for wrong in ("not a name", "class", "None", "_Hidden", "Any", "TypedClient", "TypedOperation", "Exception", "ﬁne"):
        capsys.readouterr()
        assert main(["stubs", str(place), "--class-name", wrong]) == 2, wrong
        assert f"--class-name: {wrong!r}" in capsys.readouterr().err.replace("'Async", "'")
    assert main(["stubs", "1.5.0"]) == 0
    assert 'bundled="1.5.0"' in capsys.readouterr().out


def test_a_client_of_a_document_in_no_file_is_given_it(tmp_path: Path) -> None:
    raw = document()
    (tmp_path / "bare.py").write_text(written(raw), encoding="utf-8")
    module = imported(tmp_path / "bare.py", "bare")
    with pytest.raises(ArgumentsError, match="give it as spec="):
        module.Client()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        module.Client(spec=raw)


def test_the_packages_own_know_their_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    from aerostack_dynamic import v1_0_0, v1_5_0

    monkeypatch.setenv("AEROSTACK_SPEC_VERSION", "1.0.0")
    with v1_5_0.Client("k") as newer, v1_0_0.Client("k") as older:
        assert (newer.spec.version, older.spec.version) == ("1.5.0", "1.0.0")
        assert isinstance(newer, Client)
    with pytest.warns(UserWarning, match="its types may be wrong"):
        v1_5_0.Client("k", version="1.0.0")


def test_the_typed_modules_are_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("typed_tool", ROOT / "tools" / "typed.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.main(["--check"]) == 0
    assert {*tool.wanted()} == {"_face.py", *(f"v{version.replace('.', '_')}.py" for version in versions())}


def test_the_tool_tells_what_is_stale_and_mends_it(tmp_path: Path, capsys: Any) -> None:
    tool = imported(ROOT / "tools" / "typed.py", "typed_tool")
    (tmp_path / "v0_9.py").write_text(tool.MARK, encoding="utf-8")
    (tmp_path / "_face.py").write_text("", encoding="utf-8")
    arguments = ["--target", str(tmp_path)]
    assert tool.main([*arguments, "--check"]) == 1
    said = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert sorted(said) == ["extra", "missing", "missing", "stale"]
    assert tool.main(arguments) == 0
    assert tool.main([*arguments, "--check"]) == 0


# ---- hostile documents

HOSTILE = st.text(st.sampled_from("\"\\'\n\r\x00\x0c\u2028\u202e#{}() ab=;:é漢ªǅß1_"), max_size=12)
PLAIN = ("word", "other")


def hostile(texts: list[str]) -> dict[str, Any]:
    """A document with texts wherever one may stand that is no name in Python."""
    one, two, three = texts
    thing = {"type": "object", "description": one, "properties": {"a": {"type": "string", "description": two}}, "title": three}
    parameter = {"name": "q", "in": "query", "description": three, "schema": {"type": "string", "description": one}}
    return document(
        info={"title": one, "version": two, "description": three},
        summary=two,
        description=one,
        parameters=[parameter],
        responses=json_answer(thing),
    )


def shape_of(text: str) -> str:
    """The syntax tree of a file without the texts in it."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            node.body = [one for one in node.body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


BENIGN = shape_of(write_stub(Spec.load(hostile(["a", "b", "c"]))))


@settings(max_examples=60)
@given(st.lists(HOSTILE, min_size=3, max_size=3))
def test_no_text_leaves_its_literal(texts: list[str]) -> None:
    assert shape_of(write_stub(Spec.load(hostile(texts)))) == BENIGN


@settings(max_examples=60)
@given(st.lists(HOSTILE, min_size=4, max_size=4), st.lists(HOSTILE, min_size=1, max_size=3))
def test_names_and_values_stay_names_and_values(names: list[str], values: list[str]) -> None:
    tag, identifier, member, component = names
    thing = {"type": "object", "required": [member], "properties": {member: {"enum": values}, member + "x": {"const": member}}}
    reference = {"$ref": "#/components/schemas/" + component.replace("~", "~0").replace("/", "~1").replace("%", "%25")}
    raw = document(
        tags=[tag],
        operationId=identifier,
        parameters=[{"name": member, "in": "query", "schema": {"enum": values}}],
        requestBody=body({"type": "array", "items": reference}),
        responses=json_answer(reference),
        schemas={component: thing},
    )
    text = write_stub(Spec.load(raw))
    tree = ast.parse(text)
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert calls <= {"TypedDict", "MadeFor"}
    kinds = {type(node) for node in tree.body}
    assert kinds <= {ast.Expr, ast.ImportFrom, ast.ClassDef, ast.Assign, ast.AnnAssign}
    compile(text, "stub", "exec")
