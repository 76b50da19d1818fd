"""The command: as a user runs it, and in this process where only its words matter."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from aerostack_dynamic import cli
from aerostack_dynamic._version import __version__

ROOT = Path(cli.__file__).parents[1]


class Command:
    """`python -m aerostack_dynamic ...` in a folder, with its first lines read."""

    def __init__(self, folder, *arguments):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "aerostack_dynamic", *arguments],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def greeting(self):
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                return "".join(lines)
        raise AssertionError(self.process.stderr.read())

    def end(self, number):
        begun = time.monotonic()
        self.process.send_signal(number)
        out, errors = self.process.communicate(timeout=10)
        return self.process.returncode, time.monotonic() - begun, out, errors

    def done(self):
        out, errors = self.process.communicate(timeout=30)
        return self.process.returncode, out, errors


@pytest.fixture
def command(tmp_path):
    running = []

    def run(*arguments):
        running.append(Command(tmp_path, *arguments))
        return running[-1]

    yield run
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


def exported(greeting):
    line = next(line for line in greeting.splitlines() if "export " in line)
    return dict(word.split("=", 1) for word in shlex.split(line[line.index("export ") :])[1:])


def post(environment, path, **arguments):
    return httpx.post(
        f"{environment['AEROSTACK_SERVER']}/{path}",
        json=arguments,
        headers={"X-Aerostack-Key": environment["AEROSTACK_API_KEY"]},
        trust_env=False,
    )


posix = pytest.mark.skipif(os.name != "posix", reason="signals between processes")


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_and_stop(command, number):
    one = command("sandbox", "--port", "0")
    greeting = one.greeting()
    environment = exported(greeting)
    folder = Path(re.search(r"Data folder +(\S+)", greeting)[1])
    assert "temporary, removed at the end" in greeting
    assert environment["AEROSTACK_API_KEY"] in greeting.splitlines()[1]
    assert "Warning" not in greeting
    assert folder.is_dir()
    with httpx.Client(trust_env=False, headers={"X-Aerostack-Key": environment["AEROSTACK_API_KEY"]}) as client:
        answer = client.post(environment["AEROSTACK_SERVER"] + "/cache/get", json={"key": "k"})
        assert answer.status_code == 200
        code, seconds, out, errors = one.end(number)
    assert (code, out) == (0, "")
    assert seconds < 2
    assert "POST /v1/cache/get 200 " in errors
    assert answer.headers["x-request-id"] in errors
    assert "Traceback" not in errors
    assert environment["AEROSTACK_API_KEY"] not in errors
    assert not folder.exists()


@posix
def test_everything_given(command, tmp_path):
    (tmp_path / "mine.py").write_text("def double(data):\n    return 2 * data['n']\n")
    given = ["--data", "kept", "--api-key", "ac_secret_mine", "--service", "double=mine:double", "--host", "0.0.0.0"]
    given += ["--spec-version", "1.5.0", "--gateway-key", "gateway_mine"]
    for answer in [None, {"value": 1, "exists": True}]:
        one = command("sandbox", "--port", "0", *given)
        greeting = one.greeting()
        assert "ac_secret_mine" not in greeting
        assert "gateway_mine" not in greeting
        assert "..." not in greeting, "the line can be pasted as it is"
        assert "set AEROSTACK_API_KEY to the key that --api-key gave" in greeting
        assert f"{tmp_path / 'kept'} (kept)" in greeting
        assert re.search(r"Warning +0\.0\.0\.0 is not a loopback address", greeting)
        environment = {**exported(greeting), "AEROSTACK_API_KEY": "ac_secret_mine"}
        assert environment["AEROSTACK_SPEC_VERSION"] == "1.5.0"
        if answer:
            assert post(environment, "cache/getMany", keys=["k"]).json() == {"results": [{"key": "k", **answer}]}
        assert post(environment, "cache/set", key="k", value=1).status_code == 200
        assert post(environment, "services/invoke", serviceName="double", data={"n": 21}).json()["result"] == 42
        assert one.end(signal.SIGTERM)[0] == 0


def test_a_taken_port(command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, errors = command("sandbox", "--port", str(port)).done()
    assert (code, out) == (1, "")
    assert errors.startswith(f"aerostack-dynamic: cannot serve on 127.0.0.1:{port}: ")
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said", "wanted"),
    [
        (["--service", "bad"], "'bad' is not of the form name=module:function", 2),
        (["--service", "a=b:c"], "'a=b:c': ModuleNotFoundError: No module named 'b'", 2),
        (["--ai-url", "nonsense"], "the AI URL 'nonsense' is not an http or https URL", 2),
        (["--host", "no.such.host.invalid"], "cannot serve on no.such.host.invalid:0: ", 1),
        (["--spec-version", "2.0.0"], "version: the sandbox serves 1.0.0 and 1.5.0, not '2.0.0'", 2),
        (["--gateway-key", "x"], "gateway_key: version 1.0.0 has no gateway", 2),
        (["--data", "{file}"], "File exists: {file}", 3),
        (["--data", "{broken}"], "--data {broken}: file is not a database", 3),
    ],
)
def test_mistakes_are_one_line(tmp_path, capsys, arguments, said, wanted):
    names = {"file": str(tmp_path / "file"), "broken": str(tmp_path / "broken")}
    (tmp_path / "file").write_text("x")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "sandbox.sqlite3").write_text("no database " * 100)
    assert cli.main(["sandbox", "--port", "0", *(part.format(**names) for part in arguments)]) == wanted
    out, errors = capsys.readouterr()
    assert out == ""
    assert errors.startswith(f"aerostack-dynamic: {said.format(**names)}")
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["sandbox", "--port", "x"], ["sandbox", "--port", "70000"], ["nothing"], [], ["sandbox", "x"]]
)
def test_arguments_that_are_none(capsys, arguments):
    assert cli.main(arguments) == 2
    errors = capsys.readouterr().err
    assert ("Usage: aerostack-dynamic" if not arguments else "`aerostack-dynamic") in errors


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"aerostack-dynamic {__version__}\n"


def test_help_names_every_option(capsys):
    assert cli.main(["sandbox", "--help"]) == 0
    shown = capsys.readouterr().out
    for option in (
        "--host",
        "--port",
        "--data",
        "--spec-version",
        "--api-key",
        "--gateway-key",
        "--ai-url",
        "--service",
        "8787",
        "127.0.0.1",
    ):
        assert option in shown


@posix
def test_in_this_process_the_former_signal_handlers_come_back(capsys):
    former = signal.getsignal(signal.SIGTERM)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM))
    timer.start()
    assert cli.main(["sandbox", "--port", "0", "--spec-version", "1.5.0"]) == 0
    timer.join()
    assert signal.getsignal(signal.SIGTERM) is former
    shown = capsys.readouterr().out
    assert re.match(r"Aerostack sandbox on http://127\.0\.0\.1:\d+/v1, version 1\.5\.0\n", shown)
    assert re.search(r"^Gateway key  gateway_\w+ \(a bearer key", shown, re.MULTILINE)


@pytest.mark.parametrize("module", ["starlette", "uvicorn", "python_multipart", "jwt"])
def test_without_the_extra(monkeypatch, capsys, module):
    for name in [
        n
        for n in sys.modules
        if n.startswith(("aerostack_dynamic.sandbox", "aerostack_dynamic._serving")) or n.split(".")[0] == module
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    assert cli.main(["sandbox"]) == 1
    wanted = f"aerostack-dynamic: the sandbox needs {module}, which is not installed: pip install 'aerostack_dynamic[sandbox]'\n"
    assert capsys.readouterr().err == wanted


def test_another_missing_module_is_not_blamed_on_the_extra(monkeypatch, capsys):
    for name in [n for n in sys.modules if n.startswith(("aerostack_dynamic.sandbox", "openapi_core"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "openapi_core", None)
    assert cli.main(["sandbox"]) == 1
    assert "openapi_core" in capsys.readouterr().err
