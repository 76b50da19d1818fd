"""What `make docs` refuses of a built site. Building it takes the generator, which the tests do without."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent


def tool() -> ModuleType:
    """tools/docs.py."""
    spec = importlib.util.spec_from_file_location("docs", ROOT / "tools" / "docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_whole_site_is_let_pass(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "style.css").write_text("")
    (tmp_path / "index.html").write_text(
        '<link rel="stylesheet" href="style.css"><link rel="canonical" href="https://x.example/">'
        '<a href="in/a.html#top">a</a><a href="#here">b</a><p id="here"><a href="https://y.example">c</a>'
    )
    (tmp_path / "in" / "a.html").write_text('<h1 id="top">A</h1><a href="../index.html#here">d</a><img src="../style.css">')
    (tmp_path / "404.html").write_text('<a href="/anywhere">e</a>')
    assert tool().faults(tmp_path) == []


def test_links_and_fetches_are_judged(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "b.html").write_text("")
    (tmp_path / "in" / "a.html").write_text(
        '<a href="../c.html">1</a><a href="../b.html#no">2</a><a href="#no">3</a><script src="../d.js"></script>'
        '<script src="https://cdn.example/e.js"></script><link rel="preconnect" href="//fonts.example">'
    )
    assert tool().faults(tmp_path) == [
        "in/a.html: ../c.html leads nowhere",
        "in/a.html: ../b.html#no leads to no place on the page",
        "in/a.html: #no leads to no place on the page",
        "in/a.html: ../d.js leads nowhere",
        "in/a.html: https://cdn.example/e.js is fetched from elsewhere",
        "in/a.html: //fonts.example is fetched from elsewhere",
    ]


def test_every_page_is_in_the_navigation_and_on_the_first_page() -> None:
    docs = ROOT / "docs"
    pages = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")} - {"index.md"}
    assert pages - {*re.findall(r"\]\(([^)#]+\.md)\)", (docs / "index.md").read_text(encoding="utf-8"))} == set()
    assert pages - {*re.findall(r'"([^"]+\.md)"', (ROOT / "zensical.toml").read_text(encoding="utf-8"))} == set()
