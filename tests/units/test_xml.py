"""XML by the XML Object: the standard's examples, what servers send, what attackers send, and there and back."""

from __future__ import annotations

import contextlib
import string
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aerostack_dynamic import Spec
from aerostack_dynamic._codec import UndecodableError, UnencodableError
from aerostack_dynamic._shape import Shape, shape_at
from aerostack_dynamic._xml import decode_xml, encode_xml

DECLARATION = b"<?xml version='1.0' encoding='UTF-8'?>\n"
TAGS = {"type": "array", "items": {"type": "string"}}


def shape(schema: dict[str, Any], name: str = "Root", **others: Any) -> Shape:
    document = {
        "openapi": "3.2.0",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": {name: schema, **others}},
    }
    return shape_at(Spec.load(document).document, f"/components/schemas/{name}")


def of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def xml(body: bytes | str, schema: dict[str, Any] | None = None, content_type: str = "application/xml", **others: Any) -> Any:
    body = body.encode() if isinstance(body, str) else body
    return decode_xml(body, content_type, shape(schema, **others) if schema is not None else None)


# Schema, value, and the root's content: OpenAPI 3.1, section 4.8.26.2, and 3.2, section 4.24.
BOTH_WAYS: dict[str, tuple[dict[str, Any], Any, str]] = {
    "no name": (of(a={"type": "string"}), {"a": "x"}, "<Root><a>x</a></Root>"),
    "name": (of(a={"type": "string", "xml": {"name": "b"}}), {"a": "x"}, "<Root><b>x</b></Root>"),
    "attribute": (of(a={"type": "integer", "xml": {"attribute": True}}), {"a": 1}, '<Root a="1"/>'),
    "attribute's name": (of(a={"type": "integer", "xml": {"attribute": True, "name": "b"}}), {"a": 1}, '<Root b="1"/>'),
    "namespace": (
        of(a={"type": "string", "xml": {"namespace": "http://a.example", "prefix": "s"}}),
        {"a": "x"},
        '<Root><s:a xmlns:s="http://a.example">x</s:a></Root>',
    ),
    "default namespace": (
        of(a={"type": "string"}) | {"xml": {"namespace": "http://a.example"}},
        {"a": "x"},
        '<Root xmlns="http://a.example"><a>x</a></Root>',
    ),
    "array": (of(a=TAGS), {"a": ["x", "y"]}, "<Root><a>x</a><a>y</a></Root>"),
    "array of one": (of(a=TAGS), {"a": ["x"]}, "<Root><a>x</a></Root>"),
    "array's own name is unused": (of(a=TAGS | {"xml": {"name": "b"}}), {"a": ["x"]}, "<Root><a>x</a></Root>"),
    "items' name": (
        of(a={"type": "array", "items": {"type": "string", "xml": {"name": "b"}}}),
        {"a": ["x", "y"]},
        "<Root><b>x</b><b>y</b></Root>",
    ),
    "wrapped": (of(a=TAGS | {"xml": {"wrapped": True}}), {"a": ["x", "y"]}, "<Root><a><a>x</a><a>y</a></a></Root>"),
    "wrapped, empty": (of(a=TAGS | {"xml": {"wrapped": True}}), {"a": []}, "<Root><a/></Root>"),
    "wrapped, array's name": (
        of(a=TAGS | {"xml": {"wrapped": True, "name": "b"}}),
        {"a": ["x"]},
        "<Root><b><b>x</b></b></Root>",
    ),
    "wrapped, both names": (
        of(a={"type": "array", "xml": {"wrapped": True, "name": "b"}, "items": {"type": "string", "xml": {"name": "c"}}}),
        {"a": ["x", "y"]},
        "<Root><b><c>x</c><c>y</c></b></Root>",
    ),
    "nodeType element on an array": (of(a=TAGS | {"xml": {"nodeType": "element"}}), {"a": ["x"]}, "<Root><a><a>x</a></a></Root>"),
    "nodeType attribute": (of(a={"type": "boolean", "xml": {"nodeType": "attribute"}}), {"a": True}, '<Root a="true"/>'),
    "nodeType text": (
        of(
            unit={"type": "string", "xml": {"nodeType": "attribute"}},
            amount={"type": "number", "xml": {"nodeType": "text"}},
        ),
        {"unit": "kg", "amount": 1.5},
        '<Root unit="kg">1.5</Root>',
    ),
    "an attribute of words": (
        of(a={"type": "array", "items": {"type": "integer"}, "xml": {"nodeType": "attribute"}}),
        {"a": [1, 2]},
        '<Root a="1 2"/>',
    ),
    "types": (
        of(
            i={"type": "integer"},
            n={"type": "number"},
            b={"type": "boolean"},
            s={"type": "string"},
            z={"type": ["integer", "null"]},
        ),
        {"i": 3, "n": 1.5, "b": False, "s": "3", "z": None},
        "<Root><i>3</i><n>1.5</n><b>false</b><s>3</s>"
        '<z xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></Root>',
    ),
    "objects": (
        of(a=of(b=of(c={"type": "integer"}))),
        {"a": {"b": {"c": 1}}},
        "<Root><a><b><c>1</c></b></a></Root>",
    ),
    "arrays of objects": (
        of(a={"type": "array", "items": of(b={"type": "integer"})}),
        {"a": [{"b": 1}, {"b": 2}]},
        "<Root><a><b>1</b></a><a><b>2</b></a></Root>",
    ),
    "a root array": (
        {"type": "array", "items": {"type": "integer", "xml": {"name": "n"}}},
        [1, 2],
        "<Root><n>1</n><n>2</n></Root>",
    ),
    "additional properties": (
        {"type": "object", "additionalProperties": {"type": "integer"}},
        {"a": 1, "b": 2},
        "<Root><a>1</a><b>2</b></Root>",
    ),
    "not declared": (
        of(a={"type": "integer"}),
        {"a": 1, "@x": "1", "b": {"c": ["1", "2"], "#text": "t"}},
        '<Root x="1"><a>1</a><b>t<c>1</c><c>2</c></b></Root>',
    ),
    "text that XML escapes": (of(a={"type": "string"}), {"a": "<&>\r\n\t\"'"}, "<Root><a>&lt;&amp;&gt;&#13;\n\t\"'</a></Root>"),
    "one name in two namespaces": (
        of(
            a={"type": "string", "xml": {"name": "id", "namespace": "http://a.example", "prefix": "a"}},
            b={"type": "integer", "xml": {"name": "id", "namespace": "http://b.example", "prefix": "b"}},
        ),
        {"a": "x", "b": 1},
        '<Root><a:id xmlns:a="http://a.example">x</a:id><b:id xmlns:b="http://b.example">1</b:id></Root>',
    ),
}


