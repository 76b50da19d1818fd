"""The teller of a document's operations: what it says is made by rooms that are imported when somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspect import Signature

    from ._model import Operation, Teller
    from ._reference import Document


class _Telling:
    __slots__ = ("_document",)

    def __init__(self, document: Document) -> None:
        self._document = document

    def signature(self, operation: Operation, /) -> Signature:
        """See `_describe`."""
        from ._describe import signature_of  # noqa: PLC0415  # as said above

        return signature_of(self._document, operation)

    def text(self, operation: Operation, /) -> str:
        """See `_describe`."""
        from ._describe import describe  # noqa: PLC0415  # as said above

        return describe(self._document, operation)

    def html(self, operation: Operation, /) -> str:
        """See `_panels`."""
        from ._panels import operation_panel  # noqa: PLC0415  # as said above

        return operation_panel(self._document, operation)


def teller_of(document: Document) -> Teller:
    """The teller of a document's operations, one for a document."""
    return document.once("teller", lambda: _Telling(document))
