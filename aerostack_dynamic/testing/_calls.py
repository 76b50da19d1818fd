"""The calls that a mock was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._carried import carried
from .._values import UNSET, as_object, did_you_mean
from ._matching import spellings
from ._mock_error import shown_arguments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .. import _http
    from .._model import Operation
    from .._reference import Document

_LOCATIONS: Final = ("path", "query", "querystring", "header", "cookie", "body")


class MockCall:
    """One call: the `operation`, its `arguments` as JSON values by location and wire name (`{"path": {...}, "query": {...}, ...,
    "body": ...}`, files by their descriptions), the `media_type` of its body, the `request` with secrets masked, and the `status` that it
    was answered with: None where the connection was lost before, or before it was answered.
    """

    __slots__ = ("__request", "_document", "arguments", "media_type", "operation", "status")

    def __init__(
        self,
        document: Document,
        operation: Operation,
        arguments: Mapping[str, Any],
        media_type: str | None,
        request: _http.Request,
    ) -> None:
        self._document = document
        self.__request = request
        self.operation = operation
        self.arguments = arguments
        self.media_type = media_type
        self.status: int | None = None

    @property
    def request(self) -> _http.Request:
        """The request, with masks for secrets in its URL, its headers and its body."""
        return carried(self._document, self.operation, self.__request)

    @property
    def body(self) -> Any:
        """The body among the arguments, None without one."""
        return self.arguments.get("body")

    def __getitem__(self, name: str) -> Any:
        """An argument by its wire name or its Python name: the first of path, query, header, cookie and the properties of the body
        that has it. Raises KeyError with close matches for one that was not given.
        """
        found = self._found(name)
        if found is UNSET:
            known = spellings(self._document, self.operation)
            argument = known.get(name)
            found = self._found(argument.wire, argument.location) if argument and argument.wire is not None else UNSET
            if found is UNSET:
                given = [one for values in self.arguments.values() for one in as_object(values)]
                guess = "; it was not given" if name in known else did_you_mean(name, [*known, *given])
                raise KeyError(name + (guess or "; given were " + (", ".join(given) or "none")))
        return found

    def _found(self, wire: str, only: str = "") -> Any:
        for location in (only,) if only else _LOCATIONS:
            values = as_object(self.arguments.get(location))
            if wire in values:
                return values[wire]
        return UNSET

    def __repr__(self) -> str:
        answered = "" if self.status is None else f" -> {self.status}"
        return (
            f"<MockCall {self.operation.operation_id}({shown_arguments(self._document, self.operation, self.arguments)}){answered}>"
        )
