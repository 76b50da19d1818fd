"""`mock`: any document, played as a server on this machine, until it is stopped."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .._errors import SpecError
from .._values import printable
from ._common import LOOPBACK, UNUSABLE, fail, port, read_spec, stop_signals, wait

if TYPE_CHECKING:
    import argparse

    from ..testing import MockServer
    from ._common import Commands

_DESCRIPTION = (
    "Plays an OpenAPI document: requests are judged, and answered with its examples or with generated values. "
    "A request that breaks the document is answered with a problem document (RFC 9457)."
)


def add_to(commands: Commands) -> None:
    """Adds the command."""
    mock = commands.add_parser("mock", help="play a document as a server", description=_DESCRIPTION)
    mock.set_defaults(run=run)
    mock.add_argument("spec", metavar="SPEC", help="the document: a file, or a version that comes with the package, such as 1.5.0")
    mock.add_argument("--host", default="127.0.0.1", help="address to bind (default: %(default)s)")
    mock.add_argument("--port", type=port, default=8788, help="port, 0 for a free one (default: %(default)s)")
    mock.add_argument("--seed", type=int, default=0, metavar="N", help="which of the possible answers are generated (default: 0)")
    mock.add_argument("--stateful", action="store_true", help="remember what is created, changed and removed")
    mock.add_argument("--no-credentials", action="store_true", help="answer without the credentials that operations need")
    mock.add_argument("--overlay", metavar="FILE", action="append", default=[], help="an overlay for the document; may be repeated")


def run(parsed: argparse.Namespace) -> int:
    """Serves until a signal ends it; gives the exit code."""
    from ..testing import MockServer  # noqa: PLC0415  only for this command

    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    try:
        spec = read_spec(parsed.spec)
        spec = spec.with_overlay(*map(Path, parsed.overlay)) if parsed.overlay else spec
    except (SpecError, ImportError, OSError) as error:
        return fail(error, UNUSABLE)
    with stop_signals() as stopping:
        server = MockServer(
            spec,
            host=parsed.host,
            port=parsed.port,
            seed=parsed.seed,
            stateful=parsed.stateful,
            credentials=not parsed.no_credentials,
        )
        try:
            server.start()
        except ImportError as error:
            return fail(error)
        except OSError as error:
            return fail(error.strerror)
        try:
            _greet(server, parsed)
            wait(stopping)
        finally:
            server.stop()
    return 0


def _greet(server: MockServer, parsed: argparse.Namespace) -> None:
    spec = server.mock.spec
    print(f"Mock of {printable(spec.title)} {printable(spec.version)} on {server.url}")
    print(f"Operations   {len(spec.operations)}{', with a memory' if parsed.stateful else ''}")
    if parsed.host not in LOOPBACK:
        print(f"Warning      {parsed.host} is not a loopback address: other machines can reach this mock")
    print("Ctrl-C stops it.", flush=True)
