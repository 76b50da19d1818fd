"""YAML as JSON: the core schema of YAML 1.2 on PyYAML, which by itself reads 1.1, within bounds on depth and on what aliases add.

Keys are strings whatever they look like, as OpenAPI asks: an unquoted 200 is the key "200".
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

import yaml
from yaml.constructor import ConstructorError

from ._errors import SpecError
from ._values import MAX_DEPTH, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Construct: TypeAlias = Callable[["CoreLoader", Any], Any]

_MOST_NODES: Final = 2_000_000
_BaseLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CoreLoader(_BaseLoader):  # type: ignore[misc]  # the C loader where PyYAML was built with it
    """Constructs JSON values only. A key that occurs twice, a tag and a number that JSON does not have are errors."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}
    yaml_constructors: ClassVar[dict[str | None, Any]] = {}

    def object_of(self, node: yaml.MappingNode) -> dict[str, Any]:
        """A mapping as an object, merge keys (`<<`) not being part of YAML 1.2."""
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ConstructorError(None, None, "a key must be a string", key.start_mark)
            if key.value in found:
                raise ConstructorError(None, None, f"the key {printable(key.value, 40)!r} occurs twice", key.start_mark)
            found[key.value] = self.construct_object(value, deep=True)
        return found

    def array_of(self, node: yaml.SequenceNode) -> list[Any]:
        """A sequence as an array."""
        return [self.construct_object(one, deep=True) for one in node.value]

    def number_of(self, node: yaml.ScalarNode) -> float:
        """A finite number."""
        number = float("inf" if node.value[-1] in "fFnN" else node.value)
        if not math.isfinite(number):
            raise ConstructorError(None, None, f"JSON has no number {node.value}", node.start_mark)
        return number

    def integer_of(self, node: yaml.ScalarNode) -> int:
        """An integer: decimal, `0o` octal or `0x` hexadecimal."""
        return int(node.value, 0 if node.value.startswith(("0o", "0x")) else 10)

    def refused(self, node: yaml.Node) -> Any:
        """Any other tag is an error."""
        raise ConstructorError(None, None, f"the tag {printable(node.tag, 40)} is not of the core schema", node.start_mark)


def _null(_loader: CoreLoader, _node: Any) -> None:
    return None


def _boolean(_loader: CoreLoader, node: Any) -> bool:
    return node.value.lower() == "true"  # type: ignore[no-any-return]  # a str of PyYAML's


def _text(_loader: CoreLoader, node: Any) -> str:
    return node.value  # type: ignore[no-any-return]  # a str of PyYAML's


def _core_schema() -> None:
    number = r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
    scalars: dict[str, tuple[str, list[str], Construct]] = {
        "null": ("~|null|Null|NULL|", [*"~nN", ""], _null),
        "bool": ("true|True|TRUE|false|False|FALSE", [*"tTfF"], _boolean),
        "int": ("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", [*"-+0123456789"], CoreLoader.integer_of),
        "float": (number, [*"-+.0123456789"], CoreLoader.number_of),
    }
    for name, (pattern, first, construct) in scalars.items():
        tag = f"tag:yaml.org,2002:{name}"
        CoreLoader.add_implicit_resolver(tag, re.compile(rf"(?:{pattern})\Z"), first)
        CoreLoader.add_constructor(tag, construct)
    CoreLoader.add_constructor("tag:yaml.org,2002:str", _text)
    CoreLoader.add_constructor("tag:yaml.org,2002:map", CoreLoader.object_of)
    CoreLoader.add_constructor("tag:yaml.org,2002:seq", CoreLoader.array_of)
    CoreLoader.add_constructor(None, CoreLoader.refused)


_core_schema()


def parse_yaml(content: bytes) -> Any:
    """The one document in `content` as JSON values. Raises SpecError with the line and column of what is wrong."""
    try:
        _check_bounds(yaml.parse(content, Loader=CoreLoader))
        return yaml.load(content, Loader=CoreLoader)  # noqa: S506  # the loader constructs JSON values only
    except (yaml.YAMLError, UnicodeError, ValueError) as error:
        raise SpecError(f"the document is neither JSON nor YAML: {printable(' '.join(str(error).split()), 300)}") from None


def _check_bounds(events: Iterator[Any]) -> None:
    """Walk the events before anything is composed: composing recurses, and aliases multiply what they stand for."""
    open_nodes: list[tuple[str | None, int]] = []
    sizes: dict[str, int] = {}
    nodes = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise SpecError(f"the YAML alias *{printable(str(event.anchor), 40)} stands within its own anchor or before it")
            nodes += sizes[event.anchor]
        elif isinstance(event, yaml.ScalarEvent):
            nodes += 1
            if event.anchor:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            nodes += 1
            open_nodes.append((event.anchor, nodes))
            if len(open_nodes) > MAX_DEPTH:
                raise SpecError(f"the document nests deeper than {MAX_DEPTH} arrays and objects")
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_nodes.pop()
            if anchor:
                sizes[anchor] = nodes - before + 1
        if nodes > _MOST_NODES:
            raise SpecError(f"the document has more than {_MOST_NODES} nodes once its aliases are written out")
