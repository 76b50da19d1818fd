"""What tests of Swagger 2.0 share: documents of it, and what is made of them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from aerostack_dynamic._dialect import dialect_of
from aerostack_dynamic._reference import Document
from aerostack_dynamic._swagger import from_swagger

HEAD: dict[str, Any] = {"swagger": "2.0", "info": {"title": "T", "version": "1"}}
OK = {"responses": {"200": {"description": "OK"}}}
PET = {"type": "object", "properties": {"id": {"type": "integer"}}}


def _converted(raw: dict[str, Any], files: dict[str, Any] | None = None, name: str = "") -> dict[str, Any]:
    raw = {**HEAD, "paths": {}, **raw}
    before = copy.deepcopy(raw)
    document = Document(raw, dialect_of(raw), sha256="", name=name, files=files or {})
    made = from_swagger(raw, document.follow, name)
    assert raw == before, "the input is not changed"
    return made


def _operation(node: dict[str, Any] | None = None, *, path: dict[str, Any] | None = None, **root: Any) -> dict[str, Any]:
    root = {"definitions": {"Pet": PET}, **root}
    made = _converted({**root, "paths": {"/x": {**(path or {}), "post": {**OK, **(node or {})}}}})
    return made["paths"]["/x"]["post"]  # type: ignore[no-any-return]  # an object of a document


@pytest.fixture
def converted() -> Callable[..., dict[str, Any]]:
    """The document of 3.0 that is made of the rest of one of 2.0, its files, and its own name."""
    return _converted


@pytest.fixture
def operation() -> Callable[..., dict[str, Any]]:
    """What is made of an operation, in a path and a document with the definition `Pet`."""
    return _operation
