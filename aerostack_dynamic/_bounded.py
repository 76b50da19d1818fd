"""Collecting a body within a bound: what is on the wire and what it decodes to are both counted (RFC 9110, section 8.4)."""

from __future__ import annotations

import zlib
from typing import Final

from ._errors import ResponseError

# Of the body of an error: what is kept, and what is read to get there.
ERROR_KEPT: Final = 64 * 1024
ERROR_READ: Final = 1024 * 1024


class BoundedBody:
    """Takes a body chunk by chunk and decodes one layer of gzip as it goes. At most `cap` bytes are ever held."""

    __slots__ = ("_cap", "_chunks", "_decoder", "_size", "_wire")

    def __init__(self, cap: int, content_encoding: str) -> None:
        coding = content_encoding.strip().lower()
        if coding not in ("", "identity", "gzip", "x-gzip"):
            raise ResponseError("the body has a content encoding that was not asked for; only gzip is read")
        self._cap = cap
        self._chunks: list[bytes] = []
        self._decoder = zlib.decompressobj(31) if coding.endswith("gzip") else None
        self._size = 0
        self._wire = 0

    def feed(self, chunk: bytes) -> bool:
        """Add what the connection gave; whether more is wanted. Raises ResponseError past the cap, or when the coding is broken."""
        self._wire += len(chunk)
        if self._decoder is None:
            self._keep(chunk)
            return True
        while chunk:
            try:
                self._keep(self._decoder.decompress(chunk, self._cap + 1 - self._size))
            except zlib.error:
                raise ResponseError("the body is not valid gzip") from None
            if self._decoder.eof and self._decoder.unused_data:
                chunk, self._decoder = self._decoder.unused_data, zlib.decompressobj(31)
            else:
                chunk = self._decoder.unconsumed_tail
        return True

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._cap or self._wire > self._cap:
            raise ResponseError(f"the body is larger than max_response_bytes, {self._cap} bytes")
        if data:
            self._chunks.append(data)

    def finish(self) -> bytes:
        """The whole body. Raises ResponseError when a gzip stream ended early."""
        if self._decoder is not None and self._wire and not self._decoder.eof:
            raise ResponseError("the body is truncated gzip")
        return self.kept()

    def kept(self) -> bytes:
        """What there is so far."""
        return b"".join(self._chunks)

    @property
    def size(self) -> int:
        """Bytes kept so far."""
        return self._size


class ErrorBody:
    """The same for the body of an error, of which the beginning is enough: 64 KiB are kept, and nothing about it is an error."""

    __slots__ = ("_body", "_cap", "_wire")

    def __init__(self, cap: int, content_encoding: str) -> None:
        self._cap = min(cap, ERROR_KEPT)
        self._wire = 0
        try:
            self._body: BoundedBody | None = BoundedBody(ERROR_READ, content_encoding)
        except ResponseError:
            self._body = None

    def feed(self, chunk: bytes) -> bool:
        """Add what the connection gave; whether more is wanted."""
        self._wire += len(chunk)
        if self._body is None or self._wire > ERROR_READ:
            return False
        try:
            return self._body.feed(chunk) and self._body.size < self._cap
        except ResponseError:
            return False

    def finish(self) -> bytes:
        """The beginning of the body; nothing where it can't be decoded."""
        return b"" if self._body is None else self._body.kept()[: self._cap]
