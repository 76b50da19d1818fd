"""What changed between two Schema Objects that stand in the same place of two documents.

A request is compatible when the new document accepts everything the old one did; an answer when the old document allows everything the
new one may send. What is not declared counts for neither: an object that says nothing of other properties is compared by those it
declares, so that a removed property of an answer breaks and an added one doesn't.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._model import SchemaObject
    from ._changes import Change
    from ._pair import Pair, Where


def schema_changes(pair: Pair, old: SchemaObject | None, new: SchemaObject | None, where: Where) -> list[Change]:
    """Every change between two schemas in one place, in the order of the old one; None is no schema, which allows any value.

    Each has its verdict, the pointers of what changed in both documents, and a subject below that of `where` (`body/messages/*/role`).
    A witness is a whole value of the body, parameter or header that `where` tells of, which one document accepts there and the other
    refuses: of a request the old one accepts it, of an answer the new one.
    """
    raise NotImplementedError
