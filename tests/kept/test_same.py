"""What was kept of a large document is the same document: it changes nothing but the time that the next process takes."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

from aerostack_dynamic import ResponseError, Spec, StatusError, _cache, _schema_fast
from aerostack_dynamic._mask import secret_places
from aerostack_dynamic._parts import Parts

from .things import document, is_kept, told


def answered(request: httpx.Request) -> httpx.Response:
    if request.url.path.endswith("/bad"):
        return httpx.Response(200, json={"name": 1, "next": None})
    return httpx.Response(
        200, json={"name": "a", "next": {"name": "b", "next": {"name": "c"}}}, headers={"x-got": str(request.url)}
    )


def calls(both: Any, spec: Spec, settle: Any) -> Any:
    """What calls of a document give: data, and the words of errors."""

    async def story(client: Any) -> Any:
        found: list[Any] = []
        for how in ({"id": "good"}, {"id": "bad"}, {"id": "Wrong"}, {}):
            for operation in (client.kind_0.get_thing0, client.call):
                name = () if operation is not client.call else ("getThing7",)
                try:
                    found.append(await settle(operation(*name, **how)))
                except Exception as error:
                    found.append(str(error))
        return found

    transport = httpx.MockTransport(answered)
    return both.run(story, spec=spec, credentials={"Key": "k"}, transport=transport)


def test_what_was_kept_is_the_same_document(source: Path, folder: Path, both: Any, settle: Any) -> None:
    plain, first, second = (Spec.load(source, cache=cache) for cache in (False, folder, folder))
    assert [is_kept(one) for one in (plain, first, second)] == [False, False, True]
    assert calls(both, second, settle) == calls(both, plain, settle) == calls(both, first, settle)
    assert is_kept(Spec.load(source.read_bytes(), cache=folder)), "bytes are known by what they are, as files are"
    assert told(second) == told(plain) == told(first)
    assert list(second.document.raw) == list(plain.document.raw), "in its order"
    assert second.document.raw is second.document.raw


@pytest.mark.parametrize("version", ["3.0.3", "3.2.0"])
def test_the_other_dialects(version: str, folder: Path) -> None:
    content = json.dumps(document(version)).encode()
    Spec.load(content, cache=folder)
    assert told(Spec.load(content, cache=folder)) == told(Spec.load(content, cache=False))


def test_yaml(folder: Path) -> None:
    pytest.importorskip("yaml")
    from aerostack_dynamic._yaml import write_yaml

    given: Any = document(paths=20)
    content = write_yaml(given | {"x-kinds": [1.5, True, None, 2**63, -(2**63), "0x1", 1e300, -0.0]}).encode()
    Spec.load(content, cache=folder)
    kept = Spec.load(content, cache=folder)
    assert is_kept(kept)
    assert told(kept) == told(Spec.load(content, cache=False))


def test_a_call_reads_what_it_needs_alone(
    source: Path, folder: Path, both: Any, settle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Spec.load(source, cache=folder)
    read: list[tuple[str, ...]] = []
    value = _cache._Kept.value
    monkeypatch.setattr(_cache._Kept, "value", lambda self, number, names: (read.append(names), value(self, number, names))[1])
    spec = Spec.load(source, cache=folder)

    async def story(client: Any) -> None:
        await settle(client.kind_0.get_thing0(id="good"))  # not returned: asyncio may ask for its repr

    both.run(story, spec=spec, credentials={"Key": "k"}, transport=httpx.MockTransport(answered))
    assert is_kept(spec)
    assert sorted({names for names in read if names[0] in ("paths", "components")}) == [
        ("components", "parameters"),
        ("components", "responses"),
        ("components", "schemas", "Thing2"),
        ("components", "schemas", "Thing3"),
        ("components", "schemas", "Thing4"),
        ("components", "securitySchemes"),
        ("paths", "/things0/{id}"),
    ]
    assert len(read) == len(set(read)) <= 13


@pytest.mark.parametrize("hides", [False, True])
def test_an_error_answer_reads_no_more(hides: bool, folder: Path, both: Any, settle: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given_ = document()
    if hides:
        given_["components"]["schemas"]["Thing30"]["properties"]["pin"] = {"$ref": "#/components/schemas/Pin"}
        given_["components"]["schemas"]["Pin"] = {"type": "string", "format": "password"}
    content = json.dumps(given_).encode()
    Spec.load(content, cache=folder)
    read: list[tuple[str, ...]] = []
    value = _cache._Kept.value
    monkeypatch.setattr(_cache._Kept, "value", lambda self, number, names: (read.append(names), value(self, number, names))[1])
    spec = Spec.load(content, cache=folder)

    async def story(client: Any) -> str:
        operation = client.kind_0.get_thing0
        prepared = repr(operation.prepare(id="good")) + operation.curl(id="good")
        try:
            await settle(operation(id="good"))
        except StatusError as error:
            return f"{prepared}\n{error}\n{error!r}"
        return ""

    def refused(_: httpx.Request) -> httpx.Response:
        return httpx.Response(404, json={"pin": "1234-5678", "why": "none"})

    told = both.run(story, spec=spec, credentials={"Key": "the-key"}, transport=httpx.MockTransport(refused))
    assert "404" in told
    assert "the-key" not in told
    assert "1234-5678" not in told
    assert secret_places(spec.document).properties == ({"pin"} if hides else set())
    assert is_kept(spec)
    assert len(read) == len(set(read)) <= 13


def test_an_answer_that_departs_reads_no_more_than_its_schemas(
    source: Path, folder: Path, both: Any, settle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_schema_fast, "_LARGE", 10)
    Spec.load(source, cache=folder)
    spec = Spec.load(source, cache=folder)

    async def story(client: Any) -> None:
        with pytest.raises(ResponseError, match="2 problems"):
            await settle(client.kind_0.get_thing0(id="bad"))

    both.run(story, spec=spec, credentials={"Key": "k"}, transport=httpx.MockTransport(answered))
    assert is_kept(spec)


def test_of_many_texts_few_are_sought_one_by_one(source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Spec.load(source, cache=folder)
    document = Spec.load(source, cache=folder).document
    opened: list[Path] = []
    original = _cache._open
    monkeypatch.setattr(_cache, "_open", lambda path: (opened.append(path), original(path))[1])
    names = [f"/components/schemas/Thing{number}" for number in range(41)] + [
        f"/paths/~1things{number}~1{{id}}" for number in range(40)
    ]
    assert all(map(document.at, names))
    assert len(opened) <= _cache._MANY
    assert isinstance(document.root, Parts)


def test_a_document_with_faults(folder: Path) -> None:
    given_ = document()
    given_["paths"] |= {"no-slash": {"get": {"operationId": "getThing1", "tags": [1]}}, "/none": 3, "/lost": {"$ref": "#/nowhere"}}
    content = json.dumps(given_).encode()
    Spec.load(content, cache=folder)
    kept, plain = Spec.load(content, cache=folder), Spec.load(content, cache=False)
    assert is_kept(kept)
    assert len(plain.problems) > 4
    assert told(kept) == told(plain)


def test_what_has_an_id_is_a_resource_of_its_own(folder: Path) -> None:
    given_ = document()
    given_["components"]["schemas"]["$id"] = "https://things.example/schemas/"
    content = json.dumps(given_).encode()
    Spec.load(content, cache=folder)
    kept, plain = Spec.load(content, cache=folder).document, Spec.load(content, cache=False).document
    place = "/components/schemas/Thing1/properties/next"
    assert kept.base_of(place) == plain.base_of(place) != plain.base_of("/paths")
    assert isinstance(kept.root, Parts)


def test_pickles_and_copies_hold_all_of_it(source: Path, folder: Path) -> None:
    Spec.load(source, cache=folder)
    copy = pickle.loads(pickle.dumps(Spec.load(source, cache=folder)))
    shutil.rmtree(folder)
    source.unlink()
    assert told(copy)[4:] == told(copy)[4:]
    assert len(copy.schemas) == 41
