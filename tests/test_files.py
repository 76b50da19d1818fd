"""Documents of several files: what is found, from where it is read, and what becomes of what can't be had."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import pickle
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from aerostack_dynamic import AerostackError, Client, Spec, SpecError
from aerostack_dynamic._files import may_refer, references
from aerostack_dynamic._mask import secret_places

HEAD = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "servers": [{"url": "https://a.example"}]}


def write(folder: Path, **files: Any) -> Path:
    """Files by name, `__` for a slash and `_` before the extension; text as it is, all else as JSON. Gives the path of the document."""
    for name, content in files.items():
        path = folder / (name.replace("__", "/")[::-1].replace("_", ".", 1)[::-1])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return folder / "api.json"


def item(reference: str, name: str = "x") -> dict[str, Any]:
    """A Path Item Object whose operation takes a body by `reference`."""
    content = {"application/json": {"schema": {"$ref": reference}}}
    return {"post": {"operationId": name, "requestBody": {"content": content}, "responses": {}}}


def document(*references: str, **more: Any) -> dict[str, Any]:
    return {**HEAD, "paths": {f"/{n}": item(one, f"x{n}") for n, one in enumerate(references)}, **more}


def names(spec: Spec) -> list[str]:
    return sorted(spec.document.files)


# ---- what is found


TREE: dict[str, Any] = {
    "api_json": {
        **HEAD,
        "paths": {"/pets/{id}": {"$ref": "paths/pets.yaml"}, "/plain": {"get": {"operationId": "plain", "responses": {}}}},
        "components": {"schemas": {"Id": {"type": "integer"}}, "responses": {"default": {"$ref": "answers.yml#/Bad"}}},
    },
    "paths__pets_yaml": """
