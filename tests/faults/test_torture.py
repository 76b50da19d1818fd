"""Torture: the n-th step of a call fails, for every n until a call passes untouched; every kind of failure, every kind of call.

The call gives its data or raises one of our errors, or what was thrown at it if that is no error of a network. Afterwards nothing is
left over: everybody is out of the gate, no stream is open but those at rest, and the next call is right.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import httpcore
import pytest

from aerostack_dynamic import AerostackError, AsyncClient, Client, RetryPolicy

from .brittle import AsyncNetwork, Eof, Plan, SyncNetwork, turn
from .document import KEY, spec
from .world import trusting

SERVER = "https://127.0.0.1:9/v1"
DATA = {"ok": True, "padding": "x" * 60}
OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 83\r\n\r\n{"ok":true,"padding":"%s"}' % (b"x" * 60)
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: 0.01\r\n\r\n"
MOVED = b"HTTP/1.1 302 Found\r\nLocation: /v1/elsewhere\r\nContent-Length: 0\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n%s0\r\n\r\n" % b"".join(
    b"1\r\n%c\r\n" % one for one in OK.partition(b"\r\n\r\n")[2]
)
OK = OK.replace(b"83", b"%d" % len(OK.partition(b"\r\n\r\n")[2]))
MOST = 200


class Strike(Exception):
    """An exception that is no error of a network: a signal's handler may have raised it."""


class Stop(BaseException):
    """One that nobody catches by `except Exception`."""


class Call(NamedTuple):
    """A call, and what the server says to its requests in turn."""

    operation: str
    arguments: Callable[[], dict[str, Any]]
    replies: tuple[bytes, ...]


CALLS = {
    "a GET": Call("read", dict, (OK,)),
    "a GET in chunks": Call("read", dict, (CHUNKED,)),
    "a POST": Call("act", lambda: {"value": 1}, (OK,)),
    "an upload of bytes": Call("upload", lambda: {"file": b"y" * 40_000, "note": "n"}, (OK,)),
    "an upload of a generator": Call("upload", lambda: {"file": (b"y" * 9000 for _ in range(3))}, (OK,)),
    "a retried GET": Call("read", dict, (BUSY, BUSY, OK)),
    "a retried POST with a key": Call("pay", lambda: {"value": 1}, (BUSY, OK)),
    "a redirected GET": Call("read", dict, (MOVED, OK)),
}
FAILURES: dict[str, Callable[[str], BaseException | None]] = {
    "ConnectError": lambda kind: httpcore.ConnectError("x") if kind in ("connect", "tls") else None,
    "ConnectTimeout": lambda kind: httpcore.ConnectTimeout("x") if kind in ("connect", "tls") else None,
    "ReadError": lambda kind: httpcore.ReadError("x") if kind == "read" else None,
    "ReadTimeout": lambda kind: httpcore.ReadTimeout("x") if kind == "read" else None,
    "WriteError": lambda kind: httpcore.WriteError("x") if kind == "write" else None,
    "WriteTimeout": lambda kind: httpcore.WriteTimeout("x") if kind == "write" else None,
    "EOF": lambda kind: Eof() if kind != "sleep" else None,
    "OSError": lambda _: OSError(5, "x"),
    "a foreign exception": lambda _: Strike(),
    "a foreign BaseException": lambda _: Stop(),
    "cancellation": lambda _: asyncio.CancelledError(),
}
# What may come out of a call though it is not ours, by failure; all others are the network's.
THROWN = {
    "OSError": OSError,
    "a foreign exception": Strike,
    "a foreign BaseException": Stop,
    "cancellation": asyncio.CancelledError,
}

# Threads are not cancelled.
KINDS = [(kind, failure) for kind in ("sync", "async") for failure in FAILURES if (kind, failure) != ("sync", "cancellation")]


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Puts a plan in the place of the network and of sleep."""

    def set_up(plan: Plan) -> None:
        mine = threading.get_ident()

        def step() -> None:
            if threading.get_ident() == mine:  # others may be at work in this process
                plan.step("sleep")

        async def sleep(_: float) -> None:
            step()

        monkeypatch.setattr(httpcore, "SyncBackend", lambda: SyncNetwork(plan))
        monkeypatch.setattr(httpcore, "AnyIOBackend", lambda: AsyncNetwork(plan))
        monkeypatch.setattr(time, "sleep", lambda _: step())
        monkeypatch.setattr(asyncio, "sleep", sleep)

    return set_up


def options() -> dict[str, Any]:
    """A client's, the same for both kinds."""
    retry = RetryPolicy(first_delay=0.001, longest_delay=0.001)
    return {"spec": spec(), "server": SERVER, "credentials": {"ApiKey": KEY}, "verify": trusting(), "timeout": 5, "retry": retry}


