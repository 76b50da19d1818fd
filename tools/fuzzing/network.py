"""A network of which every connection gives the same bytes, in pieces of one size, and then ends."""

from __future__ import annotations

from typing import Any

import httpcore


class Answers:
    """What connections give, and how many of them are open."""

    def __init__(self) -> None:
        self.data = b""
        self.piece = 65536
        self.open = 0

    def install(self) -> None:
        """Stand where httpcore's own backends stand, from here on."""
        httpcore.SyncBackend = lambda: _Network(self)  # type: ignore[misc,assignment]
        httpcore.AnyIOBackend = lambda: _AsyncNetwork(self)  # type: ignore[misc,assignment]


class _Base:
    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._at = 0
        self._closed = False
        answers.open += 1

    def get_extra_info(self, info: str) -> Any:
        # What is at rest looks closed, so that each call has a connection of its own.
        return True if info == "is_readable" else None

    def _next(self) -> bytes:
        given = self._answers.data[self._at : self._at + self._answers.piece]
        self._at += len(given)
        return given

    def _close(self) -> None:
        self._answers.open -= not self._closed
        self._closed = True


class _Stream(_Base, httpcore.NetworkStream):
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._next()

    def write(self, buffer: bytes, timeout: float | None = None) -> None: ...

    def close(self) -> None:
        self._close()


class _AsyncStream(_Base, httpcore.AsyncNetworkStream):
    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._next()

    async def write(self, buffer: bytes, timeout: float | None = None) -> None: ...

    async def aclose(self) -> None:
        self._close()


class _Network(httpcore.NetworkBackend):
    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def connect_tcp(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        return _Stream(self._answers)


class _AsyncNetwork(httpcore.AsyncNetworkBackend):
    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    async def connect_tcp(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        return _AsyncStream(self._answers)
