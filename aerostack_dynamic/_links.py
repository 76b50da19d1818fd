"""Links: the calls that a document says may follow an answer, their arguments taken from it and from its request.

Runtime expressions are those of OpenAPI 3.1, section 4.8.20.3. Nothing is evaluated before the call that needs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from ._call import layout_of
from ._errors import ArgumentsError, CredentialsError
from ._frames import bare
from ._server import own_base
from ._shape import shape_at
from ._style import scalar
from ._typed import typed
from ._values import UNSET, did_you_mean, is_array, is_object, pointer_tokens, printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._arguments import Layout
    from ._model import Argument, Link, Operation
    from ._options import Options
    from ._reference import Document
    from ._response import Response
    from ._server import Origin
    from ._shape import Shape

_EXPRESSION: Final = re.compile(
    r"\$(?:url|method|statusCode|(?:request|response)\.(?:header|query|path|body)(?:[.#].*)?)", re.DOTALL
)
_EMBEDDED: Final = re.compile(r"\{(\$[^{}]+)\}")
_ENDS: Final = ("$url", "$method", "$statusCode")


class UnevaluableError(ValueError):
    """An expression that has no value in this exchange; the text says why, and repeats no value."""


def evaluate(expression: Any, response: Response) -> Any:
    """The value of a constant, of a runtime expression, or of a text with expressions in braces. Raises UnevaluableError."""
    if not isinstance(expression, str):
        return expression
    if _EXPRESSION.fullmatch(expression):
        return _value(expression, response)
    return _EMBEDDED.sub(lambda found: scalar(_value(found[1], response)), expression)


def _value(expression: str, response: Response) -> Any:
    past = response.past
    assert past is not None, "only an answer with links is asked"
    if expression in _ENDS:
        return {"$url": str(past.request.url), "$method": past.request.method, "$statusCode": response.status}[expression]
    whose, _, source = expression.partition(".")
    kind, _, name = source.partition(".")
    if kind == "body" or kind.startswith("body#"):
        body = past.call.body if whose == "$request" else response.data
        return _within(body, source.removeprefix("body").removeprefix("#"), expression)
    if whose == "$response" and kind == "header":
        found: Any = past.received.headers.get(name, UNSET)
    elif whose == "$request" and kind in ("header", "query", "path"):
        fold = str.lower if kind == "header" else str
        given = ((one, value) for one, value in past.call.parameters if one.location == kind)
        found = next((value for one, value in given if fold(one.name) == fold(name)), UNSET)
        if found is UNSET and kind == "header":
            found = past.request.headers.get(name, UNSET)
    else:
        raise UnevaluableError(f"{printable(expression, 80)} is no runtime expression")
    if found is UNSET:
        raise UnevaluableError(f"{printable(expression, 80)}: the {whose[1:]} has no such {kind} value")
    return found


def _within(body: Any, pointer: str, expression: str) -> Any:
    try:
        for token in pointer_tokens(pointer):
            if is_array(body) and token.isascii() and token.isdigit():
                body = body[int(token)]
            elif is_object(body):
                body = body[token]
            else:
                raise KeyError(token)
    except (LookupError, ValueError):
        body = UNSET
    if body is UNSET or isinstance(body, bytes):
        raise UnevaluableError(f"{printable(expression, 80)}: the body has no such value")
    return body


def linked_operation(document: Document, operations: Mapping[str, Operation], link: Link) -> Operation:
    """The operation that a link names, by its id or by a reference. Raises UnevaluableError."""
    if link.operation_id:
        try:
            return operations[link.operation_id]
        except KeyError:
            raise UnevaluableError(f"the document has no operation {printable(link.operation_id, 60)!r}") from None
    told = printable(link.operation_ref, 100)
    try:
        place = document.place_of(link.operation_ref, document.base_of(""))
    except (KeyError, ValueError):
        raise UnevaluableError(f"the reference {told!r} leads to no operation of the document") from None
    found = next((one for one in operations.values() if one.pointer == place), None) if link.operation_ref else None
    if found is None:
        raise UnevaluableError(f"the reference {told!r} leads to no operation of the document")
    return found


def linked_server(link: Link, options: Options, origins: frozenset[Origin]) -> str | None:
    """The server that a link names for its operation, None for the client's. Raises CredentialsError for another origin's."""
    if link.server is None:
        return None
    base = own_base([link.server], options.base)
    if base.origin != options.base.origin and base.origin not in origins:
        told = f"the link {printable(link.name, 60)} leads to {base.origin}, not to the server's origin, {options.base.origin}"
        raise CredentialsError(f"{told}; allow_origins=[...] lets it in")
    return base.url


def linked_arguments(
    layout: Layout, document: Document, link: Link, response: Response, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The arguments that a link gives its operation, with those that the caller gives in their place. Raises UnevaluableError."""
    taken = {layout.accepted[name].name for name in given if name in layout.accepted}
    found: dict[str, Any] = {}
    for name, expression in link.parameters.items():
        argument = _parameter(layout, name)
        if argument.name not in taken:
            shape = shape_at(document, argument.schema.pointer) if argument.schema else None
            found[argument.name] = _fitted(evaluate(expression, response), shape)
    if link.request_body is not UNSET and "body" not in given:
        found |= _body(layout, evaluate(link.request_body, response), taken)
    return found | dict(given)


