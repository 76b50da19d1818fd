"""Registered functions: what `services_invoke` calls and what runs the queue's jobs."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import logging
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from ._answer import encode, internal, invalid

logger = logging.getLogger("aerostack_dynamic.sandbox")

Service = Callable[[dict[str, Any]], Any]
"""Called with `data`; plain or async; what it returns must have a JSON form."""


def find_service(setting: str) -> tuple[str, Service]:
    """Name and function of `name=module:function`, modules of the working folder included; else a ValueError."""
    name, equals, target = setting.partition("=")
    module, colon, path = target.partition(":")
    if not (name and equals and module and colon and path):
        raise ValueError(f"{setting!r} is not of the form name=module:function")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        found: Any = importlib.import_module(module)
        for part in path.split("."):
            found = getattr(found, part)
    except Exception as error:  # a module may raise anything while it is imported
        raise ValueError(f"{setting!r}: {type(error).__name__}: {error}") from error
    if not callable(found):
        raise ValueError(f"{setting!r}: {path} is not callable")
    return name, found


class Services:
    """The functions by name."""

    def __init__(self, functions: Mapping[str, Service]) -> None:
        self._functions = dict(functions)

    @property
    def names(self) -> list[str]:
        """The registered names."""
        return list(self._functions)

    def call(self, name: str, data: dict[str, Any]) -> Any:
        """What the function returns; raises what it raises, and TypeError or ValueError for what is not JSON."""
        result = self._functions[name](data)
        if inspect.iscoroutine(result):
            result = asyncio.run(result)
        encode(result)
        return result

    def invoke(self, name: str, data: dict[str, Any]) -> dict[str, Any]:
        """The answer of servicesInvoke; a Refusal 404 for an unknown name, 500 (no traceback in it) when it raises."""
        if name not in self._functions:
            raise invalid(f"there is no service {name!r}", status=404, details={"services": self.names})
        try:
            return {"success": True, "result": self.call(name, data)}
        except (Exception, SystemExit):
            logger.exception("service %r raised", name)
            raise internal(f"the service {name!r} raised an error; the sandbox's log has it") from None
