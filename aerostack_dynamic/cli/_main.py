"""The root of the commands: its options, which say what document and whose account, and the ways a command ends."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, get_args

import click

from .._errors import AerostackError
from .._values import Mode, printable
from .._version import __version__
from ._common import COMPLETE, Exit, Number, exit_of, fail, program, said, say
from ._groups import HELP_NAMES, DocumentGroup, items_of, made, tell_notes
from ._keys import FORMS, check_place
from ._named import Scope, command_of, group_rows, guess, root_scope, rows
from ._offers import profiles, versions
from ._settings import Settings
from ._tell import warnings_told
from ._terminal import careful_streams, discard_output, in_utf8

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.shell_completion import CompletionItem

    from .._load import Spec

# The package's own commands, each in the module of its name: with what `--help` says of it, so that none is imported for that.
_COMMANDS: Final = MappingProxyType(
    {
        "call": "Call any operation, by whatever the document calls it.",
        "completion": "Write the completion of a shell.",
        "describe": "Tell all of an operation.",
        "diff": "Compare two documents.",
        "doctor": "Find out why calls fail.",
        "explore": "Show a document on a local page, and try its calls.",
        "mock": "Play a document as a server.",
        "ops": "List the operations.",
        "overlay": "Apply overlays to a document.",
        "replay": "Judge recorded calls by another document.",
        "sandbox": "Serve the platform on this machine.",
        "schema": "Tell what a schema of the document says.",
        "search": "Find operations by words.",
        "spec": "Check or show a document, and what is kept of large ones.",
        "stubs": "Write a typed client for a document.",
        "versions": "Show what is installed.",
    }
)
_HELP: Final = """\
Calls the operations of an API as its OpenAPI document describes them, and reads the document.

The document is the Aerostack platform's, unless --spec names another one."""

_VERSION: Final = "The version of the platform's document, such as 1.5.0."
_TIMEOUT: Final = "Limit of a whole call; a command that gives a key has its own, of 30 s unless a profile says otherwise."
_NOTHING: Final = Scope({}, {}, {})
_LEFT_OUT: Final = "the document's own commands are left out"
_INSTEAD: Final = "the operations are those of the platform's {}, and no call can be made"


