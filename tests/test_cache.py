"""What is kept of large documents: it changes nothing but the time that the next process takes, whatever has become of it."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aerostack_dynamic import Spec, SpecError, _cache, _load
from aerostack_dynamic._parts import Parts

POSIX = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="these owners are POSIX's")
ROOT = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")


def document(openapi: str = "3.1.0", paths: int = 40) -> dict[str, Any]:
    """A document of many operations; what each says of the next keeps it from being small."""
    schemas = {
        f"Thing{number}": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "maxLength": 20, "description": "é " * 20},
                "next": {"$ref": f"#/components/schemas/Thing{number + 1}"} if number % 4 else {"type": "null"},
            },
        }
        for number in range(paths + 1)
    }
    answer = {"description": "one", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing2"}}}}
    items = {
        f"/things{number}/{{id}}": {
            "parameters": [{"$ref": "#/components/parameters/id"}],
            "get": {
                "operationId": f"getThing{number}",
                "tags": [f"Kind {number % 3}"],
                "responses": {"200": answer, "404": {"$ref": "#/components/responses/None"}},
            },
        }
        for number in range(paths)
    }
    return {
        "openapi": openapi,
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://things.example"}],
        "security": [{"Key": []}],
        "paths": items,
        "components": {
            "schemas": schemas,
            "parameters": {
                "id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[a-z]+$"}}
            },
            "responses": {"None": {"description": "there is none"}},
            "securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        },
    }


@pytest.fixture(autouse=True)
def _small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_load, "_LARGE", 1000)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "things.json"
    path.write_text(json.dumps(document(), indent=1), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def entry(folder: Path) -> Path:
    (found,) = folder.glob("*.entry")
    return found


def is_kept(spec: Spec) -> bool:
    """Whether a document came out of the cache and was not read as a whole yet."""
    return isinstance(spec.document.root, Parts)


def told(spec: Spec) -> Any:
    """All that a document says."""
    operations = [
        (key, one.name, one.group, one.path, one.parameters, one.responses, one.security, one.servers, str(one.signature))
        for key, one in spec.operations.items()
    ]
    attributes = [dict(one) if hasattr(one, "keys") else one for one in spec.attributes]
    schemes = dict(spec.security_schemes.items())
    return (
        *(spec.title, spec.version, spec.openapi, spec.sha256, spec.servers, schemes, dict(spec.tags), spec.problems),
        *(operations, attributes, {name: dict(one) for name, one in spec.schemas.items()}, spec.document.raw),
    )


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


# ---- damage


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_anywhere_changes_nothing(data: st.DataObject, tmp_path: Path) -> None:
    content, folder = json.dumps(document(paths=3)).encode(), tmp_path / "kept"
    shutil.rmtree(folder, ignore_errors=True)
    expected = told(Spec.load(content, cache=folder))
    whole = entry(folder).read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1) | st.integers(0, 40))
    if data.draw(st.booleans()):
        damaged = whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
    else:
        damaged = whole[:at]
    entry(folder).write_bytes(damaged)
    assert told(Spec.load(content, cache=folder)) == expected
    assert entry(folder).read_bytes() == whole, "it was written anew"


@pytest.mark.parametrize("at", range(24))
def test_damage_to_how_it_begins(at: int, folder: Path) -> None:
    content = json.dumps(document(paths=3)).encode()
    Spec.load(content, cache=folder)
    whole = entry(folder).read_bytes()
    entry(folder).write_bytes(whole[:at] + bytes([whole[at] ^ 128]) + whole[at + 1 :])
    assert len(Spec.load(content, cache=folder).operations) == 3
    assert entry(folder).read_bytes() == whole


@pytest.mark.parametrize(
    "content", [b"", b"aeroent1", b"\0" * 100, b"{}", b"aeroent1" + b"\xff" * 8, b"aeroent1" + b"\0" * 8 + b"{}"]
)
def test_what_is_no_entry_is_written_anew(content: bytes, source: Path, folder: Path) -> None:
    expected = told(Spec.load(source, cache=folder))
    entry(folder).write_bytes(content)
    assert told(Spec.load(source, cache=folder)) == expected
    assert is_kept(Spec.load(source, cache=folder))


@pytest.mark.parametrize("word", ["sha256", "version"])
def test_an_entry_of_another_document_or_version(word: str, source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = told(Spec.load(source, cache=False))
    if word == "version":
        monkeypatch.setattr(_cache, "__version__", "0.0.1")
        Spec.load(source, cache=folder)
        other = entry(folder)
        monkeypatch.undo()
        monkeypatch.setattr(_load, "_LARGE", 1000)
    else:
        Spec.load(json.dumps(document(paths=5)).encode(), cache=folder)
        other = entry(folder)
    assert not is_kept(Spec.load(source, cache=folder)), "it has another name"
    (own,) = {*folder.glob("*.entry")} - {other}
    shutil.copy(other, own)
    found = Spec.load(source, cache=folder)
    assert not is_kept(found), "it says itself what it is of"
    assert told(found) == expected


def test_damage_that_comes_while_a_document_is_used(source: Path, folder: Path) -> None:
    Spec.load(source, cache=folder)
    expected, whole = told(Spec.load(source, cache=False)), entry(folder).read_bytes()
    spec = Spec.load(source, cache=folder)
    assert spec.title == "Things"
    entry(folder).write_bytes(whole[:100])
    assert told(spec) == expected
    assert entry(folder).read_bytes() == whole
    gone = Spec.load(source, cache=folder)
    entry(folder).unlink()
    assert len(gone.operations) == 40
    assert gone.operations["getThing1"].parameters


def test_damage_and_another_document_in_the_place_of_the_first(source: Path, folder: Path) -> None:
    Spec.load(source, cache=folder)
    spec = Spec.load(source, cache=folder)
    entry(folder).unlink()
    source.write_text(json.dumps(document(paths=5)), encoding="utf-8")
    with pytest.raises(SpecError, match="has been changed since it was loaded"):
        spec.document.at("/info")


# ---- whose it is


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@POSIX
def test_nobody_else_reads_or_writes_it(source: Path, folder: Path) -> None:
    Spec.load(source, cache=folder)
    assert (mode(folder), mode(entry(folder))) == (0o700, 0o600)


@POSIX
@pytest.mark.parametrize("which", ["folder", "entry"])
@pytest.mark.parametrize("bits", [0o020, 0o002])
def test_what_others_may_write_is_not_used(which: str, bits: int, source: Path, folder: Path) -> None:
    Spec.load(source, cache=folder)
    path = folder if which == "folder" else entry(folder)
    path.chmod(mode(path) | bits)
    assert not is_kept(Spec.load(source, cache=folder))
    assert is_kept(Spec.load(source, cache=folder)) is (which == "entry"), "an entry is replaced, a folder left alone"


@ROOT
@pytest.mark.parametrize("which", ["folder", "entry"])
def test_what_another_user_owns_is_not_used(which: str, source: Path, folder: Path) -> None:
    Spec.load(source, cache=folder)
    os.chown(folder if which == "folder" else entry(folder), 12345, 12345)
    assert not is_kept(Spec.load(source, cache=folder))


@POSIX
@pytest.mark.parametrize("which", ["folder", "entry"])
def test_links_are_not_followed(which: str, source: Path, folder: Path, tmp_path: Path) -> None:
    Spec.load(source, cache=folder)
    path = folder if which == "folder" else entry(folder)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert not is_kept(Spec.load(source, cache=folder))
    assert (tmp_path / "elsewhere").exists()


@POSIX
def test_a_pipe_in_the_place_of_an_entry(source: Path, folder: Path) -> None:
    Spec.load(source, cache=folder)
    path = entry(folder)
    path.unlink()
    os.mkfifo(path)
    assert not is_kept(Spec.load(source, cache=folder))
    assert is_kept(Spec.load(source, cache=folder))


# ---- disks, and switches


@pytest.mark.parametrize("failing", ["mkdir", "mkstemp", "replace", "write"])
def test_a_disk_that_refuses(failing: str, source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> Any:
        raise OSError(28, "No space left on device")

    if failing == "write":

        class Full:
            __enter__ = __exit__ = writelines = refuse

        monkeypatch.setattr(_cache.os, "fdopen", lambda number, how: (os.close(number), Full())[1])
    else:
        where = {"mkdir": "pathlib.Path.mkdir", "mkstemp": "tempfile.mkstemp", "replace": "os.replace"}[failing]
        monkeypatch.setattr(where, refuse)
    assert len(Spec.load(source, cache=folder).operations) == 40
    assert not folder.exists() or not [*folder.iterdir()], "nothing half done is left"


def test_a_document_that_goes_while_it_is_looked_for(source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Spec.load(source, cache=folder)

    def vanish(path: Path) -> Any:
        path.unlink()
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(_cache, "key_of_file", vanish)
    with pytest.raises(SpecError, match="the document can't be read: .*No such file"):
        Spec.load(source, cache=folder)


def test_a_file_in_the_place_of_the_folder(source: Path, folder: Path) -> None:
    folder.write_text("mine")
    assert len(Spec.load(source, cache=folder).operations) == 40
    assert folder.read_text() == "mine"


def test_a_writer_that_is_interrupted_leaves_nothing(source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        Spec.load(source, cache=folder)
    assert not [*folder.iterdir()]


def test_switches(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual, named = tmp_path / "usual", tmp_path / "named"
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: usual)
    for told, given_, expected in [
        ("off", None, None),
        ("0", None, None),
        ("off", True, usual / "documents"),
        ("", None, usual / "documents"),
        ("1", None, usual / "documents"),
        (str(named), None, named),
        (str(named), True, named),
        (str(named), False, None),
        ("off", tmp_path / "mine", tmp_path / "mine"),
    ]:
        monkeypatch.setenv("AEROSTACK_CACHE", told)
        Spec.load(source, cache=given_)
        made = [one for one in (usual / "documents", named, tmp_path / "mine") if one.exists()]
        assert made == ([] if expected is None else [expected]), (told, given_)
        for one in made:
            shutil.rmtree(one)
    with pytest.raises(SpecError, match="cache: give True, False or a folder as a Path, not a str"):
        Spec.load(source, cache="here")  # type: ignore[arg-type]  # what is refused
    with pytest.raises(SpecError, match="cache: give True"):
        Spec.load(b"{}", cache="here")  # type: ignore[arg-type]  # the same for a small one


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: Path("~/.cache"))
    assert _cache.cache_folder(True) is None


def test_what_is_not_kept(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given_ = document()
    content = json.dumps(given_).encode()
    (tmp_path / "other.json").write_text("{}")
    refers = json.dumps(given_ | {"x-other": {"$ref": "other.json"}}).encode()
    old = json.dumps({"swagger": "2.0", "info": {}, "paths": {f"/{number}": {} for number in range(400)}}).encode()
    own = json.dumps(given_ | {"$id": "https://things.example/"}).encode()
    lone = json.dumps(given_ | {"x-text": "\ud800"}).encode()
    for load in (
        partial(Spec.load, content, trusted=False),
        partial(Spec.load, given_),
        partial(Spec.load, refers, tmp_path),
        partial(Spec.load, old),
        partial(Spec.load, own),
        partial(Spec.load, json.dumps(given_ | {"x-long": 2**64}).encode()),
        partial(Spec.load, json.dumps(document(paths=1))[:500].encode() + b"}"),
    ):
        try:
            load(cache=folder)
        except SpecError:
            continue
        assert not [*folder.glob("*")], load.args
    with pytest.raises(SpecError):
        Spec.load(lone, cache=folder)
    monkeypatch.setattr(_cache, "_MOST_BYTES", 40_000)
    Spec.load(content, cache=folder)
    assert not [*folder.glob("*")], "it would fill the folder by itself"
    monkeypatch.setattr(_cache, "_fast", None)
    assert _cache.cache_folder(True) is None


@POSIX
def test_a_document_in_a_pipe_is_read_once(tmp_path: Path, folder: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = subprocess.Popen([sys.executable, "-c", f"open({str(pipe)!r}, 'w').write({json.dumps(document())!r})"])
    assert len(Spec.load(pipe, cache=folder).operations) == 40
    assert writer.wait() == 0
    assert not folder.exists()


# ---- many


def test_two_processes_of_four_threads(source: Path, folder: Path) -> None:
    script = f"""
