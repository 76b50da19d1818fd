"""XML to values and back by the XML Object (OpenAPI 3.2, section 4.24; 3.1, section 4.8.26). No document type, no entity, no network.

Where no schema speaks of an element it is its text, or, with attributes or elements in it, an object: attributes as `@name`, elements
by their local names, several of one name as an array, text beside them as `#text`. A whole document without a schema is an object with
the root's name as its one key.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._codec import UndecodableError, UnencodableError, charset_of
from ._style import scalar
from ._typed import is_list, typed
from ._values import MAX_DEPTH, as_object, as_string, is_array, is_object, json_pointer, pointer_tokens, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._shape import Shape
    from ._values import JSON

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_COMPONENT: Final = re.compile(r"(?:.*#)?((?:/components/schemas|/definitions)/[^/]+)")
# Of names in XML, those that need no thought (XML 1.0, section 2.3).
_NAME: Final = re.compile(r"[^\W\d][\w.-]*")
_MOST_ATTRIBUTES: Final = 10_000
_ATTRIBUTE, _TEXT, _ELEMENT, _NONE = "attribute", "text", "element", "none"
_BOMS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


# ---- what the XML Object says


class Way(NamedTuple):
    """How a value is written: as an element, an attribute or text, or with no node of its own, and under which name."""

    node: str
    name: str
    namespace: str = ""
    prefix: str = ""

    @property
    def tag(self) -> str:
        """The name in Clark's notation."""
        return f"{{{self.namespace}}}{self.name}" if self.namespace else self.name


def way_of(shape: Shape | None, name: str) -> Way:
    """How a value of this shape is written, `name` being what it is called where its schema gives it no other name."""
    said: dict[str, Any] = {}
    for _, node in shape.nodes if shape is not None else ():
        said = as_object(node.get("xml")) | said
    kind = as_string(said.get("nodeType"))
    if kind == "cdata":
        kind = _TEXT
    if kind not in (_ATTRIBUTE, _TEXT, _ELEMENT, _NONE):
        wrapped = said.get("wrapped") is True or not is_list(shape)
        kind = _ATTRIBUTE if said.get("attribute") is True else _ELEMENT if wrapped else _NONE
    return Way(kind, as_string(said.get("name")) or name, as_string(said.get("namespace")), as_string(said.get("prefix")))


class Member(NamedTuple):
    """A property and how it is written; `items` is how the members of an array are, which have a node around them if `way` says so."""

    wire: str
    shape: Shape
    way: Way
    items: Way | None = None


def members_of(shape: Shape) -> tuple[Member, ...]:
    """The properties of an object, each with its way."""
    made: list[Member] = []
    for wire, inner in shape.properties.items():
        way = way_of(inner, wire)
        # Names of the array itself count only where it has an element (OpenAPI 3.1, section 4.8.26.2.6).
        items = way_of(inner.items, way.name if way.node == _ELEMENT else wire) if is_list(inner) else None
        made.append(Member(wire, inner, way, items))
    return tuple(made)


def _root_name(shape: Shape | None, name: str) -> str:
    """What the element of a value is called that is no property: after its component, or what is referred to in another file."""
    referred = False
    for place, node in shape.nodes if shape is not None else ():
        if component := _COMPONENT.fullmatch(place):
            return pointer_tokens(component[1])[-1]
        if referred and _NAME.fullmatch(told := _name_in_file(place)):
            return told
        referred = "$ref" in node
    return name


def _name_in_file(place: str) -> str:
    """The last step to a place in another file; for the whole of it, the file's name without its ending."""
    file, mark, pointer = place.partition("#")
    if not mark or place.startswith("/"):
        return ""
    base = file.rpartition("/")[2]
    return pointer_tokens(pointer)[-1] if pointer else base.rpartition(".")[0] or base


# ---- from the wire


