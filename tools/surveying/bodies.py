"""The body of a request against a plan: JSON, forms, multipart, XML, text and bytes, each read with a parser of its own."""

from __future__ import annotations

import email
import email.policy
import io
import json
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree

from surveying.wire import Fault, pairs_of, same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aerostack_dynamic._model import Encoding
    from surveying.wire import Sent

# What a plan has for content that it leaves open, and for a file.
OPEN, FILE = "RAW", "BIN"
KINDS = ("json", "multipart", "form", "text", "xml", "lines", "other")
LINES = frozenset({"ndjson", "x-ndjson", "jsonl", "x-jsonl", "jsonlines", "x-jsonlines", "json-lines", "json-seq"})
FIELDS = "application/x-www-form-urlencoded"


class Part(NamedTuple):
    """A pair of a form, or a part of a multipart body."""

    name: str
    content: bytes
    content_type: str | None = None
    filename: str | None = None


class Expected(NamedTuple):
    """What a pair or part is to hold: `text`, the `json` value or a `file`."""

    kind: str
    name: str
    value: Any


def essence(content_type: str) -> str:
    """`type/subtype` in lower case."""
    return content_type.partition(";")[0].strip().lower()


def kind_of(content_type: str) -> str:
    """Which of `KINDS` a media type is."""
    name = essence(content_type)
    kind, _, subtype = name.partition("/")
    if subtype in LINES:
        return "lines"
    if subtype == "json" or subtype.endswith("+json"):
        return "json"
    if name == FIELDS:
        return "form"
    if subtype == "xml" or subtype.endswith("+xml"):
        return "xml"
    return kind if kind in ("multipart", "text") else "other"


def preferred(alternatives: Mapping[str, Any]) -> list[str]:
    """The media types of a plan in the order in which a client may be expected to choose, ranges last."""
    return sorted(alternatives, key=lambda one: ("*" in one, KINDS.index(kind_of(one))))


def given(content_type: str, value: Any) -> Any:
    """A plan's value as a caller gives it: files and open content as bytes, open text as str."""
    kind = kind_of(content_type)
    if kind == "multipart" and isinstance(value, dict):
        return {name: _files(one) for name, one in value.items()}
    if kind in ("xml", "other") and isinstance(value, str) and "*" not in content_type:
        return value.encode()
    return value


def _files(value: Any) -> Any:
    if isinstance(value, list):
        return [_files(one) for one in value]
    return FILE.encode() if value == FILE else value


def alternative(content_type: str, names: Sequence[str]) -> str | None:
    """The plan's media type that a content type is one of."""
    name = essence(content_type)
    kind, _, subtype = name.partition("/")
    ranges = (name, f"{kind}/*+{subtype.rpartition('+')[2]}", f"{kind}/*", "*/*")
    return next((one for wanted in ranges for one in names if essence(one) == wanted), None)


def body_faults(sent: Sent, body: Mapping[str, Any] | None, encodings: Mapping[str, Encoding] | None) -> Iterator[Fault]:
    """What is wrong in the body of a request. `encodings` are those of the sent media type, None where nothing is known of them."""
    alternatives = body["alts"] if body else {}
    if not alternatives:
        if sent.content:
            yield Fault("body: sent, and none expected", f"{sent.content[:80]!r}")
        return
    content_type = next(iter(sent.values("content-type")), "")
    if not content_type:
        yield Fault("body: no Content-Type", f"expected {list(alternatives)[:3]}; {len(sent.content)} bytes")
    elif "*" in content_type:
        yield Fault("body: Content-Type is a range", content_type)
    elif (chosen := alternative(content_type, [*alternatives])) is None:
        yield Fault("body: Content-Type is none of the document's", f"{content_type} for {list(alternatives)[:3]}")
    else:
        yield from content_faults(sent.content, content_type, alternatives[chosen], encodings)


def content_faults(content: bytes, content_type: str, value: Any, encodings: Mapping[str, Encoding] | None) -> Iterator[Fault]:
    """What is wrong with content of this type for the value."""
    kind = kind_of(content_type)
    try:
        if kind == "lines" and value != OPEN:
            right = same(_values(content), value if isinstance(value, list) else [value])
        elif kind == "json" or (kind in ("text", "other", "xml") and not isinstance(value, str)):
            right = same(json.loads(content), value)
        elif kind in ("form", "multipart"):
            yield from _field_faults(content, content_type, value, encodings)
            return
        elif kind == "xml" and value != OPEN:
            right = _canonical(content.decode()) == _canonical(value)
        else:
            right = content in (value.encode(), json.dumps(value).encode()) if kind == "other" else content == value.encode()
    except (ValueError, ElementTree.ParseError) as error:
        yield Fault(f"body: unreadable {kind}", f"{error}: {content[:80]!r}")
        return
    if not right:
        yield Fault(f"body: {kind} differs", f"{content[:120]!r} for {str(value)[:120]!r}")


def _values(content: bytes) -> list[Any]:
    """The values of JSON lines, or of a JSON text sequence, whose records begin with a mark (RFC 7464, section 2.2)."""
    lines = content.replace(b"\x1e", b"").split(b"\n")
    return [json.loads(line) for line in lines if line.strip()]


def _canonical(text: str) -> str:
    out = io.StringIO()
    ElementTree.canonicalize(text, out=out, strip_text=True)
    return out.getvalue()


# ---- forms and multipart


