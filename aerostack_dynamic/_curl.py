"""A call as a shell command: credentials as placeholders for the shell to fill in, secrets in the body masked."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from ._body import parts_of
from ._content import Head
from ._errors import ArgumentsError
from ._mask import secret_places, shown_headers, shown_url, telling_of
from ._media_type import essence
from ._names import snake_case
from ._request import ContentStream, build_request
from ._shape import masked, shape_at
from ._values import MASK, is_object, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from . import _http
    from ._call import Call
    from ._content import File, Part
    from ._life import Context
    from ._model import SecurityScheme
    from ._options import Options
    from ._reference import Document

_NO_VARIABLE = re.compile(r"[^A-Z0-9_]")
_SKIPPED = frozenset({"host", "content-length", "accept-encoding", "transfer-encoding", "user-agent"})
_PLAIN = re.compile(r"[A-Za-z0-9 =:_-]+")


def curl_command(context: Context, options: Options, call: Call) -> str:
    """The command that sends the same request (POSIX shell). `$AEROSTACK_API_KEY` and its like stand for credentials."""
    request = build_request(context.document, call, options, context.runtime.in_thread)
    also = telling_of(request)
    call = _shown(context.document, call, also)
    request = build_request(context.document, call, options, context.runtime.in_thread)
    form = call.media_type is not None and essence(call.media_type.name) == "multipart/form-data"
    url = shown_url(context.document, call.operation, request.url, also)
    words = ["curl", "--request", request.method, shlex.quote(str(url))]
    for given, text in shown_headers(context.document, call.operation, request.headers.raw, also):
        name = given.lower()
        if name not in _SKIPPED and not (form and name == "content-type"):
            words += ["--header", shlex.quote(f"{name}: {text}")]
    words += _credentials(context, call)
    words += _form(context.document, call) if form else _data(call, request)
    if "\0" in (command := " ".join(words)):
        raise ArgumentsError("the call holds a NUL character, which no shell command can")
    return command


def _shown(document: Document, call: Call, also: frozenset[str]) -> Call:
    """The call with the secrets of its body masked, in the shape that its media type needs."""
    if call.media_type is None or call.whole_file is not None:
        return call
    schema = call.media_type.schema
    heads = {place: Head(head.content_type, tuple((name, MASK) for name, _ in head.headers)) for place, head in call.heads.items()}
    body = masked(call.body, shape_at(document, schema.pointer) if schema else None, secret_places(document).properties)
    body = masked(body, None, also)
    if is_object(call.body) and not is_object(body):
        body = dict.fromkeys(call.body, MASK)
    return call._replace(body=body, heads=heads)


def _credentials(context: Context, call: Call) -> Iterator[str]:
    met = [one for one in call.operation.security if all(name in context.schemes for name in one)]
    for name in met[0] if met else ():
        scheme = context.schemes[name]
        yield from _credential(scheme, _variable(context, scheme))


def _variable(context: Context, scheme: SecurityScheme) -> str:
    if context.document.bundled is not None and scheme.type == "apiKey":
        return "$AEROSTACK_API_KEY"
    name = _NO_VARIABLE.sub("_", snake_case(scheme.name).upper())
    # A document that is not trusted could name a variable that is set already, with another secret in it.
    return f"${name}" if context.document.trusted else f"$CREDENTIAL_{name}"


def _credential(scheme: SecurityScheme, variable: str) -> tuple[str, str]:
    if scheme.type == "mutualTLS":
        return "--cert", f'"{variable}"'
    if scheme.type == "apiKey":
        place = {"header": ("--header", ": "), "cookie": ("--cookie", "=")}
        option, between = place.get(scheme.location, ("--url-query", "="))
        return option, _filled(scheme.parameter_name + between, variable)
    if scheme.scheme == "basic":
        return "--user", f'"{variable}"'
    word = "Bearer" if scheme.type != "http" or scheme.scheme == "bearer" else scheme.scheme
    return "--header", _filled(f"Authorization: {word} ", variable)


def _filled(name: str, variable: str) -> str:
    """A word of the shell: a document's name as it is, then a variable. A name such as "x`id`" is not for the shell to read."""
    if _PLAIN.fullmatch(name):
        return f'"{name}{variable}"'
    return shlex.quote(name) + f'"{variable}"'


def _form(document: Document, call: Call) -> Iterator[str]:
    """A form of parts, as curl makes one: the types and headers of parts are told to it, unless they are what it says itself."""
    assert call.media_type is not None
    schema = call.media_type.schema
    files = {id(file.source): file for file in call.files.values()}
    for part in parts_of(call, call.media_type, shape_at(document, schema.pointer) if schema else None):
        name = part.name or ""
        more = [f"type={part.content_type}"] if part.content_type else []
        more += [f"headers={_quoted(f'{header}: {text}')}" for header, text in part.headers]
        file = files.get(id(part.content))
        if file is None and not more:
            yield "--form-string"
            yield shlex.quote(f"{name}={_text_of(part)}")
            continue
        yield "--form"
        if not name or "=" in name:
            raise ArgumentsError(f"curl can't name a field {printable(name)!r}; a file could be read that was not meant")
        if file is None:
            yield shlex.quote(";".join([f"{name}={_quoted(_text_of(part))}", *more]))
        else:
            more = more if file.content_type or file.headers else []
            yield shlex.quote(f"{name}={_form_file(file, more)}")


def _text_of(part: Part) -> str:
    if not isinstance(part.content, bytes):
        raise ArgumentsError("curl can't make a part that is made of parts")
    return part.content.decode("utf-8", "replace")


def _form_file(file: File, more: list[str]) -> str:
    """A file as curl's --form reads it: quoted, so that `;` and `,` in its name end nothing."""
    words = ["@" + _quoted(file.path or file.filename or "file")]
    if file.filename and file.filename != file.path:
        words.append(f"filename={_quoted(file.filename)}")
    return ";".join([*words, *more])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _data(call: Call, request: _http.Request) -> Iterator[str]:
    if call.media_type is None:
        return
    if call.whole_file is not None:
        yield "--data-binary"
        yield shlex.quote(f"@{call.whole_file.path or call.whole_file.filename or 'file'}")
        return
    if isinstance(request.stream, ContentStream):
        raise ArgumentsError(f"curl can't send files in a body of {printable(call.media_type.name, 60)}")
    text = request.content.decode("utf-8", "replace")
    # What begins with @ is the name of a file to --data-binary.
    yield "--data-raw" if text.startswith("@") else "--data-binary"
    yield shlex.quote(text)
