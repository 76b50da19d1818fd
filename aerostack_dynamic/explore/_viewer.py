"""Where the files of the page are: our own beside this module, Swagger UI's in the package of the extra or in a folder that is named.

Swagger UI comes from the package index with the extra, so that the page works without a network; that package's own code, an extension
of Flask, is never imported. Rejected: fetching it on first use, which needs a network and another registry, and keeping a copy here.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final

from .._errors import ArgumentsError
from .._values import printable

PAGE: Final = Path(__file__).parent / "page"
VIEWER_FILES: Final = frozenset({"swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"})
TYPES: Final = MappingProxyType(
    {
        "index.html": "text/html; charset=utf-8",
        "explore.js": "text/javascript; charset=utf-8",
        "explore.css": "text/css; charset=utf-8",
        "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
        "swagger-ui.css": "text/css; charset=utf-8",
        "favicon-32x32.png": "image/png",
    }
)


def viewer_folder(given: Path | None = None) -> Path:
    """The folder with Swagger UI's files: the one that is given, else the installed one. Raises ArgumentsError, or ImportError."""
    if given is not None:
        if not (given / "swagger-ui-bundle.js").is_file():
            raise ArgumentsError(
                f"viewer: {printable(str(given))} has no swagger-ui-bundle.js; give the folder of the npm package swagger-ui-dist"
            )
        return given
    found = find_spec("flask_swagger_ui")
    if found is None or found.origin is None:
        raise ImportError(
            "the page needs Swagger UI, which is not installed: pip install 'aerostack_dynamic[explore]'", name="flask_swagger_ui"
        )
    return Path(found.origin).parent / "dist"
