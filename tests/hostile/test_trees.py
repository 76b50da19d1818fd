"""Hostile trees of files: each is read or refused within seconds, and nothing beside it is."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from aerostack_dynamic import Spec

TREES = runpy.run_path(str(Path(__file__).with_name("trees.py")))["TREES"]


@pytest.mark.parametrize("name", TREES)
def test_a_tree_is_read_or_refused(name: str, ended: Any) -> None:
    told = ended("trees", name, seconds=3, memory=150)
    assert re.search(TREES[name][1], told), told


def test_a_tree_of_the_caller_may_be_larger(tmp_path: Path) -> None:
    found = {"openapi": "3.1.0", "x": [{"$ref": f"{number}.json"} for number in range(2000)]}
    (tmp_path / "api.json").write_text(json.dumps(found))
    for number in range(65):
        (tmp_path / f"{number}.json").write_text("[" + "1," * (2_000_001 if not number else 0) + "1]")
    document = Spec.load(tmp_path / "api.json").document
    assert (len(document.files), len(document.absent)) == (65, 1935)
