"""HAR 1.2 files, as browsers and proxies write them, read and written: the log of what went over the network (http://www.softwareishard.com/blog/har-12-spec)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from ._http import Response
from ._media_type import essence, parameters
from ._recorded import RecordedAnswer, RecordedCall, RecordedRequest
from ._values import as_array, as_object, as_string

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Headers = tuple[tuple[str, str], ...]

_NO_BODY: Final = (204, 205, 304)
_BOUNDARY: Final = "har-boundary"


def har_calls(root: object) -> Iterator[RecordedCall]:
    """The calls of a HAR file; WebSockets are none. Raises ValueError that says which entry has no request."""
    for number, entry in enumerate(as_array(as_object(as_object(root).get("log")).get("entries")), 1):
        request = as_object(as_object(entry).get("request"))
        method, url = as_string(request.get("method")), as_string(request.get("url"))
        if not method or not url:
            raise ValueError(f"entry {number} of the HAR file has no request with a method and a url")
        if url.startswith(("http:", "https:")):
            try:
                yield _call(entry, request, method, url)
            except ValueError as error:
                raise ValueError(f"entry {number} of the HAR file: {error}") from None


def _call(entry: dict[str, Any], request: dict[str, Any], method: str, url: str) -> RecordedCall:
    response, elapsed = as_object(entry.get("response")), entry.get("time")
    answer, error = _answer(response)
    headers, body = _sent(request)
    seconds = elapsed / 1000 if isinstance(elapsed, (int, float)) else 0.0
    sent = RecordedRequest(method, url.partition("#")[0], headers, body)
    return RecordedCall("", method, "", {}, sent, answer, error, elapsed=max(0.0, seconds), at=_time(entry.get("startedDateTime")))


def _answer(response: dict[str, Any]) -> tuple[RecordedAnswer | None, str]:
    """The answer, whose content is decoded already, or why there is none."""
    status, content = response.get("status"), as_object(response.get("content"))
    if not isinstance(status, int) or status <= 0:
        return None, as_string(response.get("_error")) or "the file has no answer"
    size = content.get("size")
    if "text" not in content and isinstance(size, int) and size > 0 and status not in _NO_BODY:
        return None, "the file has no content of the answer"
    mime = as_string(content.get("mimeType"))
    kind = "" if mime == "x-unknown" else mime
    body = _body(content)
    return RecordedAnswer(status, _headers(response, kind if body else "", ("content-encoding", "content-length")), body), ""


def _sent(request: dict[str, Any]) -> tuple[Headers, bytes]:
    data = as_object(request.get("postData"))
    kind = as_string(data.get("mimeType"))
    if data.get("text") is not None or not as_array(data.get("params")):
        body = _body(data)
    elif essence(kind) == "multipart/form-data":
        kind = kind if "boundary" in parameters(kind) else f"{essence(kind)}; boundary={_BOUNDARY}"
        body = _parts(data, parameters(kind)["boundary"])
    else:
        body = urlencode([(as_string(one.get("name")), as_string(one.get("value"))) for one in as_array(data["params"])]).encode()
    return _headers(request, kind if body else "", ("content-length",)), body


def _parts(data: dict[str, Any], boundary: str) -> bytes:
    """The parts of a form that are told one by one (RFC 7578)."""
    pieces: list[str] = []
    for one in as_array(data["params"]):
        filename, kind = as_string(one.get("fileName")), as_string(one.get("contentType"))
        named = f'; filename="{filename}"' if filename else ""
        typed = f"Content-Type: {kind}\r\n" if kind else ""
        head = f'Content-Disposition: form-data; name="{as_string(one.get("name"))}"{named}\r\n{typed}'
        pieces.append(f"--{boundary}\r\n{head}\r\n{as_string(one.get('value'))}\r\n")
    return "".join([*pieces, f"--{boundary}--\r\n"]).encode()


def _body(content: dict[str, Any]) -> bytes:
    text = as_string(content.get("text"))
    encoding = as_string(content.get("encoding")) or as_string(content.get("_encoding"))
    return b64decode(text) if encoding.lower() == "base64" else text.encode("utf-8", "surrogatepass")


def _headers(message: dict[str, Any], content_type: str, left_out: tuple[str, ...]) -> Headers:
    """The headers, without those of HTTP/2 that are none; the media type and the cookies are told beside them in some files."""
    given = [as_object(one) for one in as_array(message.get("headers"))]
    pairs = [(as_string(one.get("name")), as_string(one.get("value"))) for one in given]
    found = [(name, text) for name, text in pairs if name and not name.startswith(":") and name.lower() not in left_out]
    names = {name.lower() for name, _ in found}
    if content_type and "boundary" in parameters(content_type):
        found, names = [one for one in found if one[0].lower() != "content-type"], names - {"content-type"}
    if content_type and "content-type" not in names:
        found.append(("content-type", content_type))
    cookies = [as_object(one) for one in as_array(message.get("cookies"))]
    if "method" in message and cookies and "cookie" not in names:
        found.append(("cookie", "; ".join(f"{as_string(one.get('name'))}={as_string(one.get('value'))}" for one in cookies)))
    return tuple(found)


def _time(text: object) -> float:
    """Seconds since 1970 (RFC 3339, which Python 3.10 reads but for the letter and digits beyond microseconds)."""
    whole, dot, rest = as_string(text).replace("Z", "+00:00").partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    try:
        moment = datetime.fromisoformat(f"{whole}.{digits[:6]:0<6}{rest[len(digits) :]}" if dot else whole)
    except ValueError:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


# ---- writing


def har_log(calls: Iterable[RecordedCall], creator: str, version: str) -> dict[str, Any]:
    """The JSON object of a HAR file of these calls, which is as masked as they are; what is not known of one is -1 there, or empty."""
    return {"log": {"version": "1.2", "creator": {"name": creator, "version": version}, "entries": [_entry(one) for one in calls]}}


def _entry(call: RecordedCall) -> dict[str, Any]:
    milliseconds = round(call.elapsed * 1000, 3)
    return {
        "startedDateTime": datetime.fromtimestamp(call.at, timezone.utc).isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request_out(call.request),
        "response": _response_out(call),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }


def _request_out(request: RecordedRequest) -> dict[str, Any]:
    query = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    made: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(request.headers),
        "queryString": _pairs(query),
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    if request.body:
        text, encoding = _text_of(request.body)
        data = {"mimeType": _type_of(request.headers), "text": text}
        made["postData"] = {**data, "_encoding": encoding} if encoding else data
    return made


def _response_out(call: RecordedCall) -> dict[str, Any]:
    answer = call.answer
    headers, body = (answer.headers, answer.body) if answer is not None else ((), b"")
    text, encoding = _text_of(body)
    content = {"size": len(body), "mimeType": _type_of(headers) or "x-unknown", "text": text}
    made: dict[str, Any] = {
        "status": answer.status if answer is not None else 0,
        "statusText": Response(answer.status).reason_phrase if answer is not None else "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(headers),
        "content": {**content, "encoding": encoding} if encoding else content,
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
    }
    return {**made, "_error": call.error} if call.error else made


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": text} for name, text in pairs]


def _type_of(headers: Headers) -> str:
    return next((text for name, text in headers if name.lower() == "content-type"), "")


def _text_of(body: bytes) -> tuple[str, str]:
    """A body as text, and in which encoding where it is none."""
    try:
        return body.decode(), ""
    except UnicodeDecodeError:
        return b64encode(body).decode(), "base64"