class _Node:
    __slots__ = ("attributes", "children", "name", "namespace", "parts")

    def __init__(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.namespace, self.name = _split(tag)
        self.attributes = dict(attributes)
        self.children: list[_Node] = []
        self.parts: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self.parts)

    @property
    def is_nil(self) -> bool:
        """Whether the element says that it stands for nothing (XML Schema, part 1, section 2.6.2)."""
        return self.attributes.get(f"{{{_XSI}}}nil") in ("true", "1")

    @property
    def named(self) -> Iterator[tuple[str, str]]:
        """The attributes that say something of the value, by local name."""
        for tag, text in self.attributes.items():
            namespace, name = _split(tag)
            if namespace != _XSI:
                yield name, text


def _split(tag: str) -> tuple[str, str]:
    namespace, mark, name = tag[1:].partition("}") if tag[:1] == "{" else ("", "", tag)
    return (namespace, name) if mark else ("", tag)


class _Tree:
    """What lxml's parser tells of a document as it reads it; the document's end, or what is wrong with it, comes before any harm."""

    def __init__(self) -> None:
        self._open: list[_Node] = []
        self._root: _Node | None = None

    def doctype(self, *_: object) -> None:
        """Called before any entity is declared."""
        raise UndecodableError("the XML has a document type (DOCTYPE), which is not read")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if len(self._open) >= MAX_DEPTH:
            raise UndecodableError(f"the XML nests deeper than {MAX_DEPTH} elements")
        if len(attributes) > _MOST_ATTRIBUTES:
            raise UndecodableError(f"the XML has an element with more than {_MOST_ATTRIBUTES:,} attributes")
        node = _Node(tag, attributes)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self._root = node
        self._open.append(node)

    def end(self, _tag: str) -> None:
        """An element ends."""
        self._open.pop()

    def data(self, text: str) -> None:
        """Text within an element."""
        self._open[-1].parts.append(text)

    def close(self) -> _Node | None:
        """The document ends."""
        return self._root


def _as_utf8(body: bytes, charset: str) -> bytes:
    """The same text in UTF-8: the parser knows fewer charsets, by other names."""
    try:
        return body.decode(charset).encode()
    except UnicodeError:
        raise UndecodableError(f"the body is not valid {charset}") from None


