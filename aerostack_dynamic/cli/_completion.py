"""`completion`: what a shell sources to complete commands, options and their values."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

from ._common import COMPLETE, PROGRAMS, Exit, write

_HELP: Final = """\
Write the completion of a shell.

\b
bash   add to ~/.bashrc:    eval "$(aerostack completion bash)"
zsh    add to ~/.zshrc:     eval "$(aerostack completion zsh)"
fish   run once:            aerostack completion fish > ~/.config/fish/completions/aerostack.fish"""


@click.command("completion", help=_HELP)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def command(shell: str) -> int:
    """Write what the shell reads, for both names of the program."""
    found = get_completion_class(shell)
    assert found is not None, "click has these three"
    for program in PROGRAMS:
        write(found(click.Command(program), {}, program, COMPLETE).source(), None)
    return Exit.OK
