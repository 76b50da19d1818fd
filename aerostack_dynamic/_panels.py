"""Operations, groups and documents as notebooks show them: tables with a line each, and of an operation its arguments and its result."""

from __future__ import annotations

import re
from html import escape
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from ._arguments import argument_shape
from ._describe import Page, describe, error_of, layout_of_default, signature_of, successes, summary_of
from ._errors import SpecError
from ._html import folded, framed, in_cell, lines_html, quiet, table_html
from ._phrases import phrase
from ._prose import clean, prose
from ._values import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._model import Argument, Operation
    from ._reference import Document

_MOST_OPERATIONS: Final = 300
_MOST_OPEN: Final = 24
_LONGEST_TEXT: Final = 600
_CODE: Final = re.compile(r"`([^`<>]{1,100})`")
_STRONG: Final = re.compile(r"\*\*(?! )([^*<>]{1,100})(?<! )\*\*")


def operation_panel(document: Document, operation: Operation, *, asynchronous: bool = False) -> str:
    """What it does, its arguments, what it raises, an example; all that `help()` says opens below."""
    head = [
        f"<h4><code>{_text(operation.dotted)}</code></h4>",
        f"<p>{_text(summary_of(operation))}{' ' + quiet('deprecated') if operation.deprecated else ''}</p>",
        f"<p><code>{_text(operation.method)} {_text(operation.path)}</code></p>",
    ]
    try:
        parts = [*_parts(document, operation, asynchronous)]
    except SpecError as error:
        return framed(*head, f"<p>It can't be called: {_text(str(error))}</p>")
    told = describe(document, operation, asynchronous=asynchronous)
    return framed(*head, *parts, folded("Everything that help() says", lines_html(iter(told.splitlines()))))


def _parts(document: Document, operation: Operation, asynchronous: bool) -> Iterator[str]:
    layout = layout_of_default(document, operation)
    rows = [
        (
            f"<code>{_text(one.name)}</code>",
            _typed("a file" if one.binary else phrase(argument_shape(document, layout, one))),
            in_cell("required" if one.required else quiet("optional"), 0),
            in_cell(note, _LONGEST_TEXT) if (note := _note_on(one)) else "",
        )
        for one in layout.arguments
    ]
    if rows:
        yield table_html(("Argument", "Type", "", "Meaning"), rows)
    given = signature_of(document, operation).return_annotation
    answers = successes(operation.responses)
    about = _note(_first(answers[0].description)) if answers else ""
    yield f"<p>Gives <code>{_text(getattr(given, '__name__', str(given)) if answers else 'None')}</code>. {about}</p>"
    done = {one.status for one in answers}
    errors = [
        (_text(status), error_of(status).__name__, _note(_first(one.description)))
        for status, one in operation.responses.items()
        if status not in done
    ]
    if errors:
        yield table_html(("Status", "Raises", ""), errors)
    yield lines_html(Page(document, operation, asynchronous).example())


def _typed(text: str) -> str:
    return in_cell(_text(text), len(text))


def _note_on(argument: Argument) -> str:
    return _note(_first(argument.description)) + (" " + quiet("deprecated") if argument.deprecated else "")


def group_panel(name: str, text: str, operations: Mapping[str, Operation]) -> str:
    """What a tag is about, and its operations."""
    return framed(f"<h4><code>{_text(name)}</code></h4>", _paragraph(text), _operations(operations))


def operations_panel(operations: Mapping[str, Operation]) -> str:
    """Operations by their ids."""
    return framed(f"<p>{len(operations):,} operations</p>", _operations(operations))


def document_panel(
    title: str,
    facts: Mapping[str, str],
    text: str,
    groups: Mapping[str, Mapping[str, Operation]],
    untagged: Mapping[str, Operation],
) -> str:
    """What a document is of, what is known of it, and its operations by their groups, which open where there are many."""
    count = sum(map(len, groups.values())) + len(untagged)
    known = [(_text(name), f"<code>{_text(value)}</code>") for name, value in facts.items() if value]
    several = chain(groups.items(), [("", untagged)] if untagged else [])
    parts = [
        folded(
            f"<code>{_text(name or 'operations')}</code> {quiet(f'{len(inner):,}')}",
            _operations(inner),
            is_open=count <= _MOST_OPEN,
        )
        for name, inner in islice(several, _MOST_OPERATIONS)
    ]
    return framed(f"<h4>{_text(title)}</h4>", table_html((), known), _paragraph(text), *parts)


def _operations(operations: Mapping[str, Operation]) -> str:
    rows = [
        (
            f"<code>{_text(name)}</code>",
            _text(summary_of(one)) + (" " + quiet("deprecated") if one.deprecated else ""),
            f'<code class="quiet">{_text(one.method)} {_text(one.path)}</code>',
        )
        for name, one in islice(operations.items(), _MOST_OPERATIONS)
    ]
    more = len(operations) - len(rows)
    return table_html((), rows) + (quiet(f"... {more:,} more operations") if more > 0 else "")


def _paragraph(text: str) -> str:
    first = _first(text)
    return f"<p>{_note(first)}</p>" if first else ""


def _first(text: str) -> str:
    """The first paragraph of a text, in one line."""
    return next((clean(" ".join(part.split())) for part in prose(text, _LONGEST_TEXT).split("\n\n") if part.strip()), "")


def _note(text: str) -> str:
    """A text of the document, with what it marks as code or as strong."""
    return _CODE.sub(r"<code>\1</code>", _STRONG.sub(r"<strong>\1</strong>", _text(text)))


def _text(text: str) -> str:
    return escape(printable(text, _LONGEST_TEXT))