def _field_faults(content: bytes, content_type: str, value: Any, encodings: Mapping[str, Encoding] | None) -> Iterator[Fault]:
    kind = kind_of(content_type)
    if not isinstance(value, dict):
        yield Fault(f"body: {kind} of no object", f"the plan has {str(value)[:60]!r}")
        return
    left = (
        [Part(name, text.encode()) for name, text in pairs_of(content.decode())]
        if kind == "form"
        else parts_of(content, content_type)
    )
    for name, one in value.items():
        fault = None
        for reading in readings(kind, name, one, None if encodings is None else encodings.get(name), encodings is None):
            rest, fault = _without(left, reading)
            if fault is None:
                left = rest
                break
        if fault:
            yield Fault(
                f"body: {kind}: {fault}",
                f"{name}: {[part for part in left if part.name.startswith(name)][:3]} for {str(one)[:80]!r}",
            )
            left = [part for part in left if part.name != name]
    if left:
        yield Fault(f"body: {kind}: more than was given", repr(left[:3]))


def parts_of(content: bytes, content_type: str) -> list[Part]:
    """The parts of a multipart body (RFC 7578). Raises ValueError when it is none."""
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    message = email.message_from_bytes(head + content, policy=email.policy.HTTP)
    # The closing boundary alone is what browsers send of a form without fields.
    if content.strip() == f"--{message.get_boundary()}--".encode():
        return []
    if not message.is_multipart() or message.defects:
        raise ValueError(f"no multipart body {message.defects}")
    parts = []
    for part in message.iter_parts():  # type: ignore[attr-defined]
        name = part.get_param("name", header="content-disposition") or ""
        parts.append(Part(str(name), part.get_payload(decode=True) or b"", part.get("content-type"), part.get_filename()))
    return parts


def _without(parts: Sequence[Part], reading: Sequence[Expected]) -> tuple[list[Part], str | None]:
    """The parts that a reading leaves over, and what it does not find."""
    left = [*parts]
    for expected in reading:
        named = [part for part in left if part.name == expected.name]
        if not named:
            return left, "a field is missing"
        found = next((part for part in named if _holds(part, expected)), None)
        if found is None:
            return left, f"a {expected.kind} field differs"
        left.remove(found)
    return left, None


def _holds(part: Part, expected: Expected) -> bool:
    if expected.kind == "file":
        return part.content == expected.value and bool(part.filename or part.content_type)
    if expected.kind == "text":
        return part.content == expected.value.encode()
    try:
        return same(json.loads(part.content), expected.value) and kind_of(part.content_type or "application/json") == "json"
    except ValueError:
        return False


def readings(kind: str, name: str, value: Any, encoding: Encoding | None, unknown: bool) -> Iterator[list[Expected]]:
    """The ways in which a property may be written (OpenAPI 3.1.1, section 4.8.15): one, or several where the standard leaves it open."""
    styled = encoding is not None and (encoding.style is not None or encoding.explode is not None or encoding.allow_reserved)
    if not styled:
        yield _by_content(kind, name, value)
    items = value if isinstance(value, list) else []
    if isinstance(value, (dict, list)) and (unknown or (encoding and "json" in (encoding.content_type or ""))):
        yield [Expected("json", name, value)]
    if styled or unknown:
        yield from _by_style(name, value, encoding)
    if unknown and items:
        yield from ([Expected("text", name, mark.join(map(text_of, items)))] for mark in (",", " ", "|", "\t"))
    if value is None:
        yield from ([], [Expected("text", name, "")])


def _by_content(kind: str, name: str, value: Any) -> list[Expected]:
    found = []
    for item in value if isinstance(value, list) else [value]:
        if kind == "multipart" and item == FILE:
            found.append(Expected("file", name, FILE.encode()))
        elif isinstance(item, (dict, list)):
            found.append(Expected("json", name, item))
        else:
            found.append(Expected("text", name, text_of(item)))
    return found


def _by_style(name: str, value: Any, encoding: Encoding | None) -> Iterator[list[Expected]]:
    style = encoding.style if encoding else None
    if style in (None, "form") and not (isinstance(value, list) and any(isinstance(one, (dict, list)) for one in value)):
        explode = encoding is None or encoding.explode is not False
        if isinstance(value, dict):
            flat = [text for key, one in value.items() for text in (key, text_of(one))]
            yield (
                [Expected("text", key, text_of(one)) for key, one in value.items()]
                if explode
                else [Expected("text", name, ",".join(flat))]
            )
        elif isinstance(value, list) and not explode:
            yield [Expected("text", name, ",".join(map(text_of, value)))]
        else:
            yield _by_content("form", name, value)
    if style in ("spaceDelimited", "pipeDelimited"):
        yield from _delimited(name, value, {"s": " ", "p": "|"}[style[0]], bool(encoding and encoding.explode))
    if style in (None, "deepObject"):
        # Of arrays within an object the standard says nothing; these three are in use.
        yield from ([*_brackets(name, value, index)] for index in ("[{}]", "[]", ""))


def _delimited(name: str, value: Any, mark: str, explode: bool) -> Iterator[list[Expected]]:
    """By the style examples of the standard (OpenAPI 3.2, section 4.12.6); what they leave open is written as in a form."""
    if isinstance(value, (dict, list)) and not explode:
        flat = value if isinstance(value, list) else [text for pair in value.items() for text in pair]
        yield [Expected("text", name, mark.join(map(text_of, flat)))]
    elif isinstance(value, dict):
        yield [Expected("text", key, text_of(one)) for key, one in value.items()]
    else:
        yield _by_content("form", name, value)


def _brackets(name: str, value: Any, index: str) -> Iterator[Expected]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _brackets(f"{name}[{key}]", one, index)
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _brackets(name + index.format(at), one, index)
    else:
        yield Expected("text", name, text_of(value))


def text_of(value: Any) -> str:
    """A scalar as text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
