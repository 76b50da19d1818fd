"""A server on this machine that answers by a script, what answers in memory, and clients made from their source."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beside.memory import in_memory
from beside.sides import KEY, SIDES

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent.parent
MADE = ROOT / "build" / "beside"
MODELS = MADE / "models"
MEMORY = "https://api.aerostack.ai/v1"
Reply = tuple[int, dict[str, str], bytes] | None  # None is a connection that is lost once the request has come


def json_reply(value: object, status: int = 200, **headers: str) -> Reply:
    """An answer of JSON."""
    return status, {"Content-Type": "application/json", **headers}, json.dumps(value).encode()


class Server:
    """Answers what `replies` say, the last one for ever, and keeps the headers of what came."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = [*replies]
        self.seen: list[dict[str, str]] = []
        here = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                here.seen.append({name.lower(): text for name, text in self.headers.items()})
                reply = here.replies.pop(0) if len(here.replies) > 1 else here.replies[0]
                self.close_connection = True
                if reply is None:
                    return
                status, headers, body = reply
                self.send_response(status)
                for name, text in {**headers, "Content-Length": str(len(body)), "Connection": "close"}.items():
                    self.send_header(name, text)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def document(address: str) -> dict[str, Any]:
    """The bundled document 1.0.0, at another address."""
    found: dict[str, Any] = json.loads((ROOT / "aerostack_dynamic" / "_bundled" / "1.0.0.json").read_text(encoding="utf-8"))
    return found | {"servers": [{"url": address}]}


def prepare(name: str) -> None:
    """Make what a side needs on the disk: generated code, or a model."""
    if name == "generated" and not (MADE / "generated").is_dir():
        MADE.mkdir(parents=True, exist_ok=True)
        (MADE / "document.json").write_text(json.dumps(document(MEMORY)), encoding="utf-8")
        command = [str(Path(sys.executable).parent / "openapi-python-client"), "generate", "--overwrite"]
        command += ["--path", str(MADE / "document.json"), "--output-path", str(MADE / "generated")]
        subprocess.run(command, check=True, capture_output=True)
    if name == "botocore":
        _write_model(MODELS)


def _write_model(folder: Path) -> None:
    """The call as botocore's own format has it."""
    text, message = {"shape": "Text"}, {"role": {"shape": "Role"}, "content": {"shape": "Text"}}
    shapes = {
        "Asked": {"type": "structure", "required": ["messages"], "members": {"model": text, "messages": {"shape": "Messages"}}},
        "Messages": {"type": "list", "member": {"shape": "Message"}},
        "Message": {"type": "structure", "members": message},
        "Role": {"type": "string", "enum": ["system", "user", "assistant"]},
        "Text": {"type": "string"},
        "Said": {"type": "structure", "members": {"response": text}},
    }
    about = {
        "apiVersion": "2024-01-01",
        "endpointPrefix": "aerostack",
        "protocol": "rest-json",
        "protocols": ["rest-json"],
        "serviceFullName": "Aerostack",
        "serviceId": "Aerostack",
        "signatureVersion": "v4",
        "uid": "aerostack-2024-01-01",
    }
    operation = {"name": "AiChat", "http": {"method": "POST", "requestUri": "/ai/chat"}}
    chat = operation | {"input": {"shape": "Asked"}, "output": {"shape": "Said"}}
    place = folder / "aerostack" / "2024-01-01"
    place.mkdir(parents=True, exist_ok=True)
    model = {"version": "2.0", "metadata": about, "operations": {"AiChat": chat}, "shapes": shapes}
    (place / "service-2.json").write_text(json.dumps(model), encoding="utf-8")


def names(address: str, transport: Any = None, described: str | None = None) -> dict[str, Any]:
    """What the source of a side finds; the document is the bundled one, unless another is `described`."""
    told = json.dumps(document(address)) if described is None else described
    return {"KEY": KEY, "ADDRESS": address, "DOCUMENT": told, "TRANSPORT": transport, "Any": Any, "MODELS": str(MODELS)}


def answering(name: str, answer: bytes | None = None) -> Any:
    """What answers a side's calls in memory: as they expect, or as is said."""
    side = SIDES[name]
    return in_memory(side.family, json.dumps(side.answer).encode() if answer is None else answer)


def made(name: str, address: str | None = None, transport: Any = None, described: str | None = None) -> dict[str, Any]:
    """The names that a side's source leaves: its `client` among them. In memory without an address."""
    side = SIDES[name]
    prepare(name)
    if name == "generated":
        sys.path.insert(0, str(MADE / "generated"))
    lent = None if address else transport or answering(name)
    found = names(address or MEMORY, lent, described)
    exec(side.make + (side.lend if lent else ""), found)
    return found


def caller(name: str, found: dict[str, Any], source: str | None = None) -> Callable[[], Any]:
    """The side's call, or another expression, to be made as often as wanted."""
    call: Callable[[], Any] = eval(f"lambda: {source or SIDES[name].call}", found)
    return call
