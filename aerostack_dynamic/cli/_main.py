"""The root of the commands: its options, which say what document and whose account, and the ways a command ends."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, get_args

import click

from .._errors import AerostackError
from .._values import Mode
from .._version import __version__
from ._common import Exit, exit_of, fail, program
from ._keys import FORMS, check_place
from ._settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

# The package's own commands, each in the module of its name: with what `--help` says of it, so that none is imported for that.
_COMMANDS: Final = MappingProxyType(
    {
        "describe": "Tell all of an operation.",
        "diff": "Compare two documents.",
        "doctor": "Find out why calls fail.",
        "mock": "Play a document as a server.",
        "ops": "List the operations.",
        "overlay": "Apply overlays to a document.",
        "replay": "Judge recorded calls by another document.",
        "sandbox": "Serve the platform on this machine.",
        "schema": "Tell what a schema of the document says.",
        "search": "Find operations by words.",
        "spec": "Check or show a document.",
        "versions": "Show what is installed.",
    }
)
_HELP: Final = """\
Calls the operations of an API as its OpenAPI document describes them, and reads the document.

The document is the Aerostack platform's, unless --spec names another one."""


class Root(click.Group):
    """The package's own commands, then what the document adds. A command's module is imported when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands that the package has whatever the document says."""
        return [*_COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; the package's own win over what a document calls the same."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"._{cmd_name}", __package__).command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options, wherever `--help` stands among them: what it shows depends on the document."""
        given, _, _ = self.make_parser(ctx).parse_args([*args])
        ctx.obj = Settings.given(given)
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The names with a line each."""
        with formatter.section("Commands"):
            formatter.write_dl([*_COMMANDS.items()])


def _root() -> Root:
    # What the options say is in the context's Settings by the time that the callback runs.
    def callback(**_given: Any) -> None:
        pass

    options: list[click.Parameter] = [
        click.Option(["--profile"], metavar="NAME", help="The profile of the configuration that counts."),
        click.Option(["--config"], metavar="FILE", help="The configuration, in place of the usual one."),
        click.Option(["--spec"], metavar="FILE", help="The document, in place of the platform's."),
        click.Option(["--spec-version"], metavar="VERSION", help="The version of the platform's document, such as 1.5.0."),
        click.Option(
            ["--overlay", "overlays"], metavar="FILE", multiple=True, help="An overlay for the document; may be repeated."
        ),
        click.Option(["--server"], metavar="URL", help="The server to call: a URL, or an index of the document's servers."),
        click.Option(["--api-key"], metavar="SOURCE", callback=check_place, help=f"Where the API key is: {FORMS}."),
        click.Option(
            ["--credential", "credentials"],
            metavar="SCHEME=SOURCE",
            multiple=True,
            callback=check_place,
            help="Where the credential of a security scheme is; may be repeated. One of http basic is user:password.",
        ),
        click.Option(["--timeout"], metavar="SECONDS", type=click.FloatRange(0, min_open=True), help="Limit of a whole call."),
        click.Option(["--validation"], type=click.Choice(get_args(Mode)), help="How answers are held against the document."),
    ]
    root = Root(
        "aerostack-dynamic", params=options, callback=callback, help=_HELP, context_settings={"help_option_names": ["-h", "--help"]}
    )
    return click.version_option(__version__, prog_name="aerostack-dynamic", message="%(prog)s %(version)s")(root)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit code."""
    try:
        code = _root().main(None if arguments is None else [*arguments], prog_name=program(), standalone_mode=False)
    except click.exceptions.Abort:
        return Exit.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except AerostackError as error:
        return fail(error, exit_of(error))
    return int(code or 0)
