"""What the options before a command say: which document, and which server."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._load import Spec, chosen_spec

if TYPE_CHECKING:
    from .._client import Client


@dataclass(frozen=True)
class Settings:
    """The options before the command, as they were given; None where one was not."""

    spec: str | None = None
    spec_version: str | None = None
    server: str | None = None

    def document(self) -> Spec:
        """The document that is named, or the platform's. Raises AerostackError where it can't be had."""
        return self._document

    @cached_property
    def _document(self) -> Spec:
        return chosen_spec(Path(self.spec) if self.spec else None, self.spec_version)

    def client(self, **options: Any) -> Client:
        """A client by the settings; `options` are its own, and win. Raises AerostackError."""
        from .._client import Client  # noqa: PLC0415  # most commands call nothing

        server = int(self.server) if self.server and self.server.isdigit() else self.server
        given: dict[str, Any] = {"spec": self.document(), "server": server, **options}
        return Client(**given)

    @property
    def output(self) -> str | None:
        """How results are written, where the settings say so."""
        return None