import sys, threading
from pathlib import Path
from aerostack_dynamic import Spec, _load
_load._LARGE = 1000
failed = []
def work():
    for turn in range(8):
        spec = Spec.load(Path({str(source)!r}), cache=Path({str(folder)!r}))
        if len(spec.operations) != 40 or len(spec.operations["getThing3"].parameters) != 1:
            failed.append(turn)
        for one in Path({str(folder)!r}).glob("*.entry"):
            if turn % 3 == 0:
                one.unlink(missing_ok=True)
threads = [threading.Thread(target=work) for _ in range(4)]
[one.start() for one in threads]
[one.join() for one in threads]
sys.exit(bool(failed))
"""
    workers = [subprocess.Popen([sys.executable, "-W", "error", "-c", script]) for _ in range(2)]
    assert [one.wait() for one in workers] == [0, 0]
    assert not [*folder.glob("*.begun")]
    assert told(Spec.load(source, cache=folder)) == told(Spec.load(source, cache=False))


def test_those_used_longest_ago_go_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = [json.dumps(document(paths=number)).encode() for number in range(10, 16)]
    used = time.time() - 1_000_000
    names: list[str] = []
    for number, content in enumerate(contents[:-1]):
        Spec.load(content, cache=folder)
        (name,) = {one.name for one in folder.iterdir()} - {*names}
        os.utime(folder / name, (used + number, used + number))
        names.append(name)
    left, begun = folder / "left.begun", folder / "now.begun"
    left.write_bytes(b"")
    begun.write_bytes(b"")
    os.utime(left, (used, used))
    Spec.load(contents[0], cache=folder)
    monkeypatch.setattr(_cache, "_MOST_BYTES", 5 * max(one.size for one in _cache.entries(folder)))
    Spec.load(contents[-1], cache=folder)
    there = {one.name for one in folder.glob("*.entry")}
    assert {*names} - there == {names[1]}, "the first was used since"
    assert len(there) == 5
    assert begun.exists()
    assert not left.exists()


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
