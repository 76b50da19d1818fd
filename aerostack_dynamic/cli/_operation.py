"""The command of one operation: its options are made of the operation's arguments when it is named, and its call when it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from .._arguments import kind_of, ranked
from .._errors import AerostackError
from .._media_type import stream_form
from .._prose import untagged
from .._values import printable
from ._fields import Fields
from ._groups import items_of, settings
from ._own import Own, Traits, own_options, reserved
from ._settings import Settings

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from .._load import Spec
    from .._model import MediaType, Operation
    from .._paging import PageRules

_SHORT: Final = "[NAME=TEXT | NAME:=JSON]..."
_VALUES: Final = """\
\b
Values are JSON where no text is wanted; @FILE is a file's content, - standard
input. A list may be given item by item. NAME=TEXT and NAME:=JSON give values
too, and places within: user.name=Ann, tags[]=new, messages[0].role=user.

\b
exit codes: 2, the command line is wrong; 3, a file or document can't be used;
4, arguments that do not fit; 5, credentials; 6, network; 7, the server
answered 4xx; 8, 5xx; 9, the answer breaks the document; 130, Ctrl-C"""
_DESCRIPTION: Final = 4000


class OperationCommand(click.Command):
    """An operation as a command."""

    fields: Fields
    traits: Traits

    def __init__(self, spec: Spec, operation: Operation, name: str) -> None:
        self.spec = spec
        self.operation = operation
        super().__init__(name, epilog=_VALUES, context_settings=settings())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words, by the options that the body's media type has."""
        self._make(_media_type(args))
        return super().parse_args(ctx, args)

    def _make(self, wanted: str | None) -> None:
        document, operation = self.spec.document, self.operation
        types = tuple(one.name for one in ranked(operation.request_body)) if operation.request_body else ()
        first = Fields(document, operation, wanted, ())
        self.traits = _traits(self.spec, operation, first, types)
        self.fields = Fields(document, operation, wanted, reserved(self.traits))
        marks = self.traits.marks
        flag = self.fields.layout.accepted.get(marks.flag) if marks is not None and self.traits.streams else None
        given: list[click.Parameter] = [one for one in self.fields.options if one.argument is not flag]
        self.params = [*given, *own_options(self.traits), click.Argument(["short"], nargs=-1, metavar=_SHORT, type=_Short(self))]

    def invoke(self, ctx: click.Context) -> Any:
        """Make the call; gives the exit code."""
        from ._calling import Calling  # noqa: PLC0415  # help and completion call nothing

        return Calling(self, ctx.ensure_object(Settings), Own.given(ctx.params), ctx).run()

    # ---- help

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the document says of the operation."""
        one = self.operation
        said = [one.summary, *one.description[:_DESCRIPTION].split("\n\n")]
        texts = [printable(untagged(text), _DESCRIPTION) for text in dict.fromkeys(said) if untagged(text)]
        texts += ["Deprecated."] if one.deprecated else []
        for text in [*texts, printable(f"{one.method} {one.path}", 500)]:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(text)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The arguments, required ones first, and then the command's own options."""
        shown = [one.texts for one in self.fields.options if one in self.params and not one.hidden]
        if shown:
            with formatter.section("Arguments"):
                formatter.write_dl(shown, col_max=32)
        own = [
            one.get_help_record(ctx)
            for one in self.get_params(ctx)
            if isinstance(one, click.Option) and one not in self.fields.options
        ]
        with formatter.section("Options"):
            formatter.write_dl([one for one in own if one is not None], col_max=32)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Options as they are shown; of other spellings those that begin so where none of the shown does."""
        if not incomplete.startswith("-"):
            return []
        shown = [(one.shown, one.texts[1]) for one in self.fields.options if one in self.params and not one.hidden]
        shown += [
            (f"--no-{name[2:]}", text)
            for name, text in shown
            if any(f"--no-{name[2:]}" in one.secondary_opts for one in self.fields.options)
        ]
        own = [one for one in self.get_params(ctx) if isinstance(one, click.Option) and one not in self.fields.options]
        shown += [(name, one.help or "") for one in own for name in (*one.opts, *one.secondary_opts) if name.startswith("--")]
        return items_of(shown, incomplete) or super().shell_complete(ctx, incomplete)


class _Short(click.ParamType[Any]):
    """A value in short. Where one may begin, options may as well, and these are what is offered."""

    name = "short"

    def __init__(self, command: OperationCommand) -> None:
        self._command = command

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The options of arguments that were not given."""
        fields = [one for one in self._command.fields.options if one in self._command.params and not one.hidden]
        return (
            [] if incomplete else items_of([(one.shown, one.texts[1]) for one in fields if not ctx.params.get(one.name or "")], "")
        )


def _media_type(args: list[str]) -> str | None:
    """The value of `--media-type`, which the other options depend on."""
    for index, word in enumerate(args):
        if word == "--":
            break
        if word.startswith("--media-type="):
            return word.partition("=")[2]
        if word == "--media-type" and index + 1 < len(args):
            return args[index + 1]
    return None


def _traits(spec: Spec, operation: Operation, fields: Fields, types: tuple[str, ...]) -> Traits:
    from .._stream_rules import marks_of  # noqa: PLC0415  # with what it imports, for commands alone

    marks = marks_of(operation)
    answers = [
        one for status, response in operation.responses.items() if status.startswith("2") for one in response.content.values()
    ]
    kinds = [kind_of(one.name) for one in answers]
    streamed = [one for one in answers if _is_stream(one)]
    return Traits(
        fields.layout,
        types,
        marks if marks is not None and marks.flag else None,
        bool(streamed) or bool(marks and marks.flag),
        bool(streamed) and len(streamed) == len(answers) and not (marks and marks.flag),
        _pages(spec, operation),
        bool(kinds) and all(kind in ("binary", "any", "missing") for kind in kinds),
    )


def _is_stream(media_type: MediaType) -> bool:
    return stream_form(media_type.name) != "bytes"


def _pages(spec: Spec, operation: Operation) -> PageRules | None:
    from .._paging import EXTENSION, page_rules  # noqa: PLC0415  # few operations have any

    if EXTENSION not in operation.details.extensions:
        return None
    try:
        return page_rules(spec.document, operation)
    except AerostackError:  # `spec check` tells of it
        return None
