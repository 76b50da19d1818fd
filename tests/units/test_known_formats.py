"""What an engine knows of formats by itself, which a first look at a large value goes by: the same as our functions say, or less."""

from __future__ import annotations

import random

import pytest

from aerostack_dynamic._formats import FORMATS, STANDARD
from aerostack_dynamic._lower import Lowered
from aerostack_dynamic._narrow import FirstLook

from .test_formats import TABLE


def like(texts: list[str], count: int) -> list[str]:
    """Texts that are those given but for a letter or three."""
    chance = random.Random(7)
    made = []
    for _ in range(count):
        letters = list(chance.choice(texts))
        for _ in range(chance.choice((1, 1, 2, 3))):
            at = chance.randrange(len(letters) + 1)
            letters[at : at + chance.randrange(2)] = chance.choice(["", *'0123456789:-+.TtZz /%@[]{}_~"\\ \nabfXP#?é０\0,<>'])
        made.append("".join(letters))
    return made


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_what_the_engine_knows_of_formats_is_what_the_functions_say(name: str) -> None:
    right, wrong = TABLE[name]
    pytest.importorskip("jsonschema_rs")
    closure = {"s0": Lowered({"type": "string", "format": name}, (), 1, (), frozenset())}
    look = FirstLook("s0", lambda: closure, STANDARD)
    exact = name not in ("email", "hostname")
    also = ["a@[IPV6:1::]", "0000-02-29T00:00:00Z", "http://[vF.x]/", "http://[fe80::1%25eth0]/", "//[V1.a]"]
    for text in [*right, *wrong, *also, *like([*right, *wrong], 1000)]:
        passes = look.passes(text)
        assert passes == FORMATS[name](text) if exact else passes <= FORMATS[name](text), repr(text)
