"""Sandboxes over real sockets, asked by plain httpx: nothing here shares code with the client of the package."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from aerostack_dynamic.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


async def _later(data: dict[str, Any]) -> str:
    return f"later {data['a']}"


def _fail(data: dict[str, Any]) -> None:
    raise LookupError(f"no luck with {data['a']}")


def _leave(_data: dict[str, Any]) -> None:
    raise SystemExit(3)


def _deep(_data: dict[str, Any]) -> list[Any]:
    value: list[Any] = []
    for _ in range(200_000):
        value = [value]
    return value


SERVICES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "add": lambda data: data["a"] + data["b"],
    "echo": lambda data: data,
    "later": _later,
    "fail": _fail,
    "leave": _leave,
    "not_json": lambda _data: {1, 2},
    "deep": _deep,
    "nan": lambda _data: float("nan"),
}


class Api:
    """A keyed httpx client of one sandbox."""

    def __init__(self, box: Sandbox) -> None:
        self.box = box
        self.http = httpx.Client(base_url=box.url + "/", headers={"X-Aerostack-Key": box.api_key}, trust_env=False, timeout=30)

    def post(self, path: str, **arguments: Any) -> httpx.Response:
        return self.http.post(path, json=arguments)

    def query(self, sql: str, *params: Any) -> httpx.Response:
        return self.post("db/query", sql=sql, params=list(params))

    def rows(self, sql: str, *params: Any) -> list[dict[str, Any]]:
        answer = self.query(sql, *params)
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]

    def refused(self, sql: str, *params: Any) -> str:
        answer = self.query(sql, *params)
        assert answer.status_code == 400, answer.text
        assert answer.json()["code"] == "DB_QUERY_FAILED"
        return answer.json()["message"]

    def upload(self, key: str, content: Any = b"content", **parts: Any) -> httpx.Response:
        return self.http.post("storage/upload", files={"file": ("f", content)}, data={"key": key, **parts})

    def finished(self, job_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + 10
        while (job := self.box.job(job_id))["status"] in {"queued", "processing"}:
            assert time.monotonic() < deadline, job
            time.sleep(0.01)
        return job


@pytest.fixture(scope="session")
def box() -> Iterator[Sandbox]:
    before = set(threading.enumerate())
    with Sandbox(services=SERVICES) as box:
        own = box.data.name
        yield box
    left = {one.name for one in set(threading.enumerate()) - before - {threading.current_thread()}}
    # Threads of a pool begin when there is work: those of a sandbox that was there before may have come later.
    assert {name for name in left if not name.startswith("aerostack-sandbox ") or own in name} == set()


@pytest.fixture(scope="session")
def api(box: Sandbox) -> Iterator[Api]:
    api = Api(box)
    with api.http:
        yield api


@pytest.fixture(scope="session")
def newer() -> Iterator[Api]:
    """A keyed client of a sandbox of version 1.5.0."""
    with Sandbox(version="1.5.0", services=SERVICES) as box:
        api = Api(box)
        with api.http:
            yield api


@pytest.fixture
def open_api() -> Iterator[Callable[[Sandbox], Api]]:
    """Makes clients of other sandboxes and closes them."""
    made: list[Api] = []

    def make(box: Sandbox) -> Api:
        made.append(Api(box))
        return made[-1]

    yield make
    for api in made:
        api.http.close()