@pytest.mark.parametrize("case", BOTH_WAYS)
def test_a_value_is_written_and_read_by_its_schema(case: str) -> None:
    schema, value, written = BOTH_WAYS[case]
    encoded = encode_xml(value, shape(schema))
    assert encoded == DECLARATION + written.encode()
    assert decode_xml(encoded, "application/xml", shape(schema)) == value


# What is read, though it would be written otherwise.
READ: dict[str, tuple[dict[str, Any], str, Any]] = {
    "any root, any namespace": (of(a={"type": "integer"}), '<x:other xmlns:x="u"><x:a>1</x:a></x:other>', {"a": 1}),
    "an array under its own name": (of(a=TAGS | {"xml": {"name": "b"}}), "<r><b>x</b><b>y</b></r>", {"a": ["x", "y"]}),
    "space around numbers": (of(a={"type": "number"}), "<r>\n <a> 1e3 </a>\n</r>", {"a": 1000.0}),
    "space in strings is kept": (of(a={"type": "string"}), "<r><a> x </a></r>", {"a": " x "}),
    "booleans of XML Schema": (
        of(a={"type": "boolean"}, b={"type": "boolean"}),
        "<r><a>1</a><b>0</b></r>",
        {"a": True, "b": False},
    ),
    "a required array without a trace": (of(a=TAGS) | {"required": ["a"]}, "<r/>", {"a": []}),
    "an array without a trace": (of(a=TAGS), "<r/>", {}),
    "empty for null": (of(a={"type": ["integer", "null"]}), "<r><a/></r>", {"a": None}),
    "empty for a string": (of(a={"type": "string"}), "<r><a/></r>", {"a": ""}),
    "no number": (of(a={"type": "integer"}), "<r><a>many</a></r>", {"a": "many"}),
    "infinite": (of(a={"type": "number"}), "<r><a>1e999</a></r>", {"a": "1e999"}),
    "text where an object is declared": (of(a=of(b={"type": "string"})), "<r><a>x</a></r>", {"a": "x"}),
    "an object where text is declared": (of(a={"type": "string"}), "<r><a><b>x</b></a></r>", {"a": {"b": "x"}}),
    "unknown attributes of a scalar": (of(a={"type": "integer"}), '<r><a unit="kg">1</a></r>', {"a": 1}),
    "twice, though declared once": (of(a={"type": "integer"}), "<r><a>1</a><a>2</a><a>3</a></r>", {"a": [1, 2, 3]}),
    "a wrapped array in two": (of(a=TAGS | {"xml": {"wrapped": True}}), "<r><a><a>x</a></a><a><a>y</a></a></r>", {"a": ["x", "y"]}),
    "a wrapped array of nil": (
        of(a=TAGS | {"xml": {"wrapped": True}}),
        '<r xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><a i:nil="true"/></r>',
        {"a": None},
    ),
    "comments, instructions, CDATA": (
        of(a={"type": "string"}),
        "<?x y?><r><!-- c --><a>1<!-- c --><![CDATA[<2>]]></a></r>",
        {"a": "1<2>"},
    ),
    "text beside elements": (of(a={"type": "integer"}), "<r> some <a>1</a> text</r>", {"a": 1, "#text": "some  text"}),
    "schema's location": (
        of(a={"type": "integer"}),
        '<r xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="u v"><a>1</a></r>',
        {"a": 1},
    ),
    "nothing said of it": (of(a={}), '<r><a b="1">x</a></r>', {"a": {"@b": "1", "#text": "x"}}),
}