async def settle(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


async def made(client: Any, call: Call, thrown: type[BaseException] | None) -> str:
    """Make the call; gives what came of it in a word."""
    try:
        data = await settle(getattr(client, call.operation)(**call.arguments()))
    except AerostackError:
        return "ours"
    except BaseException as error:
        if thrown is None or not isinstance(error, thrown):
            raise
        return "thrown"
    assert data == DATA
    return "data"


def lanes_of(client: Any) -> list[Any]:
    """All lanes that the client's transport has now."""
    transport = client._caller.session.open_channel().transport
    return (
        list(transport._lanes)
        if isinstance(client, Client)
        else [lane for lanes in transport._loops.kept.values() for lane in lanes]
    )


async def check_clean(client: Any, plan: Plan, before: list[Any]) -> None:
    """Nobody is left in a gate or on a stream, and the next call is right."""
    await quiet()
    gc.collect(0)
    lanes = {id(lane): lane for lane in [*before, *lanes_of(client)]}.values()
    assert all(lane.gate._free == lane.gate._limit and not lane.gate._queue for lane in lanes), "somebody is still in the gate"
    assert plan.open_streams == sum(len(lane._resting) for lane in lanes if not lane.closed), "a stream is open that is not at rest"
    plan.armed, plan.replies = False, (OK,)
    assert await settle(client.read()) == DATA
    await quiet()
    assert all(lane.gate._free == lane.gate._limit for lane in lanes_of(client))


async def quiet() -> None:
    """Let every other task come to its end, if it has one."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        assert not (await asyncio.wait(others, timeout=2))[1], "a task goes on"
    await turn()  # for what is called when a task is done
    await turn()


async def tortured(kind: str, plan: Plan, call: Call, thrown: type[BaseException] | None, warm: bool) -> str:
    """One call whose plan's step fails, on a kept connection or a new one, and what must hold afterwards."""
    client: Any = (Client if kind == "sync" else AsyncClient)(**options())
    try:
        if warm:
            plan.replies, wanted = (OK,), plan.replies
            await settle(client.read())
            plan.replies, plan.requests = wanted, 0
        before = lanes_of(client)
        plan.armed = True
        making = plan.caller = asyncio.ensure_future(made(client, call, thrown))
        told = await making
        await check_clean(client, plan, before)
    finally:
        await settle(client.close() if kind == "sync" else client.aclose())
    await quiet()
    assert plan.open_streams == 0, "a stream is open after the client was closed"
    return told


def torture(
    call: Call, run: Callable[[Plan], Awaitable[str]], fails: Callable[[str], BaseException | None], play: Any
) -> list[str]:
    """Make the call with the first step failing, the second and so on; gives what came of each, the untouched one last."""
    told: list[str] = []
    for at in range(1, MOST):
        plan = Plan(call.replies, at, fails)
        play(plan)
        told.append(asyncio.run(run(plan)))
        if not plan.fired:
            return told
    raise AssertionError("there is no end to the steps")


async def cancelled(plan: Plan, call: Call, after: int) -> bool:
    """Cancel a call after so many turns of the loop, and at once make one that can't be repeated; whether the first was done by then."""
    async with AsyncClient(**options()) as client:
        task = asyncio.ensure_future(made(client, call, None))
        for _ in range(after):
            await turn()
        done = task.done()
        task.cancel()
        other = asyncio.ensure_future(client.act())
        await asyncio.wait([task, other])
        assert other.result() == DATA, "a cancelled call took another one with it"
        await check_clean(client, plan, lanes_of(client))
    await quiet()
    assert plan.open_streams == 0
    return done


@pytest.mark.parametrize("name", ["a GET", "a GET in chunks", "a POST", "an upload of bytes"])
def test_a_call_may_be_cancelled_at_any_turn(play: Any, name: str) -> None:
    for after in range(MOST):
        plan = Plan((OK,), 0, lambda _: None)
        play(plan)
        if asyncio.run(cancelled(plan, CALLS[name], after)):
            return
    raise AssertionError("the call has no end")


@pytest.mark.parametrize("warm", [True, False], ids=["kept", "new"])
@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(("kind", "failure"), KINDS)
def test_any_step_may_fail(play: Any, kind: str, name: str, failure: str, warm: bool) -> None:
    call, thrown = CALLS[name], THROWN.get(failure)
    told = torture(call, lambda plan: tortured(kind, plan, call, thrown, warm), FAILURES[failure], play)
    assert told[-1] == "data"
    assert len(told) > 1 or (warm and failure in ("ConnectError", "ConnectTimeout"))
