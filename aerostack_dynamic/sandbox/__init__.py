"""The platform on the user's machine: a server with the document's operations, real behaviour, and a judge of its own.

It imports nothing of the client: what the client sends is checked by code that the client does not share.
"""

from __future__ import annotations

try:
    from ._platform import DataInUseError
    from ._server import Sandbox
except ModuleNotFoundError as error:
    missing = (error.name or "").partition(".")[0]
    if missing not in {"starlette", "uvicorn", "python_multipart", "jwt"}:
        raise
    raise ImportError(
        f"the sandbox needs {missing}, which is not installed: pip install 'aerostack_dynamic[sandbox]'", name=missing
    ) from error

__all__ = ["DataInUseError", "Sandbox"]
