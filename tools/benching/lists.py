"""An answer of 10,000 rows of 8 columns: decoded, checked and delivered, beside decoding alone."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from beside.memory import in_memory
from beside.sides import KEY
from beside.world import MEMORY, document, made
from turns import repeated

from benching.small import seen

if TYPE_CHECKING:
    from benching.scene import Makers, Scene, Side

COLUMNS: dict[str, Any] = {
    "id": {"type": "integer"},
    "name": {"type": "string"},
    "email": {"type": "string"},
    "score": {"type": "number"},
    "active": {"type": "boolean"},
    "note": {"type": ["string", "null"]},
    "created_at": {"type": "string", "format": "date-time"},
    "status": {"type": "string", "enum": ["new", "open", "closed"]},
}
EVERY = 10  # of so many rows, one is read


def row(number: int) -> dict[str, Any]:
    """One row; numbers have digits after the point, times differ, and some values are null."""
    return {
        "id": number,
        "name": f"user number {number}",
        "email": f"user{number}@example.com",
        "score": number * 37 % 1000 / 8 + 0.1,
        "active": number % 3 == 0,
        "note": None if number % 5 == 0 else "a note of a few words",
        "created_at": f"2026-01-{1 + number % 28:02}T12:{number % 60:02}:00Z",
        "status": COLUMNS["status"]["enum"][number % 3],
    }


def answer(scene: Scene) -> bytes:
    """The rows, as `dbQuery` answers with them."""
    import orjson

    return orjson.dumps({"results": [row(number) for number in range(scene.size(10_000, 1_000))]})


def described(typed: bool) -> dict[str, Any]:
    """The bundled document, whose rows are any objects; or with one schema for them."""
    found = document(MEMORY)
    if typed:
        rows = {"type": "array", "items": {"type": "object", "required": [*COLUMNS], "properties": COLUMNS}}
        result = {"type": "object", "required": ["results"], "properties": {"results": rows}}
        operation = found["paths"]["/db/query"]["post"]
        operation["responses"]["200"]["content"]["application/json"]["schema"] = result
    return found


def sides(scene: Scene, kind: str) -> Makers:
    """The sides of one kind of rows, or of reading them."""
    body = answer(scene)
    if kind == "attribute":
        return {"ours": partial(_attributes, body), "base": partial(_keys, body)}
    if kind == "tracked":
        return {"ours": lambda: seen(_read(body)), "base": partial(_read, body)}
    typed = kind == "typed"
    return {
        "ours": partial(_ours, body, typed),
        "base": partial(_parsed, body),
        "replaced": partial(_replaced, body),
        "judged": partial(_judged, body, typed),
        "pydantic": partial(_pydantic, body),
    }


def _client(body: bytes, typed: bool) -> Any:
    from aerostack_dynamic import Client

    transport = in_memory("httpx", body)
    return Client(KEY, spec=described(True), transport=transport) if typed else Client(KEY, transport=transport)


def _ours(body: bytes, typed: bool) -> Side:
    client = _client(body, typed)
    return repeated(lambda: client.database.db_query(sql="select"), 3)


def _parsed(body: bytes) -> Side:
    import orjson

    return repeated(lambda: orjson.loads(body), 3)


def _replaced(body: bytes) -> Side:
    from aerostack.models import DbQueryRequestBody

    client = made("replaced", transport=in_memory("httpx", body))["client"]
    return repeated(lambda: client.database.db_query(request=DbQueryRequestBody(sql="select")), 3)


def _judged(body: bytes, typed: bool) -> Side:
    post = made("judged", transport=in_memory("httpx", body), described=json.dumps(described(typed)))["post"]
    return repeated(lambda: post("/db/query", {"sql": "select"}), 1)


def _pydantic(body: bytes) -> Side:
    """A model of the same columns, validated from the text at once."""
    from datetime import datetime
    from typing import Literal

    from pydantic import create_model

    types: list[Any] = [int, str, str, float, bool, str | None, datetime, Literal["new", "open", "closed"]]
    columns: Any = {name: (kind, ...) for name, kind in zip(COLUMNS, types, strict=True)}
    rows: Any = list[create_model("Columns", **columns)]  # type: ignore[misc]
    result: Any = create_model("Result", results=(rows, ...))
    return repeated(lambda: result.model_validate_json(body), 3)


def _attributes(body: bytes) -> Side:
    client = _client(body, True)

    def run() -> float:
        rows = client.database.db_query(sql="select").results
        began = time.process_time()
        for number in range(0, len(rows), EVERY):
            _ = rows[number].name
        return (time.process_time() - began) / (len(rows) / EVERY)

    return run


def _keys(body: bytes) -> Side:
    import orjson

    def run() -> float:
        rows = orjson.loads(body)["results"]
        began = time.process_time()
        for number in range(0, len(rows), EVERY):
            _ = rows[number]["name"]
        return (time.process_time() - began) / (len(rows) / EVERY)

    return run


def _read(body: bytes) -> Side:
    client = _client(body, False)
    return repeated(lambda: sum(len(one["name"]) for one in client.database.db_query(sql="select").results), 1)
