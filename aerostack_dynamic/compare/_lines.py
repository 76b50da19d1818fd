"""Where in a file a JSON pointer leads: the line, in YAML or JSON, for whoever looks at the text of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable


def lines_of(text: str, pointers: Iterable[str]) -> dict[str, int]:
    """The line, from 1, of what each JSON pointer (RFC 6901) leads to: of the key, in an object. Those that lead nowhere are left out.

    JSON is read as YAML, which it is a part of.
    """
    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return {}
    found = ((pointer, _line(root, pointer)) for pointer in pointers)
    return {pointer: line for pointer, line in found if line is not None}


def _line(node: Any, pointer: str) -> int | None:
    line = node.start_mark.line if node is not None else 0
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == name), None)
            if pair is None:
                return None
            line, node = pair[0].start_mark.line, pair[1]
        elif isinstance(node, yaml.SequenceNode) and name.isdigit() and int(name) < len(node.value):
            node = node.value[int(name)]
            line = node.start_mark.line
        else:
            return None
    return int(line) + 1
