"""Make `aerostack_dynamic/_bundled/` from `spec/`: each `openapi.yaml`, with the `overlay.yaml` beside it, as JSON.

Without an option it writes what is new or changed and removes what no document stands behind. With `--check` it writes
nothing, names what is missing, stale or extra, and exits with status 1 if anything is.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
import tempfile
import types
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "aerostack_dynamic" / "_bundled"
DEFAULT = "1.0.0"
INDEX = "index.json"


if "aerostack_dynamic" not in sys.modules:
    # Importing the package loads its bundled documents, and here they are still to be made. A bare package lets in the
    # modules that are needed.
    sys.modules["aerostack_dynamic"] = types.ModuleType("aerostack_dynamic")
    sys.modules["aerostack_dynamic"].__path__ = [str(ROOT / "aerostack_dynamic")]

from aerostack_dynamic._errors import SpecError  # noqa: E402
from aerostack_dynamic._overlay import apply_overlay  # noqa: E402
from aerostack_dynamic._yaml import parse_yaml  # noqa: E402


def to_json(value: Any) -> bytes:
    """`value` as compact JSON, keys in their order, with a newline at the end."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def bundled(folder: Path) -> bytes:
    """The bundled file of one `spec/<version>` folder."""
    document = parse_yaml((folder / "openapi.yaml").read_bytes())
    if document["info"]["version"] != folder.name:
        raise SpecError(f"the document says that it is version {document['info']['version']}")
    overlay = folder / "overlay.yaml"
    return to_json(apply_overlay(document, parse_yaml(overlay.read_bytes())) if overlay.exists() else document)


def wanted(spec: Path) -> dict[str, bytes]:
    """Every bundled file by name, the index too."""
    folders = sorted((path.parent for path in spec.glob("*/openapi.yaml")), key=lambda path: _ordinal(path.name))
    contents: dict[str, bytes] = {}
    for folder in folders:
        try:
            contents[folder.name] = bundled(folder)
        except SpecError as error:
            raise SpecError(f"{folder}: {error}") from error
    if DEFAULT not in contents:
        raise SpecError(f"{spec}: there is no document of the default version {DEFAULT}")
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    versions = {name: {"file": f"{name}.json", "sha256": digest} for name, digest in digests.items()}
    index = to_json({"default": DEFAULT, "versions": versions})
    return {f"{name}.json": content for name, content in contents.items()} | {INDEX: index}


def _ordinal(version: str) -> tuple[list[int], str]:
    return [int(digits) for digits in re.findall(r"[0-9]+", version)], version


def differences(target: Path, contents: dict[str, bytes]) -> list[tuple[str, str]]:
    """What is wrong with the folder `target`: (`missing`, `stale` or `extra`, file name)."""
    present = {path.name: path.read_bytes() for path in sorted(target.glob("*.json"))}
    changed = [name for name in contents if present.get(name) != contents[name]]
    found = [("stale" if name in present else "missing", name) for name in changed]
    return found + [("extra", name) for name in present if name not in contents]


def write(path: Path, content: bytes) -> None:
    """Replace `path` in one step, so that a reader sees the old content or the new."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    try:
        with open(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink()
        raise


def update(target: Path, contents: dict[str, bytes], found: list[tuple[str, str]]) -> None:
    """Make `target` hold `contents`: new files, then the index that names them, then what goes."""
    target.mkdir(parents=True, exist_ok=True)
    for state, name in sorted(found, key=lambda one: (one[0] == "extra", one[1] == INDEX)):
        if state == "extra":
            (target / name).unlink()
        else:
            write(target / name, contents[name])


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0, 1 with `--check` when something differs, 2 when a document or an overlay cannot be used."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with status 1 if something differs")
    parser.add_argument("--spec", type=Path, default=ROOT / "spec", help="the folder of the documents")
    parser.add_argument("--target", type=Path, default=TARGET, help="the folder to write")
    options = parser.parse_args(arguments)
    try:
        contents = wanted(options.spec)
    except SpecError as error:
        print(error, file=sys.stderr)
        return 2
    found = differences(options.target, contents)
    if not options.check:
        update(options.target, contents, found)
    for state, name in found:
        print(f"{state}{'' if options.check else ', now done'}: {options.target / name}")
    return int(options.check and bool(found))


if __name__ == "__main__":
    sys.exit(main())
