"""`explore`: a page on this machine that shows a document and tries its calls, until it is stopped."""

from __future__ import annotations

import asyncio
import logging
import sys
import webbrowser
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .._values import printable
from ._common import PORT, Exit, fail, stop_signals, wait

if TYPE_CHECKING:
    from .._client import AsyncClient
    from ..explore import Explorer
    from ._settings import Settings


@click.command("explore")
@click.option("--spec", metavar="FILE", help="The document, in place of the platform's.")
@click.option("--spec-version", metavar="VERSION", help="The version of the platform's document, such as 1.5.0.")
@click.option("--server", metavar="URL", help="The server to call: a URL, or an index of the document's servers.")
@click.option("--mock", is_flag=True, help="Answer with a mock that remembers what is created, and send nothing.")
@click.option("--port", type=PORT, default=0, show_default=True, help="Port, 0 for a free one.")
@click.option("--viewer", type=click.Path(path_type=Path), metavar="FOLDER", help="Another release of Swagger UI, unpacked.")
@click.option("--browser/--no-browser", default=True, help="Open the page in a browser, or only show its address.")
@click.pass_obj
def command(settings: Settings, /, mock: bool, port: int, viewer: Path | None, browser: bool, **given: Any) -> int:
    """Show the document on a local page, and try its calls.

    The calls are made by this process, with its credentials, checks and retries; the page never has a key. The address that is printed
    holds a token: who has it can make calls. It serves this machine alone.
    """
    from ..explore import Explorer  # noqa: PLC0415  # only for this command

    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    client = _client(replace(settings, **{name: text for name, text in given.items() if text is not None}), mock)
    with stop_signals() as stopping:
        explorer = Explorer(client, port=port, viewer=viewer)
        try:
            explorer.start()
        except ImportError as error:
            return fail(error)
        except OSError as error:
            return fail(error.strerror)
        try:
            _greet(explorer, client, browser)
            wait(stopping)
        finally:
            explorer.stop()
            asyncio.run(client.aclose())
    return Exit.OK


def _client(settings: Settings, mock: bool) -> AsyncClient:
    """The client whose calls are tried. Raises AerostackError."""
    from .._client import AsyncClient  # noqa: PLC0415  # only for this command

    options: dict[str, Any] = {**settings.client_options}
    if mock:
        from ..testing import MockTransport  # noqa: PLC0415  # the mock alone
        from ..testing._made_up import made_up_credentials  # noqa: PLC0415  # the same

        document, server = options["spec"], options.get("server")
        played = MockTransport(document, stateful=True, strict=False, server=server if isinstance(server, str) else None)
        options |= {"transport": played, "credentials": made_up_credentials(document)}
    return AsyncClient(**options)


def _greet(explorer: Explorer, client: AsyncClient, browser: bool) -> None:
    spec = client.spec
    print(f"{printable(spec.title)} {printable(spec.version)} is shown on {explorer.url}")
    print("Ctrl-C ends it.", flush=True)
    if browser:
        webbrowser.open(explorer.url)
