"""The bytes of answers: whole ones, heads, chunks and bodies that grow."""

from __future__ import annotations

import gzip
import zlib
from functools import cache

OK = b'{"ok":true}'


def head(status: int | str = 200, content_type: str | None = "application/json", **headers: object) -> bytes:
    """A status line and headers; `content_length=3` gives `Content-Length: 3`. Nothing is added that is not asked for."""
    lines = [f"HTTP/1.1 {status} Status"]
    if content_type is not None:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


def answer(status: int = 200, body: bytes = OK, content_type: str | None = "application/json", **headers: object) -> bytes:
    """A whole answer."""
    return head(status, content_type, content_length=len(body), **headers) + body


def redirect(status: int, location: str) -> bytes:
    """A redirect with an empty body."""
    return head(status, None, content_length=0).replace(b"\r\n\r\n", b"\r\nLocation: %s\r\n\r\n" % location.encode())


def chunk(data: bytes) -> bytes:
    """A chunk of a chunked body."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def chunked(*pieces: bytes, content_type: str = "application/json", last: bytes = b"0\r\n\r\n") -> bytes:
    """A whole chunked answer of these pieces."""
    return head(200, content_type, transfer_encoding="chunked") + b"".join(map(chunk, pieces)) + last


def gzipped(body: bytes, **headers: object) -> bytes:
    """A whole answer in gzip."""
    packed = gzip.compress(body, mtime=0)
    return head(200, content_encoding="gzip", content_length=len(packed), **headers) + packed


@cache
def bomb(layers: int = 1, size: int = 16 * 1024 * 1024) -> bytes:
    """A JSON string of `size` letters, compressed `layers` times."""
    packed = b'"' + b"a" * size + b'"'
    for _ in range(layers):
        packed = gzip.compress(packed, 6, mtime=0)
    return packed


def coded(body: bytes, coding: str) -> bytes:
    """A whole answer that says its body has a coding."""
    return head(200, content_encoding=coding, content_length=len(body)) + body


def unfinished(body: bytes) -> bytes:
    """Gzip that unpacks to the body and then stops, without its end."""
    packing = zlib.compressobj(wbits=31)
    return packing.compress(body) + packing.flush(zlib.Z_SYNC_FLUSH)
