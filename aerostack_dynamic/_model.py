"""The nouns of OpenAPI, frozen: what a document says, not what is done with it. Names are the standard's own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from ._values import Unset, copy_of, names_without, own_words, printable, reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from inspect import Signature

    from ._values import JSON, Idempotency, Location, Problem


def _none() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Finding:
    """What a schema engine says of one broken keyword.

    `path` leads from the instance's root to the value, `rule` is the keyword, `expected` the keyword's value, `names` the property
    names it speaks of (missing or forbidden), `branches` the findings of each alternative of `anyOf` and `oneOf`, and `chosen` which of
    them a discriminator means, where it does.
    """

    path: tuple[str | int, ...]
    rule: str
    expected: Any = None
    names: tuple[str, ...] = ()
    instance: Any = field(default=None, repr=False)
    branches: tuple[tuple[Finding, ...], ...] = ()
    chosen: int | None = None


class Schema(Protocol):
    """The port to a schema engine: one method."""

    def findings(self, instance: object, /) -> Sequence[Finding]:
        """Everything in `instance` that breaks the schema; empty when it is valid."""
        ...


@dataclass(frozen=True, slots=True)
class SchemaObject:
    """A Schema Object, by its place in the document (`pointer`)."""

    pointer: str
    _raw: JSON

    @property
    def raw(self) -> JSON:
        """As it is written there: a copy, so that the document stays as it is."""
        return copy_of(self._raw)


@dataclass(frozen=True, slots=True)
class Header:
    """A Header Object under its name, `simple` in style; `content` is set when it has one instead of a schema."""

    name: str
    required: bool
    schema: SchemaObject | None
    explode: bool = False
    content: MediaType | None = None
    description: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Encoding:
    """An Encoding Object: how one part of a form or multipart body is written.

    `encoding` speaks of the parts within a part that is multipart itself, by name; `prefix` and `item` of its parts by position
    (OpenAPI 3.2, section 4.15).
    """

    content_type: str | None = None
    style: str | None = None
    explode: bool | None = None
    allow_reserved: bool | None = None
    headers: Mapping[str, Header] = field(default_factory=_none)
    encoding: Mapping[str, Encoding] = field(default_factory=_none)
    prefix: tuple[Encoding, ...] = ()
    item: Encoding | None = None


@dataclass(frozen=True, slots=True)
class MediaType:
    """A Media Type Object under its name, such as `application/json`.

    `item_schema` describes each item of a stream or of a multipart body of unnamed parts, whose parts `prefix_encoding` and
    `item_encoding` speak of by position (OpenAPI 3.2, section 4.14).
    """

    name: str
    schema: SchemaObject | None
    encoding: Mapping[str, Encoding]
    examples: tuple[JSON, ...] = ()
    item_schema: SchemaObject | None = None
    prefix_encoding: tuple[Encoding, ...] = ()
    item_encoding: Encoding | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A Parameter Object. It is identified by `location` and `name` together; `content` is set when it has one instead of a schema.

    `inner` are the separators of arrays within its array, the outermost first, where a document of Swagger 2.0 names them.
    """

    name: str
    location: Location
    required: bool
    schema: SchemaObject | None
    style: str
    explode: bool
    allow_reserved: bool = False
    content: MediaType | None = None
    description: str = ""
    deprecated: bool = False
    examples: tuple[JSON, ...] = ()
    secret: bool = False
    allow_empty: bool = False
    inner: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestBody:
    """A Request Body Object; `content` maps media type names to Media Type Objects in the document's order."""

    content: Mapping[str, MediaType]
    required: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class ServerVariable:
    """A Server Variable Object; `default` is None where it has none, though the standard wants one."""

    default: str | None
    enum: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """A Server Object; `url` may hold `{variable}`s. `name` is what a document of 3.2 calls it."""

    url: str
    description: str = ""
    variables: Mapping[str, ServerVariable] = field(default_factory=_none)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A Link Object under its name: the operation that follows, by its id or by a reference, and what it is given.

    The values of `parameters`, by name or by location and name, and `request_body` may be runtime expressions, such as
    `$response.body#/id` (OpenAPI 3.1, section 4.8.20.3).
    """

    name: str
    operation_id: str
    operation_ref: str
    parameters: Mapping[str, JSON]
    _request_body: JSON | Unset
    description: str = ""
    server: Server | None = None

    @property
    def request_body(self) -> JSON | Unset:
        """What the document says of the body; `UNSET` where it says nothing. A copy: the document stays as it is."""
        return self._request_body if isinstance(self._request_body, Unset) else copy_of(self._request_body)


@dataclass(frozen=True, slots=True)
class DocumentedResponse:
    """A Response Object; `status` is its key: a code, a range such as `4XX`, or `default`. Headers and links are keyed by name."""

    status: str
    description: str
    content: Mapping[str, MediaType]
    headers: Mapping[str, Header] = field(default_factory=_none)
    links: Mapping[str, Link] = field(default_factory=_none)


@dataclass(frozen=True, slots=True)
class OAuthFlow:
    """An OAuth Flow Object; `kind` is its key, such as `clientCredentials`. URLs are as written, empty where there is none."""

    kind: str
    authorization_url: str = ""
    token_url: str = ""
    refresh_url: str = ""
    scopes: Mapping[str, str] = field(default_factory=_none)
    device_authorization_url: str = ""


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """A Security Scheme Object.

    `type` and, for apiKey, `location` and `parameter_name`; for http, `scheme` in lower case; for oauth2, `flows` by kind; for
    openIdConnect, its `openid_url`. `metadata_url` is where an oauth2 server describes itself (RFC 8414; OpenAPI 3.2).
    """

    name: str
    type: str
    location: str = ""
    parameter_name: str = ""
    scheme: str = ""
    description: str = ""
    flows: Mapping[str, OAuthFlow] = field(default_factory=_none)
    openid_url: str = ""
    metadata_url: str = ""
    deprecated: bool = False


# A Security Requirement Object: scheme name -> scopes; all members are needed. A tuple of them is a choice of one.
SecurityRequirement = MappingProxyType[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Argument:
    """One keyword of a call: a parameter, a property of an object body, or the whole body (`wire` is then None).

    `name` is its Python name; `schema` and `annotation` (a plain Python type) tell what it takes; `binary` that it takes a file.
    """

    name: str
    location: Location
    wire: str | None
    required: bool
    annotation: Any
    description: str = ""
    schema: SchemaObject | None = None
    parameter: Parameter | None = None
    binary: bool = False
    secret: bool = False
    deprecated: bool = False

    def named(self, name: str) -> Argument:
        """The same argument under another Python name."""
        return self if name == self.name else replace(self, name=name)


class Receiver(Protocol):
    """The port to what checks requests that others send as a callback says: the operations at one of its expressions.

    An attribute called as a method, in lower case, is the receiver with that operation alone.
    """

    @property
    def name(self) -> str:
        """The expression that tells where requests are sent, such as `{$request.body#/url}`."""
        ...

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The operations by method, in lower case."""
        ...

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why there are no operations."""
        ...

    def check(self, headers: Any, body: Any = b"", *, query: Any = None, method: str | None = None) -> Any:
        """The decoded body of a request that was received. Raises WebhookError when it breaks the document."""
        ...

    def __getattr__(self, name: str) -> Receiver: ...


@dataclass(frozen=True, slots=True)
class OperationDetails:
    """The parts of an operation that take reading; made when first asked for.

    `servers` are the nearest that are listed, `own_servers` says that they are those of the operation or of its path. `problems` tell
    of the parts that were left out, since they are not as the standard has them.
    """

    arguments: tuple[Argument, ...]
    parameters: tuple[Parameter, ...]
    request_body: RequestBody | None
    responses: Mapping[str, DocumentedResponse]
    security: tuple[SecurityRequirement, ...]
    servers: tuple[Server, ...]
    own_servers: bool
    extensions: Mapping[str, JSON]
    problems: tuple[Problem, ...] = ()
    callbacks: Mapping[str, Mapping[str, Receiver]] = field(default_factory=_none)


class Teller(Protocol):
    """The port to what shows an operation to people, when somebody asks."""

    def signature(self, operation: Operation, /) -> Signature:
        """Its signature."""
        ...

    def text(self, operation: Operation, /) -> str:
        """What `help()` shows."""
        ...

    def html(self, operation: Operation, /) -> str:
        """What a notebook shows."""
        ...


class Operation:
    """An Operation Object with its method and path template, its Python names, and its parts read on first use. Immutable.

    It stands at the place `pointer`, its Path Item Object at `path_item`. `operation_id` is its key among the operations of its
    document, `wire_name` its operationId as written there, empty where it has none: they differ where another has the same. `warns`:
    it, or one of its arguments, is deprecated; None before a call has asked.
    """

    __doc__ = own_words(__doc__)
    __slots__ = (
        "_details",
        "_example",
        "_named",
        "_read",
        "_teller",
        "deprecated",
        "description",
        "method",
        "operation_id",
        "path",
        "path_item",
        "pointer",
        "summary",
        "tags",
        "warns",
        "wire_name",
    )

    operation_id: str
    method: str
    path: str
    path_item: str
    pointer: str
    summary: str
    description: str
    deprecated: bool
    tags: tuple[str, ...]
    warns: bool | None
    wire_name: str
    _read: Callable[[Operation], OperationDetails]
    _teller: Teller
    _details: OperationDetails | None
    _example: Callable[[Operation], dict[str, JSON]] | None
    _named: Callable[[], tuple[str, str | None]]

    def __init__(
        self,
        *,
        read: Callable[[Operation], OperationDetails],
        teller: Teller,
        named: Callable[[], tuple[str, str | None]],
        example: Callable[[Operation], dict[str, JSON]] | None = None,
        **fields: Any,
    ) -> None:
        own = {"_read": read, "_teller": teller, "_example": example, "_named": named, "_details": None, "warns": None}
        for name, value in {**fields, **own}.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an Operation is immutable; {name} can't be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"an Operation is immutable; {name} can't be deleted")

    def __copy__(self) -> Operation:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Operation:
        return self

    def __reduce__(self) -> str:
        raise TypeError("an Operation is not pickled alone; pickle its Spec, and look the operation up there")

    def __repr__(self) -> str:
        return f"<Operation {self.dotted} ({self.method} {printable(self.path)})>"

    def _repr_html_(self) -> str:
        return self._teller.html(self)

    def _tell(self) -> str:
        return self._teller.text(self)

    def __dir__(self) -> list[str]:
        return names_without(super().__dir__(), "details", "documented_example", "settle_warns", "warns")

    @reading
    def name(self) -> str:
        """Its Python name."""
        return self._named()[0]

    @reading
    def group(self) -> str | None:
        """The client's attribute that it is in, that of its first tag; None without tags."""
        return self._named()[1]

    @property
    def dotted(self) -> str:
        """The Python way to it, `ai.ai_chat`, or the name alone when the operation has no tag."""
        return f"{self.group}.{self.name}" if self.group else self.name

    def settle_warns(self, warns: bool) -> None:
        """Keep whether calls of it may have something deprecated to tell of, which is worked out at the first."""
        object.__setattr__(self, "warns", warns)

    @property
    def details(self) -> OperationDetails:
        """All the parts that take reading. Raises SpecError when they are malformed."""
        if self._details is None:
            object.__setattr__(self, "_details", self._read(self))
        assert self._details is not None
        return self._details

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """The keywords of a call, required ones first."""
        return self.details.arguments

    @property
    def signature(self) -> Signature:
        """The keyword-only signature by Python names; what may be left out has the default `UNSET`."""
        return self._teller.signature(self)

    def example(self) -> dict[str, JSON]:
        """Arguments by Python name that a call takes: those that the document's examples give, and those that must be given.

        What the document has no valid example of is made by its schema, the same each time. A file is the text in it.
        """
        return self._example(self) if self._example else self.documented_example()

    def documented_example(self) -> dict[str, JSON]:
        """Arguments by Python name, from the document's first examples alone, valid or not."""
        found: dict[str, JSON] = {}
        body = next(iter(self.request_body.content.values()), None) if self.request_body else None
        given = body.examples[0] if body and body.examples else None
        for one in self.arguments:
            if one.parameter is not None:
                if one.parameter.examples:
                    found[one.name] = one.parameter.examples[0]
            elif one.wire is None and given is not None:
                found[one.name] = given
            elif isinstance(given, dict) and one.wire in given:
                found[one.name] = given[one.wire]
        return found

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its Parameter Objects, those of the path item included."""
        return self.details.parameters

    @property
    def request_body(self) -> RequestBody | None:
        """Its Request Body Object."""
        return self.details.request_body

    @property
    def responses(self) -> Mapping[str, DocumentedResponse]:
        """Its Response Objects by status, range or `default`."""
        return self.details.responses

    @property
    def callbacks(self) -> Mapping[str, Mapping[str, Receiver]]:
        """What its server sends later: by the callback's name, and by the expression that tells where to."""
        return self.details.callbacks

    @property
    def security(self) -> tuple[SecurityRequirement, ...]:
        """The alternatives, of which one must be met; empty when nothing is needed."""
        return self.details.security

    @property
    def servers(self) -> tuple[Server, ...]:
        """The servers of the operation, its path, or the document: the nearest that lists any."""
        return self.details.servers

    @property
    def idempotency(self) -> Idempotency:
        """`x-aerostack-idempotency`, else what the method says (RFC 9110, section 9.2)."""
        declared = self.details.extensions.get("x-aerostack-idempotency")
        if declared in ("safe", "idempotent", "unsafe"):
            return declared  # type: ignore[return-value]  # one of the three, as tested
        if self.method in ("GET", "HEAD", "OPTIONS", "TRACE", "QUERY"):
            return "safe"
        return "idempotent" if self.method in ("PUT", "DELETE") else "unsafe"
