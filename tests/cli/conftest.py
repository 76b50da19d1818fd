"""The command line run in this process, against a shop on a socket."""

from __future__ import annotations

import json
import os
import sys
from typing import NamedTuple

import platformdirs
import pytest

from aerostack_dynamic import cli

from .shop import Shop, document


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def value(self):
        """What it wrote, which is JSON."""
        return json.loads(self.out)


@pytest.fixture(scope="session")
def shop_server():
    shop = Shop()
    yield shop
    shop.close()


@pytest.fixture
def shop(shop_server):
    shop_server.seen.clear()
    return shop_server


@pytest.fixture(autouse=True)
def _plain(monkeypatch, tmp_path):
    """No terminal, no variables and no configuration of whoever runs the tests, and a folder of its own."""
    for name in [one for one in os.environ if one.startswith(("AEROSTACK_", "_AEROSTACK", "COMP_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AEROSTACK_CACHE", "off")
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr(platformdirs, "user_config_path", lambda *_, **__: tmp_path / "no configuration")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(sys, "argv", ["aerostack"])
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys):
    def run_it(*arguments):
        code = cli.main([*map(str, arguments)])
        return Ended(code, *capsys.readouterr())

    return run_it


@pytest.fixture(scope="session")
def shop_file(tmp_path_factory):
    return document(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def buy(run, shop, shop_file):
    """A command on the shop's document and server."""

    def buy_it(*arguments):
        return run("--spec", shop_file, "--server", shop.url, *arguments)

    return buy_it


@pytest.fixture
def terminal(monkeypatch):
    """Standard output, or another stream, as a terminal."""

    def make(*names, term="xterm-256color"):
        monkeypatch.setenv("TERM", term)
        for name in names or ("stdout",):
            monkeypatch.setattr(getattr(sys, name), "isatty", lambda: True)

    return make
