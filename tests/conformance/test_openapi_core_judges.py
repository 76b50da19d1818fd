"""openapi-core, which shares no code with the client, reads the requests that the client builds: what it reads is what was given.

Where it errs itself, the table says how; that it still does is tested too.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

import httpx
import pytest
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict

from aerostack_dynamic import Client

VERSIONS = ("3.0.3", "3.1.1", "3.2.0")
TEXTS = {"type": "array", "items": {"type": "string"}}
NUMBERS = {"type": "array", "items": {"type": "integer"}}
OBJECT = {"type": "object", "properties": {"r": {"type": "integer"}, "g": {"type": "string"}}}
COLORS = {"r": 100, "g": "blue"}


class Received:
    """A prepared request as openapi-core takes one: the path decoded, pairs of the query and of cookies decoded."""

    def __init__(self, request: httpx.Request) -> None:
        self.host_url = f"{request.url.scheme}://{request.url.host}"
        self.path = request.url.raw_path.decode().partition("?")[0]
        self.method = request.method.lower()
        self.body = request.read()
        self.content_type = request.headers.get("content-type", "application/octet-stream")
        cookies = [one.strip().partition("=")[::2] for one in request.headers.get("cookie", "").split(";") if one.strip()]
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(parse_qsl(request.url.query.decode(), keep_blank_values=True)),
            header=Headers([*request.headers.multi_items()]),
            cookie=ImmutableMultiDict((name, unquote(value)) for name, value in cookies),
        )


class Row(NamedTuple):
    """A parameter or a body, what it is given, and how openapi-core errs about it, if it does."""

    name: str
    described: dict[str, Any]
    value: Any
    errs: str = ""
    versions: tuple[str, ...] = VERSIONS


def parameter(place: str, schema: Any, style: str = "", explode: bool | None = None, **more: Any) -> dict[str, Any]:
    return {
        "name": "v",
        "in": place,
        "required": True,
        "schema": schema,
        **({"style": style} if style else {}),
        **({} if explode is None else {"explode": explode}),
        **more,
    }


EXPANDED = "it looks for the one name `v`, where the object's own names are sent (RFC 6570, section 3.2.8)"
ESCAPED = "it looks for the separator percent-encoded in a value that is decoded"
WHOLE = "it takes the part of a path as it is, percent-encoded"
TEMPLATES = "it looks for the value under a name with the style's sign, as if that stood in the path's template"
PARAMETERS = (
    *(
        Row(f"{place} {name}", parameter(place, schema), value)
        for place in ("path", "query", "header", "cookie")
        for name, schema, value in (
            ("text", {"type": "string"}, "plain"),
            ("integer", {"type": "integer"}, -12),
            ("number", {"type": "number"}, 1.5),
            ("boolean", {"type": "boolean"}, True),
            ("enum", {"enum": ["a", "b"], "type": "string"}, "b"),
        )
    ),
    Row("query text of any kind", parameter("query", {"type": "string"}), "a&b=c d/é+%41?#"),
    Row("path text of any kind", parameter("path", {"type": "string"}), "a b/é?#%", WHOLE),
    Row("cookie text of any kind", parameter("cookie", {"type": "string"}), "a;b c=é"),
    Row("query reserved", parameter("query", {"type": "string"}, allowReserved=True), "a:/?@!$'()*,;=b"),
    Row("path simple list", parameter("path", NUMBERS, "simple"), [1, 2]),
    Row("path simple list exploded", parameter("path", NUMBERS, "simple", True), [1, 2]),
    Row("path simple object", parameter("path", OBJECT, "simple"), COLORS),
    Row("path simple object exploded", parameter("path", OBJECT, "simple", True), COLORS),
    *(
        Row(f"path {style} {name}{' exploded' if explode else ''}", parameter("path", schema, style, explode), value, TEMPLATES)
        for style in ("label", "matrix")
        for explode in (False, True)
        for name, schema, value in (("text", {"type": "string"}, "a"), ("list", NUMBERS, [1, 2]), ("object", OBJECT, COLORS))
    ),
    Row("query form list", parameter("query", NUMBERS, "form"), [1, 2]),
    Row("query form list of one", parameter("query", TEXTS), ["a"]),
    Row("query form list not exploded", parameter("query", NUMBERS, "form", False), [1, 2]),
    Row("query form object", parameter("query", OBJECT, "form"), COLORS, EXPANDED),
    Row("query form object not exploded", parameter("query", OBJECT, "form", False), COLORS),
    Row("query spaceDelimited list", parameter("query", NUMBERS, "spaceDelimited", False), [1, 2], ESCAPED),
    Row("query pipeDelimited list", parameter("query", NUMBERS, "pipeDelimited", False), [1, 2]),
    Row("query deepObject", parameter("query", OBJECT, "deepObject", True), COLORS),
    Row("header list", parameter("header", NUMBERS), [1, 2]),
    Row("header object", parameter("header", OBJECT), COLORS),
    Row("header object exploded", parameter("header", OBJECT, "simple", True), COLORS),
    Row("cookie list not exploded", parameter("cookie", NUMBERS, "form", False), [1, 2]),
    Row("query JSON", {"name": "v", "in": "query", "content": {"application/json": {"schema": OBJECT}}}, {"r": 1, "g": "&é"}),
    Row("query nullable text", parameter("query", {"type": "string", "nullable": True}), "a", versions=("3.0.3",)),
)


def body(kind: str, schema: Any, **more: Any) -> dict[str, Any]:
    return {"required": True, "content": {kind: {"schema": schema, **more}}}


FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"
TEXTS_ALONE = "it reads parts of a form as texts, where plain forms give numbers"
AN_EMPTY_LIST = "it takes a list that is not among the parts for an empty one"
DEMANDED = "from 3.1 on it demands what is required and read-only in requests too (OpenAPI 3.2, section 4.24.2)"
NO_SUFFIX = "it knows no JSON by the suffix of its media type (RFC 6839, section 3.1)"
ANY = {"type": "object", "properties": {"a": {"type": "string"}, "n": {"type": "integer"}, "l": NUMBERS, "o": OBJECT}}
TEXTS_AND_OBJECT = {"type": "object", "properties": {"a": {"type": "string"}, "o": OBJECT}}
READ_ONLY = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer", "readOnly": True}, "name": {"type": "string"}},
}
BODIES = (
    Row("JSON object", body("application/json", ANY), {"a": "é", "n": 1, "l": [1], "o": COLORS}),
    Row("JSON list", body("application/json", NUMBERS), [1, 2]),
    Row("JSON text", body("application/json", {"type": "string"}), "a"),
    Row("JSON of another name", body("application/merge-patch+json", ANY), {"a": "x"}, NO_SUFFIX),
    Row("JSON null of 3.0", body("application/json", {**ANY, "nullable": True}), None, versions=("3.0.3",)),
    Row("JSON null", body("application/json", {**ANY, "type": ["object", "null"]}), None, versions=("3.1.1", "3.2.0")),
    Row(
        "JSON exclusive of 3.0",
        body("application/json", {"type": "integer", "minimum": 1, "exclusiveMinimum": True}),
        2,
        "",
        ("3.0.3",),
    ),
    Row("JSON exclusive", body("application/json", {"type": "integer", "exclusiveMinimum": 1}), 2, "", ("3.1.1", "3.2.0")),
    Row("JSON without what is read-only of 3.0", body("application/json", READ_ONLY), {"name": "a"}, "", ("3.0.3",)),
    Row("JSON without what is read-only", body("application/json", READ_ONLY), {"name": "a"}, DEMANDED, ("3.1.1", "3.2.0")),
    Row("text", body("text/plain", {"type": "string"}), "a\né"),
    Row("form", body(FORM, ANY), {"a": "x y&é", "n": 1}),
    Row("form list", body(FORM, ANY), {"l": [1, 2]}),
    Row("form list not exploded", body(FORM, ANY, encoding={"l": {"style": "form", "explode": False}}), {"l": [1, 2]}),
    Row("parts", body(PARTS, TEXTS_AND_OBJECT), {"a": "é", "o": COLORS}),
    Row("parts list", body(PARTS, {"type": "object", "properties": {"l": TEXTS}}), {"l": ["a", "b"]}),
    Row("parts with a number", body(PARTS, ANY), {"a": "é", "n": 1}, TEXTS_ALONE),
    Row("parts list of numbers", body(PARTS, ANY), {"l": [1, 2]}, TEXTS_ALONE),
    Row("parts without the list", body(PARTS, ANY), {"a": "x"}, AN_EMPTY_LIST),
)


def document_of(version: str, row: Row, template: str = "{v}") -> dict[str, Any]:
    described = {"parameters": [row.described]} if "in" in row.described else {"requestBody": row.described}
    path = f"/x/{template}" if row.described.get("in") == "path" else "/x"
    operation = {"operationId": "op", "responses": {"200": {"description": "fine"}}, **described}
    return {
        "openapi": version,
        "info": {"title": "Judged", "version": "1"},
        "servers": [{"url": "https://a.example"}],
        "paths": {path: {"post": operation}},
    }


def read_back(version: str, row: Row, template: str = "{v}") -> Any:
    """What openapi-core reads in the request that the client builds. Raises what it raises when it finds a fault."""
    with Client(spec=document_of(version, row)) as client:
        flat = "in" not in row.described and isinstance(row.value, dict)
        given = row.value if flat else {"v" if "in" in row.described else "body": row.value}
        request = client.operations["op"].prepare(**given)
    config = Config() if template == "{v}" else Config(spec_validator_cls=None)
    judge = OpenAPI.from_dict(document_of(version, row, template), config=config)
    result: Any = judge.unmarshal_request(Received(request))
    result.raise_for_errors()
    return getattr(result.parameters, row.described["in"])["v"] if "in" in row.described else result.body


CASES = [pytest.param(version, row, id=f"{version} {row.name}") for row in (*PARAMETERS, *BODIES) for version in row.versions]


@pytest.mark.parametrize(("version", "row"), CASES)
def test_what_it_reads_is_what_was_given(version: str, row: Row) -> None:
    try:
        found = read_back(version, row)
    except (OpenAPIError, KeyError) as error:
        found = error
    assert (found == row.value) is not bool(row.errs), f"{found!r} {getattr(found, '__cause__', '')!r}"


@pytest.mark.parametrize("row", [one for one in PARAMETERS if one.errs == TEMPLATES], ids=lambda row: row.name)
def test_styles_of_paths_where_the_template_has_their_sign(row: Row) -> None:
    """RFC 6570 has the style's sign in the template, and so does openapi-core; told so, it reads what was given.

    Not so a label: it fills templates by `str.format`, to which a dot is something else.
    """
    more = "*" if row.described["explode"] else ""
    if row.described["style"] == "label":
        with pytest.raises(IndexError):
            read_back("3.1.1", row, f"{{.v{more}}}")
    else:
        assert read_back("3.1.1", row, f"{{;v{more}}}") == row.value


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "row", [one for one in (*PARAMETERS, *BODIES) if not one.errs and one.versions == VERSIONS], ids=lambda row: row.name
)
def test_it_would_notice_another_value(version: str, row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each letter and digit of what is sent turned into its neighbour: refused, or read as something else."""
    turn = str.maketrans("abcdegilnoprstuvx0123456789", "bcdefhjmopqstuvwy1234567890")
    received = Received.__init__

    def turned(self: Received, request: httpx.Request) -> None:
        received(self, request)
        kept = re.split(r"(^--.*?\r\n\r\n|\r\n--.*?\r\n\r\n|\r\n--\w+--)", request.content.decode(), flags=re.DOTALL)
        self.body = "".join(one if "--" in one else one.translate(turn) for one in kept).encode()
        self.path = "/x/" + self.path.removeprefix("/x/").translate(turn) if self.path != "/x" else self.path
        changed = {
            where: ImmutableMultiDict(
                (name, text.translate(turn)) for name, text in getattr(self.parameters, where).items(multi=True)
            )
            for where in ("query", "cookie")
        }
        header = Headers([(name, text.translate(turn) if name == "v" else text) for name, text in self.parameters.header])
        self.parameters = RequestParameters(**changed, header=header)

    monkeypatch.setattr(Received, "__init__", turned)
    try:
        assert read_back(version, row) != row.value
    except (OpenAPIError, KeyError):
        pass