def _parameter(layout: Layout, name: str) -> Argument:
    parameters = [one for one in layout.arguments if one.parameter is not None]
    location, mark, wire = name.partition(".")
    qualified = (one for one in parameters if mark and (one.location, one.wire) == (location, wire))
    found = next(qualified, None) or next((one for one in parameters if one.wire == name), None)
    if found is None:
        guess = did_you_mean(name, (one.wire or "" for one in parameters))
        raise UnevaluableError(f"the operation has no parameter {printable(name, 60)!r}{guess}")
    return found


def _fitted(value: Any, shape: Shape | None) -> Any:
    """A value taken from text as the type that it is wanted in."""
    return typed(value, shape) if isinstance(value, str) else value


def _body(layout: Layout, value: Any, taken: set[str]) -> dict[str, Any]:
    if not (layout.flat and is_object(value)):
        return {"body": value}
    names = {one.wire: one.name for one in layout.arguments if one.location == "body"}
    if not (layout.open_body or taken & {*names.values()} or names.keys() >= value.keys()):
        return {"body": value}
    return {names.get(key, key): item for key, item in value.items() if names.get(key, key) not in taken}


class NextCall:
    """A call that may follow an answer: called as an operation is, awaited on an asynchronous client.

    Arguments that are given take the place of those that the document takes from the answer. Raises ArgumentsError where one has no
    value there, with the reason.
    """

    __slots__ = ("_link", "_open", "_response")

    def __init__(self, link: Link, response: Response, open_link: Callable[[Link], Any]) -> None:
        self._link = link
        self._response = response
        self._open = open_link

    def __call__(self, **arguments: Any) -> Any:
        return self._made(arguments, "__call__")

    def raw(self, **arguments: Any) -> Any:
        """Make the call and give a `Response`."""
        return self._made(arguments, "raw")

    def stream(self, **arguments: Any) -> Any:
        """The answer as it comes."""
        return self._made(arguments, "stream")

    def prepare(self, **arguments: Any) -> Any:
        """The `httpx.Request` of the call; nothing is sent."""
        return self._made(arguments, "prepare")

    @property
    def operation(self) -> Operation:
        """The operation that is called. Raises ArgumentsError where the link names none."""
        try:
            operation: Operation = self._open(self._link).operation
        except UnevaluableError as error:
            raise self._refused(error) from None
        return operation

    def _made(self, arguments: dict[str, Any], how: str) -> Any:
        try:
            target = self._open(self._link)
            document, media_type = target.reads
            layout = layout_of(document, target.operation, media_type)
            found = linked_arguments(layout, document, self._link, self._response, arguments)
            return getattr(target, how)(**found)
        except UnevaluableError as error:
            arguments.clear()
            raise bare(self._refused(error)) from None
        except BaseException as error:
            arguments.clear()
            raise bare(error)  # noqa: B904  # the same error, whose cause is its own

    def _refused(self, error: UnevaluableError) -> ArgumentsError:
        return ArgumentsError(f"the link {printable(self._link.name, 60)} can't be followed: {error}")

    def __repr__(self) -> str:
        target = self._link.operation_id or self._link.operation_ref
        return f"<link {printable(self._link.name, 60)} to {printable(target, 100)}>"


class Links(Mapping[str, NextCall]):
    """The links of an answer by name."""

    __slots__ = ("_links", "_open", "_response")

    def __init__(self, links: Mapping[str, Link], response: Response, open_link: Callable[[Link], Any]) -> None:
        self._links = links
        self._response = response
        self._open = open_link

    def __getitem__(self, name: str) -> NextCall:
        if name not in self._links:
            raise KeyError(f"the answer has no link {name!r}{did_you_mean(name, self._links) or f'; it has {sorted(self._links)}'}")
        return NextCall(self._links[name], self._response, self._open)

    def __iter__(self) -> Iterator[str]:
        return iter(self._links)

    def __len__(self) -> int:
        return len(self._links)

    def __repr__(self) -> str:
        return f"<links: {', '.join(map(printable, self._links))}>"
