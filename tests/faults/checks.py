"""Checks of what was sent that several tables make."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from .row import Outcome, Scene


def same(*headers: str) -> Any:
    """A check that all requests have the same body, and the same of these headers."""

    def check(scene: Scene, _: Outcome) -> str | None:
        seen = [(one.method, one.target, one.digest, *map(one.header, headers)) for one in scene.server.seen]
        return None if len(set(seen)) == 1 else f"requests differ: {seen}"[:300]

    return check


def one_key(scene: Scene, _: Outcome) -> str | None:
    """A check that all requests have one Idempotency-Key, and that it is a random UUID."""
    keys = {one.header("idempotency-key") for one in scene.server.seen}
    if len(keys) != 1 or None in keys:
        return f"keys: {keys}"
    return None if UUID(str(keys.pop())).version == 4 else "the key is no random UUID"


def new_keys(scene: Scene, _: Outcome) -> str | None:
    """A check that each request has a key of its own."""
    keys = {one.header("idempotency-key") for one in scene.server.seen}
    return None if len(keys) == len(scene.server.seen) and None not in keys else f"keys: {keys}"


def nothing_undeclared(scene: Scene, _: Outcome) -> str | None:
    """A check that no header tells of retries where the document names none."""
    usual = {"host", "user-agent", "accept", "accept-encoding", "content-type", "content-length", "connection", "x-aerostack-key"}
    extra = {name.lower() for one in scene.server.seen for name, _ in one.headers} - usual
    return f"also sent: {extra}" if extra else None


def bodies(*sizes: int) -> Any:
    """A check that the requests had bodies of these sizes."""

    def check(scene: Scene, _: Outcome) -> str | None:
        seen = [one.size for one in scene.server.seen]
        return None if seen == list(sizes) else f"bodies of {seen} bytes"

    return check
