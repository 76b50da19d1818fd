"""What the tests of single modules share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aerostack_dynamic import Spec
from aerostack_dynamic._shape import Shape, shape_at


def _document_of(schemas: dict[str, Any], **more: Any) -> Any:
    head = {"openapi": "3.1.0", "info": {"title": "Schemas", "version": "1"}, "paths": {}}
    return Spec.load({**head, "components": {"schemas": schemas}, **more}).document


def _shape_of(schema: Any, **others: Any) -> Shape:
    return shape_at(_document_of({"row": schema, **others}), "/components/schemas/row")


@pytest.fixture
def document_of() -> Callable[..., Any]:
    """A document of the named schemas."""
    return _document_of


@pytest.fixture
def shape_of() -> Callable[..., Shape]:
    """The shape of a schema, which may refer to others at `#/components/schemas/<name>`; its own name is `row`."""
    return _shape_of
