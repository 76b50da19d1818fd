"""What the options before a command say: which document, and which server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .._load import Spec, chosen_spec


@dataclass(frozen=True, slots=True)
class Settings:
    """The options before the command, as they were given; None where one was not."""

    spec: str | None = None
    spec_version: str | None = None
    server: str | None = None

    def document(self) -> Spec:
        """The document that is named, or the platform's. Raises AerostackError where it can't be had."""
        return chosen_spec(Path(self.spec) if self.spec else None, self.spec_version)
