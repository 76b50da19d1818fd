"""What tests of the command line share: a way to run it in this process, and no configuration but the test's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import platformdirs
import pytest

from aerostack_dynamic import cli


class Ran(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _no_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platformdirs, "user_config_path", lambda *_, **__: tmp_path / "no configuration")
    monkeypatch.setattr("sys.argv", ["aerostack"])
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def aerostack(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs the command line."""

    def run(*words: object) -> Ran:
        code = cli.main([str(one) for one in words])
        return Ran(code, *capsys.readouterr())

    return run
