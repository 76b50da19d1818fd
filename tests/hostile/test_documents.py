"""Hostile documents: each is read or refused within a second and 64 MiB, and none ends the process."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from aerostack_dynamic import Spec, SpecError

TABLES = runpy.run_path(str(Path(__file__).with_name("documents.py")))
SMALL = {**TABLES["DOCUMENTS"], **TABLES["MAPPINGS"]}


@pytest.mark.parametrize("name", SMALL)
def test_a_document_is_read_or_refused_at_once(name: str, ended: Any) -> None:
    told = ended("documents", name)
    assert re.search(SMALL[name][1], told), told


@pytest.mark.parametrize("name", TABLES["LARGE"])
def test_what_is_large_and_plain_takes_time_by_its_size(name: str, ended: Any) -> None:
    told = ended("documents", name, seconds=8, memory=500)
    assert re.search(TABLES["LARGE"][name][1], told), told


def test_a_trusted_document_may_be_larger() -> None:
    """The bounds of a document that is the caller's own grow with it; what YAML nests and what aliases add stays bounded."""
    paths = ",".join(f'"/{number}":{{"get":{{}}}}' for number in range(10_001))
    assert len(Spec.load(f'{{"openapi":"3.1.0","paths":{{{paths}}}}}'.encode()).operations) == 10_001
    many = b'{"openapi":"3.1.0","paths":{},"x":[' + b"1," * 2_000_001 + b"1]}"
    assert len(Spec.load(many).document.raw["x"]) == 2_000_002
    for name in ("billion laughs", "50 KB of - "):
        with pytest.raises(SpecError, match=SMALL[name][1]):
            Spec.load(SMALL[name][0])


def test_of_a_key_that_stands_twice_the_last_counts_in_json() -> None:
    assert Spec.load(b'{"openapi": "3.1.0", "info": {"title": "a", "title": "b"}, "paths": {}}').title == "b"
