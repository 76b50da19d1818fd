"""What answers in memory, for each family of HTTP clients. It imports nothing else, since it is a part of what starts are timed of."""

from __future__ import annotations

import importlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def in_memory(family: str, answer: bytes, media_type: str = "application/json") -> Any:
    """What answers every request at once, for a family of HTTP clients: synchronous and, but for botocore, asynchronous."""
    headers = {"content-type": media_type}
    if family == "botocore":
        return _botocore_session(headers, answer)
    library: Any = importlib.import_module(family)

    class Memory(library.BaseTransport, library.AsyncBaseTransport):  # type: ignore[misc]
        def handle_request(self, request: Any) -> Any:
            request.read()
            return library.Response(200, headers=headers, stream=library.ByteStream(answer))

        async def handle_async_request(self, request: Any) -> Any:
            await request.aread()
            return library.Response(200, headers=headers, stream=library.ByteStream(answer))

    return Memory()


def _botocore_session(headers: dict[str, str], answer: bytes) -> Any:
    from botocore.awsrequest import AWSResponse

    class Raw:
        def stream(self, *_: Any, **__: Any) -> Any:
            yield answer

    class Session:
        def send(self, request: Any) -> Any:
            return AWSResponse(request.url, 200, headers, Raw())

        def close(self) -> None:
            return

    return Session()
