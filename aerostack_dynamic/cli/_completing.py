"""What completion offers: for values texts and the names of files behind `@`, and for each shell an answer that it understands.

The protocol and the scripts of zsh and fish are click's. Bash parts words at `=`, `:` and `@`, so its script gives the line as it stands,
and what is offered lacks what bash keeps of the word.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import click
from click.shell_completion import CompletionItem, FishComplete, ShellComplete, ZshComplete, split_arg_string

from .._errors import AerostackError
from ._common import COMPLETE, Exit

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST: Final = 500
_BASH: Final = """\
%(complete_func)s() {
    local kind value
    COMPREPLY=()
    while IFS=, read -r kind value; do
        case $kind in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain)
                [[ $value == */ || $value == *= ]] && compopt -o nospace
                printf -v value %%q "$value"
                COMPREPLY+=("$value")
                ;;
        esac
    done < <(AEROSTACK_LINE=${COMP_LINE:0:COMP_POINT} AEROSTACK_WORD=$2 %(complete_var)s=bash_complete "$1" 2> /dev/null)
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""


def item(text: str, kind: str = "plain", about: str | None = None) -> CompletionItem[str]:
    """One completion; of the kind `file` the shell finds files itself."""
    return CompletionItem(text, type=kind, help=about)


def files_after(incomplete: str, mark: str = "@") -> list[CompletionItem[str]]:
    """The files and folders whose path begins as what stands behind a mark, with that before them."""
    folder, name = os.path.split(incomplete[len(mark) :])
    try:
        with os.scandir(os.path.expanduser(folder) or ".") as entries:
            found = sorted((one.name, one.is_dir()) for one in entries if one.name.startswith(name) and one.name.isprintable())
    except OSError:
        return []
    shown = [one for one in found if name.startswith(".") or not one[0].startswith(".")]
    return [item(f"{mark}{os.path.join(folder, one)}{os.sep if is_folder else ''}") for one, is_folder in shown[:_MOST]]


class _Bash(ShellComplete):
    name = "bash"
    source_template = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        line = os.environ.get("AEROSTACK_LINE", "")
        words = split_arg_string(line)
        incomplete = words.pop() if len(words) > 1 and not line[-1:].isspace() else ""
        return words[1:], incomplete

    def format_completion(self, item: CompletionItem[str]) -> str:
        _, incomplete = self.get_completion_args()
        word = os.environ.get("AEROSTACK_WORD", "")
        kept = len(incomplete) - len(word) if incomplete.endswith(word) else 0
        return f"{item.type},{item.value[kept:] if item.type == 'plain' else ''}"


class _Fish(FishComplete):
    # What is said of a completion may have commas of its own.
    source_template = FishComplete.source_template.replace('string split ","', 'string split --max 1 ","')


def shell(name: str, program: str, root: click.Command | None = None) -> ShellComplete | None:
    """How a shell is spoken to: `bash`, `zsh` or `fish`, None for another."""
    kinds: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": ZshComplete, "fish": _Fish}
    kind = kinds.get(name)
    return None if kind is None else kind(root or click.Command(program), {}, program, COMPLETE)


def respond(root: click.Command, program: str, instruction: str) -> int:
    """Answer a shell that completes. A line that can't be understood has no completions."""
    name, _, what = instruction.partition("_")
    speaking = shell(name, program, root)
    if speaking is None or what != "complete":
        return Exit.USAGE
    try:
        args, incomplete = speaking.get_completion_args()
        found = [speaking.format_completion(one) for one in _completions(speaking, args, incomplete)]
    except (click.ClickException, click.exceptions.Exit, AerostackError, OSError, KeyError, ValueError):
        return Exit.FOUND
    click.echo("\n".join(found).encode())
    return Exit.OK


def _completions(speaking: ShellComplete, args: list[str], incomplete: str) -> Iterable[CompletionItem[Any]]:
    """What fits; of a value behind an option's `=` with the option before it, as the whole word is replaced."""
    found = speaking.get_completions(args, incomplete)
    option, mark, rest = incomplete.partition("=")
    if not mark or not option.startswith("--"):
        return found
    values = [one for one in found if one.type == "plain"]
    values += files_after(rest, "") if any(one.type == "file" for one in found) else []
    return [item(f"{option}={one.value}", about=one.help) for one in values]
