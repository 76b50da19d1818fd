"""Trees of files that were made to be read for ever, or to reach what lies beside them: name -> (files, what is told).

What is told has how many other files were read, and why the first that is absent is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from aerostack_dynamic import Spec

MANY_FILES = "more than 64 other files, and is not trusted"
MANY_NAMES = "refers to more than 1000 files, and is not trusted"
Tree = dict[str, Any]


def api(*references: str) -> str:
    return json.dumps({"openapi": "3.1.0", "paths": {}, "x": [{"$ref": one} for one in references]})


def tree(*references: str, **files: Any) -> Tree:
    return {"api.json": api(*references), **{name.replace("_", "."): content for name, content in files.items()}}


def chain(length: int, last: str) -> Tree:
    return tree("0.json") | {f"{n}.json": json.dumps({"$ref": f"{n + 1}.json"}) for n in range(length)} | {f"{length}.json": last}


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10 * 1024**3)


def laughs(levels: int) -> str:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines)


# A file is text, or made by a function that is given its path.
TREES: dict[str, tuple[Callable[[], Tree], str]] = {
    "64 files": (lambda: tree(*(f"{n}.json" for n in range(64))) | {f"{n}.json": "{}" for n in range(64)}, "ok: 64"),
    "65 files": (lambda: tree(*(f"{n}.json" for n in range(65))) | {f"{n}.json": "{}" for n in range(65)}, MANY_FILES),
    "64 files and one that is gone": (
        lambda: tree(*(f"{n}.json" for n in range(65))) | {f"{n}.json": "{}" for n in range(64)},
        r"ok: 64, the file '64\.json' does not exist",
    ),
    "a chain of 65 files": (lambda: chain(64, "{}"), MANY_FILES),
    "a circle of 60 files": (lambda: chain(59, json.dumps({"$ref": "0.json"})), "ok: 60"),
    "10,000 names": (lambda: tree(*(f"{n}.json" for n in range(10_000))), MANY_NAMES),
    "a million spellings of one": (lambda: tree(*("./" * (n % 400) + "a.json" for n in range(20_000)), a_json="{}"), "ok: 1"),
    "10,000 addresses": (lambda: tree(*(f"https://e.example/{n}" for n in range(10_000))), "ok: 0, .*nothing is fetched"),
    "deep folders": (lambda: tree(*("a/" * 500 + str(n) for n in range(900))), "ok: 0, .*does not exist"),
    "a name of 1 MB": (lambda: tree("a/" * 500_000), "ok: 0, .*name that is too long"),
    "1 MB of ../": (lambda: tree("../" * 300_000 + "etc/hosts"), "ok: 0, .*outside of the document's folder"),
    "names with control characters": (lambda: tree("a\x1b[2J\n\u202e.json"), r"ok: 0, the file 'a\\\\x1b\[2J\\\\n.* has a name"),
    "a lone half of a character": (lambda: tree("a%ED%A0%80.json"), "ok: 0, .*does not exist"),
    "a folder": (lambda: tree("a", "."), "ok: 0, .*can't be read"),
    "a pipe": (lambda: tree("a.json", a_json=os.mkfifo), "ok: 0, .*no regular file"),
    "a link to a device": (lambda: tree("a.json", a_json=lambda path: path.symlink_to("/dev/zero")), "ok: 0, .*leads out of"),
    "a link to itself": (lambda: tree("a.json", a_json=lambda path: path.symlink_to(path)), "ok: 0, .*can't be read"),
    "a link to the folder": (lambda: tree("a/a/a/a/api.json") | {"a": lambda path: path.symlink_to(".")}, "ok: 1"),
    "a file of 10 GB": (lambda: tree("a.json", a_json=sparse), "more than 32 MiB with its files"),
    "too many bytes together": (
        lambda: tree("a.json", "b.json", a_json='"' + "x" * 20_000_000 + '"', b_json='["' + "x" * 20_000_000 + '"]'),
        "more than 32 MiB with its files",
    ),
    "too many values in a file": (lambda: tree("a.json", a_json="[" + "1," * 3_000_000 + "1]"), "ok: 0, .*more than 9999.. values"),
    "too many values together": (
        lambda: tree("a.json", "b.json", a_json="[" + "1," * 999_000 + "1]", b_json="[" + "1," * 999_000 + "1]"),
        "ok: 1, .*more than [0-9]{3} values",
    ),
    "60 files of YAML that is too much": (
        lambda: tree(*(f"{n}.yaml" for n in range(60))) | {f"{n}.yaml": "[" + "1," * 260_000 + "]" for n in range(60)},
        "ok: [0-9], .*more than",
    ),
    "laughs in another file": (lambda: tree("a.yaml", a_yaml=laughs(9)), "ok: 0, .*once its aliases are written out"),
    "nesting in another file": (lambda: tree("a.json", a_json="[" * 100_000), "ok: 0, .*nests deeper|ok: 0, .*can't be used"),
}


def load(files: Tree) -> Callable[[], Any]:
    folder = Path(mkdtemp())
    for name, content in files.items():
        path = folder / name
        if callable(content):
            content(path)
        else:
            path.write_text(content)

    def row() -> str:
        try:
            found = Spec.load(folder / "api.json", trusted=False).document
        finally:
            rmtree(folder)
        return ", ".join([str(len(found.files)), *[*found.absent.values()][:1]])

    return row


def rows() -> dict[str, Callable[[], Callable[[], Any]]]:
    return {name: partial(lambda make: load(make()), make) for name, (make, _) in TREES.items()}
