"""Path templates (OpenAPI 3.2, sections 4.8.2 and 4.8.3), as they are written and as others write them (RFC 6570)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic._template import Piece, read_template


def spelt(template: str, *declared: str) -> tuple[str, list[str]]:
    """The path and the query's pairs, variables as `<name>` and those that keep slashes as `<<name>>`."""
    found = read_template(template, declared)

    def text(pieces: tuple[Piece, ...]) -> str:
        return "".join(f"<<{one.text}>>" if one.reserved else f"<{one.text}>" if one.variable else one.text for one in pieces)

    return text(found.path), [text(pair) for pair in found.query]


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("/a/{b}", "/a/<b>"),
        ("/{a}.{b}", "/<a>.<b>"),
        ("/x-{y}", "/x-<y>"),
        ("/{id}:cancel", "/<id>:cancel"),
        ("/{file}.{ext}", "/<file>.<ext>"),
        ("/{a}{b}", "/<a><b>"),
        ("/{user-id}/{user.id}/{user id}", "/<user-id>/<user.id>/<user id>"),
        ("/{+path}", "/<<path>>"),
        ("/{path*}", "/<path>"),
        ("/{id:[0-9]+}", "/<id>"),
        ("/{path:path}", "/<path>"),
        ("/users{/id}", "/users/<id>"),
        ("/file{.ext}", "/file.<ext>"),
        ("/list{?page,size}", "/list"),
        ("/list{#part}", "/list"),
        ("/{}", "/{}"),
        ("/a&b=c", "/a&b=c"),
        ("/{*}", "/<*>"),
    ],
)
def test_what_a_path_is_made_of(template: str, path: str) -> None:
    assert spelt(template) == (path, [])


def test_a_declared_name_is_taken_as_it_is_written() -> None:
    assert spelt("/{+path}/{path*}/{a:b}", "+path", "path*", "a:b") == ("/<+path>/<path*>/<a:b>", [])


@pytest.mark.parametrize(
    ("template", "path", "query"),
    [
        ("/a?op=x", "/a", ["op=x"]),
        ("/a?op=x&kind={kind}&", "/a", ["op=x", "kind=<kind>"]),
        ("/a?b?c", "/a", ["b?c"]),
        ("/a#b", "/a", []),
        ("/a/{b}#c{d}?e", "/a/<b>", []),
        ("/a?b=c#d", "/a", ["b=c"]),
        ("/{a}?", "/<a>", []),
    ],
)
def test_a_query_is_a_query_and_a_fragment_is_not_sent(template: str, path: str, query: list[str]) -> None:
    assert spelt(template) == (path, query)


def test_variables_are_told_once_in_their_order() -> None:
    assert read_template("/{b}/{a}/{b}?c={c}").variables == ("b", "a", "c")


@given(st.text(st.sampled_from("{}/?#&+*:.;ab")))
def test_any_template_can_be_read(template: str) -> None:
    found = read_template(template)
    assert all(one.text for group in (found.path, *found.query) for one in group)
