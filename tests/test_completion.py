"""Names that a shell completes: plain Python's, and IPython's with and without jedi, as it is set up where nobody changed anything."""

from __future__ import annotations

import rlcompleter
from typing import Any

import pytest
from IPython.core.completer import IPCompleter, provisionalcompleter

from aerostack_dynamic import AsyncClient, Client
from aerostack_dynamic._formats import STANDARD
from aerostack_dynamic._record import as_record
from aerostack_dynamic._shape import Shape, shape_at
from aerostack_dynamic._watch import Use
from aerostack_dynamic._watched import Noting, watched
from aerostack_dynamic.testing import MockTransport


def shape_of(client: Any, operation: str, status: str = "200") -> Shape:
    schema = client.spec.operations[operation].responses[status].content["application/json"].schema
    return shape_at(client.spec.document, schema.pointer)


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """What stands in a session: clients, a document, and results."""
    client = Client("k", version="1.5.0")
    message = {"role": "assistant", "content": "Hello"}
    reply = as_record({"id": "a", "choices": [{"index": 0, "message": message}], "extra": 1}, shape_of(client, "aiChat"))
    person = as_record({"token": "t"}, shape_of(client, "authSignup", "201"))
    return {"client": client, "later": AsyncClient("k"), "spec": client.spec, "reply": reply, "person": person}


def plain(names: dict[str, Any], text: str) -> list[str]:
    """What Python's own shell offers."""
    completer = rlcompleter.Completer(names)
    found: list[str] = []
    while (one := completer.complete(text, len(found))) is not None:
        found.append(one)
    return found


def ipython(names: dict[str, Any], text: str, **options: Any) -> list[str]:
    """What IPython offers, as it is set up unless options are given."""
    completer = IPCompleter(namespace=names, global_namespace={}, **options)
    completer.disable_matchers = ["IPCompleter.magic_matcher", "IPCompleter.file_matcher"]  # they ask a running shell
    # jedi's time limit is for people who wait at a keyboard, not for machines that do much else.
    completer.jedi_compute_type_timeout = 0
    with provisionalcompleter():
        return [one.text.lstrip(".") for one in completer.completions(text, len(text))]


def test_names_that_are_not_for_users_are_left_out(names: dict[str, Any]) -> None:
    client = names["client"]
    raw = MockTransport(client.spec)
    with Client("k", version="1.5.0", transport=raw) as mocked:
        assert not {"past", "remember"} & {*dir(mocked.cache.cache_get.raw(key="k"))}
    assert not {"advice", "attributes", "document"} & {*dir(client.spec)}
    assert not {"details", "documented_example", "settle_warns", "warns"} & {*dir(client.spec.operations["aiChat"])}
    lists, single = {*dir(client.queue.queue_list_jobs)}, {*dir(client.ai.ai_chat)}
    assert lists - single == {"items", "pages"}
    assert {"curl", "operation", "prepare", "raw", "stream", "with_options"} <= single
    assert "reads" not in single
    broken = {"/a": {"get": {"operationId": "a", "parameters": [{"name": "n", "in": "nowhere"}]}}}
    other = Client(spec={"openapi": "3.1.0", "info": {}, "paths": broken}, server="https://h.example")
    assert "items" not in dir(other.a)


def test_plain_python(names: dict[str, Any]) -> None:
    assert plain(names, "client.a") == ["client.ai", "client.authentication"]
    assert "client.ai.ai_chat(" in plain(names, "client.ai.")
    assert plain(names, "later.ai.") == ["later.ai.ai_chat("]
    assert plain(names, "reply.ch") == ["reply.choices"]
    assert plain(names, "person.exp") == ["person.expires_at"]
    assert {"client.spec.title", "client.spec.groups"} <= {*plain(names, "client.spec.")}


WANTED = [
    ("client.", "ai authentication cache call close database is_closed operations queue send spec storage with_options"),
    ("client.a", "ai authentication"),
    ("client.ai.", "ai_chat query ingest search_count"),
    ("later.cache.", "cache_get cache_set"),
    ("client.ai.ai_chat.", "raw stream pages items prepare curl with_options operation"),
    ("client.ai.ai_chat(", "messages= model= stream= temperature="),
    ("client.ai.ai_chat(mo", "model="),
    ("client.ai.ai_chat(messages=[], te", "temperature="),
    ("later.cache.cache_set(k", "key="),
    ("client.ai.ai_chat.raw(mo", "model="),
    ("client.ai.ai_chat.stream(messages=[], te", "temperature="),
    ("later.ai.ai_chat.curl(me", "messages="),
    ("reply.", "choices created id model object usage"),
    ('reply["', "choices created id extra"),
    ('reply["ch', "choices"),
    ('client.operations["ai', "aiChat"),
    ('client.spec.operations["cacheG', "cacheGet cacheGetMany"),
    ('spec.schemas["Auth', "AuthResponse"),
    ('spec.groups["a', "ai authentication"),
    ('spec.security_schemes["', "ApiKeyAuth BearerAuth"),
    ('spec.tags["', "AI Cache"),
    ("client.spec.", "title version operations groups search problems"),
    ("person.exp", "expires_at"),
]


BY_JEDI = {"client.a", "client.ai.", "client.ai.ai_chat(mo", "client.ai.ai_chat.raw(mo", "reply.", 'reply["ch', 'spec.groups["a'}


def test_ipython_without_jedi(names: dict[str, Any]) -> None:
    found = {text: ipython(names, text, use_jedi=False) for text, _ in WANTED}
    assert not {text: lacks for text, wanted in WANTED if (lacks := {*wanted.split()} - {*found[text]})}
    assert not [name for text in ("client.", "client.ai.", "reply.") for name in found[text] if name.startswith("_")]


def test_ipython_with_jedi(names: dict[str, Any]) -> None:
    """Each kind of name once, as jedi takes its time."""
    wanted = [(text, lacking) for text, lacking in WANTED if text in BY_JEDI]
    found = {text: ipython(names, text, use_jedi=True) for text, _ in wanted}
    assert len(wanted) == len(BY_JEDI)
    assert not {text: lacks for text, names in wanted if (lacks := {*names.split()} - {*found[text]})}


def test_ipython_goes_into_results_where_it_may(names: dict[str, Any]) -> None:
    """By jedi; and without it where it is told that looking at the package's objects does nothing."""
    trusted = {"allowed_getattr_external": {"aerostack_dynamic"}, "allowed_getitem_external": {"aerostack_dynamic"}}
    can_trust = "policy_overrides" in IPCompleter.class_trait_names()  # IPython of Python 3.10 can't be told
    for options in ({"use_jedi": True}, *([{"use_jedi": False, "policy_overrides": trusted}] if can_trust else [])):
        assert ipython(names, "reply.choices[0].message.ro", **options) == ["role"]


def test_completing_and_showing_note_nothing_as_read(names: dict[str, Any]) -> None:
    use = Use("op", "aiChat", "POST", "/ai/chat")
    data = {"choices": [{"index": 0, "message": {"role": "user"}}]}
    noted = watched(data, shape_of(names["client"], "aiChat"), STANDARD, Noting(use, ""))
    assert ipython({"noted": noted}, 'noted["ch', use_jedi=False) == ["choices"]
    assert "<table>" in noted._repr_html_()
    assert dir(noted)
    assert not use.touched | use.whole
