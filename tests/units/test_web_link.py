"""The Link header: the forms of RFC 8288, what is no such header, and its speed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostack_dynamic._web_link import target_of

TABLE = {
    '</a>; rel="next"': "/a",
    "</a>;rel=next": "/a",
    "</a>; REL=NEXT": "/a",
    '</a> ; rel = "next"': "/a",
    '</a>; rel="prev next"': "/a",
    '</a>; rel="prev", </b>; rel="next"': "/b",
    '</a>; title="x, <y>; rel=next", </b>; rel=next': "/b",
    '</a>; title="a \\" b"; rel=next': "/a",
    "</a>; rel=prev; rel=next": None,
    '</a>; rel=next; anchor="#x", </b>; rel=next': "/b",
    '<>; rel="next"': "",
    "< /a >; rel=next": "/a",
    ",, ,</a>; rel=next": "/a",
    "</a>; hreflang; rel=next": "/a",
    "</a>; rel": None,
    "</a>": None,
    "</a": None,
    "/a; rel=next": None,
    '</a>; title="x; rel=next': None,
    "": None,
}


@pytest.mark.parametrize("field", TABLE)
def test_the_forms(field: str) -> None:
    assert target_of([field], "next") == TABLE[field]


def test_several_fields() -> None:
    assert target_of(["</a>; rel=prev", "</b>; rel=next"], "next") == "/b"
    assert target_of(["</a>; rel=prev", "</b>; rel=next"], "prev") == "/a"


@given(st.text(alphabet='<>;="\\ ,relnxt\t', max_size=60))
def test_any_text(field: str) -> None:
    found = target_of([field], "next")
    assert found is None or found in field


@pytest.mark.parametrize("part", ["<", "<a", ";", '"', "\\", " ", "<a>;", '<a>;x="', "<a>; ", ";x", ", ", '<a>; rel="\\'])
def test_it_takes_the_time_of_its_length(part: str) -> None:
    began = time.perf_counter()
    target_of([part * (200_000 // len(part))], "next")
    target_of(["<a>" + part * (200_000 // len(part))], "next")
    assert time.perf_counter() - began < 5
