"""Hypothesis on one target for some seconds: mutations of its seeds, and plain bytes. `python -m fuzzing.hypotheses TARGET SECONDS SEED`"""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from .targets import SEEDS, TARGETS

BATCH = 500


@st.composite
def mutants(draw: Any, seeds: tuple[bytes, ...]) -> bytes:
    """One of the seeds after a few changes: a piece cut out, put elsewhere, doubled, or exchanged for other bytes."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 20)))
        how = draw(st.sampled_from(("cut", "move", "double", "exchange", "flip")))
        piece = bytes(data[start:end])
        if how == "double":
            data[end:end] = piece
        elif how == "flip" and piece:
            data[start] ^= 1 << draw(st.integers(0, 7))
        else:
            data[start:end] = draw(st.binary(max_size=20)) if how == "exchange" else b""
            if how == "move":
                place = draw(st.integers(0, len(data)))
                data[place:place] = piece
    return bytes(data)


def examples(name: str, seconds: float, first: int) -> int:
    """Play a target until the time is over; gives how many examples there were. Raises what it finds, made small."""
    target, count, ends = TARGETS[name], 0, time.monotonic() + seconds
    while time.monotonic() < ends:

        @seed(first + count)
        @settings(
            max_examples=BATCH,
            deadline=None,
            database=None,
            print_blob=False,
            suppress_health_check=[*HealthCheck],
            phases=[Phase.generate, Phase.shrink],
        )
        @given(st.one_of(mutants(SEEDS[name]), mutants(SEEDS[name]), st.binary(max_size=300)))
        def play(data: bytes) -> None:
            nonlocal count
            count += 1
            if time.monotonic() < ends:
                target(data)

        play()
    return count


if __name__ == "__main__":
    logging.getLogger("aerostack_dynamic").disabled = True
    found = examples(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
    print(f"examples {found}")
