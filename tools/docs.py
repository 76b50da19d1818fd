"""Build the site of the documentation into build/docs, strictly, or show it while it is written. `make docs`

    python tools/docs.py [build | serve]

A build fails where the generator warns, where a name of the reference is not there, where a page is missing or a link leads nowhere, and
where a page would fetch something from elsewhere when it is looked at.
"""

from __future__ import annotations

import argparse
import posixpath
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "build" / "docs"
# Attributes by which a page fetches at once, and those by which it only leads somewhere.
FETCHED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}
# Relations of a `link` that fetch nothing.
SAID = {"canonical", "next", "prev", "alternate"}


class Page(HTMLParser):
    """What a page links to, what it fetches, and where it can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        place = FETCHED.get(tag)
        if place in found and found.get("rel") not in SAID:
            self.fetched.append(found[place])


def broken(name: str, page: Page, pages: dict[str, Page], files: set[str]) -> Iterator[str]:
    """What is wrong with the links of the page `name`."""
    for link in [*page.links, *page.fetched]:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        there = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
        if there not in files:
            yield f"{name}: {link} leads nowhere"
        elif parts.fragment and there in pages and unquote(parts.fragment) not in pages[there].anchors:
            yield f"{name}: {link} leads to no place on the page"


def fetched(name: str, page: Page) -> Iterator[str]:
    """What the page `name` would fetch from elsewhere."""
    for link in page.fetched:
        if urlsplit(link).netloc:
            yield f"{name}: {link} is fetched from elsewhere"


def faults(site: Path) -> list[str]:
    """What is wrong with a built site."""
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    # The page of what is not found stands for any address, so that its links are absolute.
    names = sorted(name for name in files if name.endswith(".html") and name != "404.html")
    pages = {name: Page((site / name).read_text(encoding="utf-8")) for name in names}
    return [
        fault
        for name, page in pages.items()
        for check in (broken(name, page, pages, files), fetched(name, page))
        for fault in check
    ]


def zensical(*arguments: str) -> int:
    """Run the generator of this environment."""
    return subprocess.run([sys.executable, "-m", "zensical", *arguments], cwd=ROOT, check=False).returncode


def build() -> int:
    """Build the site anew and judge it; gives the exit status."""
    shutil.rmtree(SITE, ignore_errors=True)
    if zensical("build", "--clean", "--strict"):
        return 1
    found = faults(SITE)
    print("\n".join(found) or f"The site is in {SITE.relative_to(ROOT)}: open {SITE.relative_to(ROOT)}/index.html")
    return 1 if found else 0


def main() -> int:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("build", "serve"), default="build")
    return {"build": build, "serve": lambda: zensical("serve")}[parser.parse_args().what]()


if __name__ == "__main__":
    sys.exit(main())
