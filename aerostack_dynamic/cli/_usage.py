"""A command line that is wrong, told as all else that goes wrong is: what, and where its help is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from .._values import did_you_mean
from ._common import Exit, say
from ._worded import option_text, usage_text, worded

if TYPE_CHECKING:
    from collections.abc import Iterable


def tell_usage(error: click.ClickException) -> int:
    """Tell of it on stderr; gives the exit code."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()  # which is the help itself
        return error.exit_code
    if isinstance(error, click.FileError):
        say(f"{error.ui_filename}: {error.message}", error=True)
        return Exit.UNUSABLE
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    text = _no_option(error) if isinstance(error, click.NoSuchOption) else usage_text(worded(error.format_message()))
    say(text, error=True)
    if ctx is not None:
        print(f"  `{ctx.command_path} --help` tells of its use", file=sys.stderr)
    return error.exit_code


def _no_option(error: click.NoSuchOption) -> str:
    """That there is no such option here, and where it stands, or what may be meant."""
    name, ctx = error.option_name, error.ctx
    root = ctx.find_root() if ctx is not None else None
    if ctx is not None and root is not None and ctx is not root and name in _names(root.command.params):
        return f"{name} stands before the command: {_moved(ctx, name)}"
    known = _names(ctx.command.params) if ctx is not None else [*(error.possibilities or ())]
    return option_text(name, did_you_mean(name, known))


def _names(parameters: Iterable[click.Parameter]) -> list[str]:
    """The options as they are shown: of the spellings of one, the first."""
    shown = [one.opts for one in parameters if isinstance(one, click.Option) and not one.hidden]
    return [next((name for name in names if name.startswith("--")), names[0]) for names in shown]


def _moved(ctx: click.Context, option: str) -> str:
    """Where an option of the root stands."""
    root = ctx.find_root()
    return f"{root.command_path} {option} ... {ctx.command_path.removeprefix(root.command_path).strip()}"
