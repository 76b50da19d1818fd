"""Values for a path's parameter, by chance and by malice, and whether any of them makes a request leave its template."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import httpx

from .judge import leaves, leaves_if_decoded_first

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COUNT = 100_000
SERVER = "http://127.0.0.1:9/v1"
BEFORE = "/v1/things/"
PIECES = (
    *(
        "..",
        ".",
        "/",
        "\\",
        "%2e",
        "%2E%2e",
        "%252e",
        "%25252e",
        "%2f",
        "%5C",
        "%252F",
        "%00",
        "%",
        "%2",
        "?",
        "#",
        ";",
        "&",
        "=",
        ":",
    ),
    *("//", "@", "http://elsewhere.test/", "a", "1", "admin", " ", "\t", "\r\n", "\0", "\x7f", "", "~", "*", "+", "[", "{name}"),
    *("\uff0e", "\u2024", "\u2215", "\u3002", "\u202e", "\xe9", "\ud800", "\U0001f600", "\ufeff", "%c0%ae", "%u002e", "..;", "é"),
)


def values(count: int, seed: int = 5) -> Iterator[str]:
    """Values: every piece by itself, every pair of them, and then as chance will have it."""
    chance = random.Random(seed)
    known = [*PIECES, *(one + other for one in PIECES for other in PIECES)]
    yield from known[:count]
    for number in range(count - len(known)):
        if number % 3:
            yield "".join(chance.choices(PIECES, k=chance.randint(2, 7)))
        else:
            yield "".join(
                chr(chance.choice((chance.randrange(128), chance.randrange(0x2100)))) for _ in range(chance.randint(1, 12))
            )


def ours() -> tuple[Callable[[str], str], tuple[type[BaseException], ...]]:
    """How this package makes a target of a value, and the errors by which it refuses one."""
    from faults.document import KEY, spec

    from aerostack_dynamic import ArgumentsError, Client

    client = Client(spec=spec(), server=SERVER, credentials={"ApiKey": KEY})
    return lambda value: client.find.prepare(name=value).url.raw_path.decode("ascii"), (ArgumentsError,)


def by_hand() -> tuple[Callable[[str], str], tuple[type[BaseException], ...]]:
    """The same as users of httpx write it, by an f-string."""
    request = httpx.Client().build_request
    return lambda value: request("GET", f"{SERVER}/things/{value}").url.raw_path.decode("ascii"), (httpx.InvalidURL, UnicodeError)


def measure(side: str, scale: float) -> dict[str, Any]:
    """How many values were sent and left, were sent and stayed, or were refused; and the first that left."""
    make, refusals = ours() if side == "ours" else by_hand()
    found: dict[str, Any] = {"values": int(COUNT * scale), "left": 0, "stayed": 0, "refused": 0, "decoded_first": 0, "first": []}
    for value in values(found["values"]):
        try:
            target = make(value)
        except refusals:
            found["refused"] += 1
            continue
        gone = leaves(target, BEFORE)
        found["left" if gone else "stayed"] += 1
        found["decoded_first"] += leaves_if_decoded_first(target, BEFORE)
        if gone and len(found["first"]) < 5:
            found["first"].append(f"{value!a} as {target}")
    return found
