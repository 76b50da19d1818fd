"""Where secrets are kept: the environment, the keyring, a command's output."""

from __future__ import annotations

import asyncio
import pickle
import sys
import traceback
from typing import Any

import keyring as keyring_package
import pytest
from keyring.backend import KeyringBackend

from aerostack_dynamic import AsyncClient, CredentialsError
from aerostack_dynamic.auth import command, environment, keyring

BEARER = {"S": {"type": "http", "scheme": "bearer"}}


class Memory(KeyringBackend):
    """A keyring in memory, which holds one password, or is locked."""

    priority = 1.0  # type: ignore[assignment]
    locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise keyring_package.errors.KeyringLocked("canary")
        return "k3y" if (service, username) == ("api", "me") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


@pytest.fixture
def memory() -> Any:
    before = keyring_package.get_keyring()
    backend = Memory()
    keyring_package.set_keyring(backend)
    yield backend
    keyring_package.set_keyring(before)


def python(code: str, **more: Any) -> Any:
    return command(sys.executable, "-I", "-c", code, **more)


def test_the_environment(monkeypatch: Any) -> None:
    source = pickle.loads(pickle.dumps(environment("A_SECRET")))
    assert repr(source) == "environment('A_SECRET')"
    with pytest.raises(CredentialsError, match="the variable A_SECRET is not set"):
        source()
    monkeypatch.setenv("A_SECRET", "")
    with pytest.raises(CredentialsError, match="the variable A_SECRET is empty"):
        source()
    monkeypatch.setenv("A_SECRET", "k3y")
    assert source() == "k3y"


def test_the_keyring(memory: Any) -> None:
    source = pickle.loads(pickle.dumps(keyring("api", "me")))
    assert source() == "k3y"
    assert repr(source) == "keyring('api', 'me')"
    with pytest.raises(CredentialsError, match="the keyring has no password for 'you' at 'api'"):
        keyring("api", "you")()
    memory.locked = True
    with pytest.raises(CredentialsError, match=r"the keyring can't be read \(KeyringLocked\) for 'me' at 'api'") as caught:
        source()
    assert caught.value.__context__ is None


def test_without_the_extra(monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ImportError, match=r"pip install 'aerostack_dynamic\[keyring\]'"):
        keyring("api", "me")


def test_a_command() -> None:
    source = pickle.loads(pickle.dumps(python("print('k3y')")))
    assert source() == "k3y"
    assert repr(python("canary")) == f"command({sys.executable!r}, ...)"
    assert python("import sys; sys.stdout.write('k3y\\r\\n' + sys.stdin.read())")() == "k3y"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (python("print('canary'); raise SystemExit(3)"), "failed with status 3"),
        (python("print('canary', flush=True); import time; time.sleep(9)", timeout=0.5), "did not end within 0.5 s"),
        (python("print('canary' * 20000)"), "wrote more than 64 KiB"),
        (python("import os; os.write(1, b'canary\\xff')"), "wrote something that is not UTF-8"),
        (command("/no/such/program", "canary"), r"can't be run \(FileNotFoundError\)"),
    ],
    ids=["status", "time", "size", "text", "missing"],
)
def test_a_command_that_gives_nothing(source: Any, message: str) -> None:
    with pytest.raises(CredentialsError, match=message) as caught:
        source()
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "canary" not in "".join(line for line in shown.format() if "test_sources" not in line)
    assert caught.value.__context__ is None


def test_a_command_is_words() -> None:
    for words in ((), (3,)):
        with pytest.raises(CredentialsError, match="give the program and its arguments"):
            command(*words)  # type: ignore[arg-type]


def test_an_event_loop_goes_on_while_a_command_runs(wire: Any, reply: Any, document: Any) -> None:
    server = wire([reply()])
    source = python("import time; time.sleep(0.5); print('k3y')")
    ticks = 0

    async def main() -> None:
        nonlocal ticks
        async with AsyncClient(spec=document(BEARER), server=server.url, credentials={"S": source}) as client:
            calling = asyncio.ensure_future(client.get_x())
            while not calling.done():
                await asyncio.sleep(0.05)
                ticks += 1
            await calling

    asyncio.run(main())
    assert ticks > 3
    assert server.seen[0].header("authorization") == "Bearer k3y"


def test_every_kind_on_both_clients(
    both: Any, wire: Any, reply: Any, settle: Any, document: Any, memory: Any, monkeypatch: Any
) -> None:
    monkeypatch.setenv("A_SECRET", "k3y")
    server = wire([reply()])

    async def story(client: Any) -> None:
        await settle(client.get_x())

    for source in (environment("A_SECRET"), keyring("api", "me"), python("print('k3y')")):
        both.run(story, spec=document(BEARER), server=server.url, credentials={"S": source})
        both.run(
            story, source, spec=document({"S": {"type": "apiKey", "in": "header", "name": "Authorization"}}), server=server.url
        )
    assert [one.header("authorization") for one in server.seen] == ["Bearer k3y", "k3y"] * 3
