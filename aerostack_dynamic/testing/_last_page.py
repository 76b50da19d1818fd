"""The page that a mock answers a list with is its last one, as far as `x-aerostack-pages` tells: otherwise every list would be endless."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from .._call import layout_of
from .._errors import SpecError
from .._paging import EXTENSION, page_rules
from .._values import UNSET, as_object, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .._model import Operation
    from .._paging import PageRules, Source
    from .._reference import Document


def last_page(
    document: Document, operation: Operation, value: Any, arguments: Mapping[str, Any], breaks: Callable[[Any], bool]
) -> Any:
    """The value as the last page of the operation's list, as far as it then does not break its schema; what is no page as it is.

    The flag says that there is no more, what asks for the next page is left out, or else null or empty, and a total is what is there.
    Of a list that ends by a page without items, all pages but the first have none.
    """
    if EXTENSION not in operation.details.extensions:
        return value
    try:
        rules = page_rules(document, operation)
    except SpecError:
        return value
    changes: list[tuple[Source | None, Sequence[Any]]] = [(rules.flag, [rules.ends]), (rules.output, [UNSET, None, ""])]
    if rules.kind in ("offset", "page") and rules.items is not None:
        items = _at(value, rules.items.tokens)
        if is_array(items) and _goes_on(document, operation, rules, arguments):
            changes.append((rules.items, [[]]))
        if is_array(items):
            changes.append((rules.total, [len(items)]))
    for source, ways in changes:
        if source is not None and source.header is None:
            value = _changed(value, source.tokens, ways, breaks)
    return value


def _goes_on(document: Document, operation: Operation, rules: PageRules, arguments: Mapping[str, Any]) -> bool:
    """Whether another page than the first is asked for."""
    target = rules.input
    argument = layout_of(document, operation, None).accepted.get(target.name) if target else None
    if target is None or argument is None:
        return False
    within = arguments.get(argument.location)
    given = _at(within, (*([argument.wire] if argument.wire is not None else []), *target.tokens))
    return given not in (UNSET, None, rules.start)


def _at(value: Any, tokens: Sequence[str]) -> Any:
    for token in tokens:
        value = as_object(value).get(token, UNSET)
    return value


def _changed(value: Any, tokens: Sequence[str], ways: Sequence[Any], breaks: Callable[[Any], bool]) -> Any:
    """The value with the first of some values at a place that does not break it, `UNSET` for none; itself where each does."""
    for one in ways:
        made: Any = {"": deepcopy(value)}
        holder: Any = _at(made, ["", *tokens[:-1]]) if tokens else made
        if not is_object(holder):
            return value
        last = tokens[-1] if tokens else ""
        if one is UNSET:
            holder.pop(last, None)
        else:
            holder[last] = one
        if "" in made and not breaks(made[""]):
            return made[""]
    return value
