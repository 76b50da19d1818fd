"""A document and the references in it: one immutable value, walked by JSON pointer, never fetching anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import unquote

from ._errors import SpecError
from ._values import Problem, as_object, is_array, is_object, pointer_tokens, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from ._dialect import Dialect

_Made = TypeVar("_Made")
_LONGEST_CHAIN: Final = 100


class Document:
    """An OpenAPI document as parsed JSON, with what has been derived from it so far.

    `raw` is never changed. `sha256` names the bytes it came from. `bundled` is the version of a document that came with the
    package, and `load` the function that gives it again: such a document is pickled by its version alone. `trusted` says that it is
    the caller's own; else `address` is where it was fetched from, if it was. What is derived is kept by `once` and made again after a
    pickle.
    """

    __slots__ = ("_load", "_memo", "address", "bundled", "dialect", "raw", "sha256", "trusted")

    def __init__(
        self,
        raw: dict[str, Any],
        dialect: Dialect,
        *,
        sha256: str,
        bundled: str | None = None,
        load: Callable[[str], Document] | None = None,
        trusted: bool = True,
        address: str | None = None,
    ) -> None:
        self.raw = raw
        self.dialect = dialect
        self.sha256 = sha256
        self.bundled = bundled
        self.trusted = trusted
        self.address = address
        self._load = load
        self._memo: dict[Hashable, Any] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        if self._load is not None:
            return self._load, (self.bundled,)
        return _restore, (self.raw, self.dialect, self.sha256, self.trusted, self.address)

    def __deepcopy__(self, memo: dict[int, Any]) -> Document:
        return self

    def once(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """`make()`, called once for a key. Two threads may both make it; one result stands."""
        try:
            return self._memo[key]  # type: ignore[no-any-return]  # what the key stood for before
        except KeyError:
            return self._memo.setdefault(key, make())  # type: ignore[no-any-return]  # the same

    def at(self, pointer: str) -> Any:
        """The value a JSON pointer leads to. Raises KeyError when it leads nowhere."""
        node: Any = self.raw
        for token in pointer_tokens(pointer):
            if is_array(node):
                if not (token.isascii() and token.isdigit() and int(token) < len(node)):
                    raise KeyError(pointer)
                node = node[int(token)]
            else:
                node = as_object(node)[token]
        return node

    def follow(self, node: object, pointer: str) -> tuple[Any, str]:
        """`node` behind its chain of `$ref`s, with the pointer of where it stands (OpenAPI 3.1, section 4.8.23).

        Raises SpecError for a reference that leads nowhere, out of the document, or round in a circle.
        """
        seen = 0
        while is_object(node) and isinstance(reference := node.get("$ref"), str):
            seen += 1
            if seen > _LONGEST_CHAIN:
                raise self._broken(pointer, f"the references starting here go round in a circle or over {_LONGEST_CHAIN} steps")
            node, pointer = self.target(reference, pointer), unquote(reference[1:])
        return node, pointer

    def target(self, reference: str, pointer: str) -> Any:
        """What a `$ref` found at `pointer` names. Raises SpecError as `follow` does."""
        if not reference.startswith("#"):
            raise self._broken(pointer, "the reference leaves the document, which was given without others beside it")
        try:
            return self.at(unquote(reference[1:]))
        except (KeyError, ValueError):
            raise self._broken(pointer, f"the reference {printable(reference)!r} leads nowhere") from None

    @staticmethod
    def _broken(pointer: str, message: str) -> SpecError:
        return SpecError("a reference can't be followed", [Problem("document", pointer, message, "$ref")])


def _restore(raw: dict[str, Any], dialect: Dialect, sha256: str, trusted: bool = True, address: str | None = None) -> Document:
    return Document(raw, dialect, sha256=sha256, trusted=trusted, address=address)


def digest(content: bytes) -> str:
    """The SHA-256 of a document's bytes, in hexadecimal."""
    from hashlib import sha256  # noqa: PLC0415  # bundled documents bring theirs along

    return sha256(content).hexdigest()