def _parsed(body: bytes, content_type: str) -> _Node:
    etree: Any = import_module("lxml.etree")  # slow to import, and few APIs speak XML
    charset = None if body.startswith(_BOMS) else charset_of(content_type)
    if charset is not None:
        body = _as_utf8(body, charset)
    parser = etree.XMLParser(
        target=_Tree(),
        encoding=charset and "utf-8",
        # Those of XML itself alone: a document type, which declares others, is refused. Told to leave them, libxml2 gives `&#38;` for an
        # ampersand in an attribute.
        resolve_entities="internal",
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    if not body.strip():
        raise UndecodableError("the body is empty where XML is expected")
    try:
        parser.feed(body)
        root: _Node | None = parser.close()
    except etree.LxmlError as error:
        excerpt = printable(body[:200].decode("utf-8", "replace"))
        raise UndecodableError(f"the body is not well-formed XML ({printable(str(error), 80)})", excerpt) from None
    if root is None:
        raise UndecodableError("the XML has no element")
    return root


def decode_xml(body: bytes, content_type: str, shape: Shape | None) -> JSON:
    """The value that an XML document writes, by its schema. Raises UndecodableError with the reason."""
    root = _parsed(body, content_type)
    if shape is None or not shape.nodes:
        return {root.name: _plain(root)}
    return _Reader().value(root, shape)


class _Plan(NamedTuple):
    shape: Shape
    elements: dict[str, list[Member]]
    attributes: dict[str, Member]
    text: Member | None
    lists: tuple[str, ...]


class _Reader:
    """Reads elements by shapes; what is found out of a shape is kept, since many elements have the same."""

    def __init__(self) -> None:
        self._plans: dict[int, _Plan] = {}

    def value(self, node: _Node, shape: Shape | None) -> JSON:
        if shape is None or not shape.nodes or node.is_nil:
            return _plain(node)
        if is_list(shape):
            return [self.value(child, shape.items) for child in node.children]
        if shape.properties or "object" in shape.types:
            return self._object(node, shape)
        if node.children or (not shape.types and any(node.named)):
            return _plain(node)
        return typed(node.text, shape)

    def _plan(self, shape: Shape) -> _Plan:
        known = self._plans.get(id(shape))
        if known is not None:
            return known
        members = members_of(shape)
        elements: dict[str, list[Member]] = {}
        for one in members:
            way = one.items if one.items is not None and one.way.node == _NONE else one.way
            if way.node in (_ELEMENT, _NONE):
                elements.setdefault(way.name, []).append(one)
        for one in members:  # servers write arrays under their own names as well
            if one.items is not None and one.way.node == _NONE:
                elements.setdefault(one.way.name, [one])
                elements.setdefault(one.wire, [one])
        attributes = {one.way.name: one for one in members if one.way.node == _ATTRIBUTE}
        text = next((one for one in members if one.way.node == _TEXT), None)
        lists = tuple(one.wire for one in members if one.items is not None and one.way.node == _NONE and one.wire in shape.required)
        return self._plans.setdefault(id(shape), _Plan(shape, elements, attributes, text, lists))

    def _object(self, node: _Node, shape: Shape) -> JSON:
        plan = self._plan(shape)
        made: dict[str, Any] = {}
        for child in node.children:
            self._child(made, plan, child)
        for name, text in node.named:
            one = plan.attributes.get(name)
            made[one.wire if one else f"@{name}"] = _words(text, one.shape) if one else text
        text = node.text
        if plan.text is not None:
            made[plan.text.wire] = _words(text, plan.text.shape)
        elif text.strip():
            if not made:
                return text
            made["#text"] = text.strip()
        for wire in plan.lists:  # an array without a node of its own, and without members, leaves no trace
            made.setdefault(wire, [])
        return made

    def _child(self, made: dict[str, Any], plan: _Plan, child: _Node) -> None:
        candidates = plan.elements.get(child.name)
        if candidates is None:
            _put(made, child.name, self.value(child, plan.shape.additional))
            return
        exact = (one for one in candidates if (one.items or one.way).namespace == child.namespace)
        one = next(exact, candidates[0])
        if one.items is None:
            _put(made, one.wire, self.value(child, one.shape))
        elif one.way.node == _ELEMENT:
            value = self.value(child, one.shape)
            made[one.wire] = [*made.get(one.wire, ()), *value] if is_array(value) else value
        else:
            made.setdefault(one.wire, []).append(self.value(child, one.shape.items))


def _words(text: str, shape: Shape) -> JSON:
    """A value of an attribute or of text; the items of an array are parted by white space (XML Schema, part 2, section 2.5.1.2)."""
    return [typed(word, shape.items) for word in text.split()] if is_list(shape) else typed(text, shape)


def _plain(node: _Node) -> JSON:
    if node.is_nil:
        return None
    made: dict[str, Any] = {f"@{name}": text for name, text in node.named}
    for child in node.children:
        _put(made, child.name, _plain(child))
    if not made:
        return node.text
    if text := node.text.strip():
        made["#text"] = text
    return made


def _put(made: dict[str, Any], name: str, value: JSON) -> None:
    """Put a value under a name; of several under one name make an array."""
    if name not in made:
        made[name] = value
    elif is_array(made[name]):
        made[name].append(value)
    else:
        made[name] = [made[name], value]


# ---- to the wire


def encode_xml(value: JSON, shape: Shape | None = None) -> bytes:
    """The XML document for a JSON value, by its schema, in UTF-8. Raises UnencodableError with the place of what XML can't hold.

    Without a schema, or a component's name for the root, an object of one key is the root's name and value; else the root is `root`.
    """
    name = _root_name(shape, "")
    if not name and not way_of(shape, "").name and is_object(value) and len(value) == 1 and not (shape and shape.properties):
        [(name, value)] = value.items()
    writer = _Writer()
    root = writer.element(None, way_of(shape, name or "root"), ())
    writer.fill(root, value, shape, ())
    encoded: bytes = writer.etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return encoded


class _Writer:
    def __init__(self) -> None:
        self.etree: Any = import_module("lxml.etree")

    def element(self, parent: Any, way: Way, path: tuple[str | int, ...]) -> Any:
        """A new element under `parent`. One without a namespace is in its parent's, where that has no prefix."""
        if not way.namespace and parent is not None and parent.prefix is None:
            way = way._replace(namespace=_split(parent.tag)[0])
        names = {way.prefix or None: way.namespace} if way.namespace else None
        try:
            return (
                self.etree.Element(way.tag, nsmap=names) if parent is None else self.etree.SubElement(parent, way.tag, nsmap=names)
            )
        except ValueError:
            raise UnencodableError(
                f"{printable(way.name, 60)!r} can't be the name of an XML element", json_pointer(*path)
            ) from None

    def fill(self, element: Any, value: JSON, shape: Shape | None, path: tuple[str | int, ...]) -> None:
        """Write a value into its element."""
        if value is None:
            self._attribute(element, Way(_ATTRIBUTE, "nil", _XSI, "xsi"), "true", path)
        elif is_object(value):
            self._object(element, value, shape, path)
        elif is_array(value):
            items = shape.items if shape is not None else None
            way = way_of(items, _root_name(items, _split(element.tag)[1]))
            for index, item in enumerate(value):
                self.fill(self.element(element, way, (*path, index)), item, items, (*path, index))
        else:
            self._text(element, scalar(value), path)

    def _object(self, element: Any, value: dict[str, JSON], shape: Shape | None, path: tuple[str | int, ...]) -> None:
        members = members_of(shape) if shape is not None else ()
        declared = {one.wire for one in members}
        for one in members:
            if one.wire in value:
                self._member(element, one, value[one.wire], (*path, one.wire))
        for key, item in value.items():
            if key in declared:
                continue
            if key == "#text":
                self._text(element, scalar(item), (*path, key))
            elif key.startswith("@"):
                self._attribute(element, Way(_ATTRIBUTE, key[1:]), scalar(item), (*path, key))
            else:
                inner = shape.additional if shape is not None else None
                self._elements(element, way_of(inner, key)._replace(name=key), item, inner, (*path, key))

    def _elements(self, element: Any, way: Way, value: JSON, shape: Shape | None, path: tuple[str | int, ...]) -> None:
        """An element, or one for each item of an array whose schema gives it none of its own."""
        if is_array(value) and not is_list(shape):
            for index, item in enumerate(value):
                self.fill(self.element(element, way, (*path, index)), item, shape, (*path, index))
        else:
            self.fill(self.element(element, way, path), value, shape, path)

    def _member(self, element: Any, one: Member, value: JSON, path: tuple[str | int, ...]) -> None:
        if one.way.node in (_ATTRIBUTE, _TEXT):
            text = " ".join(map(scalar, value)) if is_array(value) else scalar(value)
            if one.way.node == _TEXT:
                self._text(element, text, path)
            elif value is not None:
                self._attribute(element, one.way, text, path)
        elif one.items is not None and is_array(value):
            inside = self.element(element, one.way, path) if one.way.node == _ELEMENT else element
            for index, item in enumerate(value):
                self.fill(self.element(inside, one.items, (*path, index)), item, one.shape.items, (*path, index))
        else:
            self._elements(element, one.way, value, one.shape, path)

    def _attribute(self, element: Any, way: Way, text: str, path: tuple[str | int, ...]) -> None:
        try:
            element.set(way.tag, text)
        except ValueError:
            raise UnencodableError("holds what no XML attribute can", json_pointer(*path)) from None

    def _text(self, element: Any, text: str, path: tuple[str | int, ...]) -> None:
        try:
            element.text = (element.text or "") + text
        except ValueError:
            raise UnencodableError("holds characters that no XML document can", json_pointer(*path)) from None
