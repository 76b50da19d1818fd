"""The calls that a mock was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._carried import carried
from ._mock_error import shown_arguments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .. import _http
    from .._model import Operation
    from .._reference import Document


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
        """An argument by its wire name: the first of path, query, header, cookie and the properties of the body that has it."""
        for location in ("path", "query", "querystring", "header", "cookie", "body"):
            values = self.arguments.get(location)
            if isinstance(values, dict) and name in values:
                return values[name]  # pyright: ignore[reportUnknownVariableType]  # a JSON value
        raise KeyError(name)

    def __repr__(self) -> str:
        answered = "" if self.status is None else f" -> {self.status}"
        return (
            f"<MockCall {self.operation.operation_id}({shown_arguments(self._document, self.operation, self.arguments)}){answered}>"
        )
