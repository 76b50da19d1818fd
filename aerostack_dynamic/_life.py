"""What a call carries from stage to stage of its life, and what it hands to those who go on with it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from logging import Logger

    from . import _http
    from ._credential import Credential
    from ._exchange import Journal
    from ._hidden import Hidden
    from ._model import Operation, SecurityScheme
    from ._options import Options, Runtime
    from ._reference import Document
    from ._response import Response
    from ._retry import Budget
    from ._server import Origin
    from ._stream import Items
    from ._watch import Use


class Context(NamedTuple):
    """What every call of a client shares.

    `missing` says why there is no credential, `certificate` whether a client certificate may be shown; `seen` holds the drifts logged
    already, `budgets` the retries left by origin. `insecure`: plain http to another machine is allowed.
    """

    document: Document
    schemes: Mapping[str, SecurityScheme]
    credentials: Mapping[str, Credential]
    missing: str | None
    origins: frozenset[Origin]
    runtime: Runtime
    logger: Logger
    seen: set[tuple[Any, ...]]
    budgets: dict[Origin, Budget]
    certificate: bool = False
    insecure: bool = False


class Life(NamedTuple):
    """One call as it goes through its stages. `operation` is None for a request that the caller made; `streamed`: it ends with the head.

    `use` is there when somebody watches.
    """

    context: Context
    options: Options
    operation: Operation | None
    journal: Journal
    arguments: Mapping[str, Any] = MappingProxyType({})
    streamed: bool = False
    use: Use | None = None


class Page(NamedTuple):
    """One answered call of a list: its result, its headers as they were sent, where it was answered, and what it has sent as a secret.

    The data of the response is the plain one; `use` is there when somebody watches.
    """

    response: Response
    headers: _http.Headers
    url: _http.URL
    hidden: Callable[[], Hidden]
    use: Use | None = None


class Opened(NamedTuple):
    """A stream whose head is there: the call that it belongs to, what is known of the answer, and the items to come."""

    life: Life
    response: Response
    items: Items
