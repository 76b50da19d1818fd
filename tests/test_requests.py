"""Requests: parameters of every location, style and content, and path templates of every kind, on the wire and read back."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_core.deserializing.styles import util as deserializers

from aerostack_dynamic import ArgumentsError, ArgumentsWarning, AsyncClient, Client, Codec, CredentialsError
from aerostack_dynamic._style import header_text, join_query, path_text, query_pairs

Parts = dict[str, Any]


def document(path: str = "/x", method: str = "get", version: str = "3.2.0", **operation: Any) -> Parts:
    """A document of one operation, called `x`."""
    return {
        "openapi": version,
        "info": {"title": "x", "version": "1"},
        "servers": [{"url": "https://a.example/v1"}],
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "query", "name": "key"},
            }
        },
        "paths": {path: {method: {"operationId": "x", "responses": {}, **operation}}},
    }


def parameter(name: str, location: str, schema: Any = None, **more: Any) -> Parts:
    required = {"required": True} if location == "path" else {}
    return {"name": name, "in": location, **({} if "content" in more else {"schema": schema or {}}), **required, **more}


def prepared(spec: Parts, /, **arguments: Any) -> httpx.Request:
    with Client(spec=spec) as client:
        request: httpx.Request = client.x.prepare(**arguments)
        return request


def wire(spec: Parts, /, **arguments: Any) -> str:
    """Path and query of the call, as they are sent."""
    return prepared(spec, **arguments).url.raw_path.decode().removeprefix("/v1")


def refused(spec: Parts, /, **arguments: Any) -> list[str]:
    with Client(spec=spec) as client, pytest.raises(ArgumentsError) as caught:
        client.x.prepare(**arguments)
    return [str(one) for one in caught.value.problems]


ARRAY, OBJECT = ["blue", "black", "brown"], {"R": 100, "G": 200, "B": 150}


# ---- the tables of the standard (OpenAPI 3.2, section 4.12)


@pytest.mark.parametrize(
    ("style", "explode", "empty", "text", "array", "an_object"),
    [
        ("form", False, "color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
        ("form", True, "color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        ("spaceDelimited", False, "color=", "color=blue", "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"),
        ("pipeDelimited", False, "color=", "color=blue", "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"),
        ("tabDelimited", False, "color=", "color=blue", "color=blue%09black%09brown", "color=R%09100%09G%09200%09B%09150"),
        ("spaceDelimited", True, "color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        ("pipeDelimited", True, "color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        (
            *("deepObject", True, "color=", "color=blue", "color=blue&color=black&color=brown"),
            "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
        ),
    ],
)
def test_the_query_rows(style: str, explode: bool, empty: str, text: str, array: str, an_object: str) -> None:
    spec = document(parameters=[parameter("color", "query", style=style, explode=explode)])
    sent = [wire(spec, color=value) for value in ("", "blue", ARRAY, OBJECT)]
    assert sent == [f"/x?{one}" for one in (empty, text, array, an_object)]


@pytest.mark.parametrize(
    ("style", "explode", "text", "array", "an_object"),
    [
        ("matrix", False, ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"),
        ("matrix", True, ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"),
        ("label", False, ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
        ("label", True, ".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
        ("simple", False, "blue", "blue,black,brown", "R,100,G,200,B,150"),
        ("simple", True, "blue", "blue,black,brown", "R=100,G=200,B=150"),
    ],
)
def test_the_path_rows(style: str, explode: bool, text: str, array: str, an_object: str) -> None:
    spec = document("/c/{color}/z", parameters=[parameter("color", "path", style=style, explode=explode)])
    sent = [wire(spec, color=value) for value in ("blue", ARRAY, OBJECT)]
    assert sent == [f"/c/{one}/z" for one in (text, array, an_object)]


@pytest.mark.parametrize(
    ("explode", "array", "an_object"),
    [(False, "blue,black,brown", "R,100,G,200,B,150"), (True, "blue,black,brown", "R=100,G=200,B=150")],
)
def test_the_header_rows(explode: bool, array: str, an_object: str) -> None:
    spec = document(parameters=[parameter("X-Color", "header", explode=explode)])
    sent = [prepared(spec, x_color=value).headers["x-color"] for value in ("", "blue", ARRAY, OBJECT)]
    assert sent == ["", "blue", array, an_object]


@pytest.mark.parametrize(
    ("style", "explode", "array", "an_object"),
    [
        ("form", False, "color=blue,black,brown", "color=R,100,G,200,B,150"),
        ("form", True, "color=blue; color=black; color=brown", "R=100; G=200; B=150"),
        ("cookie", False, "color=blue,black,brown", "color=R,100,G,200,B,150"),
        ("cookie", True, "color=blue; color=black; color=brown", "R=100; G=200; B=150"),
    ],
)
def test_the_cookie_rows(style: str, explode: bool, array: str, an_object: str) -> None:
    spec = document(parameters=[parameter("color", "cookie", style=style, explode=explode)])
    sent = [prepared(spec, color=value).headers["cookie"] for value in ("", "blue", ARRAY, OBJECT)]
    assert sent == ["color=", "color=blue", array, an_object]


def test_the_style_cookie_encodes_nothing() -> None:
    raw = document(parameters=[parameter("c", "cookie", style="cookie")])
    assert prepared(raw, c="a%20b=").headers["cookie"] == "c=a%20b="
    assert refused(raw, c="a b") == ["cookie/c: holds characters that no cookie can carry, such as spaces and semicolons"]
    assert refused(raw, c="a;d=1") == refused(raw, c="a b")
    assert prepared(document(parameters=[parameter("c", "cookie")]), c="a b;").headers["cookie"] == "c=a%20b%3B"


# ---- values


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (1.0, "1"),
        (1.5, "1.5"),
        (1e300, "1e%2B300"),
        (2**70, "1180591620717411303424"),
        ([1, True, 1.0], "1,true,1"),
        ([[1, {"a": "b"}]], "%5B1%2C%7B%22a%22%3A%22b%22%7D%5D"),
        ({"a": {"b": [1]}}, "a,%7B%22b%22%3A%5B1%5D%7D"),
    ],
)
def test_values_as_text(value: Any, text: str) -> None:
    assert wire(document(parameters=[parameter("q", "query", explode=False)]), q=value) == f"/x?q={text}"


@pytest.mark.parametrize("value", [[], {}, [None], {"a": None}])
def test_what_is_empty_is_sent_only_where_it_must_or_may_be(value: Any) -> None:
    assert wire(document(parameters=[parameter("q", "query")]), q=value) == "/x"
    assert wire(document(parameters=[parameter("q", "query", required=True)]), q=value) == "/x?q="
    assert wire(document(parameters=[parameter("q", "query", allowEmptyValue=True)]), q=value) == "/x?q="
    assert "x-q" not in prepared(document(parameters=[parameter("X-Q", "header")]), x_q=value).headers
    assert "cookie" not in prepared(document(parameters=[parameter("q", "cookie")]), q=value).headers


def test_an_empty_value_that_is_allowed_is_held_against_no_schema() -> None:
    schema = {"type": "integer"}
    assert wire(document(parameters=[parameter("q", "query", schema, allowEmptyValue=True)]), q="") == "/x?q="
    assert refused(document(parameters=[parameter("q", "query", schema)]), q="") == ["query/q: expected integer, got string"]


def test_reserved_characters_stay_where_it_is_allowed() -> None:
    spec = document(parameters=[parameter("q", "query", allowReserved=True)])
    assert wire(spec, q="/a?b:c@d%20&e#f") == "/x?q=/a?b:c@d%20%26e%23f"
    path = document("/p/{a}", parameters=[parameter("a", "path", allowReserved=True)])
    assert wire(path, a="x:y@z,1/2?3#4%2F") == "/p/x:y@z,1%2F2%3F3%234%2F"


def test_bytes_are_text_where_the_schema_says_how() -> None:
    spec = document(parameters=[parameter("q", "query", {"type": "string", "contentEncoding": "base64"})])
    assert wire(spec, q=b"\xff\xfe") == "/x?q=%2F%2F4%3D"
    plain = document(parameters=[parameter("q", "query", {"type": "string"})])
    assert refused(plain, q=b"x") == [
        "query/q: is of type bytes, which JSON can't hold; give a dict, list, str, number, bool or None"
    ]


# ---- content


def test_content_in_every_location() -> None:
    content = {"content": {"application/json": {"schema": {"type": "object"}}}}
    spec = document("/x/{p}", parameters=[parameter(one, place, **content) for one, place in zip("pqhc", PLACES, strict=True)])
    value = {"a": ["é/"]}
    request = prepared(spec, p=value, q=value, h=value, c=value)
    path, _, query = request.url.raw_path.decode().partition("?q=")
    assert json.loads(unquote(path.removeprefix("/v1/x/"))) == value
    assert json.loads(unquote(query)) == value
    assert json.loads(request.headers["h"]) == value
    assert json.loads(unquote(request.headers["cookie"].removeprefix("c="))) == value
    assert refused(spec, p=[]) == ["path/p: expected object, got array"]


PLACES = ("path", "query", "header", "cookie")


def test_content_of_another_kind_than_json() -> None:
    def sent(media_type: str, value: Any) -> str:
        return wire(document(parameters=[parameter("q", "query", content={media_type: {}})]), q=value)

    assert sent("text/plain", "a,b c") == "/x?q=a%2Cb%20c"
    assert sent("application/x-www-form-urlencoded", {"a": 1, "b": "c d"}) == "/x?q=a%3D1%26b%3Dc%2520d"
    assert sent("application/jsonl", [1, {"a": 2}]) == "/x?q=1%0A%7B%22a%22%3A2%7D%0A"
    assert sent("application/vnd.x+json", [1]) == "/x?q=%5B1%5D"
    xml = document(parameters=[parameter("q", "query", content={"application/xml": {}})])
    assert wire(xml, q="<a/>") == "/x?q=%3Ca%2F%3E"


@pytest.mark.parametrize(
    ("media_type", "value", "query"),
    [
        ("application/x-www-form-urlencoded", {"a": "b c", "d": [1, 2]}, "a=b%20c&d=1&d=2"),
        ("application/json", {"a": [1]}, "%7B%22a%22%3A%5B1%5D%7D"),
        ("text/plain", "a=b", "a%3Db"),
    ],
)
def test_the_whole_query_may_be_one_parameter(media_type: str, value: Any, query: str) -> None:
    spec = document(parameters=[parameter("all", "querystring", content={media_type: {"schema": {}}})])
    assert wire(spec, all=value) == f"/x?{query}"
    assert wire(spec, querystring_all=value) == f"/x?{query}"
    assert wire(spec) == "/x"


def test_the_whole_query_beside_others_is_reported() -> None:
    whole = parameter("all", "querystring", content={"text/plain": {}})
    spec = document(parameters=[whole, parameter("q", "query")])
    with Client(spec=spec) as client:
        assert [one.message for one in client.x.operation.details.problems] == [
            "a parameter is the whole query, beside others in it"
        ]
    assert wire(spec, all="a", q=1) == "/x?q=1&a"


# ---- path templates


@pytest.mark.parametrize(
    ("template", "given", "sent"),
    [
        ("/{a}.{b}", {"a": "x.y", "b": "z"}, "/x.y.z"),
        ("/x-{a}", {"a": "é"}, "/x-%C3%A9"),
        ("/{a}:cancel", {"a": "1/2"}, "/1%2F2:cancel"),
        ("/{+a}/b", {"a": "p/q r"}, "/p/q%20r/b"),
        ("/{a*}", {"a": "p/q"}, "/p%2Fq"),
        ("/{a}?op=x", {"a": 1}, "/1?op=x"),
        ("/{a}#part", {"a": 1}, "/1"),
    ],
)
def test_templates(template: str, given: Any, sent: str) -> None:
    spec = document(template, parameters=[parameter(name, "path") for name in given])
    assert wire(spec, **given) == sent


def test_the_query_of_a_template_comes_before_the_parameters() -> None:
    declared = [parameter("a", "path"), parameter("q", "query"), parameter("r", "query")]
    spec = document("/x?op=x&a={a}&q={q}", parameters=declared)
    assert wire(spec, a="1&2", q=3, r=4) == "/x?op=x&a=1%262&q=3&r=4"
    assert wire(spec, a="") == "/x?op=x&a="


def test_a_name_is_taken_as_it_is_declared() -> None:
    spec = document("/{+a}/{user-id}/{user.id}", parameters=[parameter(one, "path") for one in ("+a", "user-id", "user.id")])
    assert wire(spec, **{"+a": "b/c", "user-id": 1, "user.id": 2}) == "/b%2Fc/1/2"


def test_a_variable_that_nobody_declared_is_an_argument() -> None:
    spec = document("/a/{b}/{c-d}", parameters=[parameter("b", "path")])
    assert wire(spec, b=1, c_d="x/y") == "/a/1/x%2Fy"
    assert refused(spec, b=1) == ["path/c-d: required, missing"]
    with Client(spec=spec) as client:
        (problem,) = client.x.operation.details.problems
        assert (problem.severity, problem.message) == ("warning", "the path's {c-d} is no parameter")


def test_a_path_parameter_that_the_path_has_not_is_not_sent() -> None:
    spec = document("/a", parameters=[parameter("b", "path")])
    assert wire(spec) == wire(spec, b=1) == "/a"
    with Client(spec=spec) as client:
        (problem,) = client.x.operation.details.problems
        assert problem.message == "the path has no {b}, which is a path parameter"


@pytest.mark.parametrize("value", [".", "..", "%2e"])
def test_no_value_leaves_a_path_whose_slashes_stay(value: str) -> None:
    spec = document("/a/{+b}", parameters=[parameter("b", "path")])
    for text in (value, f"x/{value}/y"):
        assert refused(spec, b=text) == ["path/b: makes a path segment '.' or '..', which leaves the path"]


def test_a_parameter_of_the_operation_replaces_the_paths() -> None:
    spec = document("/x/{a}", parameters=[parameter("a", "path", {"type": "integer"})])
    spec["paths"]["/x/{a}"]["parameters"] = [parameter("a", "path", {"type": "string"}), parameter("a", "query")]
    assert wire(spec, a=1, query_a=2) == "/x/1?a=2"
    assert refused(spec, a="b") == ["path/a: expected integer, got string"]


# ---- the headers that the standard ignores

STANDARD = [parameter(name, "header", {"type": "string"}, required=True) for name in ("Accept", "Content-Type", "Authorization")]


def test_headers_of_the_standard_are_not_asked_for() -> None:
    spec = document(method="post", parameters=STANDARD, requestBody={"content": {"application/json": {}, "text/plain": {}}})
    with Client(spec=spec) as client:
        assert str(client.x.__signature__) == "(*, body: Any = UNSET)"
        assert "Authorization" not in client.x.__doc__
        assert client.x.prepare().headers["accept"] == "*/*"
        assert client.x.prepare(accept="image/png").headers["accept"] == "image/png"


@pytest.mark.parametrize(
    ("content_type", "sent", "content"),
    [
        ("text/plain; charset=iso-8859-1", "text/plain; charset=iso-8859-1", b"\xe9"),
        ("TEXT/plain", "TEXT/plain", "é".encode()),
        ("application/json", "application/json", '"é"'.encode()),
        ("image/png", "image/png", '"é"'.encode()),
    ],
)
def test_a_content_type_chooses_among_the_declared(content_type: str, sent: str, content: bytes) -> None:
    spec = document(method="post", parameters=STANDARD, requestBody={"content": {"application/json": {}, "text/plain": {}}})
    request = prepared(spec, body="é", content_type=content_type)
    assert (request.headers["content-type"], request.content) == (sent, content)


def sent_by(spec: Parts, credentials: Parts, /, **arguments: Any) -> httpx.Request:
    """The request as the transport gets it, with credentials."""
    found: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        found.append(request)
        return httpx.Response(204)

    with Client(spec=spec, credentials=credentials, transport=httpx.MockTransport(answer)) as client:
        client.x(**arguments)
    return found[0]


def test_an_authorization_replaces_the_credential_and_leaves_others() -> None:
    spec = document(parameters=STANDARD, security=[{"bearer": [], "key": []}])
    credentials = {"bearer": "from-client", "key": "k"}
    assert sent_by(spec, credentials).headers.get_list("authorization") == ["Bearer from-client"]
    request = sent_by(spec, credentials, authorization="Custom mine")
    assert request.headers.get_list("authorization") == ["Custom mine"]
    assert request.url.query == b"key=k"
    assert sent_by(spec, {"key": "k"}, authorization="Custom mine").headers["authorization"] == "Custom mine"
    with pytest.raises(CredentialsError):
        sent_by(spec, {"key": "k"})
    assert sent_by(document(parameters=STANDARD, security=[{"bearer": []}]), {}, authorization="x").headers["authorization"] == "x"


def test_one_token_may_meet_several_schemes() -> None:
    spec = document(security=[{"a": [], "b": []}])
    flows = {"clientCredentials": {"tokenUrl": "https://a.example/token", "scopes": {}}}
    spec["components"]["securitySchemes"] = {name: {"type": "oauth2", "flows": flows} for name in "ab"}
    assert sent_by(spec, {"a": "token", "b": "token"}).headers.get_list("authorization") == ["Bearer token"]
    for credentials in ({"a": "token", "b": "other"}, {"a": "token"}):
        with pytest.raises(CredentialsError):
            sent_by(spec, credentials)


def test_an_authorization_is_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    secret = "s3cret-0f-mine"
    spec = document(parameters=STANDARD, security=[{"bearer": []}])
    caplog.set_level("DEBUG", "aerostack_dynamic")
    transport = httpx.MockTransport(lambda _: httpx.Response(400, json={"message": f"bad Bearer {secret}"}))
    with Client(spec=spec, transport=transport) as client, pytest.raises(Exception, match="400") as caught:
        client.x(authorization=f"Bearer {secret}")
    with Client(spec=spec) as client:
        shown = [client.x.curl(authorization=f"Bearer {secret}"), repr(client.x.prepare(authorization=f"Bearer {secret}").headers)]
    told = [caplog.text, str(caught.value), repr(caught.value), repr(vars(caught.value)), repr(caught.value.response), *shown]  # type: ignore[attr-defined]
    assert not [text for text in told if secret in text]


def test_a_cookie_header_is_joined_with_the_cookies() -> None:
    spec = document(parameters=[parameter("Cookie", "header"), parameter("c", "cookie")])
    assert prepared(spec, cookie="a=1", c=2).headers["cookie"] == "a=1; c=2"
    with Client(spec=spec) as client:
        assert "s3cret" not in client.x.curl(cookie="a=s3cret")


@pytest.mark.anyio
async def test_both_clients_send_the_same() -> None:
    spec = document("/x/{a}", parameters=[parameter("a", "path"), parameter("q", "query", style="deepObject")])
    arguments = {"a": "b/c", "q": {"d": [1, 2]}}
    found: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        found.append(request.url.raw_path.decode())
        return httpx.Response(204)

    with Client(spec=spec, transport=httpx.MockTransport(answer)) as client:
        client.x(**arguments)
    async with AsyncClient(spec=spec, transport=httpx.MockTransport(answer)) as other:
        await other.x(**arguments)
    assert found == ["/v1/x/b%2Fc?q%5Bd%5D%5B0%5D=1&q%5Bd%5D%5B1%5D=2"] * 2


# ---- what openapi-core reads

WORDS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1)
ARRAYS = st.lists(WORDS, min_size=1)
OBJECTS = st.dictionaries(WORDS.filter(lambda one: one != "color"), WORDS, min_size=1)


def of_kind(kind: str) -> st.SearchStrategy[Any]:
    return {"string": WORDS, "array": ARRAYS, "object": OBJECTS}[kind]


KINDS = ("string", "array", "object")


@given(st.data(), st.sampled_from(KINDS), st.booleans(), st.sampled_from(["simple", "label", "matrix"]))
def test_openapi_core_reads_every_path_style(data: st.DataObject, kind: str, explode: bool, style: str) -> None:
    value = data.draw(of_kind(kind))
    text = path_text("color", value, style, explode)
    lead = {"simple": "", "label": ".", "matrix": ";"}[style]
    name = f"{lead}color{'*' if explode and style != 'simple' else ''}"
    read = getattr(deserializers, f"{style}_loads")
    assert read(explode, name if style == "simple" else "color", kind, {name: unquote(text)}) == value


@given(st.data(), st.sampled_from(KINDS), st.booleans())
def test_openapi_core_reads_headers(data: st.DataObject, kind: str, explode: bool) -> None:
    value = data.draw(of_kind(kind))
    assert deserializers.simple_loads(explode, "color", kind, {"color": header_text(value, explode)}) == value


@given(st.data(), st.sampled_from(["string", "array"]), st.booleans())
def test_openapi_core_reads_forms(data: st.DataObject, kind: str, explode: bool) -> None:
    value = data.draw(of_kind(kind))
    pairs = parse_qsl(join_query(query_pairs("color", value, "form", explode)), keep_blank_values=True)
    given: Any = httpx.QueryParams(pairs)
    location = {"color": given.get_list("color")} if explode and kind == "array" else dict(pairs)
    assert deserializers.form_loads(explode, "color", kind, location) == value


@given(OBJECTS)
def test_openapi_core_reads_objects_in_forms(value: dict[str, str]) -> None:
    ((_, flat),) = query_pairs("color", value, "form", False)
    assert deserializers.form_loads(False, "color", "object", {"color": flat}) == value
    exploded = join_query(query_pairs("color", value, "form", True))
    assert deserializers.form_loads(True, "color", "object", {"color": exploded}) == value


@given(st.data(), st.sampled_from(["array", "object"]))
def test_openapi_core_reads_what_is_delimited(data: st.DataObject, kind: str) -> None:
    value = data.draw(of_kind(kind))
    ((_, spaces),) = query_pairs("color", value, "spaceDelimited", False)
    assert deserializers.space_delimited_loads(False, "color", kind, {"color": spaces}) == value
    ((_, pipes),) = query_pairs("color", value, "pipeDelimited", False)
    assert deserializers.pipe_delimited_loads(False, "color", kind, {"color": unquote(pipes)}) == value


@given(OBJECTS)
def test_openapi_core_reads_deep_objects(value: dict[str, str]) -> None:
    pairs = dict(parse_qsl(join_query(query_pairs("color", value, "deepObject", True)), keep_blank_values=True))
    assert deserializers.deep_object_loads(True, "color", "object", pairs) == value


@given(st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.booleans(), max_size=3))
def test_any_text_comes_back_from_a_query(value: dict[str, Any]) -> None:
    pairs = parse_qsl(join_query(query_pairs("q", value, "form", True)), keep_blank_values=True)
    assert pairs == [(key, str(one).lower() if isinstance(one, bool) else str(one)) for key, one in value.items()]


def test_a_warning_tells_of_no_value() -> None:
    spec = document(parameters=[parameter("Host", "header")])
    with pytest.warns(ArgumentsWarning) as caught:
        prepared(spec, host="s3cret")
    assert "s3cret" not in str(caught[0].message)


@pytest.mark.parametrize("location", ["query", "header", "cookie"])
def test_a_codec_of_ones_own_writes_parameters(location: str) -> None:
    content = {"application/x-up": {"schema": {"type": "string"}}}
    own = Codec(("application/x-up",), bytes.decode, lambda value: value.upper().encode())
    spec = document(parameters=[{"name": "a", "in": location, "content": content}])
    with Client(spec=spec, codecs=[own]) as client:
        request = client.x.prepare(a="ab")
    found = {"query": request.url.query.decode(), "header": request.headers.get("a"), "cookie": request.headers.get("cookie")}
    assert found[location] == ("AB" if location == "header" else "a=AB")
