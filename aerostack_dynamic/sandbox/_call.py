"""One call as the operations see it: what was sent, judged already, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Arguments = Mapping[str, Any]
"""The judged body by wire name; file parts are `Incoming`."""


@dataclass(frozen=True)
class Call:
    """A judged request.

    `body` is its object, empty without one; `path` and `query` are its parameters by wire name; `origin` is the origin by
    which the caller named the server; `consumer` is whose bearer key it carried, empty where none is asked for.
    """

    body: Arguments
    path: Mapping[str, str]
    query: Mapping[str, str]
    origin: str
    consumer: str = ""

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    def get(self, name: str, default: Any = None) -> Any:
        """A property of the body, `default` when it was not sent."""
        return self.body.get(name, default)
