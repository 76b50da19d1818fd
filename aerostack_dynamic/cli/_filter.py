"""`--filter`: a JMESPath expression (https://jmespath.org/specification.html), read before anything is sent."""

from __future__ import annotations

from typing import Any, Final

import jmespath
from jmespath.exceptions import JMESPathError

from .._values import printable, shown
from ._own import FilterError
from ._show import plain

_LONGEST: Final = 10_000


class Filter:
    """An expression. Raises FilterError, which shows where it is wrong."""

    def __init__(self, expression: str) -> None:
        self._expression = expression
        try:
            self._compiled = jmespath.compile(expression)
        except JMESPathError as error:
            raise FilterError(_told(expression, error)) from None

    def __call__(self, value: Any) -> Any:
        """What the expression finds in a JSON value. Raises FilterError."""
        try:
            return self._compiled.search(plain(value))
        except JMESPathError as error:
            raise FilterError(f"--filter {printable(self._expression)}: {shown(str(error))}") from None

    def __repr__(self) -> str:
        return f"<filter {printable(self._expression)}>"


def _told(expression: str, error: JMESPathError) -> str:
    """What is wrong, with a caret under the place where that is known."""
    at: Any = getattr(error, "lex_position", None)
    if not expression.strip() or not isinstance(at, int):
        return f"--filter: {shown(str(error)) if expression.strip() else 'the expression is empty'}"
    what = "the expression ends too early" if at >= len(expression) else "the expression can't be read from here on"
    before = printable(expression[:at], _LONGEST)
    return f"--filter: {what}\n  {printable(expression, _LONGEST)}\n  {' ' * len(before)}^"
