"""The core schema of YAML 1.2 on PyYAML's parser and writer, which by themselves speak 1.1: what `_yaml` says of reading holds of all this.

Values are made from the parser's events as they come: nothing recurses, and nothing is built that is over a bound.
"""

from __future__ import annotations

import math
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NoReturn

import yaml

from ._errors import SpecError
from ._values import MAX_DEPTH, is_array, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._values import JSON

# A handle that a %TAG line declares is compared with all those before it; the core schema needs none.
_MOST_DIRECTIVES: Final = 100
_BREAKS: Final = (b"\n", b"\r", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
_LONGEST_INTEGER: Final = 4300
_WIDTH: Final = 120
_OTHER_BREAKS: Final = re.compile("[\r\x85\u2028\u2029]")
_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
if TYPE_CHECKING:
    _Dumper = yaml.SafeDumper
else:
    _Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_TAGS: Final = "tag:yaml.org,2002:"
_INTEGER: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_NUMBER: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMERIC: Final = frozenset("-+.0123456789")
_WORDS: Final[Mapping[str, bool | None]] = MappingProxyType(
    {
        **dict.fromkeys(("", "~", "null", "Null", "NULL")),
        **dict.fromkeys(("true", "True", "TRUE"), True),
        **dict.fromkeys(("false", "False", "FALSE"), False),
    }
)


def read(content: bytes, most_nodes: int) -> Any:
    """The one document in `content`, UTF-8. Raises SpecError with the line and column of what is wrong."""
    try:
        if sum(content.count(mark + b"%") for mark in _BREAKS) > _MOST_DIRECTIVES:
            raise SpecError(f"the document has more than {_MOST_DIRECTIVES} YAML directives")
        return _Builder(most_nodes).build(yaml.parse(content, Loader=_Parser))
    except (yaml.YAMLError, UnicodeError, ValueError, RecursionError) as error:
        told = " ".join(str(error).split()).replace('in "<byte string>", ', "at ")  # the parser's name for what has none
        raise SpecError(f"the document is neither JSON nor YAML: {printable(told, 300)}") from None


def write(value: JSON) -> str:
    """The document that a value is written as."""
    written: Any = getattr(yaml, "dump")(value, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=_WIDTH)  # noqa: B009  # its stub is partly unknown
    return str(written)


class _Writer(_Dumper):
    """PyYAML's writer, which quotes what YAML 1.1 takes for something else than a text; here what 1.2 does as well."""

    def ignore_aliases(self, data: Any) -> bool:
        """True: what stands in several places is written at each."""
        return True

    def represent_str(self, data: str) -> Any:
        """A text, in the style that brings it back."""
        return yaml.ScalarNode(f"{_TAGS}str", data, style=_style(data))


_Writer.add_representer(str, _Writer.represent_str)


def _style(text: str) -> str | None:
    """How a text is written, where PyYAML is not to choose: plain, a number or word of YAML 1.2 would be read as one."""
    if _OTHER_BREAKS.search(text):
        return '"'  # which alone has escapes for them
    if _INTEGER.fullmatch(text) or _NUMBER.fullmatch(text) or text in _WORDS:
        return "'"
    return "|" if "\n" in text else None


class _Builder:
    """Makes one JSON value of a parser's events."""

    def __init__(self, most_nodes: int) -> None:
        self._most = most_nodes
        self._nodes = 0
        self._anchors: dict[str, tuple[Any, int]] = {}
        # The arrays and objects that are open: each with its anchor, what had been counted before it, and the key that waits.
        self._open: list[tuple[Any, str | None, int]] = []
        self._keys: list[str | None] = []
        self._root: list[Any] = []

    def build(self, events: Iterator[Any]) -> Any:
        """The value, or None for a stream without a document."""
        documents = 0
        for event in events:
            kind = event.__class__
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._start(event, {}, "map")
            elif kind is yaml.SequenceStartEvent:
                self._start(event, [], "seq")
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._end()
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    _refuse("expected a single document, and there is another document", event)
        return self._root[0] if self._root else None

    def _scalar(self, event: Any) -> None:
        if self._open and type(self._open[-1][0]) is dict and self._keys[-1] is None:
            value: Any = event.value
            if event.tag is not None and event.tag not in ("!", f"{_TAGS}str"):
                _value(event)
            self._key(value, event)
        else:
            value = _value(event)
            self._put(value, event)
        self._count(1)
        if event.anchor is not None:
            self._anchors[event.anchor] = value, 1

    def _key(self, key: str, event: Any) -> None:
        if key in self._open[-1][0]:
            _refuse(f"the key {printable(key, 40)!r} occurs twice", event)
        self._keys[-1] = key

    def _put(self, value: Any, event: Any) -> None:
        if not self._open:
            self._root.append(value)
            return
        above: Any = self._open[-1][0]
        if is_array(above):
            above.append(value)
            return
        key = self._keys[-1]
        if key is None:
            if not isinstance(value, str):
                _refuse("a key must be a string", event)
            self._key(value, event)
        else:
            above[key] = value
            self._keys[-1] = None

    def _start(self, event: Any, made: Any, kind: str) -> None:
        if event.tag not in (None, "!", f"{_TAGS}{kind}"):
            _refuse_tag(event)
        self._put(made, event)
        if len(self._open) == MAX_DEPTH:
            raise SpecError(f"the document nests deeper than {MAX_DEPTH} arrays and objects")
        self._anchors.pop(event.anchor, None)
        self._open.append((made, event.anchor, self._nodes))
        self._keys.append(None)
        self._count(1)

    def _end(self) -> None:
        made, anchor, before = self._open.pop()
        self._keys.pop()
        if anchor is not None:
            self._anchors[anchor] = made, self._nodes - before

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            raise SpecError(f"the YAML alias *{printable(str(event.anchor), 40)} stands within its own anchor or before it")
        value, nodes = self._anchors[event.anchor]
        self._put(value, event)
        self._count(nodes)

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > self._most:
            raise SpecError(f"the document has more than {self._most} nodes once its aliases are written out")


def _value(event: Any) -> Any:
    """What a scalar stands for (YAML 1.2.2, section 10.3.2), by its tag or, where it is plain, by its form."""
    text: str = event.value
    tag = event.tag
    if tag is None:
        return _plain(text, event) if event.implicit[0] else text
    if tag in ("!", f"{_TAGS}str"):
        return text
    value = _plain(text, event) if tag.startswith(_TAGS) else text
    named = {"null": type(None), "bool": bool, "int": int, "float": float}.get(tag.removeprefix(_TAGS))
    if named is float and type(value) is int:
        return float(value)
    if named is None or type(value) is not named:
        _refuse_tag(event)
    return value


def _plain(text: str, event: Any) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    if _INTEGER.fullmatch(text):
        if len(text) > _LONGEST_INTEGER:
            _refuse(f"an integer has more than {_LONGEST_INTEGER} digits", event)
        return int(text, 0 if text.startswith(("0o", "0x")) else 10)
    if _NUMBER.fullmatch(text) is None:
        return text
    number = float("inf" if text[-1] in "fFnN" else text)
    if not math.isfinite(number):
        _refuse(f"JSON has no number {printable(text, 40)}", event)
    return number


def _refuse_tag(event: Any) -> NoReturn:
    _refuse(f"the tag {printable(str(event.tag), 40)} is not of the core schema", event)


def _refuse(message: str, event: Any) -> NoReturn:
    raise yaml.MarkedYAMLError(None, None, message, event.start_mark)
