"""What is damaged, or of another document or version, is left aside and written anew, and nobody is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aerostack_dynamic import Spec, SpecError, _cache, _load

from .things import document, entry, is_kept, told


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
    "content", [b"", b"aeroent2", b"\0" * 100, b"{}", b"aeroent2" + b"\xff" * 8, b"aeroent2" + b"\0" * 8 + b"{}"]
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