class Root(click.Group):
    """The package's own commands, then what the document adds. A command's module is imported when it is named."""

    own: Final = _COMMANDS

    def _spec(self, ctx: click.Context, *, told: bool) -> Spec | None:
        """The document for help and completion, which work without: then the platform's, unless an option names another one.

        `told`: on stderr it is said that the document is not the one that calls would use, and why.
        """
        settings = ctx.ensure_object(Settings)
        try:
            return settings.document()
        except (AerostackError, click.UsageError) as error:
            spec = settings.fallback()
            if told:
                say(f"{_LEFT_OUT if spec is None else _INSTEAD.format(spec.version)}: {said(error)}")
            return spec

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        spec = self._spec(ctx, told=False)
        scope = _NOTHING if spec is None else root_scope(spec, _COMMANDS)
        return [*_COMMANDS, *scope.groups, *scope.operations]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; the package's own win over what a document calls the same."""
        return self._find(ctx, cmd_name, helping=False)

    def _find(self, ctx: click.Context, name: str, *, helping: bool) -> click.Command | None:
        if name in _COMMANDS:
            own: click.Command = import_module(f"._{name}", __package__).command
            return own
        spec = self._spec(ctx, told=helping) if ctx.resilient_parsing or helping else ctx.ensure_object(Settings).document()
        if spec is None:
            return None
        scope = root_scope(spec, _COMMANDS)
        command = scope.command(name)
        if command is None:
            return None
        group = scope.groups.get(command)
        return made(spec, scope.operations[command], command) if group is None else DocumentGroup(spec, group, command)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of the first word; an unknown one is told with what it may mean."""
        words = args[: args.index("--")] if "--" in args else args
        command = self._find(ctx, args[0], helping=any(one in words for one in HELP_NAMES))
        if command is None and not ctx.resilient_parsing:
            spec = ctx.ensure_object(Settings).document()
            tell_notes(ctx)
            meant = guess(spec, args[0], self.list_commands(ctx), lambda one: command_of(spec, one, _COMMANDS))
            raise click.UsageError(f"no command '{printable(args[0], 100)}'{meant}", ctx)
        return (command.name if command else None), command, args[1:]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options, wherever `--help` stands among them: what it shows depends on the document."""
        given, _, _ = self.make_parser(ctx).parse_args([*args])
        ctx.obj = Settings.given(given)
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The names with a line each: the document's first, as most calls are of those."""
        spec = self._spec(ctx, told=True)
        scope = _NOTHING if spec is None else root_scope(spec, _COMMANDS)
        if spec is not None and scope.groups:
            with formatter.section("Groups of operations"):
                formatter.write_dl([*group_rows(spec, scope)])
        if scope.operations:
            with formatter.section("Operations"):
                formatter.write_dl([*rows(scope.operations)])
        with formatter.section("Commands"):
            formatter.write_dl([*_COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The names of commands."""
        spec = self._spec(ctx, told=False)
        scope = _NOTHING if spec is None else root_scope(spec, _COMMANDS)
        groups = () if spec is None else group_rows(spec, scope)
        found = items_of([*_COMMANDS.items(), *groups, *rows(scope.operations)], incomplete)
        return found or super().shell_complete(ctx, incomplete)


def _of_document() -> list[click.Parameter]:
    """The options that say which document it is."""
    return [
        click.Option(["--profile"], metavar="NAME", shell_complete=profiles, help="The profile of the configuration that counts."),
        click.Option(
            ["--config"], metavar="FILE", type=click.Path(readable=False), help="The configuration, in place of the usual one."
        ),
        click.Option(["--spec"], metavar="FILE", type=click.Path(readable=False), help="The document, in place of the platform's."),
        click.Option(
            ["--spec-version"],
            metavar="VERSION",
            shell_complete=versions,
            help="The version of the platform's document, such as 1.5.0.",
        ),
        click.Option(
            ["--overlay", "overlays"],
            metavar="FILE",
            type=click.Path(readable=False),
            multiple=True,
            help="An overlay for the document; may be repeated.",
        ),
    ]


def _of_calls() -> list[click.Parameter]:
    """The options that say whom calls go to, with whose key, and how."""
    return [
        click.Option(["--server"], metavar="URL", help="The server to call: a URL, or an index of the document's servers."),
        click.Option(
            ["--allow-insecure-http"],
            is_flag=True,
            help="Call a server on another machine by plain http, where everyone on the way can read what is sent.",
        ),
        click.Option(["--api-key"], metavar="SOURCE", callback=check_place, help=f"Where the API key is: {FORMS}."),
        click.Option(
            ["--credential", "credentials"],
            metavar="SCHEME=SOURCE",
            multiple=True,
            callback=check_place,
            help="Where the credential of a security scheme is; may be repeated. One of http basic is user:password.",
        ),
        click.Option(["--timeout"], metavar="SECONDS", type=Number(0, min_open=True), help=_TIMEOUT),
        click.Option(["--validation"], type=click.Choice(get_args(Mode)), help="How answers are held against the document."),
    ]


def _root() -> Root:
    # What the options say is in the context's Settings by the time that the callback runs.
    def callback(**_given: Any) -> None:
        pass

    options = [*_of_document(), *_of_calls()]
    root = Root(
        "aerostack-dynamic", params=options, callback=callback, help=_HELP, context_settings={"help_option_names": ["-h", "--help"]}
    )
    return click.version_option(__version__, prog_name="aerostack-dynamic", message="%(prog)s %(version)s")(root)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit code."""
    in_utf8()
    if instruction := os.environ.get(COMPLETE):
        from ._completing import respond  # noqa: PLC0415  # only for completion

        return respond(_root(), program(), instruction)
    with careful_streams():
        return _run(arguments)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        with warnings_told():
            code = _root().main(None if arguments is None else [*arguments], prog_name=program(), standalone_mode=False)
            sys.stdout.flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except (BrokenPipeError, SystemExit):  # click makes the second of the first, and of nothing else here
        discard_output()
        return Exit.UNREAD
    except click.ClickException as error:
        from ._usage import tell_usage  # noqa: PLC0415  # a command line that is right needs none of it

        return tell_usage(error)
    except AerostackError as error:
        return fail(error, exit_of(error))
    except OSError as error:  # behind our own errors, of which one is a TimeoutError
        discard_output()
        return fail(f"{error.filename}: {error.strerror}" if error.filename else error, Exit.UNUSABLE)
    return int(code or 0)
