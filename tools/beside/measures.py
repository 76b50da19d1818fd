"""What is measured of one side, each in a process of its own: `python -m beside MEASURE SIDE`."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import resource
import traceback
import warnings
from typing import TYPE_CHECKING, Any

from turns import repeated, spread, turns

from beside.sides import KEY, MISTAKES, SIDES
from beside.world import Server, caller, json_reply, made

if TYPE_CHECKING:
    from collections.abc import Callable

    from beside.world import Reply

CALLS, BLOCKS = 150, 15


def attempt(call: Callable[[], Any]) -> BaseException | None:
    """What a call raises."""
    try:
        call()
    except BaseException as error:
        return error
    return None


def checks(name: str) -> dict[str, Any]:
    """Which mistakes are told of before anything is sent; of the last one, which is in reading: whether it is told of at all."""
    told: list[bool] = []
    server = Server(json_reply(SIDES[name].answer))
    for number, source in enumerate(SIDES[name].mistakes):
        found = made(name, server.url)
        before = len(server.seen)
        error = attempt(caller(name, found, source))
        unsent = len(server.seen) == before
        told.append(error is not None and (unsent or number == len(MISTAKES) - 1))
    server.close()
    return {"told": told}


def broken_answers(name: str) -> dict[str, Reply]:
    """Answers that the document does not have, by what is wrong with them."""
    field = "choices" if name == "openai" else "response"
    return {
        "a value of another type": json_reply({**SIDES[name].answer, field: 7}),
        "another whole": json_reply(["Hello"]),
        "no JSON, though it says so": (200, {"Content-Type": "application/json"}, b'{"response": "Hel'),
        "a page of HTML": (200, {"Content-Type": "text/html"}, b"<html>Log in</html>"),
        "an error": json_reply({"code": "INTERNAL_ERROR", "message": "no"}, 400),
    }


def answers(name: str) -> dict[str, Any]:
    """Which broken answers the call itself tells of."""
    told: dict[str, bool] = {}
    for what, reply in broken_answers(name).items():
        server = Server(reply)
        found = made(name, server.url)
        told[what] = attempt(caller(name, found)) is not None
        server.close()
    return {"told": told}


def trouble(name: str) -> dict[str, Any]:
    """What becomes of a lost connection, of a server that turns away, and of the key."""
    good = json_reply(SIDES[name].answer)
    lost, busy = Server(None), Server(json_reply({"message": "busy"}, 503, **{"Retry-After": "0"}), good)
    attempt(caller(name, made(name, lost.url)))
    came = attempt(caller(name, made(name, busy.url))) is None and len(busy.seen) == 2
    other = Server(good)
    away = Server((307, {"Location": f"{other.url}/ai/chat"}, b""))
    attempt(caller(name, made(name, away.url)))
    strays = any(KEY in str(headers) for headers in other.seen)
    return {"sent": len(lost.seen), "tried_again": came, "key_elsewhere": strays, "key_shown": shown(name)}


def shown(name: str) -> list[str]:
    """Where the key can be read: in a log of everything, in the client's repr, in an error as it is shown."""
    kept = io.StringIO()
    root = logging.getLogger()
    root.addHandler(logging.StreamHandler(kept))
    root.setLevel(logging.DEBUG)
    server = Server(json_reply({"code": "AUTH_INVALID_KEY", "message": "no such key"}, 401))
    found = made(name, server.url)
    error = attempt(caller(name, found))
    client = found["client"]
    response = getattr(error, "response", None)
    request = getattr(error, "request", None) or getattr(response, "request", None)
    texts = {
        "log": kept.getvalue(),
        "client": f"{client!r} {client}",
        "error": "".join(traceback.format_exception(error)) + f"{error!r} {getattr(request, 'headers', '')!r}" if error else "",
    }
    return [place for place, text in texts.items() if KEY in text]


def cost(name: str) -> dict[str, Any]:
    """CPU time of a small call in memory, and its ratio to httpx by hand, block by block in turn."""
    sides = {"ours": caller(name, made(name)), "theirs": caller("httpx", made("httpx"))}
    found = turns({one: repeated(call, CALLS) for one, call in sides.items()}, BLOCKS)
    ratio = spread(one / other for one, other in zip(found["ours"], found["theirs"], strict=True))
    return {"ratio": ratio.median, "least": ratio.least, "greatest": ratio.greatest, "us": spread(found["ours"]).median * 1e6}


def start(name: str) -> dict[str, Any]:
    """CPU time and memory of a process from nothing to its first answer, in memory."""
    caller(name, made(name))()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"seconds": used.ru_utime + used.ru_stime, "mib": used.ru_maxrss / 1024}


MEASURES = {"checks": checks, "answers": answers, "trouble": trouble, "cost": cost, "start": start}


def measure(what: str, name: str) -> None:
    """Print what a measurement finds, as JSON."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = MEASURES[what](name)
    print(json.dumps(found))
