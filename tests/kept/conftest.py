"""A large document in a file, and a folder to keep it in. What is large is small here, lest tests take long."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aerostack_dynamic import _load

from .things import document


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
