"""Decoding a body (RFC 9110, section 8.4), and collecting it within a bound: of what is on the wire and of what it decodes to."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from ._errors import ResponseError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of the body of an error: what is kept, and what is read to get there.
ERROR_KEPT: Final = 64 * 1024
ERROR_READ: Final = 1024 * 1024
_PIECE: Final = 64 * 1024
_PLAIN: Final = 256 * 1024


class Layer:
    """Takes off the one layer of gzip that a body may have, in pieces of at most 64 KiB; without it they have at most 256."""

    __slots__ = ("_begun", "_decoder")

    def __init__(self, content_encoding: str) -> None:
        coding = content_encoding.strip().lower()
        if coding not in ("", "identity", "gzip", "x-gzip"):
            raise ResponseError("the body has a content encoding that was not asked for; only gzip is read")
        self._decoder = zlib.decompressobj(31) if coding.endswith("gzip") else None
        self._begun = False

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """What the connection gave, decoded. Raises ResponseError when the coding is broken."""
        self._begun = self._begun or bool(chunk)
        most = _PLAIN if self._decoder is None else _PIECE
        for start in range(0, len(chunk), most):
            part = chunk[start : start + most]
            if self._decoder is None:
                yield part
            else:
                yield from self._decoded(part)

    def _decoded(self, part: bytes) -> Iterator[bytes]:
        more = True
        while more:
            assert self._decoder is not None
            try:
                data = self._decoder.decompress(part, _PIECE)
            except zlib.error:
                raise ResponseError("the body is not valid gzip") from None
            if self._decoder.eof and self._decoder.unused_data:
                part, self._decoder = self._decoder.unused_data, zlib.decompressobj(31)
            else:
                # A full piece may have left more within the decoder, though all that was fed is used up.
                part = self._decoder.unconsumed_tail
                more = bool(part) or len(data) == _PIECE
            if data:
                yield data

    def finish(self) -> None:
        """There is no more. Raises ResponseError when a gzip stream ended early."""
        if self._decoder is not None and self._begun and not self._decoder.eof:
            raise ResponseError("the body is truncated gzip")


class BoundedBody:
    """Takes a body chunk by chunk and decodes it as it goes. At most `cap` bytes are kept, and a piece beside them."""

    __slots__ = ("_cap", "_chunks", "_layer", "_size", "_wire")

    def __init__(self, cap: int, content_encoding: str) -> None:
        self._layer = Layer(content_encoding) if content_encoding else None
        self._cap = cap
        self._chunks: list[bytes] = []
        self._size = 0
        self._wire = 0

    def feed(self, chunk: bytes) -> bool:
        """Add what the connection gave; whether more is wanted. Raises ResponseError past the cap, or when the coding is broken."""
        self._wire += len(chunk)
        for piece in (chunk,) if self._layer is None or self._wire > self._cap else self._layer.pieces(chunk):
            self._size += len(piece)
            if self._size > self._cap or self._wire > self._cap:
                raise ResponseError(f"the body is larger than max_response_bytes, {self._cap} bytes")
            self._chunks.append(piece)
        return True

    def finish(self) -> bytes:
        """The whole body. Raises ResponseError when a gzip stream ended early."""
        if self._layer is not None:
            self._layer.finish()
        return b"".join(self._chunks)

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
