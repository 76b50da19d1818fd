"""The command `aerostack-dynamic`."""

from __future__ import annotations

import argparse
import logging
import signal
import sqlite3
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from .sandbox import Sandbox

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command with the given arguments, by default those of the process; returns the exit code.

    A mistake in the arguments is argparse's: its message and SystemExit with code 2.
    """
    parsed = _parser().parse_args(arguments)
    return _sandbox(parsed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="aerostack-dynamic", description="Tools for the Aerostack API.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    sandbox = commands.add_parser("sandbox", help="serve the platform on this machine", description=_SANDBOX)
    sandbox.add_argument("--host", default="127.0.0.1", help="address to bind (default: %(default)s)")
    sandbox.add_argument("--port", type=_port, default=8787, help="port, 0 for a free one (default: %(default)s)")
    sandbox.add_argument("--data", metavar="DIR", help="folder to keep everything in (default: a temporary one)")
    sandbox.add_argument("--api-key", metavar="KEY", help="key that requests must carry (default: made)")
    sandbox.add_argument("--ai-url", metavar="URL", help="base URL of an OpenAI-compatible server for the AI operations")
    sandbox.add_argument(
        "--service",
        metavar="NAME=MODULE:FUNCTION",
        action="append",
        default=[],
        help="function for services_invoke and for queued jobs of that type; may be repeated",
    )
    return parser


_SANDBOX = "The platform on this machine: the same operations with real behaviour, kept in one SQLite file and a folder."


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 2**16):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 0 to 65535")
    return int(text)


def _fail(message: object) -> int:
    print(f"aerostack-dynamic: {message}", file=sys.stderr)
    return 1


def _sandbox(parsed: argparse.Namespace) -> int:
    try:
        from .sandbox import DataInUseError, Sandbox  # noqa: PLC0415  the extra may be missing
        from .sandbox._services import find_service  # noqa: PLC0415
    except ImportError as error:
        return _fail(error)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    with _stop_signals() as stopping:
        try:
            services = dict(find_service(setting) for setting in parsed.service)
            box = Sandbox(
                host=parsed.host,
                port=parsed.port,
                data=parsed.data,
                api_key=parsed.api_key,
                ai_url=parsed.ai_url,
                services=services,
            ).start()
        except OSError as error:
            return _fail(f"{error.strerror}: {error.filename}" if error.filename else error.strerror)
        except (ValueError, DataInUseError, sqlite3.Error) as error:
            return _fail(error)
        try:
            _greet(box, parsed)
            while not stopping.wait(0.2):  # on Windows a wait without a limit would not hear Ctrl-C
                pass
        finally:
            box.stop()
    return 0


@contextmanager
def _stop_signals() -> Generator[threading.Event, None, None]:
    """An event that SIGINT and SIGTERM set; the former handlers come back at the end."""
    stopping = threading.Event()

    def stop(_number: int, _frame: Any) -> None:
        stopping.set()

    former = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _greet(box: Sandbox, parsed: argparse.Namespace) -> None:
    kept = "kept" if parsed.data else "temporary, removed at the end; --data DIR keeps it"
    print(f"Aerostack sandbox on {box.url}")
    if not parsed.api_key:
        print(f"API key      {box.api_key}")
    print(f"Data folder  {box.data} ({kept})")
    print(f"Try          export AEROSTACK_SERVER={box.url} AEROSTACK_API_KEY={(parsed.api_key and '...') or box.api_key}")
    if parsed.host not in _LOOPBACK:
        print(f"Warning      {parsed.host} is not a loopback address: other machines can reach this sandbox")
    print("Ctrl-C stops it.", flush=True)
