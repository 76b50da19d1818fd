"""A whole document as a client sees it: its operations under their names, its groups, schemas, servers and security schemes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._values import Copies, Problem, View, as_object, as_string, names_without, printable, reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._index import Attributes, Index, Operations, Tag
    from ._model import Operation, SecurityScheme, Server
    from ._reference import Document
    from ._server import Advice
    from ._values import JSON
    from ._webhook import Webhook


# A document is loaded without the rooms that read what is in it: each is imported when it is first asked.


def _index(document: Document) -> Index:
    from ._index import index_of  # noqa: PLC0415  # as said above

    return index_of(document)


class BaseSpec:
    """An OpenAPI document, read. Immutable, safe to share between threads, pickled with its document."""

    __slots__ = ("document",)

    document: Document

    def __init__(self, document: Document) -> None:
        if not document.trusted:
            _index(document)  # which refuses too many operations
        object.__setattr__(self, "document", document)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Spec is immutable; {name} can't be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Spec is immutable; {name} can't be deleted")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.document,)

    def __copy__(self) -> BaseSpec:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> BaseSpec:
        return self

    def __repr__(self) -> str:
        return f"<Spec {self.title!r} {printable(self.version)}: {len(self.operations)} operations>"

    def __dir__(self) -> list[str]:
        return names_without(super().__dir__(), "advice", "attributes", "document")

    def _tell(self) -> str:
        from ._describe import describe_document  # noqa: PLC0415  # as said above

        return describe_document(f"{self.title} {self.version}", self.description, self.groups, self.untagged)

    def _repr_html_(self) -> str:
        return self._panel({})

    def _panel(self, facts: Mapping[str, str]) -> str:
        """What a notebook shows, with more facts of whoever shows it."""
        from ._panels import document_panel  # noqa: PLC0415  # as said above

        schemes = ", ".join(self.security_schemes)
        known = {**facts, "version": self.version, "OpenAPI": self.openapi, "credentials": schemes, "sha256": self.sha256[:12]}
        return document_panel(self.title, known, self.description, self.groups, self.untagged)

    @reading
    def operations(self) -> Operations:
        """The operations by operationId; `"ai.ai_chat"` and `"POST /ai/chat"` are found as well."""
        return _index(self.document).operations

    @reading
    def groups(self) -> Mapping[str, Mapping[str, Operation]]:
        """The operations of each tag by their Python names, by the Python name of the tag."""
        return _index(self.document).groups

    @reading
    def untagged(self) -> Mapping[str, Operation]:
        """The operations without a tag, by their Python names."""
        return _index(self.document).untagged

    @property
    def title(self) -> str:
        """`info.title`."""
        return as_string(as_object(self.document.field("info")).get("title"))

    @property
    def version(self) -> str:
        """`info.version`: the version of the described API."""
        found = as_object(self.document.field("info")).get("version")
        return str(found) if isinstance(found, (str, int, float)) else ""

    @property
    def description(self) -> str:
        """`info.description`, else `info.summary`."""
        info = as_object(self.document.field("info"))
        return as_string(info.get("description")) or as_string(info.get("summary"))

    @property
    def openapi(self) -> str:
        """The version of the OpenAPI standard that the document follows."""
        return self.document.openapi

    @property
    def sha256(self) -> str:
        """The SHA-256 of the document's bytes, in hexadecimal."""
        return self.document.sha256

    @property
    def servers(self) -> tuple[Server, ...]:
        """The document's servers, in their order."""
        from ._listed import read_servers  # noqa: PLC0415  # as said above

        return self.document.once("servers", lambda: read_servers(self.document.field("servers")))

    @property
    def advice(self) -> Advice | None:
        """What `servers` are worth where the document is not trusted; None where it is."""
        from ._server import Advice  # noqa: PLC0415  # as said above

        return None if self.document.trusted else Advice(self.document.address)

    @reading
    def security_schemes(self) -> Mapping[str, SecurityScheme]:
        """The security schemes by name; one that a document of 3.2 requires by its URI is found by that as well."""
        from ._access import SecuritySchemes  # noqa: PLC0415  # as said above

        return self.document.once("schemes", lambda: SecuritySchemes(self.document))

    @reading
    def tags(self) -> Mapping[str, Tag]:
        """The tags by name: those that the document lists, then those that only operations name."""
        from ._index import read_tags  # noqa: PLC0415  # as said above

        return self.document.once("tags", lambda: View(read_tags(self.document, _index(self.document).tags)))

    @property
    def attributes(self) -> Attributes:
        """The names that operations have as attributes of a client and its groups."""
        from ._index import attributes_of  # noqa: PLC0415  # as said above

        return self.document.once("attributes", lambda: attributes_of(_index(self.document)))

    @reading
    def schemas(self) -> Mapping[str, JSON]:
        """The Schema Objects of the components, as written, by name. Each is a copy: the document stays as it is."""
        return Copies(as_object(self.document.field("components", "schemas")))

    @reading
    def webhooks(self) -> Mapping[str, Webhook]:
        """What the API sends of its own accord, by name. Each checks a request that was received: `webhooks["x"].check(headers, body)`."""
        from ._reader import read_webhooks  # noqa: PLC0415  # as said above

        return self.document.once("webhooks", lambda: read_webhooks(self.document))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything wrong that was found, each with a pointer into the document. Reads and compiles all of it when first asked."""
        return self.document.once("problems", lambda: tuple(dict.fromkeys(self._find_problems())))

    def _find_problems(self) -> Iterator[Problem]:
        from ._index import similar_paths  # noqa: PLC0415  # as said above
        from ._problems import find_problems  # noqa: PLC0415  # as said above

        yield from _index(self.document).faults
        yield from find_problems(self.document, self.operations, self.webhooks)
        yield from similar_paths(self.document)

    def search(self, words: str) -> tuple[Operation, ...]:
        """The operations that hold every one of the words, the best first: in their names, paths, tags, summaries, arguments, the names of
        their schemas and their descriptions. A word that none has stands for those that are written nearly so.
        """
        from ._search import search  # noqa: PLC0415  # as said above

        return search(self.document, self.operations.values(), words)
