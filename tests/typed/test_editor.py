"""What an editor shows: completion, hover and signature help, of a language server (pyright's, over stdio) and of jedi."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
# `|` is where the cursor stands.
PLACES = {
    "group": "client.|",
    "operation": "client.ai.|",
    "keyword": "client.ai.ai_chat(|)",
    "key": 'client.ai.ai_chat(messages=[{"|"}])',
    "literal": 'client.ai.ai_chat(messages=[{"role": "|"}])',
    "result": "client.ai.ai_chat(messages=[]).|",
    "deep": "client.authentication.auth_signup(email='a', password='b').user.|",
    "hover": "client.ai.ai_c|hat",
    "hover_group": "client.a|i",
    "way": "client.ai.ai_chat.|",
}
SOURCE = ["from aerostack_dynamic import Client", "client = Client()", *(line.replace("|", "") for line in PLACES.values())]
AT = {name: (number, line.index("|")) for number, (name, line) in enumerate(PLACES.items(), 2)}


class Server:
    """A session with a language server."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "pyright.langserver", "--stdio"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._number = 0
        self.address = (folder / "edited.py").as_uri()
        (folder / "edited.py").write_text("\n".join(SOURCE), encoding="utf-8")
        settings = json.dumps({"venvPath": str(Path(sys.prefix).parent), "venv": Path(sys.prefix).name, "extraPaths": [str(ROOT)]})
        (folder / "pyrightconfig.json").write_text(settings, encoding="utf-8")
        place = folder.as_uri()
        shows = {
            "hover": {"contentFormat": ["plaintext"]},
            "completion": {"completionItem": {"documentationFormat": ["plaintext"]}},
        }
        folders = [{"uri": place, "name": "edited"}]
        self.ask("initialize", processId=None, rootUri=place, capabilities={"textDocument": shows}, workspaceFolders=folders)
        self._tell("initialized")
        self._tell(
            "textDocument/didOpen",
            textDocument={"uri": self.address, "languageId": "python", "version": 1, "text": "\n".join(SOURCE)},
        )

    def _send(self, message: dict[str, Any]) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(content), content))
        self._process.stdin.flush()

    def _tell(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return dict(json.loads(self._process.stdout.read(length)))

    def ask(self, method: str, **params: Any) -> Any:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while True:
            message = self._receive()
            if "method" in message and "id" in message:  # the server asks for settings; the files say them
                items = message.get("params", {}).get("items", [])
                self._send({"id": message["id"], "result": [None] * len(items) if items else None})
            elif message.get("id") == self._number:
                return message.get("result")

    def at(self, what: str, name: str) -> Any:
        line, character = AT[name]
        return self.ask(f"textDocument/{what}", textDocument={"uri": self.address}, position={"line": line, "character": character})

    def completions(self, name: str) -> list[str]:
        found = self.at("completion", name)
        return [one["label"] for one in (found["items"] if isinstance(found, dict) else found)]

    def close(self) -> None:
        self.ask("shutdown")
        self._tell("exit")
        self._process.wait(timeout=30)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    session = Server(tmp_path_factory.mktemp("edited"))
    yield session
    session.close()


def test_a_language_server_completes_names(server: Server) -> None:
    assert {"ai", "authentication", "cache", "call", "with_options"} <= {*server.completions("group")}
    assert "ai_chat" in server.completions("operation")
    assert {"messages=", "model="} <= {*server.completions("keyword")}
    assert {"prepare", "raw", "stream", "with_options"} <= {*server.completions("way")}
    assert "response" in server.completions("result")
    assert {"created_at", "email", "id"} <= {*server.completions("deep")}


def test_a_language_server_completes_keys_and_literals(server: Server) -> None:
    assert {label.strip("\"'") for label in server.completions("key")} >= {"role", "content"}
    assert {label.strip("\"'") for label in server.completions("literal")} >= {"system", "user", "assistant"}


def test_a_language_server_shows_signatures_and_texts(server: Server) -> None:
    shown = server.at("signatureHelp", "keyword")["signatures"][0]
    assert "messages: " in shown["label"]
    assert "Arguments:" in json.dumps(shown["documentation"])
    hovered = json.dumps(server.at("hover", "hover"))
    assert "AiChatOperation" in hovered
    assert "model" in hovered
    assert "Language models." in json.dumps(server.at("hover", "hover_group"))


def test_jedi_shows_the_same() -> None:
    jedi = pytest.importorskip("jedi")

    def script(name: str) -> Any:
        code = "\n".join([*SOURCE[:2], PLACES[name].replace("|", "")])
        return jedi.Script(code, project=jedi.Project(ROOT), environment=jedi.create_environment(sys.prefix, safe=False))

    def names(name: str) -> set[str]:
        return {one.name for one in script(name).complete(3, AT[name][1])}

    assert {"ai", "call", "cache"} <= names("group")
    assert "ai_chat" in names("operation")
    assert {"raw", "prepare", "with_options"} <= names("way")
    assert "response" in names("result")
    assert {"messages=", "model="} <= names("keyword")
    signature = script("keyword").get_signatures(3, AT["keyword"][1])[0]
    assert [one.name for one in signature.params] == ["messages", "model"]
