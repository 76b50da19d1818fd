"""Documents and schemas that were written to do harm, from the tables of the hostile tests: how each ends, and what it opens."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from faults.answers import answer
from faults.server import Script, Server

HOSTILE = Path(__file__).resolve().parent.parent.parent / "tests" / "hostile"
SECONDS = 1.0


def ended(table: str) -> list[dict[str, Any]]:
    """How each row of a table ended, in a process of its own."""
    command = [sys.executable, str(HOSTILE / "worker.py"), str(HOSTILE / f"{table}.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def harm(row: dict[str, Any]) -> str | None:
    """What a row did that no document may: end the process, raise what is not ours, or take more than a second of the processor."""
    if row["code"] != 0:
        return f"{row['name']}: the process ended with {row['code']}"
    if row["told"].startswith("not ours"):
        return f"{row['name']}: {row['told'][:100]}"
    return f"{row['name']}: {row['seconds']:.2f} s" if row["seconds"] > SECONDS else None


def opened() -> tuple[int, list[str]]:
    """How many documents refer to something outside, and what was opened, connected to or run for them."""
    module = runpy.run_path(str(HOSTILE / "test_no_io.py"))
    sink = Server(Script((answer(body=b'{"type": "integer"}'),)))
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder, "canary.json")
        canary.write_text('{"type": "integer", "openapi": "3.1.0"}')
        authority = f"127.0.0.1:{sink.port}"
        targets = (
            *(f"http://{authority}/schema.json", f"http://{authority}/schema.json#/type", f"//{authority}/schema.json"),
            *(canary.as_uri(), str(canary), f"../../../../../../../..{canary}", f"{canary.parent.as_uri()}/"),
            *("data:application/json,{}", f"ftp://{authority}/schema.json"),
        )
        for target in targets:
            found += module["watched"](target, canary)["seen"]
    found += ["the server was connected to"] * sink.connections
    sink.close()
    return len(targets), found


def measure(side: str, scale: float) -> dict[str, Any]:
    """All documents, and all schemas unless time is short."""
    rows = ended("documents") + (ended("schemas") if scale >= 1 else [])
    count, seen = opened()
    return {"rows": len(rows) + count, "harm": [one for row in rows if (one := harm(row))] + seen}
