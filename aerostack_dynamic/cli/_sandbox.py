"""`sandbox`: the platform on this machine, until it is stopped."""

from __future__ import annotations

import logging
import sqlite3
import sys
from typing import TYPE_CHECKING

from ._common import LOOPBACK, fail, port, stop_signals, wait

if TYPE_CHECKING:
    import argparse

    from ..sandbox import Sandbox
    from ._common import Commands

_DESCRIPTION = "The platform on this machine: the same operations with real behaviour, kept in one SQLite file and a folder."


def add_to(commands: Commands) -> None:
    """Adds the command."""
    sandbox = commands.add_parser("sandbox", help="serve the platform on this machine", description=_DESCRIPTION)
    sandbox.set_defaults(run=run)
    sandbox.add_argument("--host", default="127.0.0.1", help="address to bind (default: %(default)s)")
    sandbox.add_argument("--port", type=port, default=8787, help="port, 0 for a free one (default: %(default)s)")
    sandbox.add_argument("--data", metavar="DIR", help="folder to keep everything in (default: a temporary one)")
    sandbox.add_argument(
        "--spec-version", metavar="VERSION", default="1.0.0", help="document to serve, 1.0.0 or 1.5.0 (default: %(default)s)"
    )
    sandbox.add_argument("--api-key", metavar="KEY", help="key that requests must carry (default: made)")
    sandbox.add_argument("--gateway-key", metavar="KEY", help="bearer key that gateway operations take; 1.5.0 only (default: made)")
    sandbox.add_argument("--ai-url", metavar="URL", help="base URL of an OpenAI-compatible server for the AI operations")
    sandbox.add_argument(
        "--service",
        metavar="NAME=MODULE:FUNCTION",
        action="append",
        default=[],
        help="function for services_invoke and for queued jobs of that type; may be repeated",
    )


def run(parsed: argparse.Namespace) -> int:
    """Serves until a signal ends it; gives the exit code."""
    try:
        from ..sandbox import DataInUseError, Sandbox  # noqa: PLC0415  the extra may be missing
        from ..sandbox._services import find_service  # noqa: PLC0415
    except ImportError as error:
        return fail(error)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    with stop_signals() as stopping:
        try:
            services = dict(find_service(setting) for setting in parsed.service)
            box = Sandbox(
                version=parsed.spec_version,
                host=parsed.host,
                port=parsed.port,
                data=parsed.data,
                api_key=parsed.api_key,
                gateway_key=parsed.gateway_key,
                ai_url=parsed.ai_url,
                services=services,
            ).start()
        except OSError as error:
            return fail(f"{error.strerror}: {error.filename}" if error.filename else error.strerror)
        except (ValueError, DataInUseError, sqlite3.Error) as error:
            return fail(error)
        try:
            _greet(box, parsed)
            wait(stopping)
        finally:
            box.stop()
    return 0


def _greet(box: Sandbox, parsed: argparse.Namespace) -> None:
    kept = "kept" if parsed.data else "temporary, removed at the end; --data DIR keeps it"
    print(f"Aerostack sandbox on {box.url}, version {box.version}")
    if not parsed.api_key:
        print(f"API key      {box.api_key}")
    if box.gateway_key and not parsed.gateway_key:
        print(f"Gateway key  {box.gateway_key} (a bearer key, as are the tokens of authSignin)")
    print(f"Data folder  {box.data} ({kept})")
    key = "" if parsed.api_key else f" AEROSTACK_API_KEY={box.api_key}"
    print(f"Try          export AEROSTACK_SERVER={box.url} AEROSTACK_SPEC_VERSION={box.version}{key}")
    if parsed.api_key:
        print("             and set AEROSTACK_API_KEY to the key that --api-key gave")
    if parsed.host not in LOOPBACK:
        print(f"Warning      {parsed.host} is not a loopback address: other machines can reach this sandbox")
    print("Ctrl-C stops it.", flush=True)
