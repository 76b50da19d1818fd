"""The tool that makes the bundled documents: what it reads, what it writes, what its check notices."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aerostack_dynamic._errors import SpecError
from aerostack_dynamic._yaml import parse_yaml

ROOT = Path(__file__).resolve().parent.parent
TOOL = ROOT / "tools" / "bundle.py"


def load_tool() -> Any:
    # Where the package is not imported before, the tool puts a bare one in its place.
    spec = importlib.util.spec_from_file_location("bundle_tool", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


bundle = load_tool()
DOCUMENT: dict[str, Any] = parse_yaml((ROOT / "spec" / "1.0.0" / "openapi.yaml").read_bytes())


def run_tool(*arguments: str | Path) -> tuple[int, list[str]]:
    command = [sys.executable, str(TOOL), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def test_the_bundle_is_up_to_date() -> None:
    assert run_tool("--check") == (0, [])


def copied_spec(folder: Path, version: str = "1.0.0", **replaced: str) -> Path:
    """A folder like `spec/` with one document in it, `old` replaced by `new` in its text."""
    target = folder / "spec" / version
    target.mkdir(parents=True)
    for name in ("openapi.yaml", "overlay.yaml"):
        text = (ROOT / "spec" / "1.0.0" / name).read_text(encoding="utf-8")
        (target / name).write_text(text.replace(replaced.get("old", "\0"), replaced.get("new", "")), encoding="utf-8")
    return target.parent


def test_a_changed_document_is_stale(tmp_path: Path) -> None:
    spec = copied_spec(tmp_path, old="minLength: 8", new="minLength: 9")
    out = tmp_path / "out"
    status, said = run_tool("--check", "--spec", spec, "--target", out)
    assert (status, said) == (1, [f"missing: {out / '1.0.0.json'}", f"missing: {out / 'index.json'}"])
    assert not out.exists()
    assert bundle.main(["--spec", str(ROOT / "spec"), "--target", str(out)]) == 0
    status, said = run_tool("--check", "--spec", spec, "--target", out)
    assert status == 1
    assert f"stale: {out / '1.0.0.json'}" in said
    assert f"stale: {out / 'index.json'}" in said


def test_a_changed_overlay_is_stale(tmp_path: Path) -> None:
    out = tmp_path / "out"
    bundle.main(["--spec", str(copied_spec(tmp_path)), "--target", str(out)])
    spec = copied_spec(tmp_path / "b", old="read: 300", new="read: 299")
    assert bundle.main(["--check", "--spec", str(spec), "--target", str(out)]) == 1


def test_what_is_changed_missing_or_extra_is_named_and_mended(tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "out"
    arguments = ["--spec", str(copied_spec(tmp_path)), "--target", str(out)]
    assert bundle.main(arguments) == 0
    assert bundle.main(["--check", *arguments]) == 0
    good = {path.name: path.read_bytes() for path in out.iterdir()}
    assert sorted(good) == ["1.0.0.json", "index.json"]
    (out / "1.0.0.json").write_bytes(good["1.0.0.json"][:-1])
    (out / "index.json").unlink()
    (out / "0.9.0.json").write_bytes(b"{}")
    capsys.readouterr()
    assert bundle.main(["--check", *arguments]) == 1
    said = capsys.readouterr().out.splitlines()
    names = [("stale", "1.0.0.json"), ("missing", "index.json"), ("extra", "0.9.0.json")]
    assert said == [f"{state}: {out / name}" for state, name in names]
    assert bundle.main(arguments) == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == good


def test_the_bundle_is_compact_json_in_the_order_of_the_document(tmp_path: Path) -> None:
    content = bundle.bundled(copied_spec(tmp_path) / "1.0.0")
    assert content == bundle.bundled(copied_spec(tmp_path / "again") / "1.0.0")
    assert content.endswith(b"}\n")
    assert content.count(b"\n") == 1
    document = json.loads(content)
    assert json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode() + b"\n" == content
    assert list(document) == list(DOCUMENT)
    part = document["paths"]["/storage/upload"]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert list(part["schema"]["properties"]) == ["key", "contentType", "file"]


def test_a_document_stands_in_the_folder_of_its_version(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"says that it is version 1\.0\.0"):
        bundle.wanted(copied_spec(tmp_path, "1.0.1"))


def test_the_default_version_must_be_there(tmp_path: Path) -> None:
    spec = copied_spec(tmp_path, "1.10.0", old="version: 1.0.0", new="version: 1.10.0")
    with pytest.raises(SpecError, match=r"no document of the default version 1\.0\.0"):
        bundle.wanted(spec)


def test_versions_are_in_their_order(tmp_path: Path) -> None:
    spec = copied_spec(tmp_path)
    for version in ("1.10.0", "1.9.0"):
        copied_spec(tmp_path, version, old="version: 1.0.0", new=f"version: {version}")
    contents = bundle.wanted(spec)
    assert list(json.loads(contents["index.json"])["versions"]) == ["1.0.0", "1.9.0", "1.10.0"]


def test_a_document_without_an_overlay_is_bundled_as_it_is(tmp_path: Path) -> None:
    spec = copied_spec(tmp_path)
    (spec / "1.0.0" / "overlay.yaml").unlink()
    assert json.loads(bundle.bundled(spec / "1.0.0")) == DOCUMENT


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.json").write_bytes(b"old")

    def fail(*_: Any) -> None:
        raise OSError("no space")

    monkeypatch.setattr(bundle.os, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        bundle.write(tmp_path / "a.json", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.json": b"old"}


def test_a_document_or_an_overlay_that_cannot_be_used_is_named(tmp_path: Path, capsys: Any) -> None:
    for old, new, said in (
        ("paths['/ai/chat']", "paths['/ai/chats']", "selects nothing"),
        ("openapi: 3.1.0", "openapi: 3.1.0\nopenapi: 3.1.0", "occurs twice"),
    ):
        spec = copied_spec(tmp_path / said, old=old, new=new)
        for check in ([], ["--check"]):
            assert bundle.main([*check, "--spec", str(spec), "--target", str(tmp_path / "out")]) == 2
            captured = capsys.readouterr()
            assert captured.err.startswith(f"{spec / '1.0.0'}: ")
            assert said in captured.err
            assert captured.out == ""
    assert not (tmp_path / "out").exists()
