"""An option for each argument of an operation: what it is called, what it says of itself, and which option a problem speaks of.

`max_tokens` is `--max-tokens`; as it is written in the document and in Python (`--maxTokens`, `--max_tokens`) it is understood as well, and
with its location before it (`--body-max-tokens`) always, also where a name is one of the command's own options.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import click

from .._arguments import argument_shape
from .._call import layout_of
from .._phrases import default_of, literal, phrase
from .._prose import untagged
from .._typed import named_types
from .._values import UNSET, as_array, pointer_tokens, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from click.shell_completion import CompletionItem

    from .._arguments import Layout
    from .._model import Argument, Operation
    from .._reference import Document
    from .._shape import Shape
    from .._values import Problem

# What can stand on a command line behind two hyphens, and is not parted by click.
_WRITABLE: Final = re.compile(r"[^\W_][\w.:$@\[\]+-]*")
_INDEX: Final = re.compile(r"\d+", re.ASCII)
_WORDS: Final = (
    (frozenset({"integer"}), "INTEGER"),
    (frozenset({"number"}), "NUMBER"),
    (frozenset({"integer", "number"}), "NUMBER"),
    (frozenset({"boolean"}), "BOOLEAN"),
    (frozenset({"string"}), "TEXT"),
)
_BOOLEAN: Final = frozenset({"boolean"})
_ARRAY: Final = frozenset({"array"})
_DESCRIPTION: Final = 600
# What the word for an option's value says already.
_PLAIN: Final = ("boolean", "integer", "number", "string")
# A phrase ends in Python's word for null.
_NONE: Final = re.compile(r"(?<= or )None$")
_MOST_CHOICES: Final = 12
_WIDEST_CHOICES: Final = 60


class Field(click.Option):
    """The option of one argument. Its value is the words that were given for it, or for a switch True or False."""

    def __init__(self, argument: Argument, shape: Shape | None, names: list[str], index: int, taken: set[str]) -> None:
        self.argument = argument
        self.shape = shape
        self.shown = names[0]
        self.is_switch = is_switch(argument, shape)
        declared = [f"argument_{index}", *names]
        if self.is_switch:
            off = [f"--no-{name[2:]}" for name in names]
            pairs = [on if negative in taken else f"{on}/{negative}" for on, negative in zip(names, off, strict=True)]
            taken.update(off)
            super().__init__([declared[0], *pairs], is_flag=True, default=None)
        else:
            super().__init__(declared, multiple=True, type=Word(self), metavar=metavar(argument, shape))

    def _limits(self) -> list[str]:
        """What is said of the values besides what stands for them."""
        if (self.metavar or "").startswith("["):
            default = default_of(self.shape) if self.shape is not None else UNSET
            return [] if default is UNSET else [f"default {literal(default)}"]
        told = phrase(self.shape)
        return [] if told in _PLAIN else [_NONE.sub("null", told)]

    @property
    def texts(self) -> tuple[str, str]:
        """The two columns of help: how it is written, and what it is for."""
        argument = self.argument
        switch = f" / --no-{self.shown[2:]}" if self.secondary_opts else ""
        notes = ["required"] if argument.required else []
        notes += ["deprecated"] if argument.deprecated else []
        limits = [] if argument.binary else self._limits()
        about = printable(untagged(argument.description), _DESCRIPTION)
        said = f"[{'; '.join([*notes, *limits])}]" if notes or limits else ""
        return f"{self.shown}{switch}" if self.is_switch else f"{self.shown} {self.metavar}", f"{about}  {said}".strip()


class Word(click.ParamType[Any]):
    """The words of an argument, which are read later, with all the others; completed by its values and by names of files."""

    name = "word"

    def __init__(self, field: Field) -> None:
        self._field = field

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Listed values, and files where one may stand."""
        from ._completing import files_after, item  # noqa: PLC0415  # only for completion

        if self._field.argument.binary:
            return [item("", "file")]
        if incomplete.startswith("@"):
            return files_after(incomplete)
        shape = self._field.shape
        inner = shape.items if shape is not None and shape.items is not None else shape
        return [item(text) for text in choices(inner) if text.startswith(incomplete)]


def choices(shape: Shape | None) -> list[str]:
    """The listed values of a schema as they are written on the command line; those that a terminal can show."""
    if shape is None or shape.secret:
        return []
    listed = [
        value for _, node in shape.nodes for value in (*as_array(node.get("enum")), *((node["const"],) if "const" in node else ()))
    ]
    words = {True: "true", False: "false"}
    texts = [words[one] if isinstance(one, bool) else str(one) for one in listed if isinstance(one, (str, int, float))]
    default = default_of(shape)
    texts += [default] if isinstance(default, str) and not texts else []
    return [one for one in dict.fromkeys(texts) if one.isprintable()]


