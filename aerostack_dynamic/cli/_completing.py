"""What completion offers for a value: texts, and the names of files behind `@`."""

from __future__ import annotations

import os
from typing import Final

from click.shell_completion import CompletionItem

_MOST: Final = 500


def item(text: str, kind: str = "plain") -> CompletionItem:
    """One completion; of the kind `file` the shell finds files itself."""
    return CompletionItem(text, type=kind)


def files_after(incomplete: str) -> list[CompletionItem]:
    """The files and folders whose path begins as what stands behind `@`, with that before them."""
    folder, name = os.path.split(incomplete[1:])
    try:
        with os.scandir(os.path.expanduser(folder) or ".") as entries:
            found = sorted((one.name, one.is_dir()) for one in entries if one.name.startswith(name) and one.name.isprintable())
    except OSError:
        return []
    hidden = name.startswith(".")
    shown = [one for one in found if hidden or not one[0].startswith(".")]
    return [item(f"@{os.path.join(folder, one)}{os.sep if is_folder else ''}") for one, is_folder in shown[:_MOST]]
