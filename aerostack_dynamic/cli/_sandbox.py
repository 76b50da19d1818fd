"""`sandbox`: the platform on this machine, until it is stopped."""

from __future__ import annotations

import logging
import sqlite3
import sys
from typing import TYPE_CHECKING

import click

from .._values import printable
from ._common import LOOPBACK, PORT, Exit, fail, stop_signals, wait

if TYPE_CHECKING:
    from ..sandbox import Sandbox


@click.command("sandbox")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to bind.")
@click.option("--port", type=PORT, default=8787, show_default=True, help="Port, 0 for a free one.")
@click.option("--data", metavar="DIR", help="Folder to keep everything in (default: a temporary one).")
@click.option("--spec-version", metavar="VERSION", default="1.0.0", show_default=True, help="Document to serve, 1.0.0 or 1.5.0.")
@click.option("--api-key", metavar="KEY", help="Key that requests must carry (default: made).")
@click.option("--gateway-key", metavar="KEY", help="Bearer key that gateway operations take; 1.5.0 only (default: made).")
@click.option("--ai-url", metavar="URL", help="Base URL of an OpenAI-compatible server for the AI operations.")
@click.option(
    "--service",
    "services",
    metavar="NAME=MODULE:FUNCTION",
    multiple=True,
    help="Function for services_invoke and for queued jobs of that type; may be repeated.",
)
def command(
    host: str,
    port: int,
    data: str | None,
    spec_version: str,
    api_key: str | None,
    gateway_key: str | None,
    ai_url: str | None,
    services: tuple[str, ...],
) -> int:
    """Serve the platform on this machine.

    The same operations with real behaviour, kept in one SQLite file and a folder.
    """
    try:
        from ..sandbox import DataInUseError, Sandbox  # noqa: PLC0415  the extra may be missing
        from ..sandbox._services import find_service  # noqa: PLC0415
    except ImportError as error:
        return fail(error)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    with stop_signals() as stopping:
        try:
            box = Sandbox(
                version=spec_version,
                host=host,
                port=port,
                data=data,
                api_key=api_key,
                gateway_key=gateway_key,
                ai_url=ai_url,
                services=dict(find_service(setting) for setting in services),
            ).start()
        except OSError as error:
            told = f"{error.strerror}: {error.filename}"
            return fail(told, Exit.UNUSABLE) if error.filename else fail(error.strerror)
        except ValueError as error:
            return fail(error, Exit.USAGE)
        except (DataInUseError, sqlite3.Error) as error:
            return fail(_kept(error, data), Exit.UNUSABLE)
        try:
            _greet(box, host, kept=bool(data), own_key=bool(api_key), own_gateway_key=bool(gateway_key))
            wait(stopping)
        finally:
            box.stop()
    return Exit.OK


def _kept(error: Exception, data: str | None) -> str:
    """What is wrong with the folder that things are kept in; SQLite does not name it."""
    folder = printable(data or "the temporary folder")
    return f"--data {folder}: {error}" if isinstance(error, sqlite3.Error) else str(error)


def _greet(box: Sandbox, host: str, *, kept: bool, own_key: bool, own_gateway_key: bool) -> None:
    folder = "kept" if kept else "temporary, removed at the end; --data DIR keeps it"
    print(f"Aerostack sandbox on {box.url}, version {box.version}")
    if not own_key:
        print(f"API key      {box.api_key}")
    if box.gateway_key and not own_gateway_key:
        print(f"Gateway key  {box.gateway_key} (a bearer key, as are the tokens of authSignin)")
    print(f"Data folder  {box.data} ({folder})")
    key = "" if own_key else f" AEROSTACK_API_KEY={box.api_key}"
    print(f"Try          export AEROSTACK_SERVER={box.url} AEROSTACK_SPEC_VERSION={box.version}{key}")
    if own_key:
        print("             and set AEROSTACK_API_KEY to the key that --api-key gave")
    if host not in LOOPBACK:
        print(f"Warning      {host} is not a loopback address: other machines can reach this sandbox")
    print("Ctrl-C stops it.", flush=True)
