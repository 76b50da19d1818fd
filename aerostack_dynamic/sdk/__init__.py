"""The face of `aerostack` 0.1.2 over this package: code that was written for it runs when its imports are changed.

`from aerostack_dynamic.sdk import SDK`; what differs, and why, stands in the guide "Move from aerostack 0.1.2".
"""

from __future__ import annotations

from . import errors, httpclient, models, types, utils
from .sdk import OPENAPI_DOC_VERSION, SDK, SERVERS, USER_AGENT, VERSION

__version__ = VERSION

__all__ = [
    "OPENAPI_DOC_VERSION",
    "SDK",
    "SERVERS",
    "USER_AGENT",
    "VERSION",
    "__version__",
    "errors",
    "httpclient",
    "models",
    "types",
    "utils",
]
