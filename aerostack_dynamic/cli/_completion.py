"""`completion`: what a shell sources to complete commands, options and their values."""

from __future__ import annotations

from typing import Final

import click

from ._common import PROGRAMS, Exit, write

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
    from ._completing import shell as speaking  # noqa: PLC0415  # only for completion

    for program in PROGRAMS:
        found = speaking(shell, program)
        assert found is not None, "it is one of the three"
        write(found.source(), None)
    return Exit.OK
