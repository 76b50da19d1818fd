"""`mock`: any document, played as a server on this machine, until it is stopped."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .._errors import SpecError
from .._values import printable
from ._common import LOOPBACK, PORT, Exit, fail, read_spec, stop_signals, wait

if TYPE_CHECKING:
    from ..testing import MockServer


@click.command("mock")
@click.argument("spec", metavar="SPEC")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to bind.")
@click.option("--port", type=PORT, default=8788, show_default=True, help="Port, 0 for a free one.")
@click.option("--seed", type=int, default=0, metavar="N", show_default=True, help="Which of the possible answers are generated.")
@click.option("--stateful", is_flag=True, help="Remember what is created, changed and removed.")
@click.option("--no-credentials", is_flag=True, help="Answer without the credentials that operations need.")
@click.option("--overlay", "overlays", metavar="FILE", multiple=True, help="An overlay for the document; may be repeated.")
def command(spec: str, host: str, port: int, seed: int, stateful: bool, no_credentials: bool, overlays: tuple[str, ...]) -> int:
    """Play a document as a server.

    Requests are judged, and answered with the document's examples or with generated values. A request that breaks the document is
    answered with a problem document (RFC 9457). SPEC is a file, or a version that comes with the package, such as 1.5.0.
    """
    from ..testing import MockServer  # noqa: PLC0415  only for this command

    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    try:
        document = read_spec(spec)
        document = document.with_overlay(*map(Path, overlays)) if overlays else document
    except (SpecError, ImportError, OSError) as error:
        return fail(error, Exit.UNUSABLE)
    with stop_signals() as stopping:
        server = MockServer(document, host=host, port=port, seed=seed, stateful=stateful, credentials=not no_credentials)
        try:
            server.start()
        except ImportError as error:
            return fail(error)
        except OSError as error:
            return fail(error.strerror)
        try:
            _greet(server, host, stateful)
            wait(stopping)
        finally:
            server.stop()
    return Exit.OK


def _greet(server: MockServer, host: str, stateful: bool) -> None:
    spec = server.mock.spec
    print(f"Mock of {printable(spec.title)} {printable(spec.version)} on {server.url}")
    print(f"Operations   {len(spec.operations)}{', with a memory' if stateful else ''}")
    if host not in LOOPBACK:
        print(f"Warning      {host} is not a loopback address: other machines can reach this mock")
    print("Ctrl-C stops it.", flush=True)