@pytest.mark.parametrize("case", READ)
def test_what_servers_send(case: str) -> None:
    schema, body, value = READ[case]
    assert xml(body, schema) == value


def test_components_and_references_give_names() -> None:
    tag = of(id={"type": "integer"}) | {"xml": {"name": "tag"}}
    pet = of(tags={"type": "array", "xml": {"wrapped": True}, "items": {"$ref": "#/components/schemas/Tag"}})
    made = encode_xml({"tags": [{"id": 1}]}, shape(pet, "Pet", Tag=tag))
    assert made == DECLARATION + b"<Pet><tags><tag><id>1</id></tag></tags></Pet>"
    several = {"type": "array", "items": {"$ref": "#/components/schemas/Tag"}}
    assert encode_xml([{"id": 1}], shape(several, "Tags", Tag=tag)) == DECLARATION + b"<Tags><tag><id>1</id></tag></Tags>"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("<a></a>", {"a": ""}),
        ("<a>x</a>", {"a": "x"}),
        ("<a> x </a>", {"a": " x "}),
        ("<a><b>1</b><b>2</b><c></c></a>", {"a": {"b": ["1", "2"], "c": ""}}),
        ('<a b="1">x</a>', {"a": {"@b": "1", "#text": "x"}}),
        ('<x:a xmlns:x="u" x:b="1"/>', {"a": {"@b": "1"}}),
    ],
)
def test_without_a_schema(body: str, value: Any) -> None:
    assert xml(body) == value
    if "x:" not in body:
        assert encode_xml(value) == DECLARATION + body.encode()


def test_a_root_without_any_name() -> None:
    assert encode_xml([1, 2]) == DECLARATION + b"<root><root>1</root><root>2</root></root>"
    assert encode_xml({"a": 1, "b": 2}) == DECLARATION + b"<root><a>1</a><b>2</b></root>"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<a>é</a>".encode("iso-8859-1"), "application/xml; charset=iso-8859-1"),
        ('<?xml version="1.0" encoding="utf-8"?><a>é</a>'.encode("iso-8859-1"), "text/xml; charset=ISO-8859-1"),
        ('<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>'.encode("iso-8859-1"), "application/xml"),
        ("<a>é</a>".encode("iso-8859-1"), "application/xml; charset=latin-1"),
        ('<?xml version="1.0" encoding="utf-8"?><a>é</a>'.encode("cp1252"), "application/xml; charset=cp1252"),
        ("<a>é</a>".encode("utf-16"), "application/xml; charset=utf-8"),
        ("\ufeff<a>é</a>".encode(), "application/xml"),
        ("<a>é</a>".encode(), "application/xml; charset=klingon"),
    ],
)
def test_charsets(body: bytes, content_type: str) -> None:
    assert xml(body, content_type=content_type) == {"a": "é"}


