"""The folder of what is kept: whose it is, disks that refuse, switches, what is not kept, many writers, and how much there is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from aerostack_dynamic import Spec, SpecError, _cache

from .things import document, entry, is_kept, told

POSIX = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="these owners are POSIX's")
ROOT = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")


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
    for variable, given_, expected in [
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
        monkeypatch.setenv("AEROSTACK_CACHE", variable)
        Spec.load(source, cache=given_)
        made = [one for one in (usual / "documents", named, tmp_path / "mine") if one.exists()]
        assert made == ([] if expected is None else [expected]), (variable, given_)
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