parameters: [{$ref: '../parts/parameters.json#/id'}]
post:
  operationId: put_pet
  tags: [pets]
  parameters: [{$ref: "../parts/parameters.json#/trace"}]
  requestBody: {$ref: ../parts/bodies.yaml}
  responses:
    '200': {$ref: ../answers.yml#/Good}
    default: {$ref: ../api.json#/components/responses/default}
""",
    "parts__parameters_json": {
        "id": {"name": "id", "in": "path", "required": True, "schema": {"$ref": "../api.json#/components/schemas/Id"}},
        "trace": {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
    },
    "parts__bodies_yaml": "required: true\ncontent: {application/json: {schema: {$ref: '../schemas/pet.yaml'}}}",
    "answers_yml": """
Good:
  description: good
  headers: {X-Left: {$ref: '#/Left'}}
  links: {again: {$ref: '#/Again'}}
  content: {application/json: {schema: {$ref: schemas/pet.yaml}}}
Bad: {description: bad, content: {application/json: {schema: {$ref: 'schemas/pet.yaml#problem'}}}}
Left: {schema: {type: integer}}
Again: {operationId: put_pet}
""",
    "schemas__pet_yaml": """
type: object
required: [name]
properties: {name: {type: string}, owner: {$ref: people.yaml#/Person}}
$defs: {problem: {$anchor: problem, type: object, properties: {code: {type: integer}}}}
""",
    "schemas__people_yaml": "Person: {type: object, properties: {name: {type: string}, pets: {type: array, items: {$ref: pet.yaml}}}}",
}


@pytest.fixture
def tree(tmp_path: Path) -> Spec:
    return Spec.load(write(tmp_path, **TREE))


def test_all_files_are_found_wherever_they_are_referred_to(tree: Spec) -> None:
    assert names(tree) == [
        "answers.yml",
        "parts/bodies.yaml",
        "parts/parameters.json",
        "paths/pets.yaml",
        "schemas/people.yaml",
        "schemas/pet.yaml",
    ]
    assert (tree.document.name, dict(tree.document.absent)) == ("api.json", {})


def test_every_kind_of_part_may_stand_in_another_file(tree: Spec) -> None:
    operation = tree.operations["pets.put_pet"]
    assert operation.pointer == "paths/pets.yaml#/post"
    assert [(one.location, one.name) for one in operation.parameters] == [("path", "id"), ("header", "X-Trace")]
    good = operation.responses["200"]
    assert (list(good.headers), good.links["again"].operation_id) == (["X-Left"], "put_pet")
    assert {one.name: one.annotation for one in operation.arguments} == {"id_": int, "name": str, "owner": dict, "x_trace": str}
    body = operation.request_body
    assert body is not None
    assert tree.document.follow(body.content["application/json"].schema.raw, "parts/bodies.yaml#/content")[1] == "schemas/pet.yaml#"  # type: ignore[union-attr]


def test_references_lead_on_from_the_file_that_they_stand_in(tree: Spec) -> None:
    document = tree.document
    _, place = document.target("people.yaml#/Person", "schemas/pet.yaml#")
    assert place == "schemas/people.yaml#/Person"
    pets = place + "/properties/pets/items"
    assert document.follow(document.at(pets), pets)[1] == "schemas/pet.yaml#"
    assert document.target("../api.json#/components/schemas/Id", "schemas/pet.yaml#")[1] == "/components/schemas/Id"
    assert document.target("schemas/pet.yaml#problem", "answers.yml#/Bad")[1] == "schemas/pet.yaml#/$defs/problem"


@pytest.mark.parametrize("again", [copy.deepcopy, lambda spec: pickle.loads(pickle.dumps(spec))])
def test_copies_have_the_files(tree: Spec, again: Any) -> None:
    made = again(tree)
    assert names(made) == names(tree)
    assert made.sha256 == tree.sha256
    assert list(made.operations["put_pet"].responses) == ["200", "default"]


def test_a_call_is_made_from_several_files(tmp_path: Path) -> None:
    parameter = {"name": "size", "in": "query", "style": "form", "explode": False, "schema": {"type": "array"}}
    raw = {
        **HEAD,
        "paths": {"/x": {"$ref": "x.json"}},
    }
    whole = {
        "parameters": [{"$ref": "p.json#/size"}],
        "get": {"operationId": "x", "responses": {"200": {"$ref": "p.json#/answer"}}},
    }
    parts = {"size": parameter, "answer": {"description": "d", "content": {"application/json": {}}}}
    spec = Spec.load(write(tmp_path, api_json=raw, x_json=whole, p_json=parts))
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"a": 1})

    with Client(spec=spec, transport=httpx.MockTransport(answer)) as client:
        # Its schemas are no matter here.
        assert client.with_options(validation="off").call("x", size=[1, 2]) == {"a": 1}
    assert str(seen[0].url) == "https://a.example/x?size=1,2"


@pytest.mark.parametrize(
    "spelling",
    ["a.json", "./a.json", "b/../a.json", "b/.././a.json", "%61.json", "a%2Ejson", "./b/%2e%2e/a.json", "a.json#/x", "a.json#"],
)
def test_one_file_has_one_name_however_it_is_spelt(tmp_path: Path, spelling: str) -> None:
    spec = Spec.load(write(tmp_path, api_json=document("a.json", spelling), a_json={"x": {}}))
    assert names(spec) == ["a.json"]
    assert spec.document.target(spelling, "")[1].partition("#")[0] == "a.json"


def test_the_document_itself_is_no_other_file(tmp_path: Path) -> None:
    spec = Spec.load(
        write(tmp_path, api_json=document("api.json#/x", "./b/../api.json#/x", "b/a.json", x={}), b__a_json={"$ref": "../api.json"})
    )
    assert names(spec) == ["b/a.json"]
    assert spec.document.follow({"$ref": "b/a.json"}, "") == (spec.document.raw, "")


WHERE: dict[str, Any] = {
    "a mapping": {"components": {"schemas": {"A": {"discriminator": {"propertyName": "k", "mapping": {"a": "./a.json"}}}}}},
    "a default mapping": {
        "components": {"schemas": {"A": {"discriminator": {"propertyName": "k", "defaultMapping": "a.json#/x"}}}}
    },
    "a link": {"components": {"links": {"A": {"operationRef": "a.json#/paths/~1x/get"}}}},
    "a response that is called default": {"components": {"responses": {"default": {"$ref": "a.json#/x"}}}},
    "a schema that is called example": {"components": {"schemas": {"example": {"$ref": "a.json#/x"}}}},
    "a property that is called enum": {"components": {"schemas": {"A": {"properties": {"enum": {"$ref": "a.json"}}}}}},
    "a dynamic reference": {"components": {"schemas": {"A": {"$dynamicRef": "a.json#node"}}}},
    "a webhook": {"webhooks": {"a": {"$ref": "a.json"}}},
    "a callback": {"components": {"callbacks": {"a": {"{$url}": {"$ref": "a.json"}}}}},
}
VALUES: dict[str, Any] = {
    "a mapping's names": {
        "components": {
            "schemas": {"a.json": {}, "A": {"discriminator": {"propertyName": "k", "mapping": {"a": "a.json", "b": "A"}}}}
        }
    },
    "an external value": {"components": {"examples": {"a": {"externalValue": "a.json"}}}},
    "an example": {"components": {"schemas": {"A": {"example": {"$ref": "a.json"}}}}},
    "a default": {"components": {"schemas": {"A": {"default": {"$ref": "a.json"}}}}},
    "a property's name": {"components": {"schemas": {"A": {"properties": {"$ref": {"type": "string"}}}}}},
}


@pytest.mark.parametrize("form", ["json", "yaml"])
@pytest.mark.parametrize("where", WHERE)
def test_a_reference_is_found_there(tmp_path: Path, where: str, form: str) -> None:
    raw = document(**WHERE[where])
    text = json.dumps(raw) if form == "json" else yaml.safe_dump(raw)
    assert names(Spec.load(write(tmp_path, api_json=text, a_json={}))) == ["a.json"]


@pytest.mark.parametrize("where", VALUES)
def test_what_is_no_reference_makes_nothing_be_read(tmp_path: Path, where: str) -> None:
    assert names(Spec.load(write(tmp_path, api_json=document(**VALUES[where]), a_json={}))) == []


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ('{"$ref":"#/a"}', False),
        ('{"$ref" : "a.json"}', True),
        ('{"$ref": {"type": "string"}}', False),
        ("a: {$ref: ./x}", True),
        ("$ref: '#/a'", False),
        ("'$ref': \"#/a\"", False),
        ("$ref: # of a file\n  x.yaml", True),
        ('{"mapping": {"a": "Cat", "b": "#/c"}}', False),
        ('{"mapping": {"a": "./cat"}}', True),
        ('{"defaultMapping": "Cat"}', False),
        ('{"operationRef": "#/x"}', False),
        ("operationRef: x.yaml", True),
    ],
)
def test_most_documents_of_one_file_are_not_walked(text: str, may: bool) -> None:
    assert may_refer(text.encode()) is may
    assert may_refer(text.encode("utf-16"))


def test_references_are_found_once_each_by_their_place() -> None:
    node = {"allOf": [{"$ref": "a"}, {"x": {"$ref": "b"}}], "examples": [{"$ref": "c"}], "enum": [{"$ref": "d"}]}
    assert sorted(references(node)) == ["a", "b"]


# ---- $self


def test_self_is_what_absolute_references_are_held_against(tmp_path: Path) -> None:
    raw = document("https://e.example/api/a.json#/x", "b/c.json", **{"$self": "https://e.example/api/api.json"})
    files = {
        "a_json": {"$self": "https://e.example/api/a.json", "x": {"type": "string"}},
        "b__c_json": {"$ref": "https://e.example/api/a.json#/x"},
    }
    spec = Spec.load(write(tmp_path, api_json={**raw, "openapi": "3.2.0"}, **files))
    assert names(spec) == ["a.json", "b/c.json"]
    assert spec.document.follow({"$ref": "https://e.example/api/a.json#/x"}, "")[1] == "a.json#/x"
    assert spec.document.follow({"$ref": "b/c.json"}, "")[1] == "a.json#/x"


# ---- root


def test_root_lets_references_lead_further_up(tmp_path: Path) -> None:
    write(tmp_path, v1__api_json=document("../common/a.json"), common__a_json={"$ref": "../v1/api.json#/info"})
    alone = Spec.load(tmp_path / "v1" / "api.json")
    assert dict(alone.document.absent) == {
        "../common/a.json": "the file '../common/a.json' is outside of the document's folder (root= names a folder further up)"
    }
    spec = Spec.load(tmp_path / "v1" / "api.json", root=tmp_path)
    assert (spec.document.name, names(spec)) == ("v1/api.json", ["common/a.json"])
    assert spec.document.follow({"$ref": "../common/a.json"}, "")[1] == "/info"


@pytest.mark.parametrize("form", ["bytes", "mapping"])
def test_bytes_and_mappings_have_files_where_root_says(tmp_path: Path, form: str) -> None:
    write(tmp_path, b__a_json={"type": "string"})
    raw: Any = document("b/a.json")
    source = json.dumps(raw).encode() if form == "bytes" else raw
    assert names(Spec.load(source)) == []
    spec = Spec.load(source, root=tmp_path)
    assert (spec.document.name, names(spec)) == ("", ["b/a.json"])


def test_what_is_no_root_is_said_to_be_none(tmp_path: Path) -> None:
    path = write(tmp_path, api_json=document(), b__c_json={})
    with pytest.raises(SpecError, match=r"root: .*b does not contain the document .*api\.json"):
        Spec.load(path, root=tmp_path / "b")
    for source in (path, b"openapi: 3.1.0"):
        with pytest.raises(SpecError, match=r"root: .*nowhere is no folder"):
            Spec.load(source, root=tmp_path / "nowhere")
        with pytest.raises(SpecError, match="root: give the folder as a Path, not a str"):
            Spec.load(source, root=str(tmp_path))  # type: ignore[arg-type]
    with pytest.raises(SpecError, match="is a folder; give the path of the document in it"):
        Spec.load(tmp_path)


def test_a_document_that_is_a_link_speaks_of_what_lies_beside_the_link(tmp_path: Path) -> None:
    write(tmp_path, real__api_json=document("a.json"), seen__a_json={})
    (tmp_path / "seen" / "api.json").symlink_to(tmp_path / "real" / "api.json")
    assert names(Spec.load(tmp_path / "seen" / "api.json")) == ["a.json"]


# ---- what can't be had


def test_only_what_needs_an_absent_file_is_disabled(tmp_path: Path) -> None:
    raw = document(
        paths={"/a": {"$ref": "gone.yaml"}, "/b": {"get": {"operationId": "b", "parameters": [{"$ref": "gone.yaml#/p"}]}}}
    )
    raw["paths"]["/c"] = {"get": {"operationId": "c", "responses": {"200": {"$ref": "gone.yaml#/r"}}}}
    spec = Spec.load(write(tmp_path, api_json=raw))
    told = "the file 'gone.yaml' does not exist"
    with Client(spec=spec, transport=httpx.MockTransport(lambda request: httpx.Response(200, json=1))) as client:
        with pytest.raises(SpecError, match=told):
            client.call("b")
        assert client.call("c") == 1
    assert {(one.pointer, one.message, one.severity) for one in spec.problems} == {
        ("/paths/~1a", told, "error"),
        ("/paths/~1b/get/parameters/0", told, "error"),
        ("/paths/~1c/get/responses/200", told, "warning"),
    }


REFUSED = {
    "../x.json": "is outside of the document's folder",
    "b/../../x.json": "is outside of the document's folder",
    "..%2fx.json": "is outside of the document's folder",
    "%2e%2e/x.json": "is outside of the document's folder",
    "..": "is outside of the document's folder",
    "/etc/hosts": "is outside of the document's folder",
    "%2fetc/hosts": "is outside of the document's folder",
    "//host/x.json": "is outside of the document's folder",
    "..%5cx.json": "has one of the characters",
    "b%5c..%5c..%5cx.json": "has one of the characters",
    "C%3A/x.json": "has one of the characters",
    "b/C:x.json": "has one of the characters",
    "x%00.json": "has one of the characters",
    "x%0a%1b.json": "has one of the characters",
    "a%23b.json": "has one of the characters",
    "a/" * 600: "has a name that is too long",
    "%252e%252e/x.json": "does not exist",
    "b": "can't be read|is no regular file",
    ".": "can't be read|is no regular file",
    "B.JSON": "does not exist|is spelt otherwise",
    "text.json": "is neither JSON nor YAML of an object",
    "half.json": "can't be used",
    "deep.json": "nests deeper than 200",
    "http://e.example/x.json": "nothing is fetched",
    "file:///etc/hosts": "nothing is fetched",
    "FILE:/etc/hosts": "nothing is fetched",
    "C:/x.json": "nothing is fetched",
    "urn:x": "nothing is fetched",
}


@pytest.mark.parametrize("reference", [pytest.param(one, id=one[:24]) for one in REFUSED])
@pytest.mark.parametrize("trusted", [True, False])
def test_it_is_absent_and_the_error_says_why(tmp_path: Path, reference: str, trusted: bool) -> None:
    folder = tmp_path / "api"
    write(
        tmp_path,
        x_json={},
        api__b__c_json={},
        api__b_json={},
        api__half_json="{",
        api__text_json="hello",
        api__deep_json="- " * 300,
    )
    spec = Spec.load(write(folder, api_json=document(reference)), trusted=trusted)
    assert names(spec) == []
    with pytest.raises(SpecError, match=REFUSED[reference]) as caught:
        spec.document.target(reference, "")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("reference", ["http://[x", "http://[x#y", "#/x", "", "?x"])
def test_what_names_no_file_is_not_looked_for(tmp_path: Path, reference: str) -> None:
    assert names(Spec.load(write(tmp_path, api_json=document(reference, "a.json"), a_json={}))) == ["a.json"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="links and pipes are made")
class TestLinks:
    def test_links_within_the_folder_are_followed(self, tmp_path: Path) -> None:
        path = write(tmp_path, api_json=document("link.json", "way/a.json"), b__a_json={})
        (tmp_path / "link.json").symlink_to("b/a.json")
        (tmp_path / "way").symlink_to(tmp_path / "b")
        assert names(Spec.load(path)) == ["link.json", "way/a.json"]

    @pytest.mark.parametrize("way", ["file", "folder", "round"])
    def test_links_out_of_it_are_not(self, tmp_path: Path, way: str) -> None:
        path = write(tmp_path, in__api_json=document("link/a.json", "link.json"), out__a_json={}).parent / "in" / "api.json"
        if way == "round":
            (tmp_path / "in" / "link.json").symlink_to("link.json")
        elif way == "file":
            (tmp_path / "in" / "link.json").symlink_to(tmp_path / "out" / "a.json")
        else:
            (tmp_path / "in" / "link").symlink_to("../out")
        spec = Spec.load(path)
        assert names(spec) == []
        told = " ".join(spec.document.absent.values())
        assert ("can't be read" if way == "round" else "a symbolic link that leads out") in told

    def test_a_pipe_is_not_waited_for(self, tmp_path: Path) -> None:
        path = write(tmp_path, api_json=document("pipe.json"))
        os.mkfifo(tmp_path / "pipe.json")
        assert dict(Spec.load(path).document.absent) == {"pipe.json": "the file 'pipe.json' is no regular file"}

    def test_what_may_not_be_read_is_absent(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = write(tmp_path, api_json=document("a.json"), a_json={})

        def refuse(*_: Any) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "open", refuse)
        assert dict(Spec.load(path).document.absent) == {"a.json": "the file 'a.json' can't be read: Permission denied"}


# ---- one document


def test_the_digest_is_that_of_all_files(tmp_path: Path) -> None:
    first = write(tmp_path / "1", api_json=document("a.json", "b.json"), a_json={}, b_json=[])
    other = write(tmp_path / "2", api_json=document("a.json", "b.json"), a_json={}, b_json=[1])
    alone = write(tmp_path / "3", api_json=document())
    assert Spec.load(first).sha256 == Spec.load(first).sha256 != Spec.load(other).sha256
    assert Spec.load(alone).sha256 == hashlib.sha256(alone.read_bytes()).hexdigest()


def test_an_overlay_leaves_the_files(tree: Spec) -> None:
    overlay = {
        "overlay": "1.0.0",
        "info": {"title": "O", "version": "1"},
        "actions": [{"target": "$.info", "update": {"title": "New"}}],
    }
    made = tree.with_overlay(overlay)
    assert (made.title, names(made), made.document.name) == ("New", names(tree), "api.json")
    assert made.sha256 != tree.sha256
    assert made.operations["put_pet"].responses["200"].links


def test_errors_are_ours(tmp_path: Path) -> None:
    with pytest.raises(AerostackError, match="can't be read"):
        Spec.load(tmp_path / "nowhere.json")
    with pytest.raises(AerostackError, match="can't be read"):
        Spec.load(Path("a\0b"))


def test_what_other_files_call_secret_is_masked(tmp_path: Path) -> None:
    secrets = {"Pin": {"type": "string", "x-aerostack-secret": True}, "P": {"properties": {"pin": {"$ref": "#/Pin"}}}}
    key = {"key": {"name": "X-Code", "in": "header", "schema": {"$ref": "s.json#/Pin"}}}
    spec = Spec.load(write(tmp_path, api_json=document("a.json#/key", "s.json"), a_json=key, s_json=secrets))
    found = secret_places(spec.document)
    assert (found.properties, "x-code" in found.header) == ({"pin"}, True)


def test_a_file_that_is_spelt_otherwise_on_the_disk_is_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a system that opens PET.json for pet.json: a document that works there only would be found out elsewhere."""
    path = write(tmp_path, api_json=document("PET.json"), PET_json={})
    monkeypatch.setattr(os, "listdir", lambda _: ["api.json", "pet.json"])
    assert dict(Spec.load(path).document.absent) == {"PET.json": "the file 'PET.json' is spelt otherwise on the disk"}


@pytest.mark.parametrize(
    ("references", "told"),
    [
        ([f"f{number}.json" for number in range(65)], "more than 64 other files, and is not trusted"),
        ([f"{number}.json" for number in range(1001)], "more than 1000 files, and is not trusted"),
        (["large.json"], "more than 32 MiB with its files, and is not trusted"),
    ],
    ids=["files", "names", "bytes"],
)
def test_a_document_of_others_is_bounded_with_its_files(tmp_path: Path, references: list[str], told: str) -> None:
    many = {f"f{number}_json": {} for number in range(65)}
    path = write(tmp_path, api_json=document(*references), large_json=" " * (32 * 1024 * 1024), **many)
    with pytest.raises(SpecError, match=told):
        Spec.load(path, trusted=False)
    assert Spec.load(path).document.name == "api.json"