LAUGHS = (
    '<!DOCTYPE a [<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n} "' + f"&l{n - 1};" * 10 + '">' for n in range(1, 10))
    + "]><a>&l9;</a>"
)
HOSTILE = {
    "billion laughs": (LAUGHS, "document type"),
    "laughs in an attribute": (LAUGHS.replace("<a>&l9;</a>", '<a b="&l9;"/>'), "document type"),
    "external entity": ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "document type"),
    "external document type": ('<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>', "document type"),
    "parameter entity": ('<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]><a/>', "document type"),
    "bare document type": ("<!DOCTYPE html><html/>", "document type"),
    "unknown entity": ("<a>&nbsp;</a>", "not well-formed"),
    "deep": ("<a>" * 100_000 + "</a>" * 100_000, "nests deeper"),
    "201 levels": ("<a>" * 201 + "</a>" * 201, "nests deeper"),
    "many attributes": ("<a" + "".join(f" a{n}=''" for n in range(20_000)) + "/>", "attributes"),
    "a long text": ("<a>" + "x" * 11_000_000 + "</a>", "not well-formed"),
    "cut": ("<a><b>", "not well-formed"),
    "two roots": ("<a/><b/>", "not well-formed"),
    "an attribute twice": ('<a b="1" b="2"/>', "not well-formed"),
    "no XML": ("hello", "not well-formed"),
    "nothing": ("", "empty"),
    "space": (" \n", "empty"),
    "only a comment": ("<!-- x -->", "not well-formed"),
    "a control character": ("<a>\x01</a>", "not well-formed"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_attackers_send(case: str) -> None:
    body, reason = HOSTILE[case]
    with pytest.raises(UndecodableError, match=reason):
        xml(body, of(a={"type": "string"}))


def test_two_hundred_levels_are_read() -> None:
    assert xml("<a>" * 200 + "</a>" * 200)
    recursive = {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Root"}}}
    value = xml("<a>" * 200 + "</a>" * 200, recursive)
    depth = 0
    while value:
        value, depth = value["a"], depth + 1
    assert depth == 199


@pytest.mark.parametrize(
    ("value", "pointer", "reason"),
    [
        ({"a": "\x01"}, "/a", "characters"),
        ({"a": "\x00"}, "/a", "characters"),
        ({"a b": 1}, "/a b", "name of an XML element"),
        ({"": 1}, "/", "name of an XML element"),
        ({"a": [1, {"1x": 2}]}, "/a/1/1x", "name of an XML element"),
        ({"@a b": 1}, "/@a b", "attribute"),
        ({"#text": "\x01"}, "/#text", "characters"),
    ],
)
def test_what_no_xml_can_hold(value: Any, pointer: str, reason: str) -> None:
    with pytest.raises(UnencodableError, match=reason) as caught:
        encode_xml(value, shape(of(z={"type": "string"})))
    assert caught.value.pointer == pointer


# ---- there and back

NAMES = st.text(string.ascii_letters, min_size=1, max_size=8)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20)
SCALARS = {
    "string": TEXTS,
    "integer": st.integers(-(10**30), 10**30),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
}


def scalars(draw: Any) -> tuple[dict[str, Any], st.SearchStrategy[Any]]:
    kind = draw(st.sampled_from(sorted(SCALARS)))
    return {"type": kind}, SCALARS[kind]


@st.composite
def described(draw: Any, depth: int = 2) -> tuple[dict[str, Any], Any]:
    """A schema of an object, and a value of it."""
    properties: dict[str, Any] = {}
    value: dict[str, Any] = {}
    for name in draw(st.lists(NAMES, max_size=4, unique_by=str.lower)):
        form = draw(st.sampled_from(["scalar", "attribute", "array", "wrapped", *(["object", "objects"] if depth else [])]))
        if form in ("object", "objects"):
            inner, item = draw(described(depth - 1))
            properties[name], value[name] = (inner, item) if form == "object" else ({"type": "array", "items": inner}, [item])
            continue
        schema, values = scalars(draw)
        if form in ("scalar", "attribute"):
            properties[name] = schema | ({"xml": {"attribute": True, "name": f"{name}-x"}} if form == "attribute" else {})
            value[name] = draw(values)
        else:
            properties[name] = {"type": "array", "items": schema} | ({"xml": {"wrapped": True}} if form == "wrapped" else {})
            value[name] = draw(st.lists(values, min_size=form == "array", max_size=3))
    return {"type": "object", "properties": properties}, value


@example(({"type": "object", "properties": {"A": {"type": "string", "xml": {"attribute": True}}}}, {"A": "&<"}))
@given(described())
def test_what_is_written_is_read_back(case: tuple[dict[str, Any], Any]) -> None:
    schema, value = case
    here = shape(schema)
    assert decode_xml(encode_xml(value, here), "application/xml", here) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_refused(body: bytes) -> None:
    for one in (body, b"<a>" + body + b"</a>", b"<a " + body + b"/>"):
        with contextlib.suppress(UndecodableError):
            decode_xml(one, "application/xml", None)
