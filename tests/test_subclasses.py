"""Subclasses of clients: attributes of their own, which copies keep, and help in their own words."""

from __future__ import annotations

import copy
import pickle
import pydoc
from functools import cached_property
from typing import Any, get_type_hints

import pytest

from aerostack_dynamic import AsyncClient, Client, v1_0_0, v1_5_0


class Tenant(Client):
    """A client of one tenant."""

    shown = "by the class"

    def __init__(self, tenant: str) -> None:
        self.early = 1
        super().__init__("k")
        self.tenant = [tenant]

    @cached_property
    def found(self) -> object:
        return object()


class NewerTenant(v1_5_0.Client):
    pass


class WaitingTenant(AsyncClient):
    def __init__(self, tenant: str) -> None:
        super().__init__("k")
        self.tenant = [tenant]


def test_copies_keep_the_attributes_of_a_subclass() -> None:
    for made in (Tenant("t"), WaitingTenant("t")):
        other = made.with_options(timeout=3)
        assert type(other) is type(made)
        assert other.tenant is copy.copy(made).tenant is made.tenant
        assert copy.deepcopy(made).tenant is not made.tenant
        assert copy.deepcopy(made).tenant == made.with_options(retry=2).tenant == ["t"]
    client = Tenant("t")
    assert client.found is client.found
    assert client.with_options(timeout=3).found is not client.found
    assert client.with_options(timeout=3).early == 1


def test_a_pickle_keeps_them() -> None:
    client = NewerTenant()
    client.tenant = "t"
    assert pickle.loads(pickle.dumps(client)).tenant == "t"


@pytest.mark.parametrize("name", ["ai", "AI", "timeout", "validation", "spec", "call", "_tell", "_kind", "__class__"])
def test_what_has_a_meaning_stays(name: str) -> None:
    client = Tenant("t")
    with pytest.raises(AttributeError, match=f"{name} can't be set on a client"):
        setattr(client, name, 3)
    client.shown = "by the instance"
    assert client.shown == client.with_options(timeout=3).shown == "by the instance"


def test_clients_of_the_package_hold_nothing_more() -> None:
    for client in (Client("k"), AsyncClient("k"), v1_5_0.Client("k")):
        with pytest.raises(AttributeError, match="tenant can't be set on a client"):
            client.tenant = "t"  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def shown(client: Any) -> str:
    return pydoc.render_doc(client, renderer=pydoc.plaintext)


def test_help_of_every_client_tells_groups_and_operations() -> None:
    for client in (Client("k"), v1_0_0.Client("k"), v1_5_0.AsyncClient("k"), Tenant("t"), NewerTenant()):
        text = shown(client)
        assert "ai_chat" in text.partition("\n    ai:")[2]
        assert f"Its own methods: help({type(client).__name__})." in text
        assert "Method resolution order" not in text
    assert "A client of one tenant." in shown(Tenant("t"))
    assert Tenant.__doc__ == "A client of one tenant."
    assert shown(v1_5_0.Client("k")).count("Answers may hold properties") == 1


def test_annotations_of_clients_can_be_read() -> None:
    for module in (v1_0_0, v1_5_0):
        assert get_type_hints(module.Client)["ai"] is module.AiGroup
        assert get_type_hints(module.AsyncClient)["ai"] is module.AsyncAiGroup