def is_switch(argument: Argument, shape: Shape | None) -> bool:
    """Whether an argument is a boolean and nothing else."""
    return not argument.binary and named_types(shape) == _BOOLEAN


def metavar(argument: Argument, shape: Shape | None) -> str:
    """What stands for the value of an option: the values themselves where they are few and short."""
    if argument.binary:
        return "FILE"
    listed = choices(shape) if _lists_texts(shape) else []
    if 0 < len(listed) <= _MOST_CHOICES and sum(map(len, listed)) < _WIDEST_CHOICES and not any(" " in one for one in listed):
        return f"[{'|'.join(listed)}]"
    inner = shape.items if shape is not None and named_types(shape) == _ARRAY else shape
    types = named_types(inner) - {"null"}
    return next((word for kinds, word in _WORDS if types == kinds), "JSON" if types else "VALUE")


def _lists_texts(shape: Shape | None) -> bool:
    """Whether a schema lists its values, and all of them are texts."""
    listed = [one for _, node in shape.nodes for one in as_array(node.get("enum"))] if shape is not None else []
    return bool(listed) and all(isinstance(one, str) for one in listed if one is not None)


class Fields:
    """The options of an operation's arguments for one media type of its body; `reserved` are the command's own options."""

    def __init__(self, document: Document, operation: Operation, media_type: str | None, reserved: Collection[str]) -> None:
        self.layout: Layout = layout_of(document, operation, media_type)
        self._document = document
        self._reserved = reserved
        self._spellings: dict[int, list[str]] = {}
        found: dict[int, Argument] = {id(one): one for one in self.layout.arguments}
        for spelling, argument in self.layout.accepted.items():
            found.setdefault(id(argument), argument)
            self._spellings.setdefault(id(argument), []).append(spelling)
        self._taken: set[str] = {*reserved}
        names = {key: [self._name(one)] for key, one in found.items()}
        # What is shown goes before what is understood besides.
        for key in found:
            names[key] += self._others(key)
        shown = {id(one) for one in self.layout.arguments}
        self.options: list[Field] = []
        for index, (key, one) in enumerate(found.items()):
            field = Field(one, argument_shape(document, self.layout, one), names[key], index, self._taken)
            field.hidden = key not in shown
            self.options.append(field)

    def _name(self, argument: Argument) -> str:
        plain = argument.name.rstrip("_").replace("_", "-")
        name = f"--{plain}"
        while name in self._taken:
            plain = f"{argument.location}-{plain}"
            name = f"--{plain}"
        self._taken.add(name)
        return name

    def _others(self, key: int) -> list[str]:
        found: list[str] = []
        for spelling in self._spellings.get(key, ()):
            for one in (spelling.replace("_", "-"), spelling.rstrip("_").replace("_", "-"), spelling):
                if _WRITABLE.fullmatch(one) and f"--{one}" not in self._taken:
                    self._taken.add(f"--{one}")
                    found.append(f"--{one}")
        return found

    def argument(self, name: str) -> Argument | None:
        """The argument that a name in short means, in any spelling."""
        accepted = self.layout.accepted
        return accepted.get(name) or accepted.get(name.replace("-", "_")) or self._by_option.get(f"--{name}")

    @property
    def _by_option(self) -> dict[str, Argument]:
        return {name: one.argument for one in self.options for name in one.opts}

    def place(self, problem: Problem) -> str:
        """Where a problem of the arguments is, in the words of the command line: `--messages[0].role`."""
        return "".join(self._place(problem)) or f"{problem.location}{printable(problem.pointer)}"

    def _place(self, problem: Problem) -> Iterator[str]:
        try:
            tokens = pointer_tokens(problem.pointer)
        except ValueError:
            return
        whole = next((one for one in self.options if one.argument.location == problem.location and one.argument.wire is None), None)
        field = next(
            (one for one in self.options if tokens and (one.argument.location, one.argument.wire) == (problem.location, tokens[0])),
            None,
        )
        if field is not None:
            tokens = tokens[1:]
        elif problem.location == "body":
            field = whole
        elif tokens:
            return
        if field is None and problem.location != "body":
            return
        if field is None and tokens:  # no option, but a name in short
            yield printable(tokens[0], 60)
            tokens = tokens[1:]
        else:
            yield field.shown if field is not None else "--body"
        for token in tokens:
            yield f"[{token}]" if _INDEX.fullmatch(token) else f".{printable(token, 60)}"
