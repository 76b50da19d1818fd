"""By how much a process grows, at its peak, when a body is a bomb, has no end or is merely huge. Each body in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from faults.answers import answer, bomb, chunk, coded, head
from faults.server import Script, Server, flood

from .growth import CAP, MIB, PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 200 * MIB
GOOD = answer(body=b'{"value":"k","exists":true}')
BLOCK = b" " * 65536


def _packed(size: int) -> bytes:
    return zlib.compress(b'"' + b"a" * size + b'"')


def bodies(size: int) -> dict[str, Callable[[], Any]]:
    """What each fault's server sends."""
    return {
        "gzip bomb": lambda: coded(bomb(1, size), "gzip"),
        "nested codings": lambda: coded(bomb(2, size), "gzip, gzip"),
        "deflate bomb": lambda: coded(_packed(size), "deflate"),
        "endless": lambda: (head(transfer_encoding="chunked"), flood(chunk(BLOCK), 64 * SIZE)),
        "identity": lambda: (head(content_length=size), flood(BLOCK, size)),
        "error body": lambda: (head(500, "text/plain", content_length=size // 10), flood(BLOCK, size // 10)),
    }


def in_child(kind: str, reply: Any) -> dict[str, Any]:
    """What a child tells that meets the body. One that does not end is ended, and said to have no bound."""
    server = Server(Script((GOOD, reply)))
    command = [sys.executable, "-m", "accepting.growth", kind, server.url.removesuffix("/v1")]
    here = Path(__file__).resolve().parent.parent
    try:
        done = subprocess.run(command, cwd=here, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return {"mib": None, "told": f"no end after {PATIENCE:g} s"}
    finally:
        server.close()
    if done.returncode:
        return {"mib": None, "told": (done.stderr.splitlines() or [f"exit status {done.returncode}"])[-1][:200]}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(side: str, scale: float) -> dict[str, Any]:
    """Every body, met by every kind of client that a side has."""
    size = max(32 * MIB, int(SIZE * scale))
    kinds = ("sync", "async") if side == "ours" else (side,)
    made = {name: make() for name, make in bodies(size).items()}
    rows = [{"body": name, "kind": kind, **in_child(kind, reply)} for name, reply in made.items() for kind in kinds]
    return {"cap": CAP // MIB, "bodies": rows}
