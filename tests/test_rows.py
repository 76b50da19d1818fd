"""Large answers: what a row costs beyond being parsed is counted, in calls, in bytes and in objects."""

from __future__ import annotations

import gc
import json
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import httpx
import pytest

import aerostack_dynamic
from aerostack_dynamic import Client, Record, ResponseError

HOME = str(Path(aerostack_dynamic.__file__).parent)
COLUMNS = {
    "id": {"type": "integer"},
    "name": {"type": "string"},
    "email": {"type": "string", "format": "email"},
    "score": {"type": "number"},
    "active": {"type": "boolean"},
    "note": {"type": ["string", "null"]},
    "created_at": {"type": "string", "format": "date-time"},
    "status": {"type": "string", "enum": ["new", "open", "closed"]},
}
TYPED = {"type": "object", "required": [*COLUMNS], "properties": COLUMNS}
LOOSE = {"type": "object", "additionalProperties": True}


def row(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"user {number}",
        "email": f"user{number}@example.com",
        "score": number / 8,
        "active": number % 3 == 0,
        "note": None if number % 5 else "a note",
        "created_at": f"2026-01-{1 + number % 28:02}T12:{number % 60:02}:00Z",
        "status": ("new", "open", "closed")[number % 3],
    }


def body_of(count: int, **changes: Any) -> bytes:
    rows = [row(number) for number in range(count)]
    rows[-1] |= changes
    return json.dumps({"results": rows}).encode()


def client_of(schema: Any, *bodies: bytes, **options: Any) -> Any:
    answers = iter(bodies)
    whole = {"type": "object", "required": ["results"], "properties": {"results": {"type": "array", "items": schema}}}
    answer = {"200": {"description": "", "content": {"application/json": {"schema": whole}}}}
    spec = {
        "openapi": "3.1.0",
        "info": {"title": "Rows", "version": "1"},
        "servers": [{"url": "https://rows.test"}],
        "paths": {"/rows": {"get": {"operationId": "rows", "responses": answer}}},
    }
    headers = {"content-type": "application/json"}
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=next(answers), headers=headers))
    return Client(spec=spec, transport=transport, **options)


def calls_of(client: Any) -> int:
    """How many functions of the package one call runs, generators counted each time that they go on."""
    count = 0

    def note(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "call" and frame.f_code.co_filename.startswith(HOME)

    sys.setprofile(note)
    try:
        client.rows()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.skipif(gc.is_tracked({"a": 1}), reason="an interpreter that tracks all dicts has them looked into")
@pytest.mark.parametrize("schema", [TYPED, LOOSE], ids=["typed", "loose"])
def test_no_function_is_run_for_a_row(schema: Any) -> None:
    client = client_of(schema, *[body_of(600)] * 2, body_of(4600))
    client.rows()
    assert calls_of(client) + 100 > calls_of(client)


def test_an_answer_is_held_once() -> None:
    body = body_of(2000)
    client = client_of(TYPED, *[body] * 2)
    assert client.rows().results[0].name == "user 0"
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        alone = json.loads(body)
        middle = tracemalloc.get_traced_memory()[0]
        result = client.rows()
        after = tracemalloc.get_traced_memory()[0]
        assert after - middle < (middle - before) + 20_000
        assert result.results[1000].name == "user 1000"
        assert tracemalloc.get_traced_memory()[0] - after < 2_000, "the list takes the place of the one that was parsed"
    finally:
        tracemalloc.stop()
    assert result == alone


def test_reading_a_row_makes_an_object_of_that_row_alone() -> None:
    result = client_of(TYPED, body_of(2000)).rows()
    known = {id(one) for one in gc.get_objects() if isinstance(one, Record)}
    assert result.results[1000].name == "user 1000"
    assert result.results[1000].id == 1000
    made = [one for one in gc.get_objects() if isinstance(one, Record) and id(one) not in known]
    assert made == [row(1000)]


def test_a_row_that_departs_is_found_among_thousands() -> None:
    drifts: list[Any] = []

    class Hook:
        def on_drift(self, drift: Any) -> None:
            drifts.append(drift)

    wrong = {"created_at": "yesterday", "email": "nobody", "status": "lost"}
    client = client_of(TYPED, body_of(2000, **wrong), body_of(2000, id="1"), body_of(2000, more=1), hooks=[Hook()])
    assert len(client.rows().results) == 2000
    assert [(one.pointer, one.rule) for one in drifts] == [
        ("/results/1999/email", "format"),
        ("/results/1999/created_at", "format"),
        ("/results/1999/status", "enum"),
    ]
    with pytest.raises(ResponseError, match="/results/1999/id: expected integer, got string"):
        client.rows()
    assert client.rows().results[1999]["more"] == 1
    assert len(drifts) == 3


def test_rows_are_gone_through_as_a_list_is() -> None:
    results = client_of(TYPED, body_of(1000)).rows().results
    assert [one.id for one in results] == [*range(1000)]
    assert all(type(one) is Record for one in results)
    assert [one is again for one, again in zip(results, results, strict=True)] == [True] * 1000
    assert [one["id"] for one in reversed(results)] == [*range(999, -1, -1)]
    seen = []
    for one in results:  # as a list does whose items are taken out meanwhile
        seen.append(one.id)
        results.remove(one)
    assert seen == [*range(0, 1000, 2)]
