"""The ways to an answer that an operation has beside the call itself, such as `raw`: methods that know the arguments of their operation.

A method of Python's is one function for all operations, and could only tell of `**arguments`. These are objects of one class, made as
they are asked for, with a signature and words of their own; called, one is the method, with nothing of ours in between.
"""

from __future__ import annotations

from types import MethodType
from typing import TYPE_CHECKING, Any, TypeVar

from . import _calling, _http
from ._errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Callable
    from inspect import Signature

_Method = TypeVar("_Method", bound="Callable[..., Any]")


class Way:
    """A method of one operation. What is called is a method of Python's, so that no frame of an error holds the arguments."""

    # `partial` would do, were it a routine for the inspect of every Python.
    __slots__ = ("__call__",)

    if TYPE_CHECKING:
        __call__: MethodType

    # As an operation does it: help() shows it as a method.
    def __get__(self, instance: object, owner: type | None = None) -> Way:
        return self

    @property
    def __self__(self) -> Any:
        return self.__call__.__self__

    @property
    def __name__(self) -> str:
        return self.__call__.__name__

    @property
    def __signature__(self) -> Signature:
        operation = self.__self__
        signature: Signature = operation.__signature__
        asked = _asked(operation) if self.__name__ == "stream" else None
        kept = [one for one in signature.parameters.values() if one.name != asked]
        return signature.replace(parameters=kept, return_annotation=_given(self.__name__, operation._asynchronous))

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        from inspect import cleandoc  # noqa: PLC0415  # only for those who ask

        from ._describe import describe_arguments  # noqa: PLC0415  # the same

        document, _ = self.__self__.reads
        return f"{cleandoc(self.__call__.__doc__ or '')}\n\n{describe_arguments(document, self.__self__.operation)}".rstrip()

    def __repr__(self) -> str:
        return f"<{self.__name__} of {self.__self__!r}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Way) and other.__call__ == self.__call__

    def __hash__(self) -> int:
        return hash(self.__call__)

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (self.__self__, self.__name__)


def _asked(operation: Any) -> str | None:
    """The argument that asks for a stream, which `stream` sets."""
    from ._describe import layout_of_default  # noqa: PLC0415  # only for those who ask
    from ._stream_rules import marks_of  # noqa: PLC0415  # the same

    try:
        marks = marks_of(operation.operation)
        argument = layout_of_default(operation.reads[0], operation.operation).accepted.get(marks.flag) if marks else None
    except SpecError:  # such an operation can't be called
        return None
    return argument.name if argument else None


def _given(name: str, asynchronous: bool) -> Any:
    """The type of what a way gives, once it is awaited."""
    from ._lists import AsyncListing, Listing  # noqa: PLC0415  # only for those who ask

    match name:
        case "raw":
            return _calling.Response
        case "stream":
            return _calling.AsyncStream if asynchronous else _calling.Stream
        case "pages" | "items":
            return AsyncListing if asynchronous else Listing
        case "prepare":
            return _http.Request
        case _:
            return str


class _Ways:
    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __get__(self, instance: object, owner: type | None = None) -> Callable[..., Any]:
        if instance is None:
            return self._function
        made = object.__new__(Way)
        made.__call__ = MethodType(self._function, instance)
        return made


def way(function: _Method) -> _Method:
    """A method that is a `Way` on operations; on their class, and for type checkers, it is the function."""
    made: Any = _Ways(function)
    return made  # type: ignore[no-any-return]  # what stands in a class for a method
