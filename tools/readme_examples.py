"""Read the examples of the README: the scripts of its ```python blocks, the make targets of its ```console blocks."""

from __future__ import annotations

import re
from typing import NamedTuple

_HEADING = re.compile(r"^#{1,6} +(?P<title>.+?) *#*$")
_FENCE = re.compile(r"^ {0,3}```(?P<language>\S*).*$")
_NOT_RUN = re.compile(r"^<!-- not run: (?P<reason>\S.*) -->$")
_MAKE = re.compile(r"^\$ (?:.*(?:&&|;) *)?make +(?P<target>[a-z][a-z-]*)")


class Block(NamedTuple):
    """A fenced block: its text, the line (from 1) where the text begins, its heading, and why it isn't run, if so."""

    language: str
    text: str
    line: int
    heading: str
    reason: str | None


def blocks(markdown: str) -> list[Block]:
    """Every fenced block, in order."""
    found: list[Block] = []
    heading, before = "", ""
    language: str | None = None
    body: list[str] = []
    for number, line in enumerate(markdown.splitlines(), 1):
        fence = _FENCE.match(line)
        if language is not None and line.strip() == "```":
            reason = _NOT_RUN.match(before)
            text = "\n".join(body) + "\n"
            found.append(Block(language, text, number - len(body), heading, reason["reason"] if reason else None))
            language, before = None, ""
        elif language is not None:
            body.append(line)
        elif fence:
            language, body = fence["language"], []
        elif line.strip():
            title = _HEADING.match(line)
            heading, before = (title["title"] if title else heading), line.strip()
    if language is not None:
        raise ValueError(f"the block under {heading!r} is not closed")
    return found


def scripts(markdown: str) -> dict[str, str]:
    """Heading -> the script that its ```python blocks make together, each line at its number in the document."""
    made: dict[str, str] = {}
    for block in blocks(markdown):
        if block.language in {"python", "py"} and block.reason is None:
            script = made.get(block.heading, "")
            made[block.heading] = script + "\n" * (block.line - 1 - script.count("\n")) + block.text
    return made


def first_example(markdown: str) -> str:
    """The first ```python block."""
    return next(block.text for block in blocks(markdown) if block.language == "python")


def make_targets(markdown: str) -> set[str]:
    """The targets of the `$ make ...` lines in ```console blocks."""
    lines = [line for block in blocks(markdown) if block.language == "console" for line in block.text.splitlines()]
    return {found["target"] for line in lines if (found := _MAKE.match(line))}
