"""`schema`: what a schema of the document says, as a tree of members, or as it is written."""

from __future__ import annotations

import sys
import textwrap
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from .._phrases import members_of, phrase
from .._shape import shape_at
from .._values import did_you_mean, json_pointer, pointer_tokens, printable
from ._common import Exit, Whole, write
from ._offers import schemas
from ._print import form_option, painted, write_value
from ._terminal import is_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._load import Spec
    from .._shape import Shape
    from ._settings import Settings

_FORMS: Final = ("tree", "json", "yaml")
_MOST_LINES: Final = 2000
_MOST_NAMES: Final = 30
_LONGEST_NOTE: Final = 1000
_WIDTH: Final = 120
_WIDEST: Final = 28


@click.command("schema")
@click.argument("name", metavar="[NAME]", default="", shell_complete=schemas)
@click.option("--depth", type=Whole(1, 20), default=4, show_default=True, metavar="N", help="How deep members are told.")
@form_option(_FORMS, "tree")
@click.pass_obj
def command(settings: Settings, name: str, depth: int, form: str | None) -> int:
    """Tell what a schema of the document says.

    A tree of its members, each with its type, its limits and what it means; those that must be there have a star. As json or yaml it is
    the schema as the document has it. Without NAME, the names of the schemas.
    """
    spec = settings.document()
    if not name:
        write("".join(f"{printable(one)}\n" for one in spec.schemas), None)
        return Exit.OK
    if name not in spec.schemas:
        raise click.UsageError(f"the document has no schema {printable(name)!r}{_known(spec, name)}")
    if form in ("json", "yaml"):
        write_value(spec.schemas[name], form)
    else:
        shape = shape_at(spec.document, json_pointer("components", "schemas", name))
        write("\n".join(tree_lines(name, shape, depth)) + "\n", None)
    return Exit.OK


def _known(spec: Spec, name: str) -> str:
    names = [printable(one) for one in spec.schemas]
    few = f"; there is {', '.join(names)}" if names else ", and no others"
    return did_you_mean(name, names) or (few if len(names) <= _MOST_NAMES else f"; `schema` alone lists all {len(names)}")


def tree_lines(name: str, shape: Shape, depth: int) -> list[str]:
    """The lines of the tree of a schema, at most 2,000 of them, the first with the name of the schema itself."""
    tree = _Tree(depth, get_terminal_size((_WIDTH, 24)).columns if is_terminal(sys.stdout) else _WIDTH, [_MOST_LINES])
    lines = [f"{painted(printable(name), bold=True)}  {phrase(shape)}", *tree.note(shape, "  ")]
    lines += tree.members(shape, "  ", (_places(members_of(shape) or shape),), 1)
    return [*lines[:_MOST_LINES], "..."] if len(lines) > _MOST_LINES else lines


class _Tree(NamedTuple):
    """How far a tree goes: levels, columns, and lines that are left to be made."""

    depth: int
    width: int
    left: list[int]

    def members(self, shape: Shape, indent: str, above: tuple[tuple[str, ...], ...], level: int) -> Iterator[str]:
        """Lines for the members of a value; those of its alternatives apart, where several have some."""
        inner = members_of(shape)
        if inner is None:
            return
        several = [one for one in inner.alternatives if one.properties]
        several = several if len(several) > 1 else []
        apart = {name for one in several for name in one.properties}
        yield from self._listed(inner, [name for name in inner.properties if name not in apart], indent, above, level)
        for number, one in enumerate(several):
            yield f"{indent}{painted('or' if number else 'either', dim=True)} {painted(_name_of(one), bold=True)}".rstrip()
            yield from self._listed(one, [*one.properties], f"{indent}  ", above, level)

    def _listed(
        self, shape: Shape, names: Sequence[str], indent: str, above: tuple[tuple[str, ...], ...], level: int
    ) -> Iterator[str]:
        heads = {one: f"{printable(one, 60)}{'*' if one in shape.required else ''}" for one in names}
        wide = min(max(map(len, heads.values()), default=0), _WIDEST)
        for name, head in heads.items():
            self.left[0] -= 1
            if self.left[0] < 0:
                return
            member = shape.properties[name]
            yield f"{indent}{painted(head.ljust(wide), fg='cyan')}  {phrase(member)}"
            yield from self.note(member, f"{indent}    ")
            yield from self._deeper(member, f"{indent}  ", above, level)

    def _deeper(self, shape: Shape, indent: str, above: tuple[tuple[str, ...], ...], level: int) -> Iterator[str]:
        inner = members_of(shape)
        if inner is None or not inner.properties:
            return
        places = _places(inner)
        if places in above:
            yield f"{indent}{painted('as above', dim=True)}"
        elif level >= self.depth:
            yield f"{indent}{painted('...', dim=True)}"
        else:
            yield from self.members(shape, indent, (*above, places), level + 1)

    def note(self, shape: Shape, indent: str) -> list[str]:
        """What the document says of a value in its own words, wrapped."""
        text = printable(" ".join(shape.description.split()), _LONGEST_NOTE)
        lines = textwrap.wrap(text, max(30, self.width - len(indent)))
        return [f"{indent}{painted(line, dim=True)}" for line in lines]


def _places(shape: Shape) -> tuple[str, ...]:
    """Where what is said of a value stands, by whatever references led there."""
    return tuple(place for place, node in shape.nodes if "$ref" not in node)


def _name_of(shape: Shape) -> str:
    """What the document calls a schema, empty for one that stands where it is used."""
    for place, _ in shape.nodes:
        tokens = pointer_tokens(place) if place.startswith("/") else []
        if len(tokens) == 3 and tokens[:2] == ["components", "schemas"]:
            return printable(tokens[2], 60)
    return ""
